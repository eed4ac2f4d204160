//! Our schemas as `providers schema -json` prints them, as far as a generator needs them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// The types of resources and of data sources, the latter as `data.NAME`.
pub(super) struct Schemas(BTreeMap<String, Block>);

/// What may stand in a block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) attributes: Vec<Attribute>,
    pub(super) blocks: Vec<Nested>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) is_required: bool,
    /// Whether it may be written.
    pub(super) is_argument: bool,
}

/// Blocks of a name.
#[derive(Debug)]
pub(super) struct Nested {
    pub(super) name: String,
    pub(super) nesting: String,
    pub(super) min: usize,
    /// 0 for any number.
    pub(super) max: usize,
    pub(super) block: Block,
}

/// A type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Text,
    Number,
    Truth,
    /// Of texts, as those below.
    List,
    Set,
    Map,
    /// Anything else: lists of objects, and what may be of any type.
    Other,
}

impl Schemas {
    /// Reads them; types that are Terraform's own are another generator's matter.
    pub(super) fn of(json: &Json) -> Self {
        let mut found = BTreeMap::new();
        let providers = json["provider_schemas"].as_object().into_iter().flatten();
        for (provider, schemas) in providers {
            if provider.starts_with("terraform.io/") {
                continue;
            }
            // Its token is not recorded.
            let is_left_out = |name: &str| name == "aws_eks_cluster_auth";
            for (member, prefix) in [("resource_schemas", ""), ("data_source_schemas", "data.")] {
                let types = schemas[member].as_object().into_iter().flatten();
                for (name, schema) in types.filter(|(name, _)| !is_left_out(name)) {
                    found.insert(format!("{prefix}{name}"), Block::of(&schema["block"]));
                }
            }
        }
        Self(found)
    }

    /// The schema of a type.
    pub(super) fn block(&self, kind: &str) -> &Block {
        self.0.get(kind).expect("a type of ours")
    }

    /// The types of resources, or those of data sources.
    pub(super) fn kinds(&self, data: bool) -> Vec<&str> {
        let names = self.0.keys().map(String::as_str);
        names
            .filter(|name| name.starts_with("data.") == data)
            .collect()
    }
}

impl Block {
    fn of(json: &Json) -> Self {
        let members = |name: &str| json[name].as_object().into_iter().flatten();
        let attributes = members("attributes").map(|(name, attribute)| Attribute {
            name: name.clone(),
            ty: Ty::of(&attribute["type"]),
            is_required: attribute["required"] == true,
            is_argument: attribute["required"] == true || attribute["optional"] == true,
        });
        let count = |json: &Json| usize::try_from(json.as_u64().unwrap_or_default()).unwrap_or(0);
        let blocks = members("block_types").map(|(name, nested)| Nested {
            name: name.clone(),
            nesting: nested["nesting_mode"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            min: count(&nested["min_items"]),
            max: count(&nested["max_items"]),
            block: Block::of(&nested["block"]),
        });
        Self {
            attributes: attributes.collect(),
            blocks: blocks.collect(),
        }
    }

    /// The attribute of a name.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|one| one.name == name)
    }

    /// The blocks of a name.
    pub(super) fn nested(&self, name: &str) -> Option<&Nested> {
        self.blocks.iter().find(|one| one.name == name)
    }
}

impl Nested {
    /// Whether there is at most one of them.
    pub(super) fn is_single(&self) -> bool {
        self.nesting == "single" || self.max == 1
    }
}

impl Ty {
    fn of(json: &Json) -> Self {
        match json.as_str() {
            Some("string") => return Self::Text,
            Some("number") => return Self::Number,
            Some("bool") => return Self::Truth,
            Some(_) => return Self::Other,
            None => {}
        }
        match (json[0].as_str(), json[1].as_str()) {
            (Some("list"), Some("string")) => Self::List,
            (Some("set"), Some("string")) => Self::Set,
            (Some("map"), Some("string")) => Self::Map,
            _ => Self::Other,
        }
    }
}
