//! What names stand for while nothing is given and nothing is planned, as in Terraform's validation: a mistake that shows
//! then is one whatever the variables are worth.

use super::scope::ModuleScope;
use crate::address::{InstanceKey, Name, ResourceMode};
use crate::config::{Module, Repetition};
use crate::lang::{EachPart, Evaluated, Halt, Subject};
use crate::value::{Kind, Marks, Type, Value};

/// An object of a block: nothing is known of it, not even its type. Its attributes are looked up by the check.
pub(super) fn resource(mode: ResourceMode) -> Value {
    let marks = match mode {
        ResourceMode::Managed | ResourceMode::Data => Marks::NONE,
        ResourceMode::Ephemeral => Marks::EPHEMERAL,
    };
    Value::unknown(Type::Dynamic).marked(marks)
}

/// `each`, `count` and `self`.
pub(super) fn part(subject: &Subject) -> Value {
    Value::unknown(match subject {
        Subject::Each(EachPart::Key) => Type::String,
        Subject::CountIndex => Type::Number,
        Subject::Each(EachPart::Value)
        | Subject::Own
        | Subject::Variable(_)
        | Subject::Local(_)
        | Subject::Module(_)
        | Subject::Resource(_)
        | Subject::Path(_)
        | Subject::Workspace => Type::Dynamic,
    })
}

/// Whether a value of this type may turn out to be one that `for_each` takes; a set is judged once its elements are known.
pub(super) fn may_repeat(value: &Value) -> bool {
    match &value.kind {
        Kind::Unknown(unknown) => matches!(
            unknown.ty,
            Type::Dynamic | Type::Map(_) | Type::Object(_) | Type::Set(_)
        ),
        Kind::Set(..) => !value.is_wholly_known(),
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => false,
    }
}

impl ModuleScope<'_, '_> {
    /// What a call gives: an object with the outputs, or a list or map of such. Of the outputs not even the type is known.
    pub(super) fn open_call(&self, name: &Name) -> Evaluated {
        let call = self.module.calls.get(name).ok_or(Halt::Blocked)?;
        let instance = self.place.module.child(name.clone(), InstanceKey::None);
        let (module, _) = self.evaluation.module_of(&instance).ok_or(Halt::Blocked)?;
        let ty = outputs(module);
        Ok(Value::unknown(match &call.repetition {
            Repetition::None => ty,
            Repetition::Count(_) => Type::list(ty),
            Repetition::ForEach(_) => Type::map(ty),
        }))
    }
}

fn outputs(module: &Module) -> Type {
    let names = module.outputs.keys();
    Type::object(names.map(|name| (name.clone(), Type::Dynamic)))
}
