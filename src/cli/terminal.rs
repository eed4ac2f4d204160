//! What the terminal can show.

use crate::diagnostic::Style;
use std::collections::BTreeMap;
use std::io::IsTerminal as _;

/// What is known of the terminal that the command runs in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    /// Whether data (standard output) may be coloured.
    pub(super) style: Style,
    /// Whether talk (standard error) may be coloured.
    pub(super) talk: Style,
    /// Whether somebody can answer questions.
    pub(super) interactive: bool,
    /// Whether talk may move the cursor, for a line that shows what is under way.
    pub(super) lively: bool,
}

impl Terminal {
    /// Looks at the standard streams, `NO_COLOR`, `TERM` and `-no-color`.
    pub(super) fn detect(environment: &BTreeMap<String, String>, no_color: bool) -> Self {
        let set = |name: &str| environment.get(name).is_some_and(|value| !value.is_empty());
        let dumb = environment.get("TERM").is_some_and(|term| term == "dumb");
        let plain = no_color || set("NO_COLOR") || dumb;
        let style = |is_terminal: bool| {
            if is_terminal && !plain {
                Style::Coloured
            } else {
                Style::Plain
            }
        };
        let talks = std::io::stderr().is_terminal();
        Terminal {
            style: style(std::io::stdout().is_terminal()),
            talk: style(talks),
            interactive: std::io::stdin().is_terminal(),
            lively: talks && !dumb && !set("TF_IN_AUTOMATION") && !set("CI"),
        }
    }
}
