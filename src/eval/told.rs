//! What the names in a condition stand for, for whoever wants to know why it does not hold.

use super::{Evaluation, Place};
use crate::lang::{Expression, ExpressionKind, FixedStep, Step};
use crate::value::{Kind, Marks, Value};
use std::collections::BTreeMap;

impl Evaluation<'_> {
    /// Each name that an expression refers to with the steps that stand fixed behind it, and a statement on its value:
    /// `var.number` and `is 0`. Of secrets, and of what is not known, nothing is told.
    pub(super) fn told(&self, expression: &Expression, place: &Place) -> Vec<(String, String)> {
        let mut told = BTreeMap::new();
        expression.each_reference(&mut |reference, steps| {
            let fixed: Vec<(&Step, FixedStep)> = steps
                .iter()
                .map_while(|step| Some((step, step.fixed()?)))
                .collect();
            let written: String = fixed.iter().map(|(_, step)| step.to_string()).collect();
            let steps = fixed.iter().map(|(step, _)| Step::clone(step)).collect();
            let kind = ExpressionKind::Reference(reference.clone(), steps);
            let value = self.evaluate(&Expression::new(expression.span, kind), place);
            let statement = value.ok().and_then(|value| statement(&value));
            let name = format!("{}{written}", reference.subject);
            told.extend(statement.map(|statement| (name, statement)));
        });
        told.into_iter().collect()
    }
}

/// A statement on a value, in Terraform's words.
fn statement(value: &Value) -> Option<String> {
    if value.marks.intersects(Marks::SENSITIVE | Marks::EPHEMERAL) {
        return None;
    }
    let ty = value.ty().friendly();
    Some(match &value.kind {
        Kind::Unknown(_) => return None,
        Kind::Null(_) => "is null".to_owned(),
        Kind::Bool(truth) => format!("is {truth}"),
        Kind::Number(number) => format!("is {number}"),
        Kind::String(text) => format!("is {text:?}"),
        Kind::List(..) | Kind::Set(..) | Kind::Map(..) | Kind::Tuple(_) => {
            match value.parts().count() {
                0 => format!("is empty {ty}"),
                1 => format!("is {ty} with 1 element"),
                many => format!("is {ty} with {many} elements"),
            }
        }
        Kind::Object(entries) => match (entries.len(), entries.keys().next()) {
            (1, Some(name)) => format!("is object with 1 attribute {:?}", name.as_ref()),
            (0, _) => "is object with no attributes".to_owned(),
            (many, _) => format!("is object with {many} attributes"),
        },
    })
}
