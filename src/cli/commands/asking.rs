//! Asking a person for the values of variables that nothing gives.

use crate::cli::view;
use crate::config::Variable;
use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use std::collections::BTreeMap;
use std::io::Write as _;

/// The longest line that a terminal gives at once, in bytes.
const LONGEST: usize = 4_096;

/// Whether a command may ask: standard input is a terminal, and neither `-input=false` nor `TF_INPUT` says no.
pub(super) fn may_ask(
    input: bool,
    interactive: bool,
    environment: &BTreeMap<String, String>,
) -> bool {
    let refused = environment
        .get("TF_INPUT")
        .is_some_and(|text| matches!(text.as_str(), "0" | "f" | "F" | "false" | "FALSE" | "False"));
    input && interactive && !refused
}

/// The answer to the question for a variable, without the end of the line; `None` when there is none. What is typed for a
/// sensitive variable is not shown, however early it is typed. A terminal that cannot hide it is not asked.
pub(super) fn answer(variable: &Variable) -> Option<String> {
    let hidden = if variable.sensitive {
        Some(Hidden::begin()?)
    } else {
        None
    };
    view::note(&question(variable));
    let mut stderr = std::io::stderr();
    let asked = write!(stderr, "  Enter a value: ").and_then(|()| stderr.flush());
    asked.ok()?;
    let line = hidden.map_or_else(read_line, Hidden::line);
    view::note("");
    line
}

/// The name and what it is for.
fn question(variable: &Variable) -> String {
    let name = format!("var.{}", variable.name);
    if variable.description.is_empty() {
        return format!("{name}\n");
    }
    let description = variable.description.lines();
    let described: Vec<String> = description.map(|line| format!("  {line}")).collect();
    format!("{name}\n{}\n", described.join("\n"))
}

fn read_line() -> Option<String> {
    let mut line = String::new();
    let length = std::io::stdin().read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned())
}

/// While it lives, the terminal does not show what is typed.
///
/// An interrupt ends the line first and the program then: it would leave a terminal behind that shows nothing any more.
struct Hidden {
    before: Termios,
}

impl Hidden {
    /// Has to begin before the question is seen: what is typed earlier is shown.
    fn begin() -> Option<Self> {
        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).ok()?;
        let mut hidden = before.clone();
        hidden
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ISIG);
        hidden.special_codes[SpecialCodeIndex::VEOL] =
            before.special_codes[SpecialCodeIndex::VINTR];
        tcsetattr(&stdin, OptionalActions::Now, &hidden).ok()?;
        Some(Self { before })
    }

    /// The line that is typed; `None` when there is none, or an interrupt.
    fn line(self) -> Option<String> {
        let mut line = [0; LONGEST];
        let read = rustix::io::read(std::io::stdin(), &mut line);
        let interrupt = self.before.special_codes[SpecialCodeIndex::VINTR];
        drop(self);
        let line = line.get(..read.ok()?)?;
        if line.ends_with(&[interrupt]) {
            kill_process(getpid(), Signal::INT).ok()?;
            return None;
        }
        let line = std::str::from_utf8(line).ok()?;
        (!line.is_empty()).then(|| line.trim_end_matches(['\n', '\r']).to_owned())
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before).ok();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

    use super::{may_ask, question};
    use crate::config::{Module, decode_file};
    use std::collections::BTreeMap;

    #[test]
    fn the_question_names_the_variable_and_what_it_is_for() {
        let text = "variable \"a\" {}\nvariable \"b\" {\n description = \"One.\\nTwo.\"\n}\n";
        let file = crate::source::SourceMap::default().add("main.tf", text);
        let mut module = Module::default();
        assert!(decode_file(file, text, &mut module).is_empty());
        let mut questions = module.variables.values().map(question);
        assert_eq!(questions.next().unwrap(), "var.a\n");
        assert_eq!(questions.next().unwrap(), "var.b\n  One.\n  Two.\n");
    }

    #[test]
    fn nobody_is_asked_without_a_terminal_or_when_told_not_to() {
        let none = BTreeMap::new();
        let with = |text: &str| BTreeMap::from([("TF_INPUT".to_owned(), text.to_owned())]);
        assert!(may_ask(true, true, &none));
        assert!(may_ask(true, true, &with("1")));
        assert!(!may_ask(true, true, &with("0")));
        assert!(!may_ask(true, true, &with("false")));
        assert!(!may_ask(false, true, &none));
        assert!(!may_ask(true, false, &none));
    }
}
