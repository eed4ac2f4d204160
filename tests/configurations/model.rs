//! A made-up configuration before it is text: what there is, and what refers to what.
//!
//! Expressions refer to things by number, so that a thing may be renamed, repeated or taken away in the next step, and
//! what refers to it still fits.

/// What a thing is called among the things of all modules.
pub(super) type Id = usize;

/// The types of the generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ty {
    Text,
    Number,
    Truth,
    List,
    Map,
    /// `{ name = text, size = number, tags = map }`
    Object,
}

pub(super) const TYPES: [Ty; 6] = [
    Ty::Text,
    Ty::Number,
    Ty::Truth,
    Ty::List,
    Ty::Map,
    Ty::Object,
];

/// An expression: text, and what it refers to.
pub(super) type Expr = Vec<Piece>;

#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Source(Source),
}

/// Something that is referred to, as a value of a type; `style` chooses among the ways to write it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) of: Of,
    pub(super) want: Ty,
    pub(super) style: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Variable(Id),
    Local(Id),
    Resource(Id, Attribute),
    /// An output of a module call.
    Call(Id, Id),
    /// A value that the state of another configuration has.
    Remote(Id),
    /// `each` or `count` of the block around.
    Each,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    Id,
    Input,
    Output,
}

/// All modules, the root first; a module calls only those behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) modules: Vec<Module>,
    /// The next number.
    pub(super) next: Id,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    pub(super) variables: Vec<Variable>,
    /// In an order in which each refers only to those before it.
    pub(super) items: Vec<Item>,
    pub(super) outputs: Vec<Output>,
    pub(super) checks: Vec<Check>,
    /// Blocks of this step alone, each a text: `moved`, `removed`, `import`.
    pub(super) notes: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) ty: Ty,
    /// Whether the type is written, with `optional` attributes where it is an object.
    pub(super) typed: bool,
    pub(super) default: Option<String>,
    pub(super) nullable: Option<bool>,
    pub(super) sensitive: bool,
    pub(super) validated: bool,
    /// How the root module's variable gets its value, and which.
    pub(super) given: Option<(Way, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    File,
    AutomaticFile,
    AutomaticJson,
    NamedFile,
    Environment,
    Argument,
}

#[derive(Clone, Debug)]
pub(super) enum Item {
    Local(Local),
    Resource(Resource),
    Call(Call),
    Remote(Remote),
}

#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) value: Expr,
    pub(super) secret: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) repeat: Repeat,
    pub(super) input: Option<(Ty, Expr)>,
    pub(super) secret: bool,
    pub(super) triggers: Option<Expr>,
    pub(super) depends_on: Vec<Id>,
    pub(super) lifecycle: Lifecycle,
    /// Whether a provisioner fails.
    pub(super) breaks: Option<bool>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Lifecycle {
    pub(super) create_before_destroy: Option<bool>,
    pub(super) prevent_destroy: bool,
    /// `all`, or paths.
    pub(super) ignore: Option<String>,
    pub(super) replaced_by: Vec<(Id, Option<Attribute>)>,
    pub(super) before: Vec<Condition>,
    pub(super) after: Vec<Condition>,
}

#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) holds: Expr,
    pub(super) message: Expr,
}

#[derive(Clone, Debug)]
pub(super) enum Repeat {
    Once,
    /// `count`, a number.
    Count(usize),
    /// `count` of an expression.
    CountOf(Expr),
    /// `for_each` over these keys: a set of texts, or a map.
    Each(Vec<String>, bool),
    /// `for_each` over an expression, a map or a set.
    EachOf(Expr),
    /// `for_each` over a block that is repeated by keys.
    EachLike(Id),
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) id: Id,
    pub(super) name: String,
    /// Which module.
    pub(super) module: usize,
    pub(super) repeat: Repeat,
    pub(super) values: Vec<(Id, Expr)>,
    pub(super) depends_on: Vec<Id>,
}

/// The state of another configuration.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    pub(super) id: Id,
    pub(super) name: String,
    /// What it has, as JSON.
    pub(super) value: String,
    pub(super) depends_on: Vec<Id>,
}

#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) value: Expr,
    pub(super) sensitive: bool,
    pub(super) depends_on: Vec<Id>,
    pub(super) before: Option<Condition>,
}

#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) asserts: Vec<Condition>,
}

impl Model {
    /// A new number.
    pub(super) fn number(&mut self) -> Id {
        self.next += 1;
        self.next
    }
}

impl Module {
    /// The resource of a number.
    pub(super) fn resource(&self, id: Id) -> Option<&Resource> {
        self.resources().find(|resource| resource.id == id)
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.items.iter().filter_map(|item| match item {
            Item::Resource(resource) => Some(resource),
            Item::Local(_) | Item::Call(_) | Item::Remote(_) => None,
        })
    }

    pub(super) fn resources_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Resource(resource) => Some(resource),
            Item::Local(_) | Item::Call(_) | Item::Remote(_) => None,
        })
    }

    pub(super) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.items.iter().filter_map(|item| match item {
            Item::Call(call) => Some(call),
            Item::Local(_) | Item::Resource(_) | Item::Remote(_) => None,
        })
    }

    pub(super) fn calls_mut(&mut self) -> impl Iterator<Item = &mut Call> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Call(call) => Some(call),
            Item::Local(_) | Item::Resource(_) | Item::Remote(_) => None,
        })
    }
}

impl Item {
    pub(super) fn id(&self) -> Id {
        match self {
            Item::Local(local) => local.id,
            Item::Resource(resource) => resource.id,
            Item::Call(call) => call.id,
            Item::Remote(remote) => remote.id,
        }
    }
}
