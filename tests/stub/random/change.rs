//! The next step of a case: the configuration with a few changes, and how it is planned.

use super::draw::Draw;
use super::generator::{AT_ONCE, DISTINCT, any_object, draw, inner_block, lifecycle, repeat, step};
use super::model::{Model, Module, Object, Repeat};
use super::schema::Schemas;
use super::table::Table;
use crate::common::random::Random;
use crate::configurations::case::Step;

/// Changes the model, and gives it as a step.
pub(super) fn next(
    random: &mut Random,
    schemas: &Schemas,
    table: &Table,
    model: &mut Model,
) -> Step {
    for _ in 0..=random.below(4) {
        if let (Some(child), true) = (&mut model.child, random.chance(25)) {
            change(random, schemas, table, &mut child.module, &mut model.next);
        } else {
            change(random, schemas, table, &mut model.root, &mut model.next);
        }
    }
    if random.chance(8) {
        model.default_tags = random.chance(50).then(|| "{ team = \"other\" }".to_owned());
    }
    let mut step = step(model);
    if random.chance(8) {
        step.arguments.push("-destroy".to_owned());
    } else if random.chance(5) {
        step.arguments.push("-refresh=false".to_owned());
    } else if random.chance(8) && !model.root.objects.is_empty() {
        let object = random.of(&model.root.objects);
        if let (false, Some(key)) = (object.is_data(), object.repeat.keys().first()) {
            step.arguments
                .push(format!("-replace={}{key}", object.address()));
        }
    }
    step
}

fn change(
    random: &mut Random,
    schemas: &Schemas,
    table: &Table,
    module: &mut Module,
    next: &mut usize,
) {
    if module.objects.is_empty() {
        return;
    }
    let at = random.below(module.objects.len());
    // What comes behind may refer to the object, which therefore may not refer to it.
    let mut rest = module.objects.split_off(at);
    let mut object = rest.remove(0);
    let mut draw = draw(random, schemas, table, module, next);
    draw.own = object.repeat.clone();
    draw.is_at_once = AT_ONCE.contains(&&*object.kind);
    let mut is_kept = true;
    match draw.random.below(12) {
        0..=2 => argument(&mut draw, &mut object),
        3 | 4 => blocks(&mut draw, &mut object),
        5 => arguments(&mut draw, &mut object),
        6 => repeats(&mut draw, &mut object),
        7 => object.lifecycle = lifecycle(&mut draw, &object),
        8 => renames(&mut draw, &mut object, &mut rest),
        9 => is_kept = !removes(&mut draw, &object, &rest),
        10 => variable(&mut draw),
        _ => {
            draw.own = Repeat::Once;
            draw.is_at_once = false;
            let new = any_object(&mut draw);
            rest.push(new);
        }
    }
    if is_kept {
        module.objects.push(object);
    }
    module.objects.extend(rest);
}

/// Another value of an argument, at any depth.
fn argument(draw: &mut Draw<'_>, object: &mut Object) {
    let mut path = object.kind.clone();
    let mut schema = draw.schemas.block(&object.kind);
    let mut body = &mut object.body;
    while !body.blocks.is_empty() && draw.random.chance(40) {
        let at = draw.random.below(body.blocks.len());
        let inner = &mut body.blocks[at];
        let Some(nested) = schema.nested(&inner.name) else {
            return;
        };
        schema = &nested.block;
        path = format!("{path}.{}", inner.name);
        if inner.over.is_some() {
            draw.iterators.push(inner.name.clone());
        }
        body = &mut inner.body;
    }
    if body.arguments.is_empty() {
        return;
    }
    let at = draw.random.below(body.arguments.len());
    let (name, value) = &mut body.arguments[at];
    if let Some(attribute) = schema.attribute(name) {
        *value = draw.argument(&format!("{path}.{name}"), attribute.ty);
    }
    draw.iterators.clear();
}

