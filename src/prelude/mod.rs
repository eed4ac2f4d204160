//! The four nouns, written in the language itself: modules over Terraform's own resource types, embedded in the binary.
//!
//! The names of their resources stand in states (`module.role_x.aws_iam_role.this[0]`): they are never changed.

#[cfg(test)]
mod tests;

use crate::address::ResourceName;
use crate::config::{Internals, Module, NounKind, decode_file};
use crate::diagnostic::Diagnostics;
use crate::lang::{self, Expression};
use crate::source::SourceMap;
use std::sync::{Arc, OnceLock};

/// A module of the prelude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreludeModule {
    /// The module of a noun.
    Noun(NounKind),
    /// The namespaces that service accounts of one cluster ask for; one instance for each name.
    Namespaces,
}

/// A decoded module of the prelude. Its spans are meaningless outside this module: whoever puts it into a configuration
/// replaces them all.
#[derive(Clone, Debug)]
struct Decoded {
    module: Arc<Module>,
    /// What is wrong with it: nothing, as a test says.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the test asks"))]
    diagnostics: Diagnostics,
}

/// A file of the prelude: its name and text.
pub type PreludeFile = (&'static str, &'static str);

/// Names the three files of a noun.
macro_rules! files {
    ($noun:literal) => {
        &[
            ("main.tf", include_str!(concat!($noun, "/main.tf"))),
            ("outputs.tf", include_str!(concat!($noun, "/outputs.tf"))),
            (
                "variables.tf",
                include_str!(concat!($noun, "/variables.tf")),
            ),
        ]
    };
}

/// What the language cannot say of a resource: managed type and label, the import id of an object to adopt (null for
/// none), and when an object that is no longer wanted is forgotten.
type InternalTexts = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
);

impl PreludeModule {
    /// Every module.
    pub const ALL: [PreludeModule; 5] = [
        PreludeModule::Noun(NounKind::Cluster),
        PreludeModule::Noun(NounKind::OidcProvider),
        PreludeModule::Noun(NounKind::Role),
        PreludeModule::Noun(NounKind::ServiceAccount),
        PreludeModule::Namespaces,
    ];

    /// The name of its directory.
    pub fn name(self) -> &'static str {
        match self {
            PreludeModule::Noun(noun) => noun.name(),
            PreludeModule::Namespaces => "namespaces",
        }
    }

    /// Its files, as a user may read them.
    pub fn files(self) -> &'static [PreludeFile] {
        match self {
            PreludeModule::Noun(NounKind::Cluster) => files!("cluster"),
            PreludeModule::Noun(NounKind::OidcProvider) => files!("oidc_provider"),
            PreludeModule::Noun(NounKind::Role) => files!("role"),
            PreludeModule::Noun(NounKind::ServiceAccount) => files!("service_account"),
            PreludeModule::Namespaces => &[("main.tf", include_str!("namespaces/main.tf"))],
        }
    }

    /// Its declarations, decoded once for all.
    pub fn module(self) -> Arc<Module> {
        self.decoded().module.clone()
    }

    fn decoded(self) -> &'static Decoded {
        static DECODED: [OnceLock<Decoded>; 5] = [const { OnceLock::new() }; 5];
        static NEVER: OnceLock<Decoded> = OnceLock::new();
        let position = PreludeModule::ALL
            .iter()
            .position(|module| *module == self)
            .unwrap_or_default();
        let slot = DECODED.get(position).unwrap_or(&NEVER);
        slot.get_or_init(|| decode(self))
    }

    fn internals(self) -> &'static [InternalTexts] {
        match self {
            PreludeModule::Noun(NounKind::Cluster) => &[(
                "aws_eks_cluster",
                "this",
                Some("var.recorded == var.name ? var.recorded : null"),
                "var.existing",
            )],
            // The cluster's own role goes with the cluster; when that is only read from now on, both stay.
            PreludeModule::Noun(NounKind::OidcProvider) => &[(
                "aws_iam_openid_connect_provider",
                "this",
                Some(
                    "try(endswith(var.recorded, \":oidc-provider/${trimprefix(var.url, \"https://\")}\"), false) ? \
                     var.recorded : null",
                ),
                "var.existing",
            )],
            PreludeModule::Noun(NounKind::Role) => &[
                (
                    "aws_iam_role",
                    "this",
                    Some("var.recorded == var.name ? var.recorded : null"),
                    "var.existing",
                ),
                (
                    "aws_iam_role_policy",
                    "inline",
                    Some("var.recorded == var.name ? \"${var.name}:${each.key}\" : null"),
                    "var.existing",
                ),
                (
                    "aws_iam_role_policy_attachment",
                    "managed",
                    Some("var.recorded == var.name ? \"${var.name}/${each.value}\" : null"),
                    "var.existing",
                ),
            ],
            PreludeModule::Noun(NounKind::ServiceAccount) => &[
                (
                    "kubernetes_service_account_v1",
                    "this",
                    Some("var.recorded == \"${var.namespace}/${var.name}\" ? var.recorded : null"),
                    "var.existing",
                ),
                ("kubernetes_annotations", "this", None, "!var.existing"),
                ("kubernetes_labels", "this", None, "!var.existing"),
            ],
            PreludeModule::Namespaces => &[("kubernetes_namespace_v1", "this", None, "false")],
        }
    }
}

fn decode(which: PreludeModule) -> Decoded {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::new();
    let mut module = Module {
        directory: format!("modules/{}", which.name()).into(),
        ..Module::default()
    };
    for (name, text) in which.files() {
        let file = sources.add(*name, *text);
        diagnostics.extend(decode_file(file, text, &mut module));
    }
    for (resource_type, label, adopt, forget) in which.internals() {
        let internals = Internals {
            adopt: adopt.and_then(|text| expression(text, &mut sources, &mut diagnostics)),
            forget: expression(forget, &mut sources, &mut diagnostics),
            // Others may have put something into a namespace, which would be deleted with it.
            spares_content: which == PreludeModule::Namespaces,
        };
        if let Some(resource) = module
            .resources
            .get_mut(&ResourceName::managed(*resource_type, *label))
        {
            resource.internals = internals;
        }
    }
    Decoded {
        module: Arc::new(module),
        diagnostics,
    }
}

fn expression(
    text: &'static str,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Expression> {
    let file = sources.add("internals", text);
    let lowered = lang::parse_line(text, file);
    match lowered {
        Ok(expression) => Some(expression),
        Err(problems) => {
            diagnostics.extend(problems);
            None
        }
    }
}
