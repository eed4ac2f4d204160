//! A module of the prelude for one block: the same declarations, standing at the user's lines.
//!
//! Everything in the copy has a place in the user's file: what comes from one written argument stands at that argument,
//! the rest at the block's header. So no diagnostic, whoever makes it, can point into the prelude.

use super::rebuild::Rebuild;
use crate::address::Name;
use crate::config::{Body, Internals, Module, Repetition};
use crate::lang::{Expression, Subject};
use crate::prelude::PreludeModule;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a block and its arguments stand.
pub(super) struct Places {
    /// The block's header.
    pub(super) header: Span,
    /// The values of the variables that are set.
    pub(super) written: BTreeMap<Name, Span>,
}

/// The module of the prelude as it is for a block.
pub(super) fn instantiate(which: PreludeModule, places: &Places) -> Module {
    let mut module = Arc::unwrap_or_clone(which.module());
    for variable in module.variables.values_mut() {
        variable.span = places.of_variable(&variable.name);
    }
    for local in module.locals.values_mut() {
        local.span = places.header;
        local.value = places.moved(&local.value);
    }
    for output in module.outputs.values_mut() {
        output.span = places.header;
        output.value = places.moved(&output.value);
    }
    for resource in module.resources.values_mut() {
        resource.span = places.header;
        places.move_body(&mut resource.body);
        places.move_repetition(&mut resource.repetition);
        for dependency in &mut resource.depends_on {
            dependency.reference.span = places.header;
        }
        let Internals { adopt, forget, .. } = &mut resource.internals;
        for expression in [adopt, forget].into_iter().flatten() {
            *expression = places.moved(expression);
        }
    }
    module
}

/// Leaves the resources of a type out of a module that does not need them, and whatever waits for them.
pub(super) fn leave_out(module: &mut Module, resource_type: &str) {
    module
        .resources
        .retain(|name, _| name.resource_type.as_ref() != resource_type);
    for output in module.outputs.values_mut() {
        output.depends_on.retain(|dependency| {
            !matches!(&dependency.reference.subject, Subject::Resource(name)
                if name.resource_type.as_ref() == resource_type)
        });
    }
}

impl Places {
    fn of_variable(&self, name: &Name) -> Span {
        self.written.get(name).copied().unwrap_or(self.header)
    }

    /// The place of an expression of the prelude: the one written argument that it speaks of, else the header.
    fn of(&self, expression: &Expression) -> Span {
        let mut found = BTreeSet::new();
        expression.each_reference(&mut |reference, _| {
            if let Subject::Variable(name) = &reference.subject {
                found.extend(self.written.get(name).copied());
            }
        });
        match found.into_iter().collect::<Vec<_>>().as_slice() {
            [only] => *only,
            _ => self.header,
        }
    }

    fn moved(&self, expression: &Expression) -> Expression {
        Rebuild {
            place: Some(self.of(expression)),
            replace: &|_, _, _| None,
        }
        .expression(expression)
    }

    fn move_body(&self, body: &mut Body) {
        body.span = self.header;
        for argument in &mut body.arguments {
            argument.span = self.of(&argument.value);
            argument.value = self.moved(&argument.value);
        }
        for block in &mut body.blocks {
            block.span = self.header;
            if let Some(dynamic) = &mut block.dynamic {
                dynamic.for_each = self.moved(&dynamic.for_each);
            }
            self.move_body(&mut block.body);
        }
    }

    fn move_repetition(&self, repetition: &mut Repetition) {
        match repetition {
            Repetition::None => {}
            Repetition::Count(expression) | Repetition::ForEach(expression) => {
                *expression = self.moved(expression);
            }
        }
    }
}
