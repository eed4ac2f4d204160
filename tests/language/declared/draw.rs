//! Makes up types and values, each case from a number.
//!
//! A case is a line: how the value is given (`default`, `file`, `text` or `argument`, with `!` where the variable may not be
//! null), the type, ` <- `, the value, and perhaps ` => ` with an expression over `v` that is asked for instead of it.

use crate::common::random::Random;

/// The case of a number.
pub(super) fn case(number: u64) -> String {
    let mut random = Random(number ^ 0xdec1_a7ed);
    let kind = *random.of(&["default", "default", "file", "text", "argument", "argument"]);
    let bang = if random.chance(15) { "!" } else { "" };
    let depth = 1 + random.below(3);
    let ty = ty(&mut random, depth);
    let tricks = kind == "argument";
    let value = value(&mut random, &ty, tricks);
    let wrap = if random.chance(25) {
        let other = fitting(&mut random, &ty, false);
        let form = random.pick(&[
            "[v, W]",
            "tolist([v, W])",
            "toset([v])",
            "v == null ? W : v",
            "v != W ? v : W",
            "merge({}, v)",
            "concat([], v)",
            "{ a = v, b = W }",
            "[for x in [v, W] : x]",
            "coalesce(v, W)",
            "v == W",
            "flatten([v, W])",
        ]);
        format!(" => {}", form.replace('W', &other))
    } else {
        String::new()
    };
    format!("{kind}{bang} {} <- {value}{wrap}", written(&ty))
}

/// A type as it is drawn.
#[derive(Clone, Debug)]
enum Ty {
    Any,
    Text,
    Number,
    Bool,
    List(Box<Ty>),
    Set(Box<Ty>),
    Map(Box<Ty>),
    Tuple(Vec<Ty>),
    Object(Vec<Attribute>),
}

#[derive(Clone, Debug)]
struct Attribute {
    name: &'static str,
    ty: Ty,
    /// Whether it may be left out.
    optional: bool,
    /// What it is then, if that is said.
    default: Option<String>,
}

fn ty(random: &mut Random, depth: usize) -> Ty {
    if depth == 0 || random.chance(15) {
        return match random.below(10) {
            0 => Ty::Any,
            1..=4 => Ty::Text,
            5..=7 => Ty::Number,
            _ => Ty::Bool,
        };
    }
    match random.below(12) {
        0 | 1 => Ty::List(Box::new(ty(random, depth - 1))),
        2 => Ty::Set(Box::new(ty(random, depth - 1))),
        3 | 4 => Ty::Map(Box::new(ty(random, depth - 1))),
        5 => {
            let length = random.below(3);
            Ty::Tuple((0..length).map(|_| ty(random, depth - 1)).collect())
        }
        _ => {
            let names = ["a", "b", "c", "d"];
            let length = 1 + random.below(names.len());
            let names = names.into_iter().take(length);
            Ty::Object(
                names
                    .map(|name| attribute(random, name, depth - 1))
                    .collect(),
            )
        }
    }
}

fn attribute(random: &mut Random, name: &'static str, depth: usize) -> Attribute {
    let ty = ty(random, depth);
    let (optional, said) = match random.below(4) {
        0 => (false, false),
        1 => (true, false),
        _ => (true, true),
    };
    let mut default = || match random.below(20) {
        0 => mistaken(random),
        1 => "null".to_owned(),
        2..=5 => near(random, &ty),
        _ => fitting(random, &ty, false),
    };
    let default = said.then(&mut default);
    Attribute {
        name,
        ty,
        optional,
        default,
    }
}

fn written(ty: &Ty) -> String {
    match ty {
        Ty::Any => "any".to_owned(),
        Ty::Text => "string".to_owned(),
        Ty::Number => "number".to_owned(),
        Ty::Bool => "bool".to_owned(),
        Ty::List(inner) => format!("list({})", written(inner)),
        Ty::Set(inner) => format!("set({})", written(inner)),
        Ty::Map(inner) => format!("map({})", written(inner)),
        Ty::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(written).collect();
            format!("tuple([{}])", parts.join(", "))
        }
        Ty::Object(attributes) => {
            let written = |it: &Attribute| {
                let ty = written(&it.ty);
                match (it.optional, &it.default) {
                    (false, _) => format!("{} = {ty}", it.name),
                    (true, None) => format!("{} = optional({ty})", it.name),
                    (true, Some(default)) => format!("{} = optional({ty}, {default})", it.name),
                }
            };
            let attributes: Vec<String> = attributes.iter().map(written).collect();
            format!("object({{ {} }})", attributes.join(", "))
        }
    }
}