/// An optional argument more or less.
fn arguments(draw: &mut Draw<'_>, object: &mut Object) {
    let schema = draw.schemas.block(&object.kind);
    let optional = schema
        .attributes
        .iter()
        .filter(|one| one.is_argument && !one.is_required);
    let optional: Vec<_> = optional.collect();
    if optional.is_empty() {
        return;
    }
    let attribute = *draw.random.of(&optional);
    let path = format!("{}.{}", object.kind, attribute.name);
    let before = object.body.arguments.len();
    if DISTINCT.contains(&&*attribute.name) || attribute.name.ends_with("prefix") {
        return;
    }
    object
        .body
        .arguments
        .retain(|(name, _)| *name != attribute.name);
    if before == object.body.arguments.len() && !draw.table.is_left_out(&path) {
        let value = draw.argument(&path, attribute.ty);
        object.body.arguments.push((attribute.name.clone(), value));
    }
}

/// A block more or less, or in another place.
fn blocks(draw: &mut Draw<'_>, object: &mut Object) {
    let schema = draw.schemas.block(&object.kind);
    let usual = |name: &str| !draw.table.is_left_out(&format!("{}.{name}", object.kind));
    let nested: Vec<_> = schema
        .blocks
        .iter()
        .filter(|one| usual(&one.name))
        .collect();
    if nested.is_empty() {
        return;
    }
    let nested = *draw.random.of(&nested);
    let count = object
        .body
        .blocks
        .iter()
        .filter(|one| one.name == nested.name)
        .count();
    if count > nested.min && draw.random.chance(50) {
        let at = object
            .body
            .blocks
            .iter()
            .position(|one| one.name == nested.name);
        object.body.blocks.remove(at.unwrap_or_default());
    } else if count == 0 || !nested.is_single() {
        let path = format!("{}.{}", object.kind, nested.name);
        let block = inner_block(draw, &path, nested);
        let at = draw.random.below(object.body.blocks.len() + 1);
        object.body.blocks.insert(at, block);
    } else {
        object.body.blocks.reverse();
    }
}

/// Another repetition; what refers to an instance by the old one is a mistake that both have to tell.
fn repeats(draw: &mut Draw<'_>, object: &mut Object) {
    let uses = format!("{:?}", object.body);
    let new = repeat(draw);
    let is_keyed = uses.contains("count.") || uses.contains("each.");
    let fits = match &new {
        // What several instances make could not be told apart.
        Repeat::Count(2.., _) if !is_keyed => false,
        Repeat::Each(keys, _) if keys.len() > 1 && !is_keyed => false,
        Repeat::Each(..) => !uses.contains("count."),
        Repeat::Once | Repeat::Count(..) => !uses.contains("each."),
    };
    if fits {
        object.repeat = new;
    }
}

/// Another name, mostly with `moved`.
fn renames(draw: &mut Draw<'_>, object: &mut Object, rest: &mut [Object]) {
    let from = object.address();
    object.name = draw.name();
    let to = object.address();
    let mut others = Module {
        objects: rest.to_vec(),
        ..Module::default()
    };
    for module in [&mut others, &mut *draw.module] {
        module.replace(&from, &to);
    }
    rest.clone_from_slice(&others.objects);
    for line in &mut object.lifecycle {
        *line = line.replace(&from, &to);
    }
    if !object.is_data() && draw.random.chance(85) {
        draw.module
            .notes
            .push(format!("moved {{\n  from = {from}\n  to = {to}\n}}\n"));
    }
}

/// Whether an object goes away, which it does when nothing refers to it.
fn removes(draw: &mut Draw<'_>, object: &Object, rest: &[Object]) -> bool {
    let address = object.address();
    let others = Module {
        objects: rest.to_vec(),
        ..Module::default()
    };
    if others.text().contains(&address) || draw.module.text().contains(&address) {
        return false;
    }
    if !object.is_data() && draw.random.chance(40) {
        let destroy = draw.random.chance(50);
        draw.module.notes.push(format!(
            "removed {{\n  from = {address}\n  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"
        ));
    }
    true
}

/// Another default of a variable, or value of a local.
fn variable(draw: &mut Draw<'_>) {
    if draw.module.variables.is_empty() {
        return;
    }
    let at = draw.random.below(draw.module.variables.len());
    let ty = draw.module.variables[at].ty;
    let value = draw.literal(ty);
    let variable = &mut draw.module.variables[at];
    if variable.default.is_some() {
        variable.default = Some(value);
    }
}
