//! A difference as a tree of lines: what comparing makes and drawing prints.

/// What happens to one attribute, element, block or line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Nothing.
    Same,
    /// It is new.
    Add,
    /// It goes away.
    Remove,
    /// It becomes something else.
    Change,
}

impl Sign {
    /// The sign as it is printed; a space for nothing.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Sign::Same => " ",
            Sign::Add => "+",
            Sign::Remove => "-",
            Sign::Change => "~",
        }
    }
}

/// What stands between a pair of brackets, one line or more each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// An attribute, element or block.
    Item(Item),
    /// How many unchanged ones are not shown, and of what: `attribute`, `element`, `block`.
    Hidden(usize, &'static str),
    /// An empty line.
    Gap,
}

/// An attribute, element or block.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// What happens to it.
    pub(crate) sign: Sign,
    /// Its name.
    pub(crate) label: Label,
    /// What stands before the value on its first line, as `"a" -> `; usually empty.
    pub(crate) lead: String,
    /// The value.
    pub(crate) body: Body,
    /// What stands behind the value on its last line, as ` -> null`; usually empty.
    pub(crate) tail: String,
    /// Whether the object has to be replaced because of it.
    pub(crate) forces: bool,
    /// A line above it.
    pub(crate) remark: Option<&'static str>,
}

impl Item {
    /// An item with nothing around its value.
    pub(crate) fn new(sign: Sign, label: Label, body: Body) -> Self {
        Item {
            sign,
            label,
            lead: String::new(),
            body,
            tail: String::new(),
            forces: false,
            remark: None,
        }
    }

    /// The same item, named.
    pub(crate) fn labelled(mut self, label: Label) -> Self {
        self.label = label;
        self
    }
}

/// The name of an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Label {
    /// An element of a list.
    None,
    /// An attribute or key, as it is written: `name` or `"a b"`.
    Attribute(String),
    /// A block type.
    Block(String),
}

/// The value of an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// A value on one line.
    Line(String),
    /// Elements in brackets.
    List(Vec<Entry>),
    /// Attributes in braces.
    Object(Vec<Entry>),
    /// Elements of a map in braces.
    Map(Vec<Entry>),
    /// The lines of a text.
    Text(Vec<TextLine>),
    /// A value that becomes one of another type.
    Switch(Box<Body>, Box<Body>),
    /// A JSON text, shown as what it says.
    Document(Sign, Box<Body>),
}

/// A line of a text, or a run of lines that is not shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TextLine {
    /// A line with what happens to it.
    Line(Sign, String),
    /// How many unchanged lines are not shown.
    Hidden(usize),
}
