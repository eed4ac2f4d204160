//! What each noun takes and gives, and what is wrong with a block by its shape alone.

use crate::config::{Argument, NounBlock, NounKind, Repetition};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Expression, ExpressionKind, evaluate_constant};
use crate::prelude::PreludeModule;
use crate::source::Span;
use crate::value::Value;

/// The arguments, blocks and attributes of a noun.
pub(super) struct Shape {
    /// Every argument but the meta-arguments.
    pub(super) arguments: &'static [&'static str],
    /// Those that must be written.
    pub(super) required: &'static [&'static str],
    /// Those that decide something also of an object that is only read.
    pub(super) of_existing: &'static [&'static str],
    /// Nested blocks.
    pub(super) blocks: &'static [&'static str],
    /// What can be referred to.
    pub(super) attributes: &'static [&'static str],
}

/// The settings of a `connection` block.
pub(super) const CONNECTION: &[&str] = &[
    "host",
    "cluster_ca_certificate",
    "token",
    "client_certificate",
    "client_key",
    "kubeconfig",
    "context",
];

const CLUSTER: Shape = Shape {
    arguments: &[
        "name",
        "existing",
        "version",
        "role_arn",
        "subnet_ids",
        "security_group_ids",
        "endpoint_public_access",
        "endpoint_private_access",
        "public_access_cidrs",
        "enabled_log_types",
        "authentication_mode",
        "encryption_key_arn",
        "deletion_protection",
        "tags",
    ],
    required: &["name"],
    of_existing: &["name", "existing"],
    blocks: &["connection"],
    attributes: &[
        "name",
        "arn",
        "issuer",
        "endpoint",
        "certificate_authority",
        "version",
        "role_arn",
    ],
};

const OIDC_PROVIDER: Shape = Shape {
    arguments: &[
        "cluster",
        "url",
        "client_ids",
        "existing",
        "thumbprints",
        "tags",
    ],
    required: &[],
    of_existing: &["cluster", "url", "existing"],
    blocks: &[],
    attributes: &["arn", "url", "issuer"],
};

const ROLE: Shape = Shape {
    arguments: &[
        "name",
        "name_prefix",
        "path",
        "description",
        "policies",
        "managed_policies",
        "permissions_boundary",
        "max_session_duration",
        "service_accounts",
        "trust",
        "binding",
        "strict",
        "tags",
        "existing",
    ],
    required: &[],
    of_existing: &["name", "binding", "strict", "existing"],
    blocks: &[],
    attributes: &["arn", "name", "unique_id", "trust_policy", "subjects"],
};

const SERVICE_ACCOUNT: Shape = Shape {
    arguments: &[
        "cluster",
        "namespace",
        "name",
        "role",
        "role_arn",
        "create_namespace",
        "labels",
        "annotations",
        "audience",
        "token_expiration",
        "sts_regional_endpoints",
        "automount_token",
        "image_pull_secrets",
        "existing",
    ],
    required: &["cluster", "namespace"],
    of_existing: &[
        "cluster",
        "namespace",
        "name",
        "role",
        "role_arn",
        "labels",
        "annotations",
        "audience",
        "token_expiration",
        "sts_regional_endpoints",
        "existing",
    ],
    blocks: &[],
    attributes: &["namespace", "name", "subject", "role_arn"],
};

/// The shape of a noun.
pub(super) fn shape(kind: NounKind) -> &'static Shape {
    match kind {
        NounKind::Cluster => &CLUSTER,
        NounKind::OidcProvider => &OIDC_PROVIDER,
        NounKind::Role => &ROLE,
        NounKind::ServiceAccount => &SERVICE_ACCOUNT,
    }
}

/// Arguments of which at most one may be written.
const EXCLUSIVE: &[(NounKind, &str, &str)] = &[
    (NounKind::OidcProvider, "cluster", "url"),
    (NounKind::Role, "name", "name_prefix"),
    (NounKind::ServiceAccount, "role", "role_arn"),
];

/// The variable of the noun's module that an argument sets; a module cannot have a variable `version`.
pub(super) fn variable_of(argument: &str) -> &str {
    match argument {
        "version" => "kubernetes_version",
        other => other,
    }
}

