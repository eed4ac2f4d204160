//! The next step of a case: a few changes of the configuration, and how it is planned.

use super::case::Step;
use super::draw::{Scope, expression, literal};
use super::generator;
use super::model::{Item, Lifecycle, Model, Module, Piece, Repeat, Resource, Way};
use super::render;
use crate::common::random::Random;

/// Changes the model, and gives it as a step.
pub(super) fn next(random: &mut Random, model: &mut Model) -> Step {
    for module in &mut model.modules {
        // Once done, such a block may stay or go.
        module
            .notes
            .retain(|note| note.starts_with("moved") && random.chance(50));
        for resource in module.resources_mut() {
            resource.lifecycle.prevent_destroy &= random.chance(50);
        }
    }
    if random.chance(4) {
        let mut step = render::step(model);
        step.arguments.push("-refresh-only".to_owned());
        return step;
    }
    for _ in 0..*random.of(&[0, 1, 1, 2, 2, 3]) {
        change(random, model);
    }
    let mut step = render::step(model);
    if random.chance(27) {
        ask(random, model, &mut step);
    }
    step
}

fn change(random: &mut Random, model: &mut Model) {
    let index = random.below(model.modules.len());
    match random.below(13) {
        0 | 1 => inputs(random, model, index),
        2 => triggers(random, model, index),
        3 | 4 => repeats(random, model, index),
        5 => renames(random, model, index),
        6 => removes(random, model, index),
        7 => {
            let module = model.modules[index].clone();
            let item = generator::item(random, model, &module);
            model.modules[index].items.push(item);
        }
        8 => calls(random, model, index),
        9 => moves_in(random, model),
        10 => lifecycles(random, model, index),
        11 => values(random, model),
        _ => imports(random, model, index),
    }
}

/// The position of a resource among the items of a module.
fn some_resource(random: &mut Random, module: &Module) -> Option<usize> {
    let items = module.items.iter().enumerate();
    let found = items.filter(|(_, item)| matches!(item, Item::Resource(_)));
    let found: Vec<usize> = found.map(|(index, _)| index).collect();
    (!found.is_empty()).then(|| *random.of(&found))
}

fn resource_at(module: &mut Module, at: usize) -> Option<&mut Resource> {
    match module.items.get_mut(at)? {
        Item::Resource(resource) => Some(resource),
        Item::Local(_) | Item::Call(_) | Item::Remote(_) => None,
    }
}

/// Another value of an input; its type stays, since others refer to it.
fn inputs(random: &mut Random, model: &mut Model, index: usize) {
    let Some(at) = some_resource(random, &model.modules[index]) else {
        return;
    };
    let module = &model.modules[index];
    let scope = Scope::before(model, module, Some(module.items[at].id()));
    let Some(resource) = resource_at(&mut model.modules[index], at) else {
        return;
    };
    let scope = scope.within(&resource.repeat);
    if let Some((ty, _)) = resource.input {
        let drawn = expression(random, &scope, ty, 1);
        resource.secret = drawn.secret;
        resource.input = Some((ty, drawn.value));
    }
}

fn triggers(random: &mut Random, model: &mut Model, index: usize) {
    let Some(at) = some_resource(random, &model.modules[index]) else {
        return;
    };
    let ty = *random.of(&super::model::TYPES);
    let value = vec![Piece::Text(literal(random, ty))];
    if let Some(resource) = resource_at(&mut model.modules[index], at) {
        resource.triggers = random.chance(85).then_some(value);
    }
}

/// Another repetition: more or fewer instances, or other keys. Terraform itself takes one without a key for `[0]`; other
/// keys are told by `moved`, or else the objects are made anew.
fn repeats(random: &mut Random, model: &mut Model, index: usize) {
    let is_call = random.chance(35);
    let new = match random.below(6) {
        0 => Repeat::Once,
        1 | 2 => Repeat::Count(random.below(4)),
        _ => Repeat::Each(generator::keys(random), random.chance(50)),
    };
    let module = &mut model.modules[index];
    let mut found: Vec<(String, &mut Repeat)> = if is_call {
        let calls = module.calls_mut();
        calls
            .map(|call| (format!("module.{}", call.name), &mut call.repeat))
            .collect()
    } else {
        let resources = module.resources_mut();
        resources
            .map(|one| (format!("terraform_data.{}", one.name), &mut one.repeat))
            .collect()
    };
    if found.is_empty() {
        return;
    }
    let at = random.below(found.len());
    let (address, repeat) = &mut found[at];
    let address = address.clone();
    let moved = moved_keys(random, &address, repeat, &new);
    **repeat = new;
    if random.chance(60) {
        module.notes.extend(moved);
    }
}

