//! What goes wrong during an evaluation, which goes on all the same.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lang::{Evaluated, Halt};
use crate::value::Value;
use std::cell::{Cell, RefCell};

/// The mistakes of an evaluation, and whether a fact is missing.
#[derive(Default)]
pub(super) struct Trouble {
    problems: RefCell<Diagnostics>,
    count: Cell<usize>,
    blocked: Cell<usize>,
}

impl Trouble {
    /// Remembers a mistake.
    pub(super) fn push(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
        self.count.set(self.count.get() + 1);
    }

    /// Remembers why there is no value.
    pub(super) fn halt(&self, halt: Halt) {
        match halt {
            Halt::Blocked => self.block(),
            Halt::Failed(problems) => problems.into_iter().for_each(|problem| self.push(problem)),
        }
    }

    /// Remembers what is remembered in another.
    pub(super) fn absorb(&self, other: Trouble) {
        if other.blocked() > 0 {
            self.block();
        }
        other
            .into_problems()
            .into_iter()
            .for_each(|problem| self.push(problem));
    }

    /// Remembers that a fact is missing where another evaluation missed one.
    pub(super) fn absorb_blocked(&self, other: &Trouble) {
        if other.blocked() > 0 {
            self.block();
        }
    }

    /// How many mistakes there are, each time one was made counted.
    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    /// How often a fact was missing.
    pub(super) fn blocked(&self) -> usize {
        self.blocked.get()
    }

    fn block(&self) {
        self.blocked.set(self.blocked.get() + 1);
    }

    /// The mistakes.
    pub(super) fn into_problems(self) -> Diagnostics {
        self.problems.into_inner()
    }

    /// The value, unless something is wrong; what is wrong comes before what is missing.
    pub(super) fn into_result(self, value: Value) -> Evaluated {
        let blocked = self.blocked() > 0;
        let problems = self.into_problems();
        if !problems.is_empty() {
            Err(Halt::Failed(Box::new(problems)))
        } else if blocked {
            Err(Halt::Blocked)
        } else {
            Ok(value)
        }
    }
}
