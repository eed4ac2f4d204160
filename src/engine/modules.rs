//! Installing the modules of a project, and what they require.

use super::backend::{Buckets, Reach};
use super::project::{Failure, Project};
use crate::address::ProviderAddress;
use crate::config::{Configuration, Module};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::install::{Constraints, Problem, Request, Version, install};
use crate::provider::registry::Registry;
use crate::schema::Schemas;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Installs what the configuration of a project calls, and tells line by line what it does. Returns warnings.
///
/// # Errors
/// The configuration has mistakes, or a module cannot be had.
pub async fn install_modules(
    project: &Project,
    environment: &BTreeMap<String, String>,
    reach: Reach,
    upgrade: bool,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Diagnostics, Failure> {
    let request = Request {
        directory: &project.directory,
        data_directory: &project.data_directory,
        environment,
        schemas: &Registry,
        upgrade,
        objects: Arc::new(Buckets { reach }),
        tell,
    };
    let done = install(&request).await;
    done.map_err(
        |Problem {
             diagnostics,
             sources,
         }| Failure {
            diagnostics,
            sources,
        },
    )
}

/// The providers of `docs/providers.md`, with the numbers that the version they follow begins with.
const FOLLOWED: [(&str, &str); 5] = [
    ("aws", "6"),
    ("null", "3.3"),
    ("random", "3.9"),
    ("time", "0.14"),
    ("tls", "4.2"),
];

/// What the modules of a configuration require that is not built in, or in another version than the one followed. These are
/// warnings: whether an object of such a provider would be made, only a plan can say, and that refuses it.
pub fn requirements(configuration: &Configuration, schemas: &dyn Schemas) -> Diagnostics {
    let mut asking: BTreeMap<ProviderAddress, Asking> = BTreeMap::new();
    for (path, module) in &configuration.modules {
        let name = if path.is_root() {
            "the root module".to_owned()
        } else {
            format!("`{path}`")
        };
        for provider in used(module) {
            let asking = asking.entry(provider).or_default();
            asking.is_used = true;
            asking.modules.insert(name.clone());
        }
        for required in module.required_providers.values() {
            let asking = asking.entry(required.address.clone()).or_default();
            asking.modules.insert(name.clone());
            asking.place.get_or_insert(required.span);
            asking
                .constraints
                .entry(required.version.clone())
                .or_insert_with(|| (required.span, BTreeSet::new()))
                .1
                .insert(name.clone());
        }
    }
    let tell = |(provider, asking): (&ProviderAddress, &Asking)| match schemas
        .provider(&provider.provider_type)
    {
        None => vec![missing(provider, asking)],
        Some(_) => other_versions(provider, asking),
    };
    asking.iter().flat_map(tell).collect()
}

/// Who asks for a provider.
#[derive(Default)]
struct Asking {
    is_used: bool,
    modules: BTreeSet<String>,
    /// The modules by the constraint they write, and where the first of them does.
    constraints: BTreeMap<String, (Span, BTreeSet<String>)>,
    /// Where it is first required.
    place: Option<Span>,
}

fn used(module: &Module) -> BTreeSet<ProviderAddress> {
    let configured = module
        .providers
        .iter()
        .map(|block| module.provider(&block.local_name));
    let resources = module
        .resources
        .values()
        .map(|resource| match &resource.provider {
            Some(reference) => module.provider(&reference.local_name),
            None => module.provider(Module::implied_provider(&resource.name.resource_type)),
        });
    configured.chain(resources).collect()
}

fn missing(provider: &ProviderAddress, asking: &Asking) -> Diagnostic {
    let modules = listed(&asking.modules);
    let detail = format!("The provider {provider} is not built in. It is asked for by {modules}.");
    let then = if asking.is_used {
        "A plan refuses what it would make with it; blocks that have no instances may stay."
    } else {
        "As nothing is managed with it there, it is not missed."
    };
    let diagnostic = Diagnostic::warning(Code::InvalidProvider, format!("{detail} {then}"));
    let diagnostic = match asking.place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    };
    diagnostic
        .with_summary("Provider is not built in")
        .hint("Which providers are built in: docs/providers.md")
}

fn other_versions(provider: &ProviderAddress, asking: &Asking) -> Vec<Diagnostic> {
    let followed = FOLLOWED
        .iter()
        .find(|(name, _)| *name == &*provider.provider_type);
    let Some((_, line)) = followed else {
        return Vec::new();
    };
    let is_other = |(constraint, _): &(&String, &(Span, BTreeSet<String>))| {
        let constraints = Constraints::parse(constraint);
        constraints.is_some_and(|constraints| !allows(&constraints, constraint, line))
    };
    let others = asking.constraints.iter().filter(is_other);
    let tell = |(constraint, (place, modules)): (&String, &(Span, BTreeSet<String>))| {
        let modules = listed(modules);
        let detail = format!(
            "The provider {provider} is built in as of version {line}; `{constraint}`, which is asked for by \
             {modules}, does not include it. Arguments may have another meaning here."
        );
        Diagnostic::warning(Code::InvalidProvider, detail)
            .with_summary("Provider version is another than the one asked for")
            .at(*place)
    };
    others.map(tell).collect()
}

/// Whether a constraint allows some version that begins with these numbers. Which one is followed is not fixed to the
/// last number, so those that the constraint names count too.
fn allows(constraints: &Constraints, text: &str, line: &str) -> bool {
    const MOST: u32 = 999;
    let named = text.split(',').map(|condition| {
        condition
            .trim_start_matches(|c: char| " =!<>~".contains(c))
            .trim()
    });
    let named = named.filter(|version| version.starts_with(&format!("{line}.")));
    let named = named.filter_map(Version::parse);
    let counted = (0..=MOST).filter_map(|number| Version::parse(&format!("{line}.{number}")));
    named
        .chain(counted)
        .any(|version| constraints.meets(&version))
}

fn listed(names: &BTreeSet<String>) -> String {
    names
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}