/// `moved` blocks from the old instances to new ones.
fn moved_keys(random: &mut Random, address: &str, old: &Repeat, new: &Repeat) -> Vec<String> {
    let (old, new) = (instances(old), instances(new));
    let pairs = old.iter().zip(new.iter());
    let pairs = pairs.filter(|(from, to)| from != to && random.chance(80));
    pairs
        .filter(|(from, _)| !new.contains(from))
        .map(|(from, to)| moved(&format!("{address}{from}"), &format!("{address}{to}")))
        .collect()
}

/// The keys of instances, `[0]`, as far as they are written.
fn instances(repeat: &Repeat) -> Vec<String> {
    match repeat {
        Repeat::Once => vec![String::new()],
        Repeat::Count(count) => (0..*count).map(|index| format!("[{index}]")).collect(),
        Repeat::Each(keys, _) => keys.iter().map(|key| format!("[{key:?}]")).collect(),
        Repeat::CountOf(_) | Repeat::EachOf(_) | Repeat::EachLike(_) => Vec::new(),
    }
}

fn moved(from: &str, to: &str) -> String {
    format!("moved {{\n  from = {from}\n  to = {to}\n}}\n")
}

/// Another name, with `moved` or without.
fn renames(random: &mut Random, model: &mut Model, index: usize) {
    let (_, new) = generator::name(random, model);
    let module = &mut model.modules[index];
    let (from, to) = if random.chance(35) {
        let mut calls: Vec<_> = module.calls_mut().collect();
        if calls.is_empty() {
            return;
        }
        let at = random.below(calls.len());
        let old = std::mem::replace(&mut calls[at].name, new.clone());
        (format!("module.{old}"), format!("module.{new}"))
    } else {
        let Some(at) = some_resource(random, module) else {
            return;
        };
        let Some(resource) = resource_at(module, at) else {
            return;
        };
        let old = std::mem::replace(&mut resource.name, new.clone());
        (
            format!("terraform_data.{old}"),
            format!("terraform_data.{new}"),
        )
    };
    if random.chance(80) {
        module.notes.push(moved(&from, &to));
    }
}

/// A block goes away, with `removed` or without.
fn removes(random: &mut Random, model: &mut Model, index: usize) {
    let module = &mut model.modules[index];
    if module.items.is_empty() {
        return;
    }
    let at = random.below(module.items.len());
    let item = module.items.remove(at);
    let address = match &item {
        Item::Resource(resource) => format!("terraform_data.{}", resource.name),
        Item::Call(call) => format!("module.{}", call.name),
        Item::Local(_) | Item::Remote(_) => return,
    };
    module.notes.retain(|note| !note.contains(&address));
    if random.chance(50) {
        let destroy = random.chance(40);
        module.notes.push(format!(
            "removed {{\n  from = {address}\n  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"
        ));
    }
}

/// A call of a module more.
fn calls(random: &mut Random, model: &mut Model, index: usize) {
    if index + 1 >= model.modules.len() {
        return;
    }
    let called = index + 1 + random.below(model.modules.len() - index - 1);
    let module = model.modules[index].clone();
    let call = generator::call(random, model, &module, called);
    model.modules[index].items.push(Item::Call(call));
}