/// The name of the module call that a noun becomes.
pub(super) fn call_name(kind: NounKind, label: &str) -> String {
    format!("{kind}_{label}")
}

/// The elements of a list that is written out, none for null; `None` for a list that has to be evaluated.
pub(super) fn written_list(expression: &Expression) -> Option<Vec<Expression>> {
    if let ExpressionKind::Tuple(elements) = expression.kind.as_ref() {
        return Some(elements.clone());
    }
    let elements = expression.as_literal()?.as_elements().unwrap_or_default();
    let element = |value: &Value| Expression::literal(expression.span, value.clone());
    Some(elements.iter().map(element).collect())
}

/// Whether an argument is written as the constant `true`.
pub(super) fn is_true(block: &NounBlock, argument: &str) -> bool {
    block
        .body
        .argument(argument)
        .and_then(|argument| argument.value.as_literal()?.as_bool())
        == Some(true)
}

/// Whether an argument is `false` for certain: not written, or written as the constant `false`.
pub(super) fn is_false(block: &NounBlock, argument: &str) -> bool {
    block
        .body
        .argument(argument)
        .is_none_or(|argument| argument.value.as_literal().and_then(Value::as_bool) == Some(false))
}

/// Whether an argument is written, and not as the constant `null`.
pub(super) fn is_given(block: &NounBlock, argument: &str) -> bool {
    block
        .body
        .argument(argument)
        .is_some_and(|argument| !argument.value.as_literal().is_some_and(Value::is_null))
}

/// The default of `name`: the label, with `-` for `_`.
pub(super) fn default_name(block: &NounBlock) -> String {
    block.name.replace('_', "-")
}

/// Everything that is wrong with a block whatever else the configuration says.
pub(super) fn check_shape(block: &NounBlock) -> Diagnostics {
    let mut problems = Diagnostics::new();
    let shape = shape(block.kind);
    for argument in &block.body.arguments {
        problems.extend(check_argument(block, shape, argument));
    }
    for name in shape.required {
        if !is_given(block, name) {
            problems.push(missing(block.span, name));
        }
    }
    for nested in &block.body.blocks {
        problems.extend(dynamic(nested));
        if !shape.blocks.contains(&nested.name.as_ref()) {
            let detail = format!("Blocks of type \"{}\" are not expected here.", nested.name);
            let names = shape.blocks.iter().chain(shape.arguments).copied();
            problems.push(
                Diagnostic::error(Code::UnknownBlock, detail)
                    .at(nested.span)
                    .suggest(&nested.name, names),
            );
        }
    }
    for (kind, one, other) in EXCLUSIVE {
        if *kind == block.kind {
            problems.extend(exclusive(block, one, other));
        }
    }
    problems.extend(match block.kind {
        NounKind::Cluster => check_cluster(block),
        NounKind::OidcProvider => check_provider(block),
        NounKind::Role => check_role(block),
        NounKind::ServiceAccount => named_if_repeated(block, "`name`", is_given(block, "name")),
    });
    problems
}

fn check_argument(block: &NounBlock, shape: &Shape, argument: &Argument) -> Option<Diagnostic> {
    let (name, kind) = (argument.name.as_ref(), block.kind);
    if !shape.arguments.contains(&name) {
        let detail = format!("An argument named \"{name}\" is not expected here.");
        return Some(
            Diagnostic::error(Code::UnknownArgument, detail)
                .labelled(argument.span, format!("not an argument of `{kind}`"))
                .suggest(name, shape.arguments.iter().copied()),
        );
    }
    if is_true(block, "existing") && !shape.of_existing.contains(&name) && is_given(block, name) {
        let detail = match kind {
            NounKind::ServiceAccount => format!(
                "With `existing = true` only annotations and labels of the service account are ours, so `{name}` would \
                 have no effect."
            ),
            NounKind::Cluster | NounKind::OidcProvider | NounKind::Role => format!(
                "With `existing = true` the {} is only read, so `{name}` would have no effect.",
                title(kind)
            ),
        };
        return Some(
            Diagnostic::error(Code::InvalidNoun, detail)
                .with_summary("Argument without effect")
                .at(argument.span)
                .hint(format!(
                    "Remove `{name}`, or remove `existing` so that it is owned."
                )),
        );
    }
    wrong_type(kind, argument)
}

