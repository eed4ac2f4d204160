//! `providers`: which providers a configuration and its state need, and what the built-in ones offer.

use super::Context;
use crate::address::{ModulePath, ProviderAddress, ProviderConfigAddress};
use crate::cli::ExitCode;
use crate::cli::arguments::{ProvidersArguments, ProvidersCommand, StateFile};
use crate::cli::view::{self, schemas};
use crate::config::{Configuration, Module};
use crate::engine::Failure;
use crate::link::display::Display;
use crate::source::SourceMap;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn run(context: &Context, arguments: &ProvidersArguments) -> ExitCode {
    let shown = match &arguments.command {
        Some(ProvidersCommand::Schema(_)) => Ok(schemas::all(context.schemas.as_ref()).to_string()),
        Some(ProvidersCommand::Lock(_)) => {
            return super::refused(context, "providers lock", NOTHING);
        }
        Some(ProvidersCommand::Mirror(_)) => {
            return super::refused(context, "providers mirror", NOTHING);
        }
        None => required(context),
    };
    match shown {
        Ok(text) => {
            view::print(&text);
            let missing = super::no_test_directory(context, arguments.test_directory.as_deref());
            let terminal = context.terminal;
            view::diagnostics(
                &missing.into_iter().collect(),
                &SourceMap::default(),
                terminal,
            );
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, context.terminal),
    }
}

const NOTHING: &str = "Providers are part of the program, so there is nothing to lock or to mirror; `.terraform.lock.hcl` \
                       is left to Terraform.";

fn required(context: &Context) -> Result<String, Failure> {
    let (configuration, _) = context.project.load()?;
    context.project.require_files(&configuration)?;
    let (configuration, problems) =
        crate::link::link(configuration, &crate::link::PriorFacts::default());
    if problems.has_errors() {
        return Err(Failure::new(problems, &configuration.sources));
    }
    let tree = Tree {
        configuration: &configuration,
        display: Display::new(&configuration),
        context,
    };
    let mut text = String::from("\nProviders required by configuration:\n.\n");
    tree.module(&ModulePath::root(), "", &mut text);
    let recorded = recorded(context)?;
    if !recorded.is_empty() {
        text.push_str("\nProviders required by state:\n\n");
        for provider in recorded {
            text.extend([
                "    ".to_owned(),
                tree.provider(&provider, ""),
                "\n\n".to_owned(),
            ]);
        }
    }
    Ok(text.trim_end_matches('\n').to_owned() + "\n")
}

/// The providers that the state names.
fn recorded(context: &Context) -> Result<BTreeSet<ProviderAddress>, Failure> {
    let session = super::state::looked_at(context, &StateFile { state: None })?;
    let snapshot = session.recovered.snapshot.as_ref();
    let resources = snapshot.iter().flat_map(|snapshot| &snapshot.resources);
    let named = resources.filter_map(|resource| {
        let config: ProviderConfigAddress = resource.provider.parse().ok()?;
        Some(config.provider)
    });
    Ok(named.collect())
}

struct Tree<'c> {
    configuration: &'c Configuration,
    display: Display,
    context: &'c Context,
}

impl Tree<'_> {
    /// A module's providers, then the modules it calls.
    fn module(&self, path: &ModulePath, indent: &str, text: &mut String) {
        let Some(module) = self.configuration.module(path) else {
            return;
        };
        let providers = needs(module);
        let count = providers.len() + module.calls.len();
        let mut position = 0;
        let mut branch = || {
            position += 1;
            if position == count {
                ("└── ", "    ")
            } else {
                ("├── ", "│   ")
            }
        };
        for (provider, version) in &providers {
            let line = self.provider(provider, version);
            text.extend([indent, branch().0, &line, "\n"]);
        }
        for name in module.calls.keys() {
            let (mark, deeper) = branch();
            let noun = path.is_root().then(|| self.display.noun(name)).flatten();
            let label = match noun {
                Some((kind, label)) => format!("{kind}.{label}"),
                None => format!("module.{name}"),
            };
            text.extend([indent, mark, &label, "\n"]);
            self.module(
                &path.child(name.clone()),
                &format!("{indent}{deeper}"),
                text,
            );
        }
    }

    fn provider(&self, provider: &ProviderAddress, version: &str) -> String {
        let source = provider.to_string();
        let built_in = self
            .context
            .schemas
            .provider(&provider.provider_type)
            .is_some();
        let space = if version.is_empty() { "" } else { " " };
        let note = if built_in { "" } else { " (not built in)" };
        format!("provider[{source}]{space}{version}{note}")
    }
}

/// What a module needs, with the constraints as it writes them.
fn needs(module: &Module) -> BTreeMap<ProviderAddress, String> {
    let mut found: BTreeMap<ProviderAddress, String> = BTreeMap::new();
    for required in module.required_providers.values() {
        found.insert(required.address.clone(), required.version.clone());
    }
    let configured = module
        .providers
        .iter()
        .map(|block| module.provider(&block.local_name));
    let used = module
        .resources
        .values()
        .map(|resource| match &resource.provider {
            Some(reference) => module.provider(&reference.local_name),
            None => module.provider(Module::implied_provider(&resource.name.resource_type)),
        });
    for provider in configured.chain(used) {
        found.entry(provider).or_default();
    }
    found
}
