//! Walking into values.

use super::{Kind, Value};
use crate::address::{AttributePath, PathStep};

impl Value {
    /// The part at a path; `None` where the path leads nowhere, or into a set.
    pub fn at(&self, path: &AttributePath) -> Option<&Value> {
        path.steps()
            .iter()
            .try_fold(self, |value, step| match step {
                PathStep::Attribute(name) | PathStep::Key(name) => value.get(name),
                PathStep::Index(index) => value.as_elements()?.get(usize::try_from(*index).ok()?),
                PathStep::Element => None,
            })
    }

    /// Calls `visit` with every part and its path, the whole value first.
    pub fn visit(&self, visit: &mut dyn FnMut(&AttributePath, &Value)) {
        self.visit_below(&AttributePath::root(), visit);
    }

    fn visit_below(&self, path: &AttributePath, visit: &mut dyn FnMut(&AttributePath, &Value)) {
        visit(path, self);
        match &self.kind {
            Kind::List(_, elements) | Kind::Tuple(elements) => {
                for (index, element) in (0..).zip(elements.iter()) {
                    element.visit_below(&path.then(PathStep::Index(index)), visit);
                }
            }
            Kind::Set(_, elements) => {
                for element in elements.iter() {
                    element.visit_below(&path.then(PathStep::Element), visit);
                }
            }
            Kind::Map(_, entries) => {
                for (key, value) in entries {
                    value.visit_below(&path.then(PathStep::Key(key.clone())), visit);
                }
            }
            Kind::Object(attributes) => {
                for (name, value) in attributes {
                    value.visit_below(&path.then(PathStep::Attribute(name.clone())), visit);
                }
            }
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_) => {}
        }
    }
}
