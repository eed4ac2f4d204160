//! Makes up cases over our schemas, each from a number: the same number gives the same case.

use super::draw::Draw;
use super::model::{Body, Child, Inner, Model, Module, Object, Output, Repeat, Variable};
use super::schema::{Attribute, Block, Nested, Schemas, Ty};
use super::table::Table;
use super::{change, mistake};
use crate::common::random::Random;
use crate::configurations::case::{Case, Step};

/// What only one of may be written.
const EXCLUSIVE: [(&str, &str); 2] = [("name_prefix", "name"), ("generate_name", "name")];

/// What tells objects apart, and is always written: of two that are planned alike the stub cannot tell which is made as which.
pub(super) const DISTINCT: [&str; 4] = ["keepers", "triggers", "name", "name_prefix"];

/// Data sources that ours compute without asking anybody.
pub(super) const AT_ONCE: [&str; 4] = [
    "data.aws_arn",
    "data.aws_iam_policy_document",
    "data.aws_service_principal",
    "data.aws_default_tags",
];

/// The types of variables.
const TYPES: [Ty; 6] = [Ty::Text, Ty::Text, Ty::Number, Ty::Truth, Ty::List, Ty::Map];

/// The case of a number.
pub(super) fn case(schemas: &Schemas, number: u64) -> Case {
    let mut random = Random(number);
    let table = Table::read();
    let mut model = model(&mut random, schemas, &table);
    let mut steps = vec![step(&model)];
    for _ in 0..random.below(3) {
        steps.push(change::next(&mut random, schemas, &table, &mut model));
    }
    if random.chance(33) {
        mistake::put(&mut random, schemas, &mut model);
        let last = steps.len() - 1;
        steps[last].files = step(&model).files;
    }
    Case { steps }
}

/// The files of a model.
pub(super) fn step(model: &Model) -> Step {
    let mut step = Step::default();
    step.files.insert("main.tf".into(), model.main());
    if let Some(child) = &model.child {
        step.files.insert("m/main.tf".into(), child.module.text());
    }
    step
}

fn model(random: &mut Random, schemas: &Schemas, table: &Table) -> Model {
    let mut model = Model::default();
    if random.chance(25) {
        model.default_tags = Some("{ team = \"shop\" }".to_owned());
    }
    let count = 1 + random.below(5);
    let has_child = random.chance(25);
    let mut child = Module::default();
    if has_child {
        fill(
            random,
            schemas,
            table,
            &mut child,
            &mut model.next,
            1 + count / 2,
        );
        if child.outputs.is_empty() {
            child.outputs.push(Output {
                name: "o".into(),
                value: "1".into(),
                sensitive: true,
            });
        }
    }
    let mut root = Module::default();
    fill(random, schemas, table, &mut root, &mut model.next, count);
    for variable in &mut root.variables {
        variable.default.get_or_insert_with(|| "null".to_owned());
    }
    if has_child {
        let mut draw = draw(random, schemas, table, &mut root, &mut model.next);
        let mut made = Child {
            name: draw.name(),
            ..Child::default()
        };
        if draw.random.chance(40) {
            let repeat = repeat(&mut draw);
            // What two instances make could not be told apart.
            if repeat.keys().len() < 2 {
                made.repeat = repeat;
            }
        }
        draw.own = made.repeat.clone();
        for variable in &child.variables {
            if variable.default.is_none() || draw.random.chance(50) {
                let value = draw.of(variable.ty, 2);
                made.values.push((variable.name.clone(), value));
            }
        }
        if draw.random.chance(60) {
            let key = made.repeat.keys().into_iter().next().unwrap_or_default();
            let output = &child.outputs[0].name;
            let (name, module) = (draw.name(), &made.name);
            let is_empty = made.repeat.keys().is_empty();
            let value = if is_empty {
                "1".to_owned()
            } else {
                format!("module.{module}{key}.{output}")
            };
            root.outputs.push(Output {
                name,
                value,
                sensitive: true,
            });
        }
        made.module = child;
        model.child = Some(made);
    }
    model.root = root;
    model
}

/// What draws for a module.
pub(super) fn draw<'a>(
    random: &'a mut Random,
    schemas: &'a Schemas,
    table: &'a Table,
    module: &'a mut Module,
    next: &'a mut usize,
) -> Draw<'a> {
    Draw {
        random,
        schemas,
        table,
        module,
        next,
        own: Repeat::Once,
        iterators: Vec::new(),
        is_at_once: false,
    }
}

