//! Types that are not supported: what is told of a block of one, and what there is in its place.

use super::module::Resource;
use crate::address::{ResourceMode, ResourceName};
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::Schemas;
use std::collections::BTreeSet;

/// The error of a block whose type is not supported, with what is.
pub fn unknown_type(resource: &Resource, schemas: &dyn Schemas) -> Diagnostic {
    let name = &resource.name;
    let names = schemas.names(name.mode);
    let what = match name.mode {
        ResourceMode::Managed => "resource",
        ResourceMode::Data => "data source",
        ResourceMode::Ephemeral => "ephemeral resource",
    };
    let detail = format!(
        "The {what} type \"{}\" is not supported by this version.",
        name.resource_type
    );
    let diagnostic = Diagnostic::error(Code::UnknownType, detail)
        .with_summary(match name.mode {
            ResourceMode::Data => "Invalid data source".to_owned(),
            ResourceMode::Managed | ResourceMode::Ephemeral => format!("Invalid {what} type"),
        })
        .at(resource.span)
        .suggest(&name.resource_type, names.iter().copied());
    if diagnostic.hints.is_empty() {
        return diagnostic.hint(other_types(name, schemas, what));
    }
    diagnostic
}

/// What there is in the place of a type: a block of another kind, those of its provider, or else the providers.
fn other_types(name: &ResourceName, schemas: &dyn Schemas, what: &str) -> String {
    let given = name.resource_type.as_ref();
    let modes = [
        (ResourceMode::Managed, "resource"),
        (ResourceMode::Data, "data"),
        (ResourceMode::Ephemeral, "ephemeral"),
    ];
    let elsewhere = modes
        .into_iter()
        .find(|(mode, _)| schemas.names(*mode).contains(&given));
    if let Some((_, block)) = elsewhere {
        return format!("A type of that name has `{block}` blocks.");
    }
    let names = schemas.names(name.mode);
    let provider = provider_prefix(given);
    let others = names.iter().filter(|it| provider_prefix(it) == provider);
    let others: Vec<&str> = others.copied().collect();
    if others.is_empty() {
        let providers: BTreeSet<&str> = names.iter().map(|it| provider_prefix(it)).collect();
        let providers: Vec<&str> = providers.into_iter().collect();
        return format!(
            "No {what} type of the provider `{provider}` is; these providers have some: {}.",
            providers.join(", ")
        );
    }
    format!(
        "Supported {what} types of the provider: {}.",
        others.join(", ")
    )
}

/// The provider that a type belongs to unless its block says so: the word before the first underscore.
fn provider_prefix(resource_type: &str) -> &str {
    resource_type.split('_').next().unwrap_or(resource_type)
}
