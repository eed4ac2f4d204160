//! One mistake over the schemas in a configuration that would be right.

use super::model::{Body, Inner, Model, Module, Object, Repeat};
use super::schema::{Block, Schemas, Ty};
use crate::common::random::Random;

/// Puts a mistake somewhere.
pub(super) fn put(random: &mut Random, schemas: &Schemas, model: &mut Model) {
    let number = model.number();
    let module = match &mut model.child {
        Some(child) if random.chance(30) => &mut child.module,
        _ => &mut model.root,
    };
    if module.objects.is_empty() {
        return;
    }
    if random.chance(35) {
        refers(random, schemas, module, number);
        return;
    }
    let at = random.below(module.objects.len());
    let object = &mut module.objects[at];
    let mut schema = schemas.block(&object.kind);
    let mut body = &mut object.body;
    while !body.blocks.is_empty() && random.chance(50) {
        let at = random.below(body.blocks.len());
        let inner = &mut body.blocks[at];
        let Some(nested) = schema.nested(&inner.name) else {
            return;
        };
        if inner.over.is_some() && random.chance(30) {
            let wrong = random.pick(&["5", "null", "\"text\"", "[nonsense]", "[1].x"]);
            inner.over = Some(wrong.to_owned());
            return;
        }
        schema = &nested.block;
        body = &mut inner.body;
    }
    if let Some(value) = shape(random, schema, body) {
        let (name, value, ty) = value;
        let written = if random.chance(35) {
            let local = format!("w{number:03}");
            module.locals.push((local.clone(), ty, value));
            format!("local.{local}")
        } else {
            value
        };
        let object = &mut module.objects[at];
        put_value(&mut object.body, &name, &written);
    }
}

/// A mistake in a body; a wrong value of an argument is given back.
fn shape(random: &mut Random, schema: &Block, body: &mut Body) -> Option<(String, String, Ty)> {
    let block = |name: &str| Inner {
        name: name.to_owned(),
        over: None,
        body: Body::default(),
    };
    match random.below(10) {
        0 => body.arguments.push(("nonsense".to_owned(), "1".to_owned())),
        1 => {
            let required = |name: &str| schema.attribute(name).is_some_and(|one| one.is_required);
            let at = body.arguments.iter().position(|(name, _)| required(name));
            at.map(|at| body.arguments.remove(at));
        }
        2 => {
            let at = body.blocks.iter().position(|one| {
                schema
                    .nested(&one.name)
                    .is_some_and(|nested| nested.min > 0)
            });
            at.map(|at| body.blocks.remove(at));
        }
        3 => {
            let singles = body.blocks.iter().filter(|one| {
                schema
                    .nested(&one.name)
                    .is_some_and(super::schema::Nested::is_single)
            });
            let singles: Vec<Inner> = singles.cloned().collect();
            body.blocks.extend(singles.into_iter().next());
        }
        4 => body.blocks.push(block("nonsense")),
        5 => body
            .blocks
            .extend(schema.attributes.first().map(|one| block(&one.name))),
        6 => {
            let names: Vec<&str> = schema.blocks.iter().map(|one| &*one.name).collect();
            if !names.is_empty() {
                let name = *random.of(&names);
                body.blocks.retain(|one| one.name != name);
                let value = random.pick(&["[]", "{}", "null", "[{}]", "1"]);
                body.arguments.push((name.to_owned(), value.to_owned()));
            }
        }
        _ => {
            if body.arguments.is_empty() {
                return None;
            }
            let (name, _) = random.of(&body.arguments).clone();
            let ty = schema.attribute(&name)?.ty;
            let wrong = match ty {
                Ty::Text | Ty::Other => random.pick(&["[\"a\"]", "{ a = \"b\" }", "[]", "null"]),
                Ty::Number => random.pick(&["\"many\"", "[1]", "true", "null"]),
                Ty::Truth => random.pick(&["\"perhaps\"", "1", "[]", "null"]),
                Ty::List | Ty::Set => random.pick(&[
                    "\"x\"",
                    "{ a = \"b\" }",
                    "[[\"a\"]]",
                    "[{}]",
                    "1",
                    "[null]",
                    "null",
                ]),
                Ty::Map => random.pick(&[
                    "[\"a\"]",
                    "\"x\"",
                    "{ a = [1] }",
                    "{ a = {} }",
                    "{ a = null }",
                    "true",
                ]),
            };
            return Some((name, wrong.to_owned(), ty));
        }
    }
    None
}

/// Writes a value where the argument is first found.
fn put_value(body: &mut Body, name: &str, value: &str) -> bool {
    if let Some(argument) = body.arguments.iter_mut().find(|one| one.0 == name) {
        value.clone_into(&mut argument.1);
        return true;
    }
    let mut inner = body.blocks.iter_mut();
    inner.any(|inner| put_value(&mut inner.body, name, value))
}

/// A reference to what is not there, in an output or an argument.
fn refers(random: &mut Random, schemas: &Schemas, module: &mut Module, number: usize) {
    let object = random.of(&module.objects).clone();
    let reference = wrong_reference(random, schemas, &object);
    let mut values: Vec<&mut String> = module
        .outputs
        .iter_mut()
        .map(|one| &mut one.value)
        .collect();
    let before = module.objects.iter_mut();
    let behind = before
        .skip_while(|other| other.address() != object.address())
        .skip(1);
    for other in behind {
        values.extend(other.body.arguments.iter_mut().map(|(_, value)| value));
    }
    if values.is_empty() {
        let value = reference;
        let name = format!("w{number:03}");
        module.outputs.push(super::model::Output {
            name,
            value,
            sensitive: true,
        });
        return;
    }
    let at = random.below(values.len());
    *values[at] = reference;
}

fn wrong_reference(random: &mut Random, schemas: &Schemas, object: &Object) -> String {
    let address = object.address();
    let key = object.repeat.keys().into_iter().next().unwrap_or_default();
    let one = format!("{address}{key}");
    let schema = schemas.block(&object.kind);
    let attribute = &random.of(&schema.attributes).name;
    let nested = schema.blocks.first().map(|nested| &nested.name);
    match (random.below(12), nested) {
        (0, _) => format!("{one}.nonsense"),
        (1, Some(nested)) => format!("{one}.{nested}.nonsense"),
        (2, Some(nested)) => format!("{one}.{nested}[0].nonsense"),
        (3, Some(nested)) => format!("{one}.{nested}[7].x"),
        (4, _) => format!("{one}.{attribute}.nonsense"),
        (5, _) => format!("{one}.{attribute}[0]"),
        (6, _) => format!("{one}.{attribute}[\"none\"]"),
        (7, _) => format!("{one}.{attribute} + 1"),
        (8, _) if object.repeat == Repeat::Once => format!("{address}[0].{attribute}"),
        (8, _) => format!("{address}.{attribute}"),
        (9, _) => format!("{address}[\"zz\"].{attribute}"),
        (10, _) => format!("{address}x.{attribute}"),
        (11, _) => format!("upper({one})"),
        _ => format!("{one}[*].nonsense"),
    }
}
