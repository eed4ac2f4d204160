//! Expressions: what stands in the table, and anything of a type, with references to what there is.

use super::model::{Module, Object, Repeat};
use super::schema::{Schemas, Ty};
use super::table::Table;
use crate::common::random::Random;

/// What an expression is drawn with, and what it may refer to.
pub(super) struct Draw<'a> {
    pub(super) random: &'a mut Random,
    pub(super) schemas: &'a Schemas,
    pub(super) table: &'a Table,
    pub(super) module: &'a mut Module,
    pub(super) next: &'a mut usize,
    /// How the object around is repeated.
    pub(super) own: Repeat,
    /// The dynamic blocks around.
    pub(super) iterators: Vec<String>,
    /// Whether nothing managed may be referred to: ours compute a data source at once where the core waits for that.
    pub(super) is_at_once: bool,
}

/// Arguments from which ours predict others: those are secret here, too, where Terraform does not know of it.
const IDENTIFYING: [&str; 9] = [
    "addon_name",
    "aws_service_name",
    "cluster_name",
    "custom_suffix",
    "name",
    "name_prefix",
    "path",
    "principal_arn",
    "url",
];

impl Draw<'_> {
    /// A number of its own.
    pub(super) fn number(&mut self) -> usize {
        *self.next += 1;
        *self.next
    }

    /// A name of its own; none is the beginning of another.
    pub(super) fn name(&mut self) -> String {
        let letter = self.random.pick(&["m", "c", "x", "a", "k", "z", "q"]);
        format!("{letter}{:03}", self.number())
    }

    /// What is written for an argument at a path of the schemas.
    pub(super) fn argument(&mut self, path: &str, ty: Ty) -> String {
        let plain = match (self.table.values(path), ty) {
            (Some(values), _) => {
                let value = *self.random.of(values);
                self.filled(value)
            }
            (None, Ty::List | Ty::Set) if self.table.values(&format!("{path}[]")).is_some() => {
                self.elements(path)
            }
            (None, ty) => return self.of(ty, 2),
        };
        let dressed = self.dressed(plain.clone(), ty);
        let name = path.rsplit('.').next().unwrap_or_default();
        if dressed.starts_with("sensitive(") && IDENTIFYING.contains(&name) {
            return plain;
        }
        dressed
    }

    /// Some of the elements that the table has, each once.
    fn elements(&mut self, path: &str) -> String {
        let path = format!("{path}[]");
        let values: Vec<&str> = self.table.values(&path).unwrap_or_default().to_vec();
        let first = self.random.below(values.len());
        let count = 1 + self.random.below(values.len().min(3));
        let chosen = (0..count).map(|at| values[(first + at) % values.len()]);
        let chosen: Vec<&str> = chosen.collect();
        let elements: Vec<String> = chosen.into_iter().map(|value| self.filled(value)).collect();
        format!("[{}]", elements.join(", "))
    }

    /// An entry of the table with everything put in.
    fn filled(&mut self, value: &str) -> String {
        let mut text = String::new();
        let mut rest = value;
        while let Some(at) = rest.find(['#', '<']) {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            let end = rest.find('>').map_or(1, |end| end + 1);
            let hole = if rest.starts_with('#') {
                "#"
            } else {
                &rest[..end]
            };
            let put = match hole {
                "#" => self.unique(),
                "<S>" => self.of(Ty::Text, 1),
                "<M>" => self.of(Ty::Map, 1),
                other => self.of_object(other.trim_matches(['<', '>', '@'])),
            };
            text.push_str(&put);
            rest = &rest[hole.len()..];
        }
        text + rest
    }

    /// A number, with the key of the instance where there are several.
    fn unique(&mut self) -> String {
        let number = self.number();
        match &self.own {
            Repeat::Once => number.to_string(),
            Repeat::Count(..) => format!("{number}-${{count.index}}"),
            Repeat::Each(..) => format!("{number}-${{each.key}}"),
        }
    }

    /// An attribute of an object of a type, which is made where there is none.
    fn of_object(&mut self, wanted: &str) -> String {
        let parts: Vec<&str> = wanted.splitn(3, '.').collect();
        let (kind, attribute) = match parts[..] {
            ["data", name, attribute] => (format!("data.{name}"), attribute.to_owned()),
            _ => {
                let (kind, attribute) = wanted.split_once('.').expect("a type and an attribute");
                (kind.to_owned(), attribute.to_owned())
            }
        };
        let fitting = |object: &&Object| object.kind == kind && !object.repeat.keys().is_empty();
        let known: Vec<Object> = self
            .module
            .objects
            .iter()
            .filter(fitting)
            .cloned()
            .collect();
        if !known.is_empty() && self.random.chance(80) {
            let object = self.random.of(&known).clone();
            return self.reference(&object, &attribute);
        }
        let own = std::mem::take(&mut self.own);
        let iterators = std::mem::take(&mut self.iterators);
        let is_at_once = self.is_at_once;
        let object = super::generator::object(self, &kind, false);
        (self.own, self.iterators, self.is_at_once) = (own, iterators, is_at_once);
        let text = self.reference(&object, &attribute);
        self.module.objects.push(object);
        text
    }

    /// An attribute of an instance of an object.
    fn reference(&mut self, object: &Object, attribute: &str) -> String {
        let address = object.address();
        match (&object.repeat, &self.own) {
            (Repeat::Once, _) if self.random.chance(5) => format!("one({address}[*].{attribute})"),
            (Repeat::Once, _) => format!("{address}.{attribute}"),
            (Repeat::Count(count, _), Repeat::Count(own, _)) if own <= count => {
                format!("{address}[count.index].{attribute}")
            }
            (Repeat::Each(keys, _), Repeat::Each(own, _))
                if own.iter().all(|key| keys.contains(key)) =>
            {
                format!("{address}[each.key].{attribute}")
            }
            (Repeat::Count(count, _), _) if *count > 0 => {
                format!("{address}[{}].{attribute}", self.random.below(*count))
            }
            (Repeat::Each(keys, _), _) if !keys.is_empty() => {
                format!("{address}[{:?}].{attribute}", self.random.of(keys))
            }
            (Repeat::Count(..) | Repeat::Each(..), _) => "\"none\"".to_owned(),
        }
    }

    /// An expression in another form, of the same value or nearly.
    fn dressed(&mut self, plain: String, ty: Ty) -> String {
        if !self.random.chance(35) {
            return plain;
        }
        let is_fixed =
            !plain.contains("each.") && !plain.contains("count.") && self.iterators.is_empty();
        match self.random.below(12) {
            0 | 1 if is_fixed => {
                let name = self.name();
                self.module.locals.push((name.clone(), ty, plain));
                format!("local.{name}")
            }
            2 => {
                let truth = self.of(Ty::Truth, 1);
                format!("({truth} ? {plain} : {plain})")
            }
            3 => format!("sensitive({plain})"),
            4 => format!("try({plain}, null)"),
            5 => format!("one([{plain}])"),
            6 if ty == Ty::Text => format!("\"${{{plain}}}\""),
            7 if ty == Ty::Text => format!("coalesce(null, {plain})"),
            8 if ty == Ty::Set => format!("toset({plain})"),
            8 if ty == Ty::Map => format!("tomap({plain})"),
            9 if matches!(ty, Ty::Set | Ty::List) => format!("[for one in {plain} : one]"),
            9 if ty == Ty::Map => format!("merge({plain}, {{}})"),
            10 if matches!(ty, Ty::Set | Ty::List) => format!("concat({plain}, [])"),
            10 if matches!(ty, Ty::Number | Ty::Truth) => format!("tostring({plain})"),
            _ => plain,
        }
    }

    /// Any expression of a type.
    pub(super) fn of(&mut self, ty: Ty, depth: usize) -> String {
        if depth == 0 || self.random.chance(30) {
            return self.literal(ty);
        }
        if self.random.chance(55) {
            return self.source(ty).unwrap_or_else(|| self.literal(ty));
        }
        let form = self.random.pick(forms(ty));
        let mut text = String::new();
        let mut rest = form;
        while let Some((before, after)) = rest.split_once('<') {
            text.push_str(before);
            let part = match after.as_bytes().first() {
                Some(b'N') => Ty::Number,
                Some(b'B') => Ty::Truth,
                Some(b'L') => Ty::List,
                Some(b'M') => Ty::Map,
                _ => Ty::Text,
            };
            text.push_str(&self.of(part, depth - 1));
            rest = &after[2..];
        }
        text + rest
    }

    /// A plain value of a type.
    pub(super) fn literal(&mut self, ty: Ty) -> String {
        let text = self.random.pick(&[
            "\"a\"", "\"b\"", "\"c d\"", "\"\"", "\"é\"", "\"12\"", "\"true\"", "null",
        ]);
        let text = if text == "null" && self.random.chance(70) {
            "\"n\""
        } else {
            text
        };
        let other = self.random.pick(&["\"a\"", "\"b\"", "\"long text\""]);
        match ty {
            Ty::Text | Ty::Other => text.to_owned(),
            Ty::Number => self.random.pick(&["1", "2", "10", "\"3\""]).to_owned(),
            Ty::Truth => self.random.pick(&["true", "false", "\"true\""]).to_owned(),
            Ty::List | Ty::Set if self.random.chance(15) => "[]".to_owned(),
            Ty::List | Ty::Set => format!("[{other}, \"x{}\"]", self.random.below(5)),
            Ty::Map if self.random.chance(15) => "{}".to_owned(),
            Ty::Map => format!(
                "{{ a = {text}, {} = {other} }}",
                self.random.pick(&["b", "c", "\"d/e\""])
            ),
        }
    }

    /// Something that there is, of a type.
    fn source(&mut self, ty: Ty) -> Option<String> {
        let mut found: Vec<String> = Vec::new();
        let is = |other: Ty| other == ty || (ty == Ty::List && other == Ty::Set);
        for variable in self.module.variables.iter().filter(|one| one.ty == ty) {
            found.push(format!("var.{}", variable.name));
        }
        for (name, _, _) in self.module.locals.iter().filter(|local| local.1 == ty) {
            found.push(format!("local.{name}"));
        }
        match (&self.own, ty) {
            (Repeat::Count(..), Ty::Number | Ty::Text) => found.push("count.index".to_owned()),
            (Repeat::Each(..), Ty::Text) => {
                found.extend(["each.key".to_owned(), "each.value".to_owned()]);
            }
            (Repeat::Once | Repeat::Count(..) | Repeat::Each(..), _) => {}
        }
        for iterator in self.iterators.iter().filter(|_| ty == Ty::Text) {
            found.push(format!("{iterator}.value"));
            found.push(format!("{iterator}.key"));
        }
        if found.is_empty() || self.random.chance(65) {
            let objects = self.objects();
            if objects.is_empty() {
                return None;
            }
            let object = self.random.of(&objects);
            if ty == Ty::List && object.repeat != Repeat::Once && self.random.chance(60) {
                return Some(self.all(object));
            }
            let attributes = &self.schemas.block(&object.kind).attributes;
            let fitting: Vec<_> = attributes.iter().filter(|one| is(one.ty)).collect();
            if !fitting.is_empty() {
                let name = self.random.of(&fitting).name.clone();
                let text = self.reference(object, &name);
                return Some(if ty == Ty::List {
                    format!("tolist({text})")
                } else {
                    text
                });
            }
            if ty == Ty::Text {
                return self.nested(object);
            }
        }
        (!found.is_empty()).then(|| self.random.of(&found).clone())
    }

    /// What may be referred to.
    pub(super) fn objects(&self) -> Vec<Object> {
        let objects = self.module.objects.iter();
        objects
            .filter(|one| one.is_data() || !self.is_at_once)
            .cloned()
            .collect()
    }

    /// A text in a block of an object, or an element of a map.
    fn nested(&mut self, object: &Object) -> Option<String> {
        let schema = self.schemas.block(&object.kind);
        let nested: Vec<_> = schema.blocks.iter().collect();
        if nested.is_empty() {
            return None;
        }
        let nested = *self.random.of(&nested);
        let texts = nested
            .block
            .attributes
            .iter()
            .filter(|one| one.ty == Ty::Text);
        let texts: Vec<&str> = texts.map(|one| &*one.name).collect();
        let name = (!texts.is_empty()).then(|| *self.random.of(&texts))?;
        let path = match &*nested.nesting {
            "single" => format!("{}.{name}", nested.name),
            "list" => format!("{}[0].{name}", nested.name),
            _ => {
                let text = self.reference(object, &format!("{}[*].{name}", nested.name));
                return Some(format!("join(\",\", {text})"));
            }
        };
        let text = self.reference(object, &path);
        Some(format!("try({text}, \"none\")"))
    }

    /// The identifiers of all instances.
    fn all(&mut self, object: &Object) -> String {
        let address = object.address();
        let attributes = &self.schemas.block(&object.kind).attributes;
        let texts = attributes.iter().filter(|one| one.ty == Ty::Text);
        let texts: Vec<&str> = texts.map(|one| &*one.name).collect();
        let name = *self.random.of(&texts);
        match &object.repeat {
            Repeat::Once | Repeat::Count(..) => format!("{address}[*].{name}"),
            Repeat::Each(..) if self.random.chance(50) => format!("values({address})[*].{name}"),
            Repeat::Each(..) => {
                format!("[for key, one in {address} : \"${{key}}${{one.{name}}}\"]")
            }
        }
    }
}

