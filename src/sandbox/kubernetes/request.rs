//! From an HTTP request to what it asks for: verb, kind, place and options.

use bytes::Bytes;
use http::{Method, Request, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::kinds::{self, Kind};
use super::status::{Cause, Refusal};

/// What a request does, in the words of RBAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// One object.
    Get,
    /// All objects of a kind, or of a kind and a namespace.
    List,
    /// A stream of changes.
    Watch,
    /// A new object.
    Create,
    /// A whole object in place of another.
    Update,
    /// A change to an object.
    Patch,
    /// An object is deleted.
    Delete,
    /// All objects that a list would show are deleted.
    DeleteCollection,
}

impl Verb {
    /// As RBAC rules write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
        }
    }

    /// The kind of the request's options, as errors name it.
    fn options(self) -> &'static str {
        match self {
            Self::Create => "CreateOptions",
            Self::Update => "UpdateOptions",
            Self::Patch => "PatchOptions",
            Self::Delete | Self::DeleteCollection => "DeleteOptions",
            Self::Get => "GetOptions",
            Self::List | Self::Watch => "ListOptions",
        }
    }
}

/// What to do with members of a body that are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldValidation {
    /// They are dropped.
    Ignore,
    /// They are dropped, and the reply says so.
    Warn,
    /// The request is refused.
    Strict,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// What it does.
    pub(super) verb: Verb,
    /// To which kind.
    pub(super) kind: &'static Kind,
    /// In which namespace; empty for all, or when the kind has none.
    pub(super) namespace: String,
    /// To which object; empty for a collection.
    pub(super) name: String,
    /// As `status`; empty for the object itself.
    pub(super) subresource: String,
}

/// The options of a request.
#[derive(Debug)]
pub(super) struct Options {
    /// Who writes.
    pub(super) manager: String,
    /// Whether an apply takes fields over.
    pub(super) force: bool,
    /// Whether nothing is stored.
    pub(super) dry_run: bool,
    /// What to do with unknown members.
    pub(super) validation: FieldValidation,
    /// The query, for options that only one verb reads.
    pub(super) query: Query,
}

/// The parameters of a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a request.
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let pairs = request.uri().query().unwrap_or_default().split('&');
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                decoded(&name.replace('+', " ")),
                decoded(&value.replace('+', " ")),
            )
        };
        Self(pairs.filter(|pair| !pair.is_empty()).map(pair).collect())
    }

    /// The first value of a parameter; empty when it is not given.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map_or("", |(_, value)| value)
    }

    /// Whether a parameter is given as true.
    pub(super) fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), "true" | "1" | "t" | "T" | "TRUE" | "True")
    }
}

/// Reads where a request goes; `None` when it names no object or collection of a known kind.
pub(super) fn target(request: &Request<Bytes>) -> Option<Target> {
    let path = request.uri().path().trim_matches('/');
    let segments: Vec<String> = path.split('/').map(decoded).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (namespace, plural, rest) = match segments.as_slice() {
        [
            "api",
            "v1",
            "namespaces",
            name,
            sub @ ("status" | "finalize"),
        ] => ("", "namespaces", vec![*name, *sub]),
        ["api", "v1", "namespaces", namespace, plural, rest @ ..] => {
            (*namespace, *plural, rest.to_vec())
        }
        ["api", "v1", plural, rest @ ..] => ("", *plural, rest.to_vec()),
        _ => return None,
    };
    let kind = kinds::by_plural(plural)?;
    let named_across_namespaces = kind.namespaced && namespace.is_empty() && !rest.is_empty();
    if named_across_namespaces || (!kind.namespaced && !namespace.is_empty()) {
        return None;
    }
    let (name, subresource) = match rest.as_slice() {
        [] => ("", ""),
        [name] => (*name, ""),
        [name, subresource] => (*name, *subresource),
        _ => return None,
    };
    Some(Target {
        verb: verb(request, !name.is_empty())?,
        kind,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        subresource: subresource.to_owned(),
    })
}

/// Whether a path names a kind that is known, whatever the method.
pub(super) fn is_known_path(request: &Request<Bytes>) -> bool {
    let mut other = Request::new(Bytes::new());
    *other.uri_mut() = request.uri().clone();
    target(&other).is_some()
}

