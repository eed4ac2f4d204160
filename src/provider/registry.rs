//! Every type there is, one line each, and the settings of every provider.

use super::{DataSource, EphemeralKind, ResourceKind, aws, builtin, kubernetes, tls};
use crate::address::ResourceMode;
use crate::schema::{Block, Schemas, TypeEntry};
use std::sync::LazyLock;

/// Resource types.
static RESOURCES: &[&dyn ResourceKind] = &[
    aws::eks::access_entry::KIND,
    aws::eks::access_policy_association::KIND,
    aws::eks::addon::KIND,
    aws::eks::cluster::KIND,
    aws::iam::instance_profile::KIND,
    aws::eks::identity_provider_config::KIND,
    aws::eks::pod_identity_association::KIND,
    aws::iam::openid_connect_provider::KIND,
    aws::iam::policy::KIND,
    aws::iam::role::KIND,
    aws::iam::role_policies_exclusive::KIND,
    aws::iam::role_policy::KIND,
    aws::iam::role_policy_attachment::KIND,
    builtin::null_resource::KIND,
    builtin::random_bytes::KIND,
    builtin::random_id::KIND,
    builtin::random_integer::KIND,
    builtin::random_password::KIND,
    builtin::random_pet::KIND,
    builtin::random_shuffle::KIND,
    builtin::random_string::KIND,
    builtin::random_uuid::KIND,
    builtin::random_uuid::VERSION_4,
    builtin::random_uuid::VERSION_7,
    aws::iam::role_policy_attachments_exclusive::KIND,
    aws::iam::service_linked_role::KIND,
    builtin::terraform_data::KIND,
    builtin::time_sleep::KIND,
];

/// Data types.
static DATA: &[&dyn DataSource] = &[
    aws::arn::DATA,
    aws::default_tags::DATA,
    aws::ec2::availability_zones::DATA,
    aws::eks::cluster::DATA,
    aws::eks::cluster_auth::DATA,
    aws::iam::openid_connect_provider::DATA,
    aws::iam::policy::DATA,
    aws::iam::policy_document::DATA,
    aws::iam::role::DATA,
    aws::iam::session_context::DATA,
    aws::partition::DATA,
    aws::region::DATA,
    aws::service_principal::DATA,
    aws::sts::caller_identity::DATA,
    builtin::terraform_remote_state::DATA,
    tls::certificate::DATA,
];

/// Ephemeral types.
static EPHEMERAL: &[&dyn EphemeralKind] = &[
    aws::eks::ephemeral_cluster_auth::EPHEMERAL,
    builtin::ephemeral_bytes::EPHEMERAL,
    builtin::ephemeral_password::EPHEMERAL,
    kubernetes::token_request::EPHEMERAL,
];

/// The resource type of a name or alias.
pub fn resource(name: &str) -> Option<&'static dyn ResourceKind> {
    let named =
        |kind: &&&'static dyn ResourceKind| kind.name() == name || kind.aliases().contains(&name);
    RESOURCES
        .iter()
        .find(named)
        .copied()
        .or_else(|| kubernetes::resource(name))
}

/// The data type of a name or alias.
pub fn data(name: &str) -> Option<&'static dyn DataSource> {
    let named = |source: &&&'static dyn DataSource| {
        source.name() == name || source.aliases().contains(&name)
    };
    DATA.iter()
        .find(named)
        .copied()
        .or_else(|| kubernetes::data(name))
}

/// The ephemeral type of a name or alias.
pub fn ephemeral(name: &str) -> Option<&'static dyn EphemeralKind> {
    let named =
        |kind: &&&'static dyn EphemeralKind| kind.name() == name || kind.aliases().contains(&name);
    EPHEMERAL.iter().find(named).copied()
}

/// The registry as the compiler sees it.
pub struct Registry;

static NO_SETTINGS: LazyLock<Block> = LazyLock::new(Block::default);

impl Schemas for Registry {
    fn find(&self, mode: ResourceMode, name: &str) -> Option<TypeEntry> {
        match mode {
            ResourceMode::Managed => resource(name).map(|kind| TypeEntry {
                name: kind.name(),
                provider: kind.provider(),
                schema: kind.schema(),
                rules: kind.rules(),
            }),
            ResourceMode::Data => data(name).map(|source| TypeEntry {
                name: source.name(),
                provider: source.provider(),
                schema: source.schema(),
                rules: source.rules(),
            }),
            ResourceMode::Ephemeral => ephemeral(name).map(|kind| TypeEntry {
                name: kind.name(),
                provider: kind.provider(),
                schema: kind.schema(),
                rules: kind.rules(),
            }),
        }
    }