/// The forms of a type.
fn forms(ty: Ty) -> &'static [&'static str] {
    match ty {
        Ty::Text | Ty::Other => &[
            "\"${<S>}-${<N>}\"",
            "\"x${<S>}\"",
            "(<B> ? <S> : <S>)",
            "join(\",\", <L>)",
            "lookup(<M>, \"a\", <S>)",
            "try(<M>.a, <S>)",
            "jsonencode(<M>)",
            "upper(<S>)",
            "try(<L>[0], <S>)",
            "coalesce(<S>, \"d\")",
            "format(\"%s/%v\", <S>, <N>)",
            "sensitive(<S>)",
            "nonsensitive(<S>)",
        ],
        Ty::Number => &[
            "length(<L>)",
            "(<B> ? <N> : <N>)",
            "max(<N>, 1)",
            "length(<M>)",
        ],
        Ty::Truth => &[
            "(<S> == <S>)",
            "(<N> > 1)",
            "!<B>",
            "contains(<L>, <S>)",
            "can(<M>.b)",
        ],
        Ty::List => &[
            "[<S>, <S>]",
            "[for v in <L> : \"${v}!\"]",
            "concat(<L>, <L>)",
            "compact(<L>)",
            "keys(<M>)",
            "values(<M>)",
            "sort(<L>)",
            "tolist([<S>])",
        ],
        Ty::Set => &[
            "toset(<L>)",
            "[<S>, <S>]",
            "[for k, v in <M> : v]",
            "setunion(<L>, [<S>])",
        ],
        Ty::Map => &[
            "{ a = <S>, b = <S> }",
            "merge(<M>, { k = <S> })",
            "tomap({ k = <S> })",
            "{ for v in toset(<L>) : v => v }",
            "{ for k, v in <M> : \"${k}x\" => v }",
            "(<B> ? <M> : <M>)",
            "zipmap([\"p\"], [<S>])",
        ],
    }
}
