//! `completion`: scripts for shells, which ask the program itself what may follow. So options have one dash, as
//! Terraform's have, and a script never falls behind the program.

use crate::cli::ExitCode;
use crate::cli::arguments::{Cli, CompleteArguments, CompletionArguments, Shell};
use crate::cli::view;
use clap::{Arg, ArgAction, Command, CommandFactory as _};

const BASH: &str = r#"# bash completion of trustform; in ~/.bashrc: source <(trustform completion bash)
_trustform() {
  local line="${COMP_LINE:0:COMP_POINT}" words word
  read -r -a words <<< "$line"
  [[ "$line" == *" " ]] && words+=("")
  word="${words[${#words[@]}-1]}"
  # An equals sign separates words in bash, so only what follows it is replaced.
  local before=""
  [[ "$word" == *=* && "$COMP_WORDBREAKS" == *=* ]] && before="${word%%=*}="
  COMPREPLY=()
  local found
  while IFS= read -r found; do
    COMPREPLY+=("${found#"$before"}")
  done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *= ]] && compopt -o nospace
}
complete -o default -F _trustform trustform"#;

const ZSH: &str = r#"#compdef trustform
# zsh completion of trustform; in ~/.zshrc, after compinit: source <(trustform completion zsh)
_trustform() {
  local -a found
  found=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("${(@)found:#}")
  if (( ${#found} )); then
    compadd -S '' -- "${(@M)found:#*=}"
    compadd -- "${(@)found:#*=}"
  else
    _files
  fi
}
compdef _trustform trustform"#;

const FISH: &str = r"# fish completion of trustform: trustform completion fish > ~/.config/fish/completions/trustform.fish
function __trustform_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete -- $words[2..-1] 2>/dev/null
end
complete -c trustform -a '(__trustform_complete)'";

/// Prints the script of a shell.
pub(crate) fn script(arguments: &CompletionArguments) -> ExitCode {
    view::print(match arguments.shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
    });
    ExitCode::Success
}

/// Prints what may stand in place of the last word, one a line; nothing where files may stand.
pub(crate) fn complete(arguments: &CompleteArguments) -> ExitCode {
    let found = candidates(&Cli::command(), &arguments.words);
    if !found.is_empty() {
        view::print(&found.join("\n"));
    }
    ExitCode::Success
}

/// The words that may stand in place of the last one.
pub(super) fn candidates(root: &Command, words: &[String]) -> Vec<String> {
    let (word, before) = match words.split_last() {
        Some((word, before)) => (word.as_str(), before),
        None => ("", words),
    };
    let mut command = root;
    for word in before {
        if let Some(inner) = command.find_subcommand(word) {
            command = inner;
        }
    }
    let mut found = if word.starts_with('-') {
        options(root, command, word)
    } else {
        let inner = command
            .get_subcommands()
            .filter(|inner| !inner.is_hide_set());
        let names: Vec<String> = inner.map(|inner| inner.get_name().to_owned()).collect();
        if names.is_empty() {
            values(command)
        } else {
            names
        }
    };
    found.retain(|candidate| candidate.starts_with(word));
    found.sort();
    found.dedup();
    found
}

/// The options of a command, or the values of the one that is being written.
fn options(root: &Command, command: &Command, word: &str) -> Vec<String> {
    let global = root
        .get_arguments()
        .filter(|argument| argument.is_global_set());
    let own = command.get_arguments();
    let mut all = global.chain(own).filter(|argument| !argument.is_hide_set());
    let dashes = if word.starts_with("--") { "--" } else { "-" };
    if let Some((name, _)) = word.split_once('=') {
        let bare = name.trim_start_matches('-');
        let argument = all.find(|argument| argument.get_long() == Some(bare));
        let possible = argument.into_iter().flat_map(Arg::get_possible_values);
        return possible
            .map(|value| format!("{name}={}", value.get_name()))
            .collect();
    }
    all.filter_map(|argument| {
        let name = argument.get_long()?;
        let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
        let optional = argument
            .get_num_args()
            .is_some_and(|count| count.min_values() == 0);
        let equals = if takes_value && !optional { "=" } else { "" };
        Some(format!("{dashes}{name}{equals}"))
    })
    .collect()
}

/// The possible values of a command's own words.
fn values(command: &Command) -> Vec<String> {
    let possible = command.get_positionals().flat_map(Arg::get_possible_values);
    possible.map(|value| value.get_name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_have_one_dash_and_values_an_equals_sign() {
        for (line, expected) in [
            ("pla", "plan"),
            ("state ", "list mv pull push replace-provider rm show"),
            ("-chdir=x state r", "replace-provider rm"),
            ("plan -refresh-", "-refresh-only"),
            ("plan --par", "--parallelism="),
            ("plan -lock=", "-lock=false -lock=true"),
            ("completion ", "bash fish zsh"),
            ("show ", ""),
            ("explain -refr", "-refresh"),
            ("expl", "explain"),
            ("fmt -re", "-recursive"),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(
                candidates(&Cli::command(), &words).join(" "),
                expected,
                "{line}"
            );
        }
        let all = candidates(&Cli::command(), &["plan".to_owned(), "-".to_owned()]);
        for option in [
            "-target=",
            "-exclude=",
            "-var=",
            "-chdir=",
            "-sandbox",
            "-help",
            "-out=",
        ] {
            assert!(
                all.iter().any(|found| found == option),
                "{option} in {all:?}"
            );
        }
        assert!(
            !all.iter().any(|found| found.starts_with("-exclude-file")),
            "{all:?}"
        );
    }
}
