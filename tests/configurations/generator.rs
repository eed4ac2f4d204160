//! Makes up cases, each from a number: the same number gives the same case.

use super::case::Case;
use super::draw::{Scope, condition, expression, literal};
use super::model::{
    Attribute, Call, Check, Id, Item, Lifecycle, Local, Model, Module, Output, Remote, Repeat,
    Resource, TYPES, Ty, Variable, Way,
};
use super::{change, mistake, render, spelling};
use crate::common::random::Random;

/// The first number whose case may have files in JSON and override files.
const SPELLED: u64 = 600;

/// The first number whose case has a mistake for certain, each kind in its turn.
const MISTAKEN: u64 = 750;

/// The case of a number.
pub(super) fn case(number: u64) -> Case {
    match number.checked_sub(MISTAKEN) {
        Some(kind) if kind < mistake::count() => mistaken(kind),
        Some(_) | None => usual(number),
    }
}

/// A configuration in which a kind of mistake can be made, with that mistake. Some blocks only a change brings in.
fn mistaken(kind: u64) -> Case {
    let kind = kind.try_into().unwrap_or_default();
    let first = |number: u64| {
        let mut random = Random(number);
        let mut model = model(&mut random);
        let mut step = match number % 2 {
            0 => render::step(&model),
            _ => change::next(&mut random, &mut model),
        };
        mistake::numbered(&mut random, &mut step, kind).then_some(step)
    };
    Case {
        steps: (MISTAKEN..100 * MISTAKEN)
            .find_map(first)
            .into_iter()
            .collect(),
    }
}

fn usual(number: u64) -> Case {
    let mut random = Random(number);
    let mut model = model(&mut random);
    let mut steps = vec![render::step(&model)];
    for _ in 0..random.below(3) {
        steps.push(change::next(&mut random, &mut model));
    }
    let mut case = Case { steps };
    mistake::perhaps(&mut random, &mut case);
    if number >= SPELLED && random.chance(75) {
        for step in &mut case.steps {
            spelling::spell(number, step);
        }
    }
    case
}

/// A configuration to begin with.
fn model(random: &mut Random) -> Model {
    let mut model = Model::default();
    let modules = *random.of(&[1, 1, 2, 2, 3]);
    // Modules call those behind them, which are therefore made first.
    model.modules = vec![Module::default(); modules];
    for index in (0..modules).rev() {
        let module = module(random, &mut model, index);
        model.modules[index] = module;
    }
    model
}

fn module(random: &mut Random, model: &mut Model, index: usize) -> Module {
    let mut module = Module::default();
    for _ in 0..random.below(4) {
        let variable = variable(random, model, index == 0);
        module.variables.push(variable);
    }
    let mut called: Vec<usize> = (index + 1..model.modules.len())
        .filter(|called| *called == index + 1 || random.chance(30))
        .collect();
    for _ in 0..=random.below(if index == 0 { 6 } else { 3 }) {
        if random.chance(40)
            && let Some(called) = called.pop()
        {
            let call = call(random, model, &module, called);
            module.items.push(Item::Call(call));
        }
        let item = item(random, model, &module);
        module.items.push(item);
    }
    for called in called {
        let call = call(random, model, &module, called);
        module.items.push(Item::Call(call));
    }
    let outputs = if index == 0 { 3 } else { 1 + random.below(3) };
    for _ in 0..random.below(outputs + 1).max(usize::from(index > 0)) {
        let output = output(random, model, &module, index == 0);
        module.outputs.push(output);
    }
    if random.chance(15) {
        let check = check(random, model, &module);
        module.checks.extend(check);
    }
    module
}

/// Names that do not come in the order in which things are made.
pub(super) fn name(random: &mut Random, model: &mut Model) -> (Id, String) {
    let letter = *random.of(&["m", "c", "x", "a", "k", "z", "q"]);
    let id = model.number();
    (id, format!("{letter}{id}"))
}