fn fill(
    random: &mut Random,
    schemas: &Schemas,
    table: &Table,
    module: &mut Module,
    next: &mut usize,
    count: usize,
) {
    let mut draw = draw(random, schemas, table, module, next);
    for _ in 0..draw.random.below(4) {
        let (name, ty) = (draw.name(), *draw.random.of(&TYPES));
        let default = draw.random.chance(80).then(|| draw.literal(ty));
        let sensitive = draw.random.chance(15);
        draw.module.variables.push(Variable {
            name,
            ty,
            default,
            sensitive,
        });
    }
    for _ in 0..draw.random.below(3) {
        let (name, ty) = (draw.name(), *draw.random.of(&TYPES));
        let value = draw.of(ty, 2);
        draw.module.locals.push((name, ty, value));
    }
    for _ in 0..count {
        let object = any_object(&mut draw);
        draw.module.objects.push(object);
    }
    for _ in 0..draw.random.below(3) {
        let name = draw.name();
        let ty = *draw.random.of(&TYPES);
        let value = if draw.random.chance(30) && !draw.module.objects.is_empty() {
            let objects = draw.module.objects.clone();
            draw.random.of(&objects).address()
        } else {
            draw.of(ty, 2)
        };
        let sensitive = draw.random.chance(70);
        draw.module.outputs.push(Output {
            name,
            value,
            sensitive,
        });
    }
    if draw.random.chance(15) {
        let name = draw.name();
        let condition = condition(&mut draw, "");
        let note = format!(
            "check \"{name}\" {{\n  assert {{\n    {}\n  }}\n}}\n",
            condition.join("\n    ")
        );
        draw.module.notes.push(note);
    }
}

/// An object of any type.
pub(super) fn any_object(draw: &mut Draw<'_>) -> Object {
    let kinds = draw.schemas.kinds(draw.random.chance(20));
    let kind = (*draw.random.of(&kinds)).to_owned();
    object(draw, &kind, true)
}

/// An object of a type; what others need is not repeated.
pub(super) fn object(draw: &mut Draw<'_>, kind: &str, may_repeat: bool) -> Object {
    let repeat = if may_repeat && draw.random.chance(35) {
        repeat(draw)
    } else {
        Repeat::Once
    };
    draw.own = repeat.clone();
    draw.is_at_once = AT_ONCE.contains(&kind);
    let schema = draw.schemas.block(kind);
    let body = body(draw, kind, schema);
    let mut made = Object {
        kind: kind.to_owned(),
        name: draw.name(),
        repeat,
        body,
        depends_on: Vec::new(),
        lifecycle: Vec::new(),
    };
    let objects = draw.objects();
    if draw.random.chance(10) && !objects.is_empty() {
        made.depends_on.push(draw.random.of(&objects).address());
    }
    made.lifecycle = lifecycle(draw, &made);
    draw.own = Repeat::Once;
    draw.is_at_once = false;
    made
}

/// A way to repeat something.
pub(super) fn repeat(draw: &mut Draw<'_>) -> Repeat {
    if draw.random.chance(40) {
        let count = *draw.random.of(&[0, 1, 2, 2, 3]);
        let written = match draw.random.below(4) {
            0 => format!("\"{count}\""),
            1 => format!("true ? {count} : 0"),
            2 => format!("length([{}])", vec!["1"; count].join(", ")),
            _ => count.to_string(),
        };
        return Repeat::Count(count, written);
    }
    let all = ["a", "b", "c1"];
    let count = draw.random.below(all.len() + 1);
    let keys: Vec<String> = all[..count].iter().map(|key| (*key).to_owned()).collect();
    let written = if draw.random.chance(50) {
        format!("toset({keys:?})")
    } else {
        let members = keys.iter().map(|key| {
            let value = draw.literal(Ty::Text).replace("null", "\"n\"");
            format!("{key} = {value}")
        });
        let members: Vec<String> = members.collect();
        format!("{{ {} }}", members.join(", "))
    };
    Repeat::Each(keys, written)
}

/// Arguments and blocks.
pub(super) fn body(draw: &mut Draw<'_>, path: &str, schema: &Block) -> Body {
    let mut body = Body::default();
    for attribute in &schema.attributes {
        let path = format!("{path}.{}", attribute.name);
        let is_written = is_required(attribute) || draw.random.chance(40);
        if !attribute.is_argument
            || !is_written
            || draw.table.is_left_out(&path)
            || attribute.ty == Ty::Other
        {
            continue;
        }
        let is_null = !is_required(attribute) && draw.random.chance(4);
        let value = if is_null {
            "null".to_owned()
        } else {
            draw.argument(&path, attribute.ty)
        };
        body.arguments.push((attribute.name.clone(), value));
    }
    let names: Vec<String> = body
        .arguments
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    if draw.random.chance(25) {
        body.arguments.retain(|(name, _)| {
            names
                .iter()
                .all(|prefix| prefix != "name_prefix" && prefix != "generate_name")
                || name != "name"
        });
    }
    let names: Vec<String> = body
        .arguments
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    body.arguments.retain(|(name, _)| {
        let mut others = EXCLUSIVE.iter().filter(|(one, _)| one == name);
        !others.any(|(_, other)| names.iter().any(|name| name == other))
    });
    for nested in &schema.blocks {
        let inner = format!("{path}.{}", nested.name);
        if draw.table.is_left_out(&inner) {
            continue;
        }
        let most = if nested.is_single() { 1 } else { 3 };
        let wanted = if draw.random.chance(35) {
            1 + draw.random.below(most)
        } else {
            0
        };
        for _ in 0..wanted.max(nested.min) {
            let block = inner_block(draw, &inner, nested);
            body.blocks.push(block);
        }
    }
    body
}

