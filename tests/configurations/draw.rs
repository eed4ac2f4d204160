//! Draws expressions and the parts of blocks.

use super::model::{
    Attribute, Condition, Expr, Id, Item, Model, Module, Of, Piece, Repeat, Resource, Source,
    TYPES, Ty,
};
use crate::common::random::Random;

/// What an expression may refer to, each with its type and whether it is sensitive.
#[derive(Clone, Default)]
pub(super) struct Scope(pub(super) Vec<(Of, Ty, bool)>);

/// An expression, and whether its value is sensitive.
pub(super) struct Drawn {
    pub(super) value: Expr,
    pub(super) secret: bool,
}

impl Scope {
    /// What the items before one of a module offer, and its variables.
    pub(super) fn before(model: &Model, module: &Module, item: Option<Id>) -> Scope {
        let variables = module.variables.iter();
        let mut found: Vec<_> = variables
            .map(|variable| (Of::Variable(variable.id), variable.ty, variable.sensitive))
            .collect();
        let before = module.items.iter().take_while(|one| Some(one.id()) != item);
        for one in before {
            match one {
                Item::Local(local) => found.push((Of::Local(local.id), local.ty, local.secret)),
                Item::Resource(resource) => found.extend(offers(resource)),
                Item::Call(call) => {
                    let outputs = &model.modules[call.module].outputs;
                    found.extend(
                        outputs.iter().map(|output| {
                            (Of::Call(call.id, output.id), output.ty, output.sensitive)
                        }),
                    );
                }
                Item::Remote(remote) => found.push((Of::Remote(remote.id), Ty::Text, false)),
            }
        }
        Scope(found)
    }

    /// The same within a block that is repeated.
    pub(super) fn within(mut self, repeat: &Repeat) -> Scope {
        if !matches!(repeat, Repeat::Once) {
            // Twice, to be drawn more often.
            self.0.extend([(Of::Each, Ty::Text, false); 2]);
        }
        self
    }
}

fn offers(resource: &Resource) -> Vec<(Of, Ty, bool)> {
    let mut found = vec![(Of::Resource(resource.id, Attribute::Id), Ty::Text, false)];
    if let Some((ty, _)) = &resource.input {
        for attribute in [Attribute::Output, Attribute::Input, Attribute::Output] {
            let secret = resource.secret && attribute == Attribute::Input;
            found.push((Of::Resource(resource.id, attribute), *ty, secret));
        }
    }
    found
}

/// A literal of a type.
pub(super) fn literal(random: &mut Random, ty: Ty) -> String {
    let text = |random: &mut Random| (*random.of(&["a", "b", "c", "x-y", "", "k1"])).to_owned();
    match ty {
        Ty::Text => format!("{:?}", text(random)),
        Ty::Number => random.below(4).to_string(),
        Ty::Truth => random.chance(50).to_string(),
        Ty::List => {
            let parts: Vec<String> = (0..random.below(4))
                .map(|_| format!("{:?}", text(random)))
                .collect();
            format!("[{}]", parts.join(", "))
        }
        Ty::Map => {
            let keys = ["a", "b", "k1"];
            let parts: Vec<String> = keys[..random.below(4)]
                .iter()
                .map(|key| format!("{key} = {:?}", text(random)))
                .collect();
            braced(&parts)
        }
        Ty::Object => {
            let parts = [
                format!("name = {:?}", text(random)),
                format!("size = {}", random.below(4)),
                format!("tags = {}", literal(random, Ty::Map)),
            ];
            braced(&parts)
        }
    }
}

fn braced(parts: &[String]) -> String {
    if parts.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", parts.join(", "))
    }
}

/// An expression of a type.
pub(super) fn expression(random: &mut Random, scope: &Scope, ty: Ty, depth: usize) -> Drawn {
    let mut drawn = Drawn {
        value: Vec::new(),
        secret: false,
    };
    drawn.put(random, scope, ty, depth);
    drawn
}

impl Drawn {
    fn text(&mut self, text: &str) {
        self.value.push(Piece::Text(text.to_owned()));
    }

    /// Adds an expression of a type.
    fn put(&mut self, random: &mut Random, scope: &Scope, ty: Ty, depth: usize) {
        if !scope.0.is_empty() && random.chance(if depth == 0 { 70 } else { 45 }) {
            let (of, _, secret) = *random.of(&scope.0);
            self.secret |= secret;
            let style = random.below(1000);
            let source = Source {
                of,
                want: ty,
                style,
            };
            self.value.push(Piece::Source(source));
            return;
        }
        if depth == 0 {
            self.text(&literal(random, ty));
            return;
        }
        let form = *random.of(forms(ty));
        self.fill(random, scope, form, depth - 1);
    }

