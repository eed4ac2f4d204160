//! Variables, locals and outputs: computed on demand, remembered.

use super::{Evaluation, Place, Remembered, Stage};
use crate::address::{ModuleInstance, Name};
use crate::config::{Output, Variable};
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{Node, NodeId};
use crate::lang::{Evaluated, Halt};
use crate::source::Span;
use crate::value::{Marks, Type, Value, convert};

impl Evaluation<'_> {
    /// The value of a variable, local or output in a module instance.
    ///
    /// The diagnostics of a failure are returned once; after that whoever asks is blocked.
    pub fn result(&self, node: NodeId, module: &ModuleInstance) -> Evaluated {
        let remembered = self
            .results
            .borrow()
            .get(node.index())
            .and_then(|r| r.get(module))
            .cloned();
        match remembered {
            Some(Remembered::Value(value)) => return Ok(value),
            // What is wrong was told, and is not known.
            Some(Remembered::Failed) if self.stage == Stage::Look => {
                return Ok(Value::unknown(Type::Dynamic));
            }
            Some(Remembered::Failed) => return Err(Halt::Blocked),
            None => {}
        }
        let result = self.compute(node, module);
        let remember = match &result {
            Ok(value) if self.stage != Stage::Apply || is_final(value) => {
                Some(Remembered::Value(value.clone()))
            }
            // While planning, what a declaration needs has had its turn: who is blocked now stays so for the round.
            Err(Halt::Blocked) if self.stage != Stage::Apply => Some(Remembered::Failed),
            Ok(_) | Err(Halt::Blocked) => None,
            Err(Halt::Failed(_)) => Some(Remembered::Failed),
        };
        if let Some(remember) = remember {
            self.remember(node, module, remember);
        }
        result
    }

    /// Takes note of a result.
    pub(super) fn remember(&self, node: NodeId, module: &ModuleInstance, result: Remembered) {
        if let Some(slot) = self.results.borrow_mut().get_mut(node.index()) {
            slot.insert(module.clone(), result);
        }
    }

    fn compute(&self, node: NodeId, module: &ModuleInstance) -> Evaluated {
        let (declaration, _) = self.module_of(module).ok_or(Halt::Blocked)?;
        match self.program.graph.node(node) {
            Some(Node::Variable(_, name)) => {
                let variable = declaration.variables.get(name).ok_or(Halt::Blocked)?;
                if self.stage == Stage::Validate {
                    return Ok(mark(
                        Value::unknown(variable.constraint.ty.clone()),
                        variable,
                    ));
                }
                match module.split() {
                    None => self.program.inputs.get(name).cloned().ok_or(Halt::Blocked),
                    Some((caller, call, key)) => self
                        .argument(variable, &caller, call, key)
                        .map(|value| mark(value, variable)),
                }
            }
            Some(Node::Local(_, name)) => {
                let local = declaration.locals.get(name).ok_or(Halt::Blocked)?;
                self.evaluate(&local.value, &Place::module(module))
            }
            Some(Node::Output(_, name)) => {
                let output = declaration.outputs.get(name).ok_or(Halt::Blocked)?;
                let value = self.evaluate(&output.value, &Place::module(module))?;
                lasting(output, &value)?;
                Ok(value)
            }
            Some(Node::Call(..) | Node::Whole(_) | Node::Resource(_) | Node::Provider(..))
            | None => Err(Halt::Blocked),
        }
    }

    /// The value that a variable of a module has by its call, as far as that is known, or what is wrong with it; `None` in
    /// the root module, to which nothing is passed.
    pub fn passed(&self, name: &Name, module: &ModuleInstance) -> Result<Option<Value>, Halt> {
        let Some((caller, call, key)) = module.split() else {
            return Ok(None);
        };
        let (declaration, _) = self.module_of(module).ok_or(Halt::Blocked)?;
        let variable = declaration.variables.get(name).ok_or(Halt::Blocked)?;
        let value = self.argument(variable, &caller, call, key)?;
        Ok(Some(mark(value, variable)))
    }

    /// The value that a call passes for a variable of its module.
    fn argument(
        &self,
        variable: &Variable,
        caller: &ModuleInstance,
        call: &Name,
        key: &crate::address::InstanceKey,
    ) -> Evaluated {
        let (declaration, index) = self.module_of(caller).ok_or(Halt::Blocked)?;
        let block = declaration.calls.get(call).ok_or(Halt::Blocked)?;
        let default = || variable.default.clone().ok_or(Halt::Blocked);
        let Some(argument) = block
            .arguments
            .iter()
            .find(|argument| argument.name == variable.name)
        else {
            return default();
        };
        let node = *index.calls.get(call).ok_or(Halt::Blocked)?;
        let expansion = self.expansion(node, caller)?;
        let each = expansion.each.get(key).cloned();
        let place = Place {
            module: caller.clone(),
            key: key.clone(),
            each: each.filter(|_| self.stage != Stage::Validate),
            own: None,
        };
        let given = variable
            .constraint
            .apply_defaults(&self.evaluate(&argument.value, &place)?);
        if !variable.ephemeral && given.deep_marks().intersects(Marks::EPHEMERAL) {
            let detail = "This input variable does not accept ephemeral values, so it cannot be set to a result that is \
                          made from one.";
            return Err(not_allowed(detail, argument.value.span)
                .also(variable.span, "declared here")
                .hint("Write `ephemeral = true` in the variable if its value is to be used and not stored.")
                .into());
        }
        let value = convert(&given, &variable.constraint.ty).map_err(|error| {
            let part = if error.path.is_root() { String::new() } else { format!(" {}:", error.path) };
            let detail = format!(
                "The given value is not suitable for {}.var.{} defined in the module:{part} {error}.",
                caller.path().child(call.clone()),
                variable.name
            );
            Halt::from(
                Diagnostic::error(Code::WrongType, detail)
                    .with_summary("Invalid value for input variable")
                    .at(argument.value.span)
                    .also(variable.span, "declared here"),
            )
        })?;
        if !value.is_null() || variable.nullable {
            return Ok(value);
        }
        match &variable.default {
            Some(default) => Ok(default.clone()),
            None => {
                let module = caller.path().child(call.clone());
                Err(crate::config::required_variable(&module, argument).into())
            }
        }
    }
}

/// Whether a value can no longer change during apply. What was opened while planning is opened again.
fn is_final(value: &Value) -> bool {
    value.is_wholly_known()
        && !value
            .deep_marks()
            .intersects(Marks::PREDICTED | Marks::EPHEMERAL)
}

fn mark(value: Value, variable: &Variable) -> Value {
    value.marked(variable.marks())
}

/// Refuses what an output may not pass on: an ephemeral value unless it says so, and then anything else.
fn lasting(output: &Output, value: &Value) -> Result<(), Halt> {
    let is_ephemeral = value.deep_marks().intersects(Marks::EPHEMERAL);
    match (output.ephemeral, is_ephemeral) {
        (true, true) | (false, false) => Ok(()),
        (false, true) => {
            let detail = "This output is not declared to return an ephemeral value, so it cannot be set to a result that \
                          is made from one.";
            Err(not_allowed(detail, output.value.span).into())
        }
        (true, false) => {
            let detail = "This output is declared to return an ephemeral value, so it can only be set to one.";
            Err(Diagnostic::error(Code::InvalidValue, detail)
                .with_summary("Value not allowed in ephemeral output")
                .at(output.value.span)
                .into())
        }
    }
}

fn not_allowed(detail: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidValue, detail)
        .with_summary("Ephemeral value not allowed")
        .at(span)
}
