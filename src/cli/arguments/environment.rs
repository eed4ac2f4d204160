//! `TF_CLI_ARGS` and `TF_CLI_ARGS_<command>`: arguments that the environment adds behind the command.

use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use std::collections::BTreeMap;

/// Commands whose name has two words.
const FAMILIES: [&str; 5] = ["metadata", "providers", "sandbox", "state", "workspace"];

/// The command line with the arguments of the environment behind the command, those for every command first, so that what
/// was typed comes last and counts. The variable of `state mv` is `TF_CLI_ARGS_state_mv`.
pub(in crate::cli) fn with_environment(
    mut arguments: Vec<String>,
    environment: &BTreeMap<String, String>,
) -> Result<Vec<String>, Failure> {
    let start = arguments
        .iter()
        .skip(1)
        .position(|argument| !argument.starts_with('-'));
    let Some(start) = start.map(|position| position + 1) else {
        return Ok(arguments);
    };
    let has_second = arguments
        .get(start)
        .is_some_and(|command| FAMILIES.contains(&command.as_str()));
    let second = arguments
        .get(start + 1)
        .filter(|word| has_second && !word.starts_with('-'));
    let end = start + if second.is_some() { 2 } else { 1 };
    let command = arguments.get(start..end).unwrap_or_default().join("_");
    let names = [
        "TF_CLI_ARGS".to_owned(),
        format!("TF_CLI_ARGS_{}", command.replace('-', "_")),
    ];
    let mut given = Vec::new();
    for name in names {
        if let Some(text) = environment.get(&name) {
            given.extend(words(text).ok_or_else(|| unfinished(&name))?);
        }
    }
    arguments.splice(end..end, given);
    Ok(arguments)
}

/// The words of a text as a shell reads them: quotes hold some together, a backslash takes the next character as it is.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', None | Some('"')) => {
                word.get_or_insert_default().push(characters.next()?);
            }
            (c, Some(open)) if c == open => quote = None,
            (c @ ('"' | '\''), None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

fn unfinished(name: &str) -> Failure {
    let detail = format!("The value of {name} has a quote or a backslash without an end.");
    Failure::plain(Diagnostic::error(Code::Usage, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(typed: &str, environment: &[(&str, &str)]) -> String {
        let typed = typed.split(' ').map(str::to_owned).collect();
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        match with_environment(typed, &environment) {
            Ok(arguments) => arguments.join("|"),
            Err(failure) => failure
                .diagnostics
                .iter()
                .map(|d| d.detail.clone())
                .collect(),
        }
    }

    #[test]
    fn the_environment_stands_between_command_and_arguments() {
        let all = ("TF_CLI_ARGS", "-no-color");
        let plan = ("TF_CLI_ARGS_plan", "-var 'a=b c' -var=d=\"e f\"");
        let rm = ("TF_CLI_ARGS_state_rm", "-dry-run");
        for (typed, expected) in [
            (
                "t plan -out=x",
                "t|plan|-no-color|-var|a=b c|-var=d=e f|-out=x",
            ),
            ("t -chdir=d apply", "t|-chdir=d|apply|-no-color"),
            ("t state rm a.b", "t|state|rm|-no-color|-dry-run|a.b"),
            ("t -help", "t|-help"),
        ] {
            assert_eq!(ran(typed, &[all, plan, rm]), expected);
        }
        assert!(ran("t plan", &[("TF_CLI_ARGS", "-var 'a")]).contains("TF_CLI_ARGS"));
    }
}