    fn provider(&self, provider_type: &str) -> Option<&'static Block> {
        match provider_type {
            "aws" => Some(aws::provider_schema()),
            "kubernetes" => Some(kubernetes::provider_block()),
            "tls" => Some(tls::provider_block()),
            "null" | "random" | "terraform" | "time" => Some(&NO_SETTINGS),
            _ => None,
        }
    }

    fn names(&self, mode: ResourceMode) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = match mode {
            ResourceMode::Managed => {
                let ours = RESOURCES
                    .iter()
                    .flat_map(|kind| kind.aliases().iter().copied().chain([kind.name()]));
                ours.chain(kubernetes::names()).collect()
            }
            ResourceMode::Data => DATA.iter().map(|source| source.name()).collect(),
            ResourceMode::Ephemeral => EPHEMERAL.iter().map(|kind| kind.name()).collect(),
        };
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, EPHEMERAL, RESOURCES, Registry, data, kubernetes, resource};
    use crate::address::{Name, ResourceMode};
    use crate::schema::{Block, NestedBlock, Nesting, Presence, Schemas};
    use crate::value::Value;

    #[test]
    fn kinds_are_found_by_name() {
        assert_eq!(resource("aws_iam_role").unwrap().name(), "aws_iam_role");
        assert_eq!(data("aws_iam_role").unwrap().name(), "aws_iam_role");
        assert!(resource("aws_instance").is_none());
        assert!(data("aws_instance").is_none());
        let found = |mode| Registry.find(mode, "aws_partition").is_some();
        assert!(!found(ResourceMode::Managed) && found(ResourceMode::Data));
    }

    /// What the language and the state rely on: each name once, each with a sentence, each with settings.
    #[test]
    fn schemas_are_well_formed() {
        for kind in RESOURCES {
            assert!(
                Registry.provider(kind.provider()).is_some(),
                "{}",
                kind.name()
            );
            check(kind.name(), &kind.schema().block);
        }
        for source in DATA {
            assert!(
                Registry.provider(source.provider()).is_some(),
                "{}",
                source.name()
            );
            check(source.name(), &source.schema().block);
        }
    }

    /// What is unknown may become anything that is right, null too.
    #[test]
    fn nothing_is_wrong_with_what_is_not_known() {
        let resources = RESOURCES.iter().map(|kind| (kind.schema(), kind.rules()));
        let kubernetes = kubernetes::names().into_iter().filter_map(resource);
        let kubernetes = kubernetes.map(|kind| (kind.schema(), kind.rules()));
        let data = DATA.iter().map(|kind| (kind.schema(), kind.rules()));
        let ephemeral = EPHEMERAL.iter().map(|kind| (kind.schema(), kind.rules()));
        let mut wrong = std::collections::BTreeSet::new();
        for (schema, rules) in resources.chain(kubernetes).chain(data).chain(ephemeral) {
            let mut told = |config: &Value| {
                for problem in rules.validate(config) {
                    wrong.insert(format!("{}: {problem:?}", schema.description));
                }
            };
            let block = &schema.block;
            open(block).iter().for_each(&mut told);
            for nested in &block.blocks {
                for value in one(nested) {
                    told(&with(&all_open(block), nested.name, value));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// Objects of a block of which all that may be written is unknown, or all but an argument that is not written.
    fn open(block: &Block) -> Vec<Value> {
        let all = all_open(block);
        let optional = block
            .attributes
            .iter()
            .filter(|it| it.presence != Presence::Required);
        let without = optional.map(|it| with(&all, it.name, Value::null(it.ty.clone())));
        without.chain([all.clone()]).collect()
    }

    /// One in which all is, but for nested blocks that there have to be.
    fn all_open(block: &Block) -> Value {
        let attributes = block.attributes.iter().map(|attribute| {
            let ty = attribute.ty.clone();
            let value = match attribute.presence {
                Presence::Computed => Value::null(ty),
                Presence::Required | Presence::Optional | Presence::OptionalComputed => {
                    Value::unknown(ty)
                }
            };
            (Name::from(attribute.name), value)
        });
        let blocks = block.blocks.iter().map(|nested| {
            let value = match nested.min {
                0 => Value::unknown(nested.ty()),
                _ => of(nested, all_open(&nested.block)),
            };
            (Name::from(nested.name), value)
        });
        Value::object(attributes.chain(blocks).collect())
    }

    fn with(object: &Value, name: &str, value: Value) -> Value {
        let mut members = object.to_entries();
        members.insert(name.into(), value);
        Value::object(members)
    }

    /// One nested block, in each way to be open.
    fn one(nested: &NestedBlock) -> Vec<Value> {
        let blocks = open(&nested.block).into_iter();
        blocks.map(|block| of(nested, block)).collect()
    }

    fn of(nested: &NestedBlock, block: Value) -> Value {
        match nested.nesting {
            Nesting::Single => block,
            Nesting::List => Value::list(block.ty(), vec![block]),
            Nesting::Set => Value::set(block.ty(), vec![block]),
        }
    }

    fn check(name: &str, block: &Block) {
        let mut names: Vec<&str> = block.names().collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{name}: a name stands twice");
        for attribute in &block.attributes {
            let sentence = attribute.description;
            assert!(
                sentence.ends_with('.'),
                "{name}.{}: {sentence}",
                attribute.name
            );
        }
        for nested in &block.blocks {
            check(name, &nested.block);
        }
    }
}