/// A value that fits, nearly fits or does not; `tricks` may be unknown and sensitive.
fn value(random: &mut Random, ty: &Ty, tricks: bool) -> String {
    match random.below(20) {
        0 => mistaken(random),
        1 => "null".to_owned(),
        2 if tricks => random
            .pick(&["terraform_data.u.id", "sensitive(\"s\")", "tolist(null)"])
            .to_owned(),
        3..=8 => near(random, ty),
        _ => fitting(random, ty, tricks),
    }
}

/// A value of any type.
fn mistaken(random: &mut Random) -> String {
    let depth = random.below(3);
    let other = ty(random, depth);
    fitting(random, &other, false)
}

fn near(random: &mut Random, ty: &Ty) -> String {
    parts(random, ty, false, 25)
}

fn fitting(random: &mut Random, ty: &Ty, tricks: bool) -> String {
    parts(random, ty, tricks, 0)
}

/// A value of a type in which one part in a hundred `bent` is another than the type says.
fn parts(random: &mut Random, ty: &Ty, tricks: bool, bent: usize) -> String {
    if random.chance(bent) {
        return random
            .pick(&[
                "null",
                "\"x\"",
                "\"12\"",
                "3",
                "true",
                "\"true\"",
                "[]",
                "{}",
                "[\"y\"]",
                "{ a = 1 }",
                "[1, \"a\"]",
            ])
            .to_owned();
    }
    if tricks && random.chance(8) {
        let plain = parts(random, ty, false, bent);
        return match random.below(3) {
            0 => format!("sensitive({plain})"),
            1 => "terraform_data.u.id".to_owned(),
            _ => "null".to_owned(),
        };
    }
    let several = |random: &mut Random| random.below(4).min(2);
    match ty {
        Ty::Any => {
            let depth = random.below(3);
            let other = self::ty(random, depth);
            if matches!(other, Ty::Any) {
                return "\"any\"".to_owned();
            }
            parts(random, &other, tricks, bent)
        }
        Ty::Text => random
            .pick(&["\"x\"", "\"\"", "\"12\"", "\"true\"", "7", "false"])
            .to_owned(),
        Ty::Number => random
            .pick(&["0", "12", "1.5", "\"8\"", "-3", "\"1e2\""])
            .to_owned(),
        Ty::Bool => random
            .pick(&["true", "false", "\"true\"", "\"false\""])
            .to_owned(),
        Ty::List(inner) | Ty::Set(inner) => {
            let length = several(random);
            let elements: Vec<String> = (0..length)
                .map(|_| parts(random, inner, tricks, bent))
                .collect();
            format!("[{}]", elements.join(", "))
        }
        Ty::Map(inner) => {
            let length = several(random);
            let keys = ["k", "\"l m\""].into_iter().take(length);
            let entries: Vec<String> = keys
                .map(|key| format!("{key} = {}", parts(random, inner, tricks, bent)))
                .collect();
            if entries.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", entries.join(", "))
            }
        }
        Ty::Tuple(all) => {
            let mut elements: Vec<String> = all
                .iter()
                .map(|part| parts(random, part, tricks, bent))
                .collect();
            if random.chance(bent) {
                elements.push("1".to_owned());
            }
            format!("[{}]", elements.join(", "))
        }
        Ty::Object(attributes) => {
            let mut entries = Vec::new();
            for attribute in attributes {
                let left_out = if attribute.optional { 50 } else { bent / 3 };
                if !random.chance(left_out) {
                    let value = match attribute.optional && random.chance(20) {
                        true => "null".to_owned(),
                        false => parts(random, &attribute.ty, tricks, bent),
                    };
                    entries.push(format!("{} = {value}", attribute.name));
                }
            }
            if random.chance(10 + bent) {
                entries.push("z = 1".to_owned());
            }
            if entries.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}
