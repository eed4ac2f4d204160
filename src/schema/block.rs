//! Attributes and nested blocks.

use crate::address::{AttributePath, Name, PathStep};
use crate::value::Type;

/// The shape of one resource or data type.
#[derive(Clone, Debug)]
pub struct TypeSchema {
    /// The version that states record beside objects of the type.
    pub version: u64,
    /// The attributes and blocks.
    pub block: Block,
    /// One sentence on what the type is.
    pub description: &'static str,
}

/// The content of a block: attributes, and blocks nested in it.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The nested blocks.
    pub blocks: Vec<NestedBlock>,
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Who gives its value.
    pub presence: Presence,
    /// Whether its value must never be shown.
    pub sensitive: bool,
    /// Whether states record null instead of its value.
    pub unrecorded: bool,
    /// Whether another value needs another object.
    pub requires_replacement: bool,
    /// One sentence.
    pub description: &'static str,
}

/// Who gives the value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The configuration must.
    Required,
    /// The configuration may; else it is null.
    Optional,
    /// The configuration may; else the provider does.
    OptionalComputed,
    /// Only the provider does.
    Computed,
}

/// A kind of block nested in another.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// The block type.
    pub name: &'static str,
    /// How often it may stand, and what it becomes in the value.
    pub nesting: Nesting,
    /// The least number of blocks.
    pub min: usize,
    /// The greatest number of blocks; 0 for any.
    pub max: usize,
    /// What stands in it.
    pub block: Block,
    /// One sentence.
    pub description: &'static str,
}

/// What nested blocks become in the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most one block: an object or null.
    Single,
    /// A list of objects in the order of the blocks.
    List,
    /// A set of objects.
    Set,
}

impl Attribute {
    /// An attribute that the configuration must give.
    pub fn required(name: &'static str, ty: Type, description: &'static str) -> Self {
        Attribute::new(name, ty, Presence::Required, description)
    }

    /// An attribute that the configuration may give.
    pub fn optional(name: &'static str, ty: Type, description: &'static str) -> Self {
        Attribute::new(name, ty, Presence::Optional, description)
    }

    /// An attribute that the configuration may give, else the provider.
    pub fn optional_computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Attribute::new(name, ty, Presence::OptionalComputed, description)
    }

    /// An attribute that only the provider gives.
    pub fn computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Attribute::new(name, ty, Presence::Computed, description)
    }

    /// The same attribute, where another value needs another object.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.requires_replacement = true;
        self
    }

    /// The same attribute, never shown.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same attribute, of which states record null.
    #[must_use]
    pub fn unrecorded(mut self) -> Self {
        self.unrecorded = true;
        self
    }

    fn new(name: &'static str, ty: Type, presence: Presence, description: &'static str) -> Self {
        let (sensitive, requires_replacement) = (false, false);
        Attribute {
            name,
            ty,
            presence,
            sensitive,
            unrecorded: false,
            requires_replacement,
            description,
        }
    }

    /// Whether the provider may give the value.
    pub fn is_computed(&self) -> bool {
        matches!(
            self.presence,
            Presence::Computed | Presence::OptionalComputed
        )
    }
}

impl Block {
    /// The type of the block's value.
    pub fn ty(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|a| (Name::from(a.name), a.ty.clone()));
        let blocks = self.blocks.iter().map(|b| (Name::from(b.name), b.ty()));
        Type::object(attributes.chain(blocks))
    }

    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The nested block of a name.
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|block| block.name == name)
    }

    /// The attribute that a path leads to or through; `None` for a path to a whole block.
    pub fn attribute_at(&self, path: &AttributePath) -> Option<&Attribute> {
        let mut block = self;
        for step in path.steps() {
            let PathStep::Attribute(name) = step else {
                continue;
            };
            if let Some(attribute) = block.attribute(name) {
                return Some(attribute);
            }
            block = &block.nested(name)?.block;
        }
        None
    }

    /// The names of everything that may stand in it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.attributes
            .iter()
            .map(|a| a.name)
            .chain(self.blocks.iter().map(|b| b.name))
    }
}

impl NestedBlock {
    /// The type of what the blocks become.
    pub fn ty(&self) -> Type {
        match self.nesting {
            Nesting::Single => self.block.ty(),
            Nesting::List => Type::list(self.block.ty()),
            Nesting::Set => Type::set(self.block.ty()),
        }
    }

    /// Summary and detail, as Terraform words them, where so many blocks are too many.
    pub fn too_many(&self, given: usize) -> Option<(String, String)> {
        let (name, max) = (self.name, self.max);
        match self.nesting {
            Nesting::Single => (given > 1).then(|| {
                (
                    format!("Duplicate {name} block"),
                    format!("Only one {name} block is allowed."),
                )
            }),
            Nesting::List | Nesting::Set => (max > 0 && given > max).then(|| {
                (
                    format!("Too many {name} blocks"),
                    format!("No more than {max} \"{name}\" blocks are allowed."),
                )
            }),
        }
    }
}