/// A constant that the argument's type does not take.
fn wrong_type(kind: NounKind, argument: &Argument) -> Option<Diagnostic> {
    let module = PreludeModule::Noun(kind).module();
    let variable = module.variables.get(variable_of(&argument.name))?;
    if !argument.value.references().is_empty() {
        return None;
    }
    let value = evaluate_constant(&argument.value).ok()?;
    let error = variable.constraint.convert(&value).err()?;
    let part = if error.path.is_root() {
        String::new()
    } else {
        format!(" at {}", error.path)
    };
    let detail = format!(
        "Inappropriate value for the `{}` of {}{part}: {error}.",
        argument.name,
        a(kind).to_lowercase().replace("oidc", "OIDC")
    );
    Some(Diagnostic::error(Code::WrongType, detail).at(argument.value.span))
}

fn exclusive(block: &NounBlock, one: &str, other: &str) -> Option<Diagnostic> {
    let first = block.body.argument(one)?;
    let second = block.body.argument(other)?;
    if !is_given(block, one) || !is_given(block, other) {
        return None;
    }
    let detail = format!("{} takes `{one}` or `{other}`, not both.", a(block.kind));
    Some(
        Diagnostic::error(Code::InvalidNoun, detail)
            .with_summary("Conflicting arguments")
            .at(second.span)
            .also(first.span, format!("`{one}` is set here")),
    )
}

fn check_cluster(block: &NounBlock) -> Diagnostics {
    let mut problems = Diagnostics::new();
    if is_false(block, "existing") && !is_given(block, "subnet_ids") && is_given(block, "name") {
        let detail = "The argument \"subnet_ids\" is required to create a cluster, but no definition was found.";
        problems.push(
            Diagnostic::error(Code::MissingArgument, detail)
                .at(block.span)
                .hint("For a cluster that is there already, write `existing = true`."),
        );
    }
    let mut connections = block.body.blocks_of("connection");
    if let (Some(first), Some(second)) = (connections.next(), connections.next()) {
        let detail = "A cluster has at most one `connection` block.";
        problems.push(
            Diagnostic::error(Code::InvalidBlock, detail)
                .at(second.span)
                .also(first.span, "the first one"),
        );
    }
    for connection in block.body.blocks_of("connection") {
        problems.extend(check_connection(connection));
    }
    problems
}

/// The linker follows connections itself, before anything has a value.
fn dynamic(block: &crate::config::NestedBlock) -> Option<Diagnostic> {
    block.dynamic.as_ref()?;
    let detail = format!(
        "The linker reads `{}` blocks before anything is evaluated, so that `dynamic` cannot make them.",
        block.name
    );
    let diagnostic = Diagnostic::error(Code::InvalidBlock, detail).at(block.span);
    Some(diagnostic.hint("Write the block out; its arguments may refer to anything."))
}

fn check_connection(block: &crate::config::NestedBlock) -> Diagnostics {
    let mut problems = Diagnostics::new();
    let body = &block.body;
    let unknown = |name: &str, span: Span| {
        let detail = format!("\"{name}\" is not expected in a `connection` block.");
        Diagnostic::error(Code::UnknownArgument, detail)
            .at(span)
            .suggest(name, CONNECTION.iter().copied().chain(["exec"]))
    };
    for argument in &body.arguments {
        if !CONNECTION.contains(&argument.name.as_ref()) {
            problems.push(unknown(&argument.name, argument.span));
        }
    }
    for nested in &body.blocks {
        problems.extend(dynamic(nested));
        if nested.name.as_ref() != "exec" {
            problems.push(unknown(&nested.name, nested.span));
        }
    }
    for (one, other) in [
        ("client_certificate", "client_key"),
        ("client_key", "client_certificate"),
    ] {
        if let (Some(given), None) = (body.argument(one), body.argument(other)) {
            let detail = format!("`{one}` needs `{other}` beside it.");
            problems.push(Diagnostic::error(Code::MissingArgument, detail).at(given.span));
        }
    }
    let from_file = body.argument("kubeconfig").or(body.argument("context"));
    let by_hand = body
        .arguments
        .iter()
        .find(|argument| !["kubeconfig", "context"].contains(&argument.name.as_ref()));
    if let (Some(file), Some(other)) = (from_file, by_hand) {
        let detail = format!(
            "`{}` comes from the kubeconfig; a connection names a kubeconfig and context, or host and credentials.",
            other.name
        );
        problems.push(
            Diagnostic::error(Code::InvalidNoun, detail)
                .with_summary("Conflicting arguments")
                .at(other.span)
                .also(file.span, format!("`{}` is set here", file.name)),
        );
    }
    problems
}

