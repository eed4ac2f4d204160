//! What the names in an expression mean at a place.

use super::{Evaluation, FileRead, Place, Stage, open};
use crate::address::{InstanceKey, Name, ResourceName};
use crate::config::Module;
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{ModuleIndex, NodeId};
use crate::lang::{EachPart, Evaluated, Halt, PathName, Scope, Subject, Target};
use crate::value::{Marks, Type, Value};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The scope of expressions in one module instance.
pub(super) struct ModuleScope<'s, 'p> {
    pub(super) evaluation: &'s Evaluation<'p>,
    pub(super) place: &'s Place,
    pub(super) index: &'s ModuleIndex,
    pub(super) module: &'s Arc<Module>,
}

impl Scope for ModuleScope<'_, '_> {
    fn resolve(&self, target: &Target<'_>) -> Evaluated {
        let instance = &self.place.module;
        match target.subject {
            Subject::Variable(name) => self
                .evaluation
                .result(*found(self.index.variables.get(name))?, instance),
            Subject::Local(name) => self
                .evaluation
                .result(*found(self.index.locals.get(name))?, instance),
            Subject::Resource(name) => {
                self.resource(*found(self.index.resources.get(name))?, name, target)
            }
            Subject::Module(name) => {
                self.module_call(*found(self.index.calls.get(name))?, name, target)
            }
            // Only an `import` block is at an element then.
            Subject::Each(_) | Subject::CountIndex | Subject::Own
                if self.is_open() && self.place.each.is_none() =>
            {
                Ok(open::part(target.subject))
            }
            Subject::Each(EachPart::Key) => match &self.place.key {
                InstanceKey::String(key) => Ok(Value::string(key)),
                // Only `import` blocks go through lists.
                InstanceKey::Int(index) => Ok(Value::number(*index)),
                InstanceKey::None => Err(Halt::Blocked),
            },
            Subject::Each(EachPart::Value) => self.place.each.clone().ok_or(Halt::Blocked),
            Subject::CountIndex => match &self.place.key {
                InstanceKey::Int(index) => Ok(Value::number(*index)),
                InstanceKey::None | InstanceKey::String(_) => Err(Halt::Blocked),
            },
            Subject::Path(path) => Ok(Value::string(self.path(*path))),
            Subject::Workspace => Ok(Value::string(
                &self.evaluation.program.surroundings.workspace,
            )),
            Subject::Own => self.place.own.clone().ok_or(Halt::Blocked),
        }
    }

    fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Halt> {
        let answer = self.evaluation.files.contents.get(path);
        answer
            .cloned()
            .ok_or_else(|| self.missing(FileRead::Content(path.to_owned())))
    }

    fn files(&self, directory: &str, pattern: &str) -> Result<Vec<String>, Halt> {
        let key = (directory.to_owned(), pattern.to_owned());
        let answer = self.evaluation.files.listings.get(&key);
        answer
            .cloned()
            .ok_or_else(|| self.missing(FileRead::Listing(key.0, key.1)))
    }

    fn timestamp(&self) -> Option<Arc<str>> {
        let moment = self.evaluation.moment.as_ref();
        moment.map(|moment| moment.timestamp.clone())
    }

    fn plan_timestamp(&self) -> Option<Arc<str>> {
        let surroundings = &self.evaluation.program.surroundings;
        let instant = surroundings.plan_timestamp.as_ref();
        instant.filter(|_| !self.is_open()).cloned()
    }

    fn is_builtin(&self, provider: &str) -> bool {
        self.module.offers_functions(provider)
    }

    fn narrows(&self) -> bool {
        !self.is_open()
    }

    fn random(&self) -> Option<[u8; 16]> {
        let seed = self.evaluation.moment.as_ref()?.seed;
        let drawn = self.evaluation.drawn.get();
        self.evaluation.drawn.set(drawn + 1);
        let digest = Sha256::new()
            .chain_update(seed)
            .chain_update(drawn.to_be_bytes())
            .finalize();
        digest.first_chunk().copied()
    }

    fn working_directory(&self) -> Option<Arc<str>> {
        let surroundings = &self.evaluation.program.surroundings;
        Some(surroundings.working_directory.as_str().into())
    }

    fn home(&self) -> Option<Arc<str>> {
        self.evaluation.program.surroundings.home.clone()
    }
}

impl ModuleScope<'_, '_> {
    fn missing(&self, read: FileRead) -> Halt {
        self.evaluation.missing.borrow_mut().insert(read);
        Halt::Blocked
    }