fn variable(random: &mut Random, model: &mut Model, is_root: bool) -> Variable {
    let (id, name) = name(random, model);
    let ty = *random.of(&TYPES);
    let default = random.chance(if is_root { 60 } else { 50 });
    let default = default.then(|| value_of(random, ty));
    let given = is_root && (default.is_none() || random.chance(40));
    let way = *random.of(&[
        Way::File,
        Way::AutomaticFile,
        Way::AutomaticJson,
        Way::NamedFile,
        Way::Environment,
        Way::Argument,
    ]);
    let given = given.then(|| (way, value_of(random, ty)));
    Variable {
        id,
        name,
        ty,
        // Without a type, text from outside stays text.
        typed: ty != Ty::Text || random.chance(70),
        default,
        nullable: random.chance(20).then(|| random.chance(50)),
        sensitive: random.chance(8),
        validated: random.chance(15),
        given,
    }
}

/// A value for a variable; where it is an object, what is optional may be left out.
pub(super) fn value_of(random: &mut Random, ty: Ty) -> String {
    if ty == Ty::Object && random.chance(50) {
        return format!("{{ name = {} }}", literal(random, Ty::Text));
    }
    literal(random, ty)
}

/// Something new at the end of a module.
pub(super) fn item(random: &mut Random, model: &mut Model, module: &Module) -> Item {
    match random.below(12) {
        0 | 1 => {
            let scope = Scope::before(model, module, None);
            let (id, name) = name(random, model);
            let ty = *random.of(&TYPES);
            let drawn = expression(random, &scope, ty, 2);
            Item::Local(Local {
                id,
                name,
                ty,
                value: drawn.value,
                secret: drawn.secret,
            })
        }
        2 if random.chance(30) => {
            let (id, name) = name(random, model);
            Item::Remote(Remote {
                id,
                name,
                value: literal(random, Ty::Text),
                depends_on: depends_on(random, module, 20),
            })
        }
        _ => Item::Resource(resource(random, model, module)),
    }
}

/// Some of the blocks that are there.
fn depends_on(random: &mut Random, module: &Module, percent: usize) -> Vec<Id> {
    let blocks = module.items.iter().filter_map(|item| match item {
        Item::Resource(resource) => Some(resource.id),
        Item::Call(call) => Some(call.id),
        Item::Local(_) | Item::Remote(_) => None,
    });
    let blocks: Vec<Id> = blocks.collect();
    if blocks.is_empty() || !random.chance(percent) {
        return Vec::new();
    }
    vec![*random.of(&blocks)]
}

pub(super) fn resource(random: &mut Random, model: &mut Model, module: &Module) -> Resource {
    let (id, name) = name(random, model);
    let scope = Scope::before(model, module, None);
    let repeat = repeat(random, model, module, 45);
    let within = scope.clone().within(&repeat);
    let ty = *random.of(&TYPES);
    let input = random
        .chance(85)
        .then(|| expression(random, &within, ty, 2));
    let secret = input.as_ref().is_some_and(|input| input.secret);
    let triggers = random.chance(35).then(|| {
        let ty = *random.of(&TYPES);
        expression(random, &within, ty, 1).value
    });
    let lifecycle = lifecycle(random, module, &within);
    Resource {
        id,
        name,
        repeat,
        input: input.map(|input| (ty, input.value)),
        secret,
        triggers,
        depends_on: depends_on(random, module, 20),
        lifecycle,
        breaks: random.chance(4).then(|| random.chance(50)),
    }
}

pub(super) fn repeat(
    random: &mut Random,
    model: &Model,
    module: &Module,
    percent: usize,
) -> Repeat {
    if !random.chance(percent) {
        return Repeat::Once;
    }
    // What is known before anything is made: variables, mostly.
    let known = Scope(
        Scope::before(model, module, None)
            .0
            .into_iter()
            .filter(|(of, _, secret)| {
                !secret && (matches!(of, super::model::Of::Variable(_)) || random.chance(5))
            })
            .collect(),
    );
    let keyed = module.resources().filter(|resource| {
        matches!(
            resource.repeat,
            Repeat::Each(..) | Repeat::EachOf(_) | Repeat::EachLike(_)
        )
    });
    let keyed: Vec<Id> = keyed.map(|resource| resource.id).collect();
    match random.below(9) {
        0..=2 => Repeat::Count(random.below(4)),
        3 => Repeat::CountOf(expression(random, &known, Ty::Number, 1).value),
        4 | 5 => Repeat::Each(keys(random), random.chance(50)),
        6 => Repeat::EachOf(expression(random, &known, Ty::Map, 1).value),
        _ if !keyed.is_empty() => Repeat::EachLike(*random.of(&keyed)),
        _ => Repeat::Each(keys(random), random.chance(50)),
    }
}