    /// Adds a form in which `<X>` is any expression of the type X.
    fn fill(&mut self, random: &mut Random, scope: &Scope, form: &str, depth: usize) {
        let mut rest = form;
        while let Some((before, after)) = rest.split_once('<') {
            self.text(before);
            let (symbol, behind) = after.split_once('>').expect("a symbol ends");
            {
                let ty = type_of(random, symbol);
                self.put(random, scope, ty, depth);
            }
            rest = behind;
        }
        self.text(rest);
    }
}

fn type_of(random: &mut Random, symbol: &str) -> Ty {
    match symbol {
        "S" => Ty::Text,
        "N" => Ty::Number,
        "B" => Ty::Truth,
        "L" => Ty::List,
        "M" => Ty::Map,
        "O" => Ty::Object,
        _ => *random.of(&TYPES),
    }
}

/// The forms of a type; expressions in themselves are another suite's matter.
fn forms(ty: Ty) -> &'static [&'static str] {
    match ty {
        Ty::Text => &[
            "\"${<S>}-${<N>}\"",
            "\"x${<S>}\"",
            "(<B> ? <S> : <S>)",
            "join(\",\", <L>)",
            "lookup(<M>, \"a\", <S>)",
            "try(<M>.a, <S>)",
            "jsonencode(<A>)",
            "upper(<S>)",
            "<O>.name",
            "try(<L>[0], <S>)",
            "coalesce(<S>, \"d\")",
        ],
        Ty::Number => &[
            "(<N> + 1)",
            "length(<L>)",
            "(<B> ? <N> : <N>)",
            "max(<N>, 1)",
            "<O>.size",
        ],
        Ty::Truth => &[
            "(<S> == <S>)",
            "(<N> > 1)",
            "!<B>",
            "(<B> || <B>)",
            "contains(<L>, <S>)",
            "can(<M>.b)",
        ],
        Ty::List => &[
            "[<S>, <S>]",
            "[for v in <L> : \"${v}!\"]",
            "concat(<L>, <L>)",
            "compact(<L>)",
            "[for k, v in <M> : k]",
            "tolist([<S>])",
            "distinct(<L>)",
        ],
        Ty::Map => &[
            "{ a = <S>, b = <S> }",
            "merge(<M>, { k = <S> })",
            "tomap({ k = <S> })",
            "{ for v in toset(<L>) : v => v }",
            "{ for k, v in <M> : \"${k}x\" => v }",
            "<O>.tags",
            "(<B> ? <M> : <M>)",
        ],
        Ty::Object => &[
            "{ name = <S>, size = <N>, tags = <M> }",
            "{ name = <S>, size = <N>, tags = {} }",
            "merge(<O>, { size = <N> })",
        ],
    }
}

/// A condition that mostly holds, as far as it can be known; it refers to something, as every condition has to.
pub(super) fn condition(
    random: &mut Random,
    scope: &Scope,
    own: Option<&str>,
) -> Option<Condition> {
    let plain = scope.0.iter().filter(|(_, _, secret)| !secret);
    let plain = Scope(plain.copied().collect());
    let subject = match own {
        Some(own) if random.chance(70) || plain.0.is_empty() => {
            vec![Piece::Text(format!("jsonencode({own})"))]
        }
        _ if plain.0.is_empty() => return None,
        _ => {
            let (of, _, _) = *random.of(&plain.0);
            let style = random.below(1000);
            let want = Ty::Text;
            vec![Piece::Source(Source { of, want, style })]
        }
    };
    let (before, after) = *random.of(&[
        ("length(", ") >= 0"),
        ("length(", ") < 200"),
        ("", " != \"zz\""),
        ("", " != \"zz\""),
        ("", " != \"zz\""),
        ("", " == \"zz\""),
        ("length(", ") > 2"),
    ]);
    let mut holds = vec![Piece::Text(before.to_owned())];
    holds.extend(subject);
    holds.push(Piece::Text(after.to_owned()));
    let mut message = vec![Piece::Text("\"It is not so".to_owned())];
    if random.chance(25) {
        message.push(Piece::Text(": ${".to_owned()));
        message.extend(expression(random, &plain, Ty::Text, 0).value);
        message.push(Piece::Text("}".to_owned()));
    }
    message.push(Piece::Text(".\"".to_owned()));
    Some(Condition { holds, message })
}
