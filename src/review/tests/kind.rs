//! A kind with an attribute of every sort.

use crate::address::{ModulePath, ProviderAddress, ProviderConfigAddress, ResourceMode};
use crate::plan::ProviderKey;
use crate::schema::{
    Attribute, Block, NestedBlock, Nesting, Rules, Schemas, TypeEntry, TypeSchema,
};
use crate::value::{Type, Value};
use std::sync::LazyLock;

pub(super) struct Kinds;

struct NoRules;

impl Rules for NoRules {}

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 1,
    description: "",
    block: thing(),
});

fn thing() -> Block {
    let inner = |name| Block {
        attributes: vec![
            Attribute::optional(name, Type::String, ""),
            Attribute::optional("hidden", Type::String, "").sensitive(),
        ],
        blocks: Vec::new(),
    };
    let nested = |name, nesting, block| NestedBlock {
        name,
        nesting,
        min: 0,
        max: 0,
        block,
        description: "",
    };
    Block {
        attributes: vec![
            Attribute::computed("id", Type::String, ""),
            Attribute::required("name", Type::String, "").replaces(),
            Attribute::optional("number", Type::Number, ""),
            Attribute::optional("password", Type::String, "").sensitive(),
            Attribute::optional("policy", Type::String, ""),
            Attribute::optional("tags", Type::map(Type::String), ""),
            Attribute::optional("list", Type::list(Type::String), ""),
            Attribute::optional("set", Type::set(Type::String), ""),
        ],
        blocks: vec![
            nested("rule", Nesting::List, inner("key")),
            nested("port", Nesting::Set, inner("key")),
        ],
    }
}

pub(super) fn block() -> &'static Block {
    &SCHEMA.block
}

impl Schemas for Kinds {
    fn find(&self, _: ResourceMode, name: &str) -> Option<TypeEntry> {
        (name == "aws_iam_thing" || name == "aws_thing").then(|| TypeEntry {
            name: "aws_iam_thing",
            provider: "aws",
            schema: &SCHEMA,
            rules: &NoRules,
        })
    }

    fn provider(&self, _: &str) -> Option<&'static Block> {
        None
    }

    fn names(&self, _: ResourceMode) -> Vec<&'static str> {
        vec!["aws_iam_thing"]
    }
}

pub(super) fn provider() -> ProviderKey {
    ProviderKey {
        address: ProviderConfigAddress {
            module: ModulePath::root(),
            provider: ProviderAddress::hashicorp("aws"),
            alias: None,
        },
        key: crate::address::InstanceKey::None,
    }
}

/// The value with every text `UNKNOWN` unknown.
pub(super) fn unknowns(value: &Value) -> Value {
    if value.as_str() == Some("UNKNOWN") {
        return Value::unknown(Type::String);
    }
    value.map_parts(&mut unknowns)
}
