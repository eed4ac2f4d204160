//! Diagnostics: every problem a user can have, as a value.
//!
//! A [`Diagnostic`] has a stable code, a fixed summary, a detail in full sentences, labels that point into the
//! configuration, and hints that say what to do next. Phases collect them in [`Diagnostics`]; only the command line
//! renders them.

mod code;
mod render;
mod suggest;

pub use code::Code;
pub use render::{Style, render};
pub use suggest::nearest;

use crate::source::Span;
use std::collections::BTreeSet;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The command cannot do what it was asked.
    Error,
    /// It can, but the user should know.
    Warning,
}

/// A place in the configuration with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// One problem, told so that the user knows what, why and what next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The stable code that documentation and tools refer to.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// A short fixed text without user names, by which people recognise the problem.
    pub summary: String,
    /// Full sentences with the names: what is wrong and why.
    pub detail: String,
    /// The place; `None` when the problem is not in a file.
    pub primary: Option<Label>,
    /// Other places that belong to the story.
    pub secondary: Vec<Label>,
    /// What to do, each one sentence or a line to type.
    pub hints: Vec<String>,
    /// What names at the place stood for: `var.number` and `is 0`. Never a secret.
    pub values: Vec<(String, String)>,
    /// What a condition says that does not hold, as states record it; `None` also where nobody is shown that.
    pub message: Option<String>,
    /// The resource instance or block it is about, as text, for filtering.
    pub address: Option<String>,
    /// The address as people see it, where that is another: `role.x` for a noun.
    pub shown: Option<String>,
}

impl Diagnostic {
    /// An error with the code's own summary.
    pub fn error(code: Code, detail: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            summary: code.summary().to_owned(),
            detail: detail.into(),
            primary: None,
            secondary: Vec::new(),
            hints: Vec::new(),
            values: Vec::new(),
            message: None,
            address: None,
            shown: None,
        }
    }

    /// A warning with the code's own summary.
    pub fn warning(code: Code, detail: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, detail)
        }
    }

    /// Replaces the summary, where Terraform's own wording for this case is more exact than the code's.
    #[must_use]
    pub fn with_summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// Points at the place, without words of its own.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        self.labelled(span, "")
    }

    /// Points at the place and says what is there.
    #[must_use]
    pub fn labelled(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Tells what names at the place stood for.
    #[must_use]
    pub fn telling(mut self, values: Vec<(String, String)>) -> Self {
        self.values = values;
        self
    }

    /// Carries what a condition says, for the record.
    #[must_use]
    pub fn saying(mut self, message: Option<String>) -> Self {
        self.message = message;
        self
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds "Did you mean …?" when one of the names is close.
    #[must_use]
    pub fn suggest<'a>(self, given: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(given, names) {
            Some(name) => self.hint(format!("Did you mean `{name}`?")),
            None => self,
        }
    }

    /// Names the resource it is about.
    #[must_use]
    pub fn about(mut self, address: &(impl ToString + ?Sized)) -> Self {
        self.address = Some(address.to_string());
        self
    }
}

/// The problems of a phase, in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// Those of the list, so that one of thousands is found at once.
    told: BTreeSet<Diagnostic>,
}

impl Diagnostics {
    /// No problems.
    pub fn new() -> Self {
        Diagnostics::default()
    }

    /// Adds a problem, unless the very same one is there already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.told.insert(diagnostic.clone()) {
            self.list.push(diagnostic);
        }
    }

    /// Adds all problems of another collection.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in others {
            self.push(diagnostic);
        }
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The same problems in the order of the text: those without a place first, then by file and place.
    #[must_use]
    pub fn in_order_of_place(mut self) -> Self {
        self.list
            .sort_by_key(|problem| problem.primary.as_ref().map(|label| label.span));
        self
    }

    /// Ok with the value and the warnings when there is no error, else all of them.
    pub fn into_result<T>(self, value: T) -> Result<(T, Diagnostics), Diagnostics> {
        if self.has_errors() {
            Err(self)
        } else {
            Ok((value, self))
        }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics::from_iter([diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iterator: I) -> Self {
        let mut all = Diagnostics::new();
        all.extend(iterator);
        all
    }
}