fn check_provider(block: &NounBlock) -> Diagnostics {
    if is_given(block, "cluster") || is_given(block, "url") {
        return Diagnostics::new();
    }
    let detail = "An OIDC provider needs the cluster whose tokens it is for: `cluster`, or the `url` of the issuer.";
    Diagnostic::error(Code::MissingArgument, detail)
        .at(block.span)
        .into()
}

fn check_role(block: &NounBlock) -> Diagnostics {
    let named = is_given(block, "name") || is_given(block, "name_prefix");
    let mut problems = named_if_repeated(block, "`name` or `name_prefix`", named);
    if let Some(binding) = block.body.argument("binding")
        && Ways::of(block).is_none()
    {
        let detail =
            "`binding` must be \"irsa\", \"pod_identity\" or \"both\", written as a constant.";
        problems.push(Diagnostic::error(Code::InvalidValue, detail).at(binding.value.span));
    }
    if let Some(strict) = block.body.argument("strict")
        && strict.value.as_literal().and_then(Value::as_bool).is_none()
    {
        let detail = "`strict` must be true or false, written as a constant.";
        problems.push(Diagnostic::error(Code::InvalidValue, detail).at(strict.value.span));
    }
    problems
}

/// How pods come by a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ways {
    /// By their tokens, which the role trusts through an OIDC provider.
    pub(super) token: bool,
    /// By associations of EKS Pod Identity.
    pub(super) association: bool,
}

impl Ways {
    /// What the argument `binding` of a role says; `None` where it is none of the three words.
    pub(super) fn of(role: &NounBlock) -> Option<Self> {
        let Some(binding) = role.body.argument("binding") else {
            return Some(Ways {
                token: true,
                association: false,
            });
        };
        let (token, association) = match binding.value.as_literal()?.as_str()? {
            "irsa" => (true, false),
            "pod_identity" => (false, true),
            "both" => (true, true),
            _ => return None,
        };
        Some(Ways { token, association })
    }
}

/// Instances may not share a name.
fn named_if_repeated(block: &NounBlock, what: &str, named: bool) -> Diagnostics {
    let (argument, span) = match &block.repetition {
        Repetition::None => return Diagnostics::new(),
        Repetition::Count(expression) => ("count", expression.span),
        Repetition::ForEach(expression) => ("for_each", expression.span),
    };
    if named {
        return Diagnostics::new();
    }
    let detail = format!(
        "{} with `{argument}` needs {what}, so that no two instances share one.",
        a(block.kind)
    );
    Diagnostic::error(Code::MissingArgument, detail)
        .at(block.span)
        .also(span, format!("`{argument}` is set here"))
        .into()
}

pub(super) fn missing(span: Span, name: &str) -> Diagnostic {
    let detail = format!("The argument \"{name}\" is required, but no definition was found.");
    Diagnostic::error(Code::MissingArgument, detail).at(span)
}

/// A noun at the beginning of a sentence, with its article.
pub(super) fn a(kind: NounKind) -> &'static str {
    match kind {
        NounKind::Cluster => "A cluster",
        NounKind::OidcProvider => "An OIDC provider",
        NounKind::Role => "A role",
        NounKind::ServiceAccount => "A service account",
    }
}

/// A noun in a sentence.
pub(super) fn title(kind: NounKind) -> &'static str {
    match kind {
        NounKind::Cluster => "cluster",
        NounKind::OidcProvider => "OIDC provider",
        NounKind::Role => "role",
        NounKind::ServiceAccount => "service account",
    }
}
