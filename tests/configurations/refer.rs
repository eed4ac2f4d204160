//! From an expression of the model to its text: how something is referred to follows from what it is by now.

use super::model::{
    Attribute, Call, Id, Item, Model, Module, Of, Piece, Repeat, Resource, Source, Ty,
};

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) model: &'a Model,
    pub(super) module: &'a Module,
    /// How the block around is repeated.
    pub(super) repeat: Option<&'a Repeat>,
}

impl Place<'_> {
    /// The text of an expression.
    pub(super) fn text(&self, value: &[Piece]) -> String {
        let parts = value.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Source(source) => self.source(source),
        });
        parts.collect()
    }

    fn source(&self, source: &Source) -> String {
        let Source { of, want, style } = source;
        let found = match of {
            Of::Variable(id) => self.variable(*id),
            Of::Local(id) => self.local(*id),
            Of::Resource(id, attribute) => self.resource(*id, *attribute, *want, *style),
            Of::Call(call, output) => self.call(*call, *output, *want, *style),
            Of::Remote(id) => self.remote(*id),
            Of::Each => self.each(*style),
        };
        match found {
            Some((text, ty)) => converted(&text, ty, *want, *style),
            None => nothing(*want).to_owned(),
        }
    }

    fn variable(&self, id: Id) -> Option<(String, Ty)> {
        let mut variables = self.module.variables.iter();
        let variable = variables.find(|variable| variable.id == id)?;
        Some((format!("var.{}", variable.name), variable.ty))
    }

    fn local(&self, id: Id) -> Option<(String, Ty)> {
        self.module.items.iter().find_map(|item| match item {
            Item::Local(local) if local.id == id => {
                Some((format!("local.{}", local.name), local.ty))
            }
            Item::Local(_) | Item::Resource(_) | Item::Call(_) | Item::Remote(_) => None,
        })
    }

    fn remote(&self, id: Id) -> Option<(String, Ty)> {
        self.module.items.iter().find_map(|item| match item {
            Item::Remote(remote) if remote.id == id => {
                let name = &remote.name;
                let text = format!("data.terraform_remote_state.{name}.outputs.o");
                Some((text, Ty::Text))
            }
            Item::Local(_) | Item::Resource(_) | Item::Call(_) | Item::Remote(_) => None,
        })
    }

    fn each(&self, style: usize) -> Option<(String, Ty)> {
        match self.repeat? {
            Repeat::Once => None,
            Repeat::Count(_) | Repeat::CountOf(_) => Some(("count.index".to_owned(), Ty::Number)),
            Repeat::EachLike(id) if style.is_multiple_of(2) => {
                let resource = self.module.resource(*id)?;
                Some((
                    format!("terraform_data.{}[each.key].id", resource.name),
                    Ty::Text,
                ))
            }
            Repeat::EachLike(_) => Some(("each.key".to_owned(), Ty::Text)),
            Repeat::Each(..) | Repeat::EachOf(_) if style.is_multiple_of(3) => {
                Some(("each.key".to_owned(), Ty::Text))
            }
            Repeat::Each(..) | Repeat::EachOf(_) => Some(("each.value".to_owned(), Ty::Text)),
        }
    }

    fn resource(
        &self,
        id: Id,
        attribute: Attribute,
        want: Ty,
        style: usize,
    ) -> Option<(String, Ty)> {
        let resource = self.module.resource(id)?;
        let (name, ty) = attribute_of(resource, attribute);
        let block = format!("terraform_data.{}", resource.name);
        Some(repeated(
            &block,
            &resource.repeat,
            (name, ty),
            want,
            style,
            self.same_keys(&resource.repeat, id),
        ))
    }

    /// The index by which a block with the same repetition refers to its counterpart.
    fn same_keys(&self, repeat: &Repeat, id: Id) -> Option<&'static str> {
        match (self.repeat?, repeat) {
            (Repeat::Count(own), Repeat::Count(other)) if own <= other => Some("count.index"),
            (Repeat::Each(own, _), Repeat::Each(other, _))
                if own.iter().all(|key| other.contains(key)) =>
            {
                Some("each.key")
            }
            (Repeat::EachLike(like), _) if *like == id => Some("each.key"),
            _ => None,
        }
    }

    fn call(&self, id: Id, output: Id, want: Ty, style: usize) -> Option<(String, Ty)> {
        let call = self.module.calls().find(|call| call.id == id)?;
        let mut outputs = self.model.modules[call.module].outputs.iter();
        let output = outputs.find(|one| one.id == output)?;
        let block = format!("module.{}", call.name);
        Some(repeated(
            &block,
            &call.repeat,
            (&output.name, output.ty),
            want,
            style,
            self.same_keys(&call.repeat, id),
        ))
    }

    /// The address of a block of the module, for `depends_on`.
    pub(super) fn address(&self, id: Id) -> Option<String> {
        self.module.items.iter().find_map(|item| match item {
            Item::Resource(resource) if resource.id == id => {
                Some(format!("terraform_data.{}", resource.name))
            }
            Item::Call(call) if call.id == id => Some(address_of_call(call)),
            Item::Local(_) | Item::Resource(_) | Item::Call(_) | Item::Remote(_) => None,
        })
    }

    /// An element of `replace_triggered_by`: a block, or an attribute of one instance.
    pub(super) fn trigger(&self, id: Id, attribute: Option<Attribute>) -> Option<String> {
        let resource = self.module.resource(id)?;
        let block = format!("terraform_data.{}", resource.name);
        let Some(attribute) = attribute else {
            return Some(block);
        };
        let key = match &resource.repeat {
            Repeat::Once => String::new(),
            Repeat::Count(1..) => "[0]".to_owned(),
            Repeat::Each(keys, _) => format!("[{:?}]", keys.first()?),
            Repeat::Count(_) | Repeat::CountOf(_) | Repeat::EachOf(_) | Repeat::EachLike(_) => {
                return Some(block);
            }
        };
        let name = match attribute {
            Attribute::Id => "id",
            Attribute::Input => "input",
            Attribute::Output => "output",
        };
        Some(format!("{block}{key}.{name}"))
    }
}