    fn path(&self, path: PathName) -> String {
        let surroundings = &self.evaluation.program.surroundings;
        match path {
            PathName::Module => slashes(&self.module.directory),
            PathName::Root => surroundings.root.clone(),
            PathName::Cwd => surroundings.working_directory.clone(),
        }
    }

    fn is_open(&self) -> bool {
        self.evaluation.stage == Stage::Validate
    }

    fn resource(&self, node: NodeId, name: &ResourceName, target: &Target<'_>) -> Evaluated {
        if self.is_open() {
            return Ok(open::resource(name.mode));
        }
        let instance = &self.place.module;
        if self.evaluation.stage == Stage::Look && !self.evaluation.has_objects(node, instance) {
            return Ok(Value::unknown(Type::Dynamic));
        }
        match &target.key {
            None => self.evaluation.collection(node, instance),
            Some(key) => {
                let expansion = self.evaluation.expansion(node, instance)?;
                if expansion.is_single() {
                    let detail = format!(
                        "Because {name} does not have \"count\" or \"for_each\" set, references to it must not include \
                         an index key. Remove the bracketed index to refer to the single instance of this resource."
                    );
                    return Err(Diagnostic::error(Code::InvalidIndex, detail)
                        .with_summary("Unexpected resource instance key")
                        .at(target.span)
                        .into());
                }
                if !expansion.each.contains_key(key) {
                    return Err(no_such_key(target));
                }
                self.evaluation.object(node, instance, key)
            }
        }
    }

    fn module_call(&self, node: NodeId, name: &Name, target: &Target<'_>) -> Evaluated {
        if self.is_open() {
            return self.open_call(name);
        }
        let is_wrong = || self.evaluation.expansion(node, &self.place.module).is_err();
        if self.evaluation.stage == Stage::Look && is_wrong() {
            return Ok(Value::unknown(Type::Dynamic));
        }
        let expansion = self.evaluation.expansion(node, &self.place.module)?;
        if let Some(key) = &target.key {
            if expansion.is_single() || !expansion.each.contains_key(key) {
                return Err(no_such_key(target));
            }
            return self.module_instance(name, key, Some(target));
        }
        if expansion.is_single() {
            return self.module_instance(name, &InstanceKey::None, Some(target));
        }
        let values = expansion
            .each
            .keys()
            .map(|key| Ok((key, self.module_instance(name, key, None)?)));
        let values = values.collect::<Result<Vec<_>, Halt>>()?;
        Ok(expansion.collect(values))
    }

    /// The outputs of one instance of a module, or the one that is asked for.
    fn module_instance(
        &self,
        name: &Name,
        key: &InstanceKey,
        target: Option<&Target<'_>>,
    ) -> Evaluated {
        let instance = self.place.module.child(name.clone(), key.clone());
        let (module, index) = found(self.evaluation.module_of(&instance))?;
        let value = |name: &Name, node: NodeId| {
            let value = self.evaluation.result(node, &instance)?;
            let sensitive = module
                .outputs
                .get(name)
                .is_some_and(|output| output.sensitive);
            Ok(if sensitive {
                value.marked(Marks::SENSITIVE)
            } else {
                value
            })
        };
        if let Some(target) = target
            && let Some(name) = target.output
        {
            let node = index.outputs.get(name);
            return value(name, *node.ok_or_else(|| no_such_output(name, target))?);
        }
        let outputs = index
            .outputs
            .iter()
            .map(|(name, node)| Ok((name.clone(), value(name, *node)?)));
        Ok(Value::object(
            outputs.collect::<Result<BTreeMap<_, _>, Halt>>()?,
        ))
    }
}

/// A name that the check has found to exist.
fn found<T>(value: Option<T>) -> Result<T, Halt> {
    value.ok_or(Halt::Blocked)
}

/// What `try` and `can` catch; elsewhere the check tells it.
fn no_such_output(name: &Name, target: &Target<'_>) -> Halt {
    let detail = format!("This object does not have an attribute named \"{name}\".");
    Diagnostic::error(Code::UnknownAttribute, detail)
        .at(target.span)
        .into()
}

fn no_such_key(target: &Target<'_>) -> Halt {
    let key = target
        .key
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let detail = format!(
        "The given key does not identify an element in this collection value: {}{key} does not exist.",
        target.subject
    );
    Diagnostic::error(Code::InvalidIndex, detail)
        .at(target.span)
        .into()
}

/// A path with forward slashes, as the language shows paths on every system.
fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
