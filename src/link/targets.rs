//! What the addresses of nouns mean in `moved`, `removed` and `import` blocks.
//!
//! `role.x` is the whole noun, `module.role_x`, where a module can be meant; where a resource has to be meant it is the
//! noun's own object, `module.role_x.aws_iam_role.this[0]`. A part of a noun that is there at most once needs no index.

use super::display::main_type;
use super::nouns::call_name;
use super::references::References;
use crate::address::{InstanceKey, ResourceName};
use crate::config::{Module, Moved, NounKind, Repetition, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Expression;
use crate::prelude::PreludeModule;
use crate::source::Span;
use crate::value::{Number, Value};

/// Turns the addresses of nouns in the root module's blocks, and the references of `import` blocks.
pub(super) fn turn(module: &mut Module, references: &References) {
    for moved in &mut module.moved {
        turn_moved(moved);
    }
    for removed in &mut module.removed {
        whole(&mut removed.from, &|_| InstanceKey::Int(0));
    }
    for import in &mut module.imports {
        let zero = |span| Expression::literal(span, Value::number(Number::from(0)));
        own_object(&mut import.to, &zero);
        let keys = import.to.modules.iter_mut().map(|(_, key)| key);
        let keys = keys.chain(import.to.resource.iter_mut().map(|(_, key)| key));
        let expressions = keys
            .flatten()
            .chain([&mut import.id])
            .chain(&mut import.for_each);
        for expression in expressions {
            *expression = references.turn(expression);
        }
    }
}

/// Nouns in the blocks of another module than the root, where there are none.
pub(super) fn misplaced(module: &Module) -> Vec<Diagnostic> {
    let moved = module
        .moved
        .iter()
        .flat_map(|moved| [&moved.from, &moved.to]);
    let targets = moved.chain(module.removed.iter().map(|removed| &removed.from));
    let nouns = targets.filter_map(|target| Some((target.noun.as_ref()?, target.span)));
    let diagnostics = nouns.map(|((kind, label, _), span)| {
        let detail = format!("`{kind}.{label}` is named, but nouns stand in the root module only.");
        Diagnostic::error(Code::InvalidNoun, detail)
            .with_summary("Noun outside the root module")
            .at(span)
    });
    diagnostics.collect()
}

fn turn_moved(moved: &mut Moved) {
    let is_module = |target: &Target<InstanceKey>| target.resource.is_none();
    let zero = |_: Span| InstanceKey::Int(0);
    if is_module(&moved.from) && is_module(&moved.to) {
        whole(&mut moved.from, &zero);
        whole(&mut moved.to, &zero);
    } else {
        own_object(&mut moved.from, &zero);
        own_object(&mut moved.to, &zero);
    }
}

/// The target with its noun as a module; a part keeps being one.
fn whole<K>(target: &mut Target<K>, zero: &dyn Fn(Span) -> K) {
    let Some((kind, label, key)) = target.noun.take() else {
        return;
    };
    if let Some((name, key @ None)) = &mut target.resource
        && is_counted(kind, name)
    {
        *key = Some(zero(target.span));
    }
    target
        .modules
        .insert(0, (call_name(kind, &label).into(), key));
}

/// The target with its noun as the object that the noun stands for, unless a part is named.
fn own_object<K>(target: &mut Target<K>, zero: &dyn Fn(Span) -> K) {
    if let (Some((kind, _, _)), None) = (&target.noun, &target.resource) {
        let name = ResourceName::managed(main_type(*kind), "this");
        target.resource = Some((name, None));
    }
    whole(target, zero);
}

/// Whether the instances of a noun's part are numbered.
fn is_counted(kind: NounKind, name: &ResourceName) -> bool {
    let module = PreludeModule::Noun(kind).module();
    let part = module.resources.get(name);
    part.is_some_and(|part| matches!(part.repetition, Repetition::Count(_)))
}