/// A resource of the root module goes into a module that is called there.
fn moves_in(random: &mut Random, model: &mut Model) {
    let Some(at) = some_resource(random, &model.modules[0]) else {
        return;
    };
    let calls: Vec<_> = model.modules[0].calls().cloned().collect();
    if calls.is_empty() {
        return;
    }
    let call = random.of(&calls).clone();
    let Item::Resource(mut resource) = model.modules[0].items.remove(at) else {
        return;
    };
    let from = format!("terraform_data.{}", resource.name);
    model.modules[0].notes.retain(|note| !note.contains(&from));
    let key = match instances(&call.repeat).first() {
        Some(key) => key.clone(),
        None => return,
    };
    // What it refers to is not there.
    resource.lifecycle = Lifecycle::default();
    resource.depends_on.clear();
    if let Some((ty, _)) = resource.input {
        resource.input = Some((ty, vec![Piece::Text(literal(random, ty))]));
    }
    resource.triggers = None;
    if matches!(
        resource.repeat,
        Repeat::CountOf(_) | Repeat::EachOf(_) | Repeat::EachLike(_)
    ) {
        resource.repeat = Repeat::Once;
    }
    let to = format!("module.{}{key}.{from}", call.name);
    model.modules[call.module]
        .items
        .push(Item::Resource(resource));
    if random.chance(90) {
        model.modules[0].notes.push(moved(&from, &to));
    }
}

fn lifecycles(random: &mut Random, model: &mut Model, index: usize) {
    let Some(at) = some_resource(random, &model.modules[index]) else {
        return;
    };
    if let Some(resource) = resource_at(&mut model.modules[index], at) {
        let lifecycle = &mut resource.lifecycle;
        match random.below(3) {
            0 => {
                let on = lifecycle.create_before_destroy == Some(true);
                lifecycle.create_before_destroy = Some(!on);
            }
            1 => lifecycle.ignore = random.chance(50).then(|| "all".to_owned()),
            _ => *lifecycle = Lifecycle::default(),
        }
        resource.breaks = None;
    }
}

/// Another value of a variable of the root module.
fn values(random: &mut Random, model: &mut Model) {
    let variables = &mut model.modules[0].variables;
    if variables.is_empty() {
        return;
    }
    let at = random.below(variables.len());
    let variable = &mut variables[at];
    let value = generator::value_of(random, variable.ty);
    variable.given = Some((
        *random.of(&[Way::File, Way::Argument, Way::Environment]),
        value,
    ));
}

/// A new resource whose object is taken over.
fn imports(random: &mut Random, model: &mut Model, index: usize) {
    let module = model.modules[index].clone();
    let resource = generator::resource(random, model, &module);
    let mut key = String::new();
    for instance in instances(&resource.repeat) {
        key = instance;
    }
    let name = &resource.name;
    // An import block stands in the root module.
    if index == 0 {
        model.modules[0].notes.push(format!(
            "import {{\n  to = terraform_data.{name}{key}\n  id = \"imported\"\n}}\n"
        ));
    }
    model.modules[index].items.push(Item::Resource(resource));
}

/// Arguments of the plan.
fn ask(random: &mut Random, model: &Model, step: &mut Step) {
    match random.below(7) {
        0 | 1 => step.arguments.push("-destroy".to_owned()),
        2 => step.arguments.push("-refresh=false".to_owned()),
        3 | 4 => step
            .arguments
            .extend(address(random, model, false).map(|address| format!("-target={address}"))),
        _ => step
            .arguments
            .extend(address(random, model, true).map(|address| format!("-replace={address}"))),
    }
}

/// The address of something of the root module, or of something in a module that it calls.
fn address(random: &mut Random, model: &Model, instance: bool) -> Option<String> {
    let root = &model.modules[0];
    let (mut prefix, mut module) = (String::new(), root);
    let calls: Vec<_> = root.calls().collect();
    if !calls.is_empty() && random.chance(40) {
        let call = *random.of(&calls);
        let key = instances(&call.repeat).into_iter().next_back()?;
        prefix = format!("module.{}{key}", call.name);
        if !instance && random.chance(40) {
            return Some(prefix);
        }
        prefix.push('.');
        module = &model.modules[call.module];
    }
    let resources: Vec<&Resource> = module.resources().collect();
    if resources.is_empty() {
        return None;
    }
    let resource = *random.of(&resources);
    let key = if instance || random.chance(40) {
        instances(&resource.repeat).into_iter().next()?
    } else {
        String::new()
    };
    Some(format!("{prefix}terraform_data.{}{key}", resource.name))
}
