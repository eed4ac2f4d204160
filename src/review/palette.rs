//! The colours of a review: the only file that knows escape codes.

use super::tree::Sign;
use crate::diagnostic::Style;

/// Colours texts, or leaves them as they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    paint: Paint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paint {
    Plain,
    Coloured,
    /// Signs are marked, for whoever moves them.
    Marked,
}

/// What stands in front of a marked sign. No text of a review has it: control characters are escaped.
pub(crate) const SIGN: char = '\u{1}';

const GREEN: &str = "32";
const RED: &str = "31";
const YELLOW: &str = "33";
const CYAN: &str = "36";
const BOLD: &str = "1";
const DIM: &str = "2";

impl Palette {
    /// The palette of a style; the plain one adds nothing.
    pub(crate) fn new(style: Style) -> Self {
        let paint = match style {
            Style::Plain => Paint::Plain,
            Style::Coloured => Paint::Coloured,
        };
        Palette { paint }
    }

    /// A palette without colours that marks every sign with [`SIGN`].
    pub(crate) fn marked() -> Self {
        let paint = Paint::Marked;
        Palette { paint }
    }

    /// What the eye should find first.
    pub(crate) fn strong(self, text: &str) -> String {
        self.paint(BOLD, text)
    }

    /// What the eye may skip.
    pub(crate) fn faint(self, text: &str) -> String {
        self.paint(DIM, text)
    }

    /// What goes away or forces something to go away.
    pub(crate) fn danger(self, text: &str) -> String {
        self.paint(RED, text)
    }

    /// What went well.
    pub(crate) fn success(self, text: &str) -> String {
        self.paint(GREEN, text)
    }

    /// A sign of the action on a whole object, as `-/+`, without spaces around it.
    pub(crate) fn action(self, sign: &str) -> String {
        if self.paint == Paint::Marked && !sign.trim().is_empty() {
            return format!("{SIGN}{sign}");
        }
        match sign {
            "+" => self.paint(GREEN, sign),
            "-" => self.paint(RED, sign),
            "~" => self.paint(YELLOW, sign),
            "<=" => self.paint(CYAN, sign),
            "-/+" => format!("{}/{}", self.paint(RED, "-"), self.paint(GREEN, "+")),
            "+/-" => format!("{}/{}", self.paint(GREEN, "+"), self.paint(RED, "-")),
            other => other.to_owned(),
        }
    }

    /// A sign of one attribute or element.
    pub(crate) fn sign(self, sign: Sign) -> String {
        self.action(sign.text())
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.paint == Paint::Coloured {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