fn address_of_call(call: &Call) -> String {
    format!("module.{}", call.name)
}

fn attribute_of(resource: &Resource, attribute: Attribute) -> (&'static str, Ty) {
    match (&resource.input, attribute) {
        (Some((ty, _)), Attribute::Output) => ("output", *ty),
        (Some((ty, _)), Attribute::Input) => ("input", *ty),
        (None, _) | (Some(_), Attribute::Id) => ("id", Ty::Text),
    }
}

/// What a block that may be repeated has, as something as near to the wanted type as it goes.
fn repeated(
    block: &str,
    repeat: &Repeat,
    (name, ty): (&str, Ty),
    want: Ty,
    style: usize,
    same: Option<&str>,
) -> (String, Ty) {
    if let (Some(index), 0..=1) = (same, style % 3) {
        return (format!("{block}[{index}].{name}"), ty);
    }
    let splat = format!("{block}[*].{name}");
    match repeat {
        Repeat::Once if ty == Ty::Text && style.is_multiple_of(9) => (format!("one({splat})"), ty),
        Repeat::Once => (format!("{block}.{name}"), ty),
        Repeat::Count(_) | Repeat::CountOf(_) if want == Ty::Number && style.is_multiple_of(2) => {
            (format!("length({block})"), Ty::Number)
        }
        Repeat::Count(_) | Repeat::CountOf(_) if want == Ty::List && ty == Ty::Text => {
            (splat, Ty::List)
        }
        Repeat::Count(1..) if style.is_multiple_of(2) => (format!("{block}[0].{name}"), ty),
        Repeat::Count(1) if style.is_multiple_of(5) => (format!("one({splat})"), ty),
        Repeat::Count(_) | Repeat::CountOf(_) => {
            (format!("try({block}[0].{name}, {})", nothing(ty)), ty)
        }
        Repeat::Each(..) | Repeat::EachOf(_) | Repeat::EachLike(_)
            if want == Ty::List && ty == Ty::Text =>
        {
            (format!("values({block})[*].{name}"), Ty::List)
        }
        Repeat::Each(..) | Repeat::EachOf(_) | Repeat::EachLike(_)
            if want == Ty::Map && ty == Ty::Text =>
        {
            (
                format!("{{ for k, one in {block} : k => one.{name} }}"),
                Ty::Map,
            )
        }
        Repeat::Each(..) | Repeat::EachOf(_) | Repeat::EachLike(_) if style.is_multiple_of(4) => {
            (format!("keys({block})"), Ty::List)
        }
        Repeat::Each(keys, _) if !style.is_multiple_of(3) && !keys.is_empty() => {
            let key = &keys[style % keys.len()];
            (format!("{block}[{key:?}].{name}"), ty)
        }
        Repeat::Each(..) | Repeat::EachOf(_) | Repeat::EachLike(_) => {
            (format!("try({block}[\"a\"].{name}, {})", nothing(ty)), ty)
        }
    }
}

