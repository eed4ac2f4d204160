//! The attributes of `aws_availability_zones`.

use crate::schema::{Attribute, Block, NestedBlock, Nesting, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let texts = || Type::set(Type::String);
    let list = || Type::list(Type::String);
    TypeSchema {
        version: 0,
        description: "The zones of a region.",
        block: Block {
            attributes: vec![
                Attribute::optional(
                    "all_availability_zones",
                    Type::Bool,
                    "Whether zones count that the account has not opted in to.",
                ),
                Attribute::optional("exclude_names", texts(), "Zones to leave out, by name."),
                Attribute::optional("exclude_zone_ids", texts(), "Zones to leave out, by id."),
                Attribute::computed("group_names", texts(), "The groups of the zones."),
                Attribute::computed("id", Type::String, "The region."),
                Attribute::computed("names", list(), "The names, sorted, as `eu-west-1a`."),
                Attribute::optional_computed(
                    "region",
                    Type::String,
                    "The region; the provider's if not given.",
                ),
                Attribute::optional(
                    "state",
                    Type::String,
                    "The state of the zones: `available`, `information`, `impaired`, `unavailable` or `constrained`.",
                ),
                Attribute::computed(
                    "zone_ids",
                    list(),
                    "The ids, in the order of the names, as `euw1-az1`.",
                ),
            ],
            blocks: vec![filter(), timeouts()],
        },
    }
});

fn filter() -> NestedBlock {
    NestedBlock {
        name: "filter",
        nesting: Nesting::Set,
        min: 0,
        max: 0,
        block: Block {
            attributes: vec![
                Attribute::required("name", Type::String, "The filter, as EC2 calls it."),
                Attribute::required(
                    "values",
                    Type::set(Type::String),
                    "The values, any of which will do.",
                ),
            ],
            blocks: Vec::new(),
        },
        description: "Which zones count, as the filters of `DescribeAvailabilityZones` say.",
    }
}

fn timeouts() -> NestedBlock {
    NestedBlock {
        name: "timeouts",
        nesting: Nesting::Single,
        min: 0,
        max: 0,
        block: Block {
            attributes: vec![Attribute::optional(
                "read",
                Type::String,
                "How long reading may take. One call is made, as often as the provider retries.",
            )],
            blocks: Vec::new(),
        },
        description: "How long operations may take.",
    }
}
