//! The attributes of `aws_iam_policy_document`.

use crate::schema::{Attribute, Block, NestedBlock, Nesting, TypeSchema};
use crate::value::Type;
use std::sync::LazyLock;

pub(super) fn schema() -> &'static TypeSchema {
    &SCHEMA
}

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let documents =
        |name, description| Attribute::optional(name, Type::list(Type::String), description);
    let text = |name, description| Attribute::optional(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "A policy document as JSON.",
        block: Block {
            attributes: vec![
                Attribute::computed("id", Type::String, "A checksum of the document."),
                Attribute::computed("json", Type::String, "The document."),
                Attribute::computed("minified_json", Type::String, "The document in one line."),
                text(
                    "override_json",
                    "Not used. Use `override_policy_documents`.",
                ),
                documents(
                    "override_policy_documents",
                    "Documents whose statements replace those of the same `sid`.",
                ),
                text("policy_id", "The `Id` of the document."),
                text("source_json", "Not used. Use `source_policy_documents`."),
                documents(
                    "source_policy_documents",
                    "Documents whose statements stand first.",
                ),
                text(
                    "version",
                    "The version of the policy language, `2012-10-17` if not given.",
                ),
            ],
            blocks: vec![nested(
                "statement",
                Nesting::List,
                statement(),
                "A statement.",
            )],
        },
    }
});

fn statement() -> Block {
    let set = |name, description| Attribute::optional(name, Type::set(Type::String), description);
    Block {
        attributes: vec![
            set("actions", "What the statement is about."),
            Attribute::optional("effect", Type::String, "`Allow` or `Deny`."),
            set("not_actions", "What it is not about."),
            set("not_resources", "On what it does not bear."),
            set("resources", "On what it bears."),
            Attribute::optional("sid", Type::String, "The id of the statement."),
        ],
        blocks: vec![
            nested("condition", Nesting::Set, condition(), "When it holds."),
            nested(
                "not_principals",
                Nesting::Set,
                principals(),
                "For whom it does not hold.",
            ),
            nested(
                "principals",
                Nesting::Set,
                principals(),
                "For whom it holds.",
            ),
        ],
    }
}

fn condition() -> Block {
    Block {
        attributes: vec![
            Attribute::required("test", Type::String, "The operator, as `StringEquals`."),
            Attribute::required(
                "values",
                Type::list(Type::String),
                "The values, any of which will do.",
            ),
            Attribute::required("variable", Type::String, "The key of the request."),
        ],
        blocks: Vec::new(),
    }
}

fn principals() -> Block {
    Block {
        attributes: vec![
            Attribute::required("identifiers", Type::set(Type::String), "Who they are."),
            Attribute::required(
                "type",
                Type::String,
                "`AWS`, `Service`, `Federated`, `CanonicalUser` or `*`.",
            ),
        ],
        blocks: Vec::new(),
    }
}

fn nested(
    name: &'static str,
    nesting: Nesting,
    block: Block,
    description: &'static str,
) -> NestedBlock {
    NestedBlock {
        name,
        nesting,
        min: 0,
        max: 0,
        block,
        description,
    }
}
