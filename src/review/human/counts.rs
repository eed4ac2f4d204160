//! The summary line.

use crate::plan::{Action, Plan};
use crate::review::palette::Palette;

/// What a plan does, in numbers. A replacement counts as one object made and one destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects that exist and are taken over.
    pub import: usize,
    /// Objects that are made.
    pub add: usize,
    /// Objects that are changed in place.
    pub change: usize,
    /// Objects that are destroyed.
    pub destroy: usize,
    /// Objects that are forgotten.
    pub forget: usize,
}

impl Counts {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut counts = Counts::default();
        for change in &plan.changes {
            counts.import += usize::from(change.importing.is_some());
            match change.action {
                Action::NoOp | Action::Read => {}
                Action::Create => counts.add += 1,
                Action::Update => counts.change += 1,
                Action::Replace(_) => {
                    counts.add += 1;
                    counts.destroy += 1;
                }
                Action::Delete => counts.destroy += 1,
                Action::Forget => counts.forget += 1,
            }
        }
        counts
    }

    /// The line as Terraform words it, without its first word's colour: `1 to add, 2 to change, 3 to destroy.`
    pub fn line(self) -> String {
        let import = match self.import {
            0 => String::new(),
            count => format!("{count} to import, "),
        };
        let forget = match self.forget {
            0 => String::new(),
            count => format!(", {count} to forget"),
        };
        format!(
            "{import}{} to add, {} to change, {} to destroy{forget}.",
            self.add, self.change, self.destroy
        )
    }

    pub(super) fn sentence(self, palette: Palette) -> String {
        format!("{} {}", palette.strong("Plan:"), self.line())
    }
}