pub(super) fn keys(random: &mut Random) -> Vec<String> {
    let all = ["a", "b", "k1", "x"];
    let keys = all.iter().filter(|_| random.chance(50));
    keys.map(|key| (*key).to_owned()).collect()
}

fn lifecycle(random: &mut Random, module: &Module, scope: &Scope) -> Lifecycle {
    let mut lifecycle = Lifecycle {
        create_before_destroy: random.chance(25).then(|| random.chance(85)),
        prevent_destroy: random.chance(2),
        ..Lifecycle::default()
    };
    if random.chance(10) {
        let ways = [
            "all",
            "[input]",
            "[triggers_replace]",
            "[input, triggers_replace]",
            "[input.name]",
            "[input[\"a\"]]",
        ];
        lifecycle.ignore = Some((*random.of(&ways)).to_owned());
    }
    // Terraform finds no change of a block without instances.
    let resources = module
        .resources()
        .filter(|resource| match &resource.repeat {
            Repeat::Once | Repeat::Count(1..) => true,
            Repeat::Each(keys, _) => !keys.is_empty(),
            Repeat::Count(_) | Repeat::CountOf(_) | Repeat::EachOf(_) | Repeat::EachLike(_) => {
                false
            }
        });
    let resources: Vec<Id> = resources.map(|resource| resource.id).collect();
    if !resources.is_empty() && random.chance(12) {
        let attributes = [
            None,
            Some(Attribute::Output),
            Some(Attribute::Input),
            Some(Attribute::Id),
        ];
        let by = (*random.of(&resources), *random.of(&attributes));
        lifecycle.replaced_by.push(by);
    }
    if random.chance(10) {
        lifecycle.before.extend(condition(random, scope, None));
    }
    if random.chance(10) {
        let own = *random.of(&["self.id", "self.output", "self.input", "self"]);
        lifecycle.after.extend(condition(random, scope, Some(own)));
    }
    lifecycle
}

pub(super) fn call(random: &mut Random, model: &mut Model, module: &Module, called: usize) -> Call {
    let (id, name) = name(random, model);
    let scope = Scope::before(model, module, None);
    let repeat = repeat(random, model, module, 40);
    let within = scope.within(&repeat);
    let mut values = Vec::new();
    for variable in model.modules[called].variables.clone() {
        if variable.default.is_none() || random.chance(50) {
            let value = if random.chance(8) {
                vec![super::model::Piece::Text("null".to_owned())]
            } else {
                expression(random, &within, variable.ty, 1).value
            };
            values.push((variable.id, value));
        }
    }
    Call {
        id,
        name,
        module: called,
        repeat,
        values,
        depends_on: depends_on(random, module, 20),
    }
}

pub(super) fn output(
    random: &mut Random,
    model: &mut Model,
    module: &Module,
    is_root: bool,
) -> Output {
    let (id, name) = name(random, model);
    let scope = Scope::before(model, module, None);
    let ty = *random.of(&TYPES);
    let drawn = expression(random, &scope, ty, 1);
    let needed = drawn.secret && is_root;
    let before = random
        .chance(8)
        .then(|| condition(random, &scope, None))
        .flatten();
    Output {
        id,
        name,
        ty,
        value: drawn.value,
        // Terraform lets what an unknown output of a module says of being sensitive be forgotten.
        sensitive: (needed && random.chance(95)) || (is_root && random.chance(8)),
        depends_on: depends_on(random, module, 12),
        before,
    }
}

fn check(random: &mut Random, model: &mut Model, module: &Module) -> Option<Check> {
    let (_, name) = name(random, model);
    let scope = Scope::before(model, module, None);
    let asserts = (0..=random.below(2)).filter_map(|_| condition(random, &scope, None));
    let asserts: Vec<_> = asserts.collect();
    (!asserts.is_empty()).then_some(Check { name, asserts })
}
