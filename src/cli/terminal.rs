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
        let streams = Streams {
            input: std::io::stdin().is_terminal(),
            data: std::io::stdout().is_terminal(),
            talk: std::io::stderr().is_terminal(),
        };
        Self::of(environment, no_color, streams)
    }

    fn of(environment: &BTreeMap<String, String>, no_color: bool, streams: Streams) -> Self {
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
        Terminal {
            style: style(streams.data),
            talk: style(streams.talk),
            interactive: streams.input,
            lively: streams.talk && !dumb && !set("TF_IN_AUTOMATION") && !set("CI"),
        }
    }
}

/// Which of the standard streams are terminals.
#[derive(Clone, Copy, Debug)]
struct Streams {
    input: bool,
    data: bool,
    talk: bool,
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Streams, Style, Terminal};

    #[test]
    fn colours_are_for_terminals_whose_owner_wants_them() {
        let streams = |data| Streams {
            input: true,
            data,
            talk: true,
        };
        let style = |variable: &str, value: &str, no_color, data| {
            let environment = BTreeMap::from([(variable.to_owned(), value.to_owned())]);
            Terminal::of(&environment, no_color, streams(data)).style
        };
        assert_eq!(style("TERM", "xterm", false, true), Style::Coloured);
        assert_eq!(style("NO_COLOR", "", false, true), Style::Coloured);
        for plain in [
            style("TERM", "xterm", true, true),
            style("TERM", "xterm", false, false),
            style("TERM", "dumb", false, true),
            style("NO_COLOR", "1", false, true),
        ] {
            assert_eq!(plain, Style::Plain);
        }
    }
}