/// A value of a type where there is nothing to refer to.
pub(super) fn nothing(ty: Ty) -> &'static str {
    match ty {
        Ty::Text => "\"none\"",
        Ty::Number => "0",
        Ty::Truth => "false",
        Ty::List => "[]",
        Ty::Map => "{}",
        Ty::Object => "{ name = \"none\", size = 0, tags = {} }",
    }
}

/// An expression of one type as one of another.
fn converted(text: &str, from: Ty, to: Ty, style: usize) -> String {
    // What stands at the end of a step must be one thing.
    let one = if text.starts_with('{') {
        format!("({text})")
    } else {
        text.to_owned()
    };
    match (from, to) {
        (Ty::Number | Ty::Truth, Ty::Text) => format!("\"v${{{text}}}\""),
        (Ty::List, Ty::Text) => format!("join(\"-\", {text})"),
        (Ty::Map, Ty::Text) => format!("jsonencode({text})"),
        (Ty::Object, Ty::Text) => format!("{one}.name"),
        (Ty::Object, Ty::Number) => format!("{one}.size"),
        (Ty::Truth, Ty::Number) => format!("({text} ? 1 : 0)"),
        (Ty::Text | Ty::List | Ty::Map, Ty::Number) => format!("length({text})"),
        (Ty::Text, Ty::Truth) => format!("({text} != \"zz\")"),
        (Ty::Number, Ty::Truth) => format!("({text} > 1)"),
        (Ty::List, Ty::Truth) => format!("contains({text}, \"a\")"),
        (Ty::Map, Ty::Truth) => format!("(length({text}) > 0)"),
        (Ty::Object, Ty::Truth) => format!("({one}.size > 1)"),
        (Ty::Text, Ty::List) => format!("[{text}]"),
        (Ty::Number | Ty::Truth, Ty::List) => format!("[tostring({text})]"),
        (Ty::Map, Ty::List) if style.is_multiple_of(2) => format!("keys({text})"),
        (Ty::Map, Ty::List) => format!("values({text})"),
        (Ty::Object, Ty::List) => format!("[{one}.name]"),
        (Ty::Text, Ty::Map) => format!("{{ k = {text} }}"),
        (Ty::Number | Ty::Truth, Ty::Map) => format!("{{ k = tostring({text}) }}"),
        (Ty::List, Ty::Map) => format!("{{ for at, one in {text} : \"k${{at}}\" => one }}"),
        (Ty::Object, Ty::Map) => format!("{one}.tags"),
        (Ty::Map, Ty::Object) => format!("{{ name = \"m\", size = 1, tags = {text} }}"),
        (Ty::Text, Ty::Object) => format!("{{ name = {text}, size = 1, tags = {{}} }}"),
        (Ty::Number, Ty::Object) => format!("{{ name = \"n\", size = {text}, tags = {{}} }}"),
        (Ty::Truth | Ty::List, Ty::Object) => {
            format!("{{ name = jsonencode({text}), size = 1, tags = {{}} }}")
        }
        (Ty::Text, Ty::Text)
        | (Ty::Number, Ty::Number)
        | (Ty::Truth, Ty::Truth)
        | (Ty::List, Ty::List)
        | (Ty::Map, Ty::Map)
        | (Ty::Object, Ty::Object) => text.to_owned(),
    }
}