fn is_required(attribute: &Attribute) -> bool {
    attribute.is_required || DISTINCT.contains(&&*attribute.name)
}

/// A block, which may be a dynamic one.
pub(super) fn inner_block(draw: &mut Draw<'_>, path: &str, nested: &Nested) -> Inner {
    let over = draw.random.chance(25).then(|| over(draw, nested));
    if over.is_some() {
        draw.iterators.push(nested.name.clone());
    }
    let body = body(draw, path, &nested.block);
    if over.is_some() {
        draw.iterators.pop();
    }
    Inner {
        name: nested.name.clone(),
        over,
        body,
    }
}

/// What a dynamic block goes over: one element where there may be no more.
fn over(draw: &mut Draw<'_>, nested: &Nested) -> String {
    if nested.is_single() {
        let text = draw.of(Ty::Text, 1);
        return match draw.random.below(4) {
            0 => format!("[{text}]"),
            1 => format!("{{ only = {text} }}"),
            2 => format!("{text}[*]"),
            _ => "[1]".to_owned(),
        };
    }
    match draw.random.below(5) {
        0 => draw.of(Ty::Map, 2),
        1 => draw.of(Ty::Set, 2),
        2 => format!("toset({})", draw.of(Ty::List, 1)),
        _ => draw.of(Ty::List, 2),
    }
}

/// The lines of `lifecycle` of an object.
pub(super) fn lifecycle(draw: &mut Draw<'_>, object: &Object) -> Vec<String> {
    let mut lines = Vec::new();
    if !draw.random.chance(30) {
        return lines;
    }
    let is_data = object.is_data();
    if !is_data && draw.random.chance(30) {
        lines.push("create_before_destroy = true".to_owned());
    }
    if !is_data && draw.random.chance(45) {
        let paths = ignored(draw, object);
        lines.push(format!("ignore_changes = {paths}"));
    }
    // Of a block without instances Terraform finds no change, and fails.
    let managed = draw.module.objects.iter();
    let managed = managed.filter(|one| !one.is_data() && !one.repeat.keys().is_empty());
    let managed: Vec<String> = managed.map(Object::address).collect();
    if !is_data && !managed.is_empty() && draw.random.chance(25) {
        let by = draw.random.of(&managed).clone();
        lines.push(format!("replace_triggered_by = [{by}]"));
    }
    if draw.random.chance(25) {
        lines.extend(block("precondition", &condition(draw, "")));
    }
    if draw.random.chance(25) {
        let attributes = &draw.schemas.block(&object.kind).attributes;
        let name = draw.random.of(attributes).name.clone();
        let own = format!("self.{name}");
        lines.extend(block("postcondition", &condition(draw, &own)));
    }
    lines
}

fn block(name: &str, inner: &[String]) -> Vec<String> {
    let inner = inner.iter().map(|line| format!("  {line}"));
    let first = std::iter::once(format!("{name} {{"));
    first
        .chain(inner)
        .chain(std::iter::once("}".to_owned()))
        .collect()
}

/// `all`, or paths of what is written.
fn ignored(draw: &mut Draw<'_>, object: &Object) -> String {
    if draw.random.chance(15) {
        return "all".to_owned();
    }
    let mut paths: Vec<String> = Vec::new();
    for (name, value) in &object.body.arguments {
        paths.push(name.clone());
        if value.starts_with("{ a =") {
            paths.push(format!("{name}[\"a\"]"));
            paths.push(format!("{name}.a"));
        }
    }
    for inner in &object.body.blocks {
        paths.push(inner.name.clone());
        let nested = draw.schemas.block(&object.kind).nested(&inner.name);
        let step = match nested.map(|nested| &*nested.nesting) {
            Some("list") => "[0]",
            Some("single") => "",
            _ => continue,
        };
        for (name, _) in &inner.body.arguments {
            paths.push(format!("{}{step}.{name}", inner.name));
        }
    }
    if paths.is_empty() {
        return "[]".to_owned();
    }
    let count = 1 + draw.random.below(2);
    let chosen: Vec<String> = (0..count).map(|_| draw.random.of(&paths).clone()).collect();
    format!("[{}]", chosen.join(", "))
}

/// The two lines of a condition, which refers to something.
fn condition(draw: &mut Draw<'_>, own: &str) -> Vec<String> {
    let subject = match own {
        "" if draw.objects().is_empty() => "path.module".to_owned(),
        "" => {
            let objects = draw.objects();
            draw.random.of(&objects).address()
        }
        own => own.to_owned(),
    };
    let condition = match draw.random.below(5) {
        0 => format!("length(jsonencode({subject})) > 20"),
        1 => format!("{subject} != null"),
        2 => format!("{subject} != {}", draw.of(Ty::Text, 1)),
        3 => format!("jsonencode({subject}) != \"zz\""),
        _ => format!("can({subject})"),
    };
    let message = draw.of(Ty::Text, 1);
    let message = if draw.random.chance(30) {
        format!("\"It is not so: ${{{message}}}.\"")
    } else {
        "\"It is not so.\"".to_owned()
    };
    vec![
        format!("condition = {condition}"),
        format!("error_message = {message}"),
    ]
}
