//! Addresses as people see them: `role.x["k"]` for `module.role_x["k"].aws_iam_role.this[0]`, and back.

use super::nouns::call_name;
use crate::address::{
    InstanceAddress, InstanceKey, ModuleInstance, Name, ResourceMode, ResourceName, Target,
};
use crate::config::{Configuration, NounKind};
use crate::diagnostic::Diagnostic;
use std::collections::BTreeSet;

fn is_main(kind: NounKind, resource: &ResourceName) -> bool {
    resource.mode == ResourceMode::Managed
        && resource.resource_type.as_ref() == main_type(kind)
        && resource.name.as_ref() == "this"
}

/// Which module calls are nouns.
#[derive(Clone, Debug, Default)]
pub struct Display {
    /// Module calls that users wrote, whose names are no nouns whatever they look like.
    own: BTreeSet<Name>,
}

impl Display {
    /// For a linked configuration. A call that is gone is taken for a noun by its name.
    pub fn new(configuration: &Configuration) -> Self {
        let root = configuration.root();
        let own = root.calls.values().filter(|call| call.noun.is_none());
        Display {
            own: own.map(|call| call.name.clone()).collect(),
        }
    }

    /// The noun and label of a call of the root module.
    pub fn noun(&self, call: &str) -> Option<(NounKind, Name)> {
        if self.own.contains(call) {
            return None;
        }
        NounKind::ALL.into_iter().find_map(|kind| {
            let label = call.strip_prefix(kind.name())?.strip_prefix('_')?;
            (!label.is_empty()).then(|| (kind, label.into()))
        })
    }

    /// A module instance: `role.x["k"]`; unchanged when it is no noun.
    pub fn module(&self, module: &ModuleInstance) -> String {
        match module.steps() {
            [(call, key)] => match self.noun(call) {
                Some((kind, label)) => format!("{kind}.{label}{key}"),
                None => module.to_string(),
            },
            _ => module.to_string(),
        }
    }

    /// An instance: `role.x["k"]` for the noun's own object, `role.x["k"].aws_iam_role_policy.inline["load"]` for a part
    /// of it; unchanged when it belongs to no noun.
    pub fn instance(&self, address: &InstanceAddress) -> String {
        let [(call, _)] = address.module.steps() else {
            return address.to_string();
        };
        let Some((kind, _)) = self.noun(call) else {
            return address.to_string();
        };
        let noun = self.module(&address.module);
        if is_main(kind, &address.resource) {
            return noun;
        }
        // A part that is there at most once has no need of its index.
        if address.key == InstanceKey::Int(0) {
            return format!("{noun}.{}", address.resource);
        }
        format!("{noun}.{}{}", address.resource, address.key)
    }

    /// A problem as people read it: addresses of nouns' modules become nouns. The `address` stays for programs.
    pub fn diagnostic(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.summary = self.text(&diagnostic.summary);
        diagnostic.detail = self.text(&diagnostic.detail);
        for hint in &mut diagnostic.hints {
            *hint = self.text(hint);
        }
        diagnostic.shown = diagnostic
            .address
            .as_ref()
            .map(|address| self.text(address));
        diagnostic
    }

    /// A text in which addresses of nouns' modules stand, as diagnostics have them.
    pub fn text(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("module.") {
            let (before, from) = rest.split_at(at);
            shown.push_str(before);
            let after = from.strip_prefix("module.").unwrap_or(from);
            let end = after
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
                .unwrap_or(after.len());
            let (call, tail) = after.split_at(end);
            let whole_word = !before.ends_with(|c: char| c.is_alphanumeric() || "_-.".contains(c));
            if let Some((kind, label)) = self.noun(call).filter(|_| whole_word) {
                shown.extend([kind.name(), ".", &label]);
                rest = text_of_part(kind, tail, &mut shown);
            } else {
                shown.extend(["module.", call]);
                rest = tail;
            }
        }
        shown.push_str(rest);
        shown
    }
}

/// Writes the key that follows a noun, drops the name of the noun's own object, and returns what is left.
fn text_of_part<'t>(kind: NounKind, tail: &'t str, shown: &mut String) -> &'t str {
    let key_end = match tail.strip_prefix('[').and_then(|key| key.find(']')) {
        Some(end) => end + 2,
        None => 0,
    };
    let (key, rest) = tail.split_at(key_end.min(tail.len()));
    shown.push_str(key);
    let main = rest
        .strip_prefix('.')
        .and_then(|rest| rest.strip_prefix(main_type(kind)))
        .and_then(|rest| rest.strip_prefix(".this[0]"));
    main.or_else(|| rest.strip_prefix(".var")).unwrap_or(rest)
}

/// The type of the resource that is the noun itself; the others of its module are parts of it.
pub(super) fn main_type(kind: NounKind) -> &'static str {
    match kind {
        NounKind::Cluster => "aws_eks_cluster",
        NounKind::OidcProvider => "aws_iam_openid_connect_provider",
        NounKind::Role => "aws_iam_role",
        NounKind::ServiceAccount => "kubernetes_service_account_v1",
    }
}

/// The module form of an address in noun form, as `-target` takes it: `role.x["k"]` becomes `module.role_x["k"]`. `None`
/// when it does not begin with a noun.
pub fn module_form(text: &str) -> Option<String> {
    let (kind, rest) = text.split_once('.')?;
    let kind = NounKind::from_name(kind)?;
    let end = rest.find(['[', '.']).unwrap_or(rest.len());
    let (label, tail) = rest.split_at(end);
    (!label.is_empty()).then(|| format!("module.{}{tail}", call_name(kind, label)))
}

/// The instance of an address in noun form, as `-replace` takes it: `role.x["k"]` is the noun's own object, and a part
/// without a key is the one that is there at most once. `None` when it does not begin with a noun.
pub fn instance_form(text: &str) -> Option<String> {
    let module = module_form(text)?;
    let (kind, _) = text.split_once('.')?;
    let own = main_type(NounKind::from_name(kind)?);
    Some(match module.parse() {
        Ok(Target::Module(_)) => format!("{module}.{own}.this[0]"),
        Ok(Target::Block(..)) => format!("{module}[0]"),
        Ok(Target::Instance(_)) | Err(_) => module,
    })
}