/// Reads and checks the options of a request.
pub(super) fn options(request: &Request<Bytes>, target: &Target) -> Result<Options, Refusal> {
    let query = Query::of(request);
    let mut causes = Vec::new();
    let is_apply = content_type(request) == "application/apply-patch+yaml";
    let is_patch = target.verb == Verb::Patch;
    if is_patch && is_apply && query.get("fieldManager").is_empty() {
        causes.push(Cause::required(
            "fieldManager",
            "is required for apply patch",
        ));
    }
    if is_patch && !is_apply && !query.get("force").is_empty() {
        causes.push(Cause::forbidden(
            "force",
            "may not be specified for non-apply patch",
        ));
    }
    let dry_run = query.get("dryRun");
    if !matches!(dry_run, "" | "All") {
        causes.push(Cause::unsupported(
            "dryRun",
            &format!("[{dry_run:?}]"),
            "\"All\"",
        ));
    }
    let validation = match query.get("fieldValidation") {
        "" | "Warn" => FieldValidation::Warn,
        "Ignore" => FieldValidation::Ignore,
        "Strict" => FieldValidation::Strict,
        other => {
            let supported = r#""", "Ignore", "Strict", "Warn""#;
            causes.push(Cause::unsupported(
                "fieldValidation",
                &format!("{other:?}"),
                supported,
            ));
            FieldValidation::Warn
        }
    };
    if !causes.is_empty() {
        return Err(Refusal::invalid(
            target.verb.options(),
            "meta.k8s.io",
            "",
            &causes,
        ));
    }
    let (force, dry_run) = (query.is_true("force"), dry_run == "All");
    Ok(Options {
        manager: manager(request, &query),
        force,
        dry_run,
        validation,
        query,
    })
}

/// The media type of the body, without parameters.
pub(super) fn content_type(request: &Request<Bytes>) -> &str {
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim()
}

/// The object in the body of a create or an update.
pub(super) fn object(request: &Request<Bytes>, kind: &Kind) -> Result<Value, Refusal> {
    if !matches!(content_type(request), "" | "application/json") {
        return Err(Refusal::unknown_format());
    }
    let unrecognized = |why: &str| {
        Refusal::bad_request(format!(
            "the object provided is unrecognized (must be of type {}): couldn't get version/kind; json parse error: {why}",
            kind.name
        ))
    };
    if request.body().is_empty() {
        return Err(unrecognized("unexpected end of JSON input (<empty>)"));
    }
    let body: Value =
        serde_json::from_slice(request.body()).map_err(|error| unrecognized(&error.to_string()))?;
    if !body.is_object() {
        return Err(unrecognized("the body is not an object"));
    }
    let text = |member: &str| body.get(member).and_then(Value::as_str).unwrap_or_default();
    let (given_kind, version) = (text("kind"), text("apiVersion"));
    let other = |given: &str, own: &str| !given.is_empty() && given != own;
    if other(given_kind, kind.name) || other(version, "v1") {
        let message = format!(
            "{given_kind} in version {version:?} cannot be handled as a {name}: converting (v1.{given_kind}) to (core.{name}): unknown conversion",
            name = kind.name
        );
        return Err(Refusal::bad_request(message));
    }
    Ok(body)
}

fn verb(request: &Request<Bytes>, named: bool) -> Option<Verb> {
    let query = Query::of(request);
    match (request.method().clone(), named) {
        (Method::GET, _) if query.is_true("watch") => Some(Verb::Watch),
        (Method::GET, true) => Some(Verb::Get),
        (Method::GET, false) => Some(Verb::List),
        (Method::POST, _) => Some(Verb::Create),
        (Method::PUT, true) => Some(Verb::Update),
        (Method::PATCH, true) => Some(Verb::Patch),
        (Method::DELETE, true) => Some(Verb::Delete),
        (Method::DELETE, false) => Some(Verb::DeleteCollection),
        _ => None,
    }
}

/// The manager that a request names, or else the client's own name.
fn manager(request: &Request<Bytes>, query: &Query) -> String {
    let named = query.get("fieldManager");
    if !named.is_empty() {
        return named.to_owned();
    }
    let agent = request.headers().get(header::USER_AGENT);
    let agent = agent
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let name = agent.split('/').next().unwrap_or_default();
    name.chars()
        .filter(|letter| !letter.is_control())
        .take(128)
        .collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
