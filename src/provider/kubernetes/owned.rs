//! What the kinds that own a whole object share: finding, making, changing and removing it by server-side apply.

use super::client::{FIELD_MANAGER, Force, KubernetesClients};
use super::metadata::{self, Scope};
use super::object::{record, text, to_plain};
use super::ownership;
use crate::provider::{
    Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded, ResourceKind,
};
use crate::schema::Identity;
use crate::value::{Value, to_json};
use serde_json::Value as Json;
use std::time::Duration;

/// How long to wait for an object to be gone unless the configuration says otherwise.
pub(super) const DELETE_TIMEOUT: Duration = Duration::from_mins(5);

/// A kind whose objects are ours as a whole.
pub(super) trait OwnedKind: ResourceKind {
    /// Kubernetes' name of the kind.
    fn kind(&self) -> &'static str;

    /// Where its objects live.
    fn scope(&self) -> Scope;

    /// The path of an object.
    fn path(&self, namespace: &str, name: &str) -> String;

    /// The declared fields of a planned object, without its kind.
    fn declared(&self, planned: &Json) -> Json;

    /// A live object in the provider's shape, with what was recorded of it before (null for nothing).
    fn observed(&self, recorded: &Json, live: &Json) -> Json;
}

/// One object on its way through a request.
struct Target {
    path: String,
    label: String,
}

impl Target {
    fn new(kind: &dyn OwnedKind, namespace: &str, name: &str) -> Self {
        let id = match kind.scope() {
            Scope::Cluster => name.to_owned(),
            Scope::Namespaced => format!("{namespace}/{name}"),
        };
        Target {
            path: kind.path(namespace, name),
            label: format!("{} ({id})", kind.kind()),
        }
    }

    fn of(kind: &dyn OwnedKind, object: &Json) -> Self {
        Target::new(
            kind,
            text(object, "/metadata/0/namespace"),
            text(object, "/metadata/0/name"),
        )
    }

    fn doing(&self, verb: &str) -> String {
        format!("{verb} {}", self.label)
    }

    fn error(&self, verb: &str, kind: ProviderErrorKind, message: String) -> ProviderError {
        let code = match kind {
            ProviderErrorKind::AlreadyExists => "AlreadyExists",
            ProviderErrorKind::NotFound => "NotFound",
            ProviderErrorKind::Denied
            | ProviderErrorKind::Credentials
            | ProviderErrorKind::Unreachable
            | ProviderErrorKind::Conflict
            | ProviderErrorKind::InvalidInput
            | ProviderErrorKind::WrongTarget
            | ProviderErrorKind::Timeout
            | ProviderErrorKind::Service => "",
        };
        ProviderError {
            kind,
            doing: self.doing(verb),
            code: code.to_owned(),
            message,
            request_id: String::new(),
        }
    }
}

pub(super) async fn read(
    kind: &dyn OwnedKind,
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let before = to_json(&recorded.object);
    let target = Target::of(kind, &before);
    let clients = KubernetesClients::of(ctx)?;
    let Some(live) = clients
        .get(ctx, &target.doing("reading"), &target.path)
        .await?
    else {
        return Ok(None);
    };
    let observed = kind.observed(&before, &clients.looked_at(live, &before));
    let observed = metadata::with_quiet_version(&before, observed);
    record(&kind.schema().block, &observed).map(Some)
}

pub(super) async fn find(
    kind: &dyn OwnedKind,
    ctx: &ProviderContext,
    identity: &Identity,
) -> Result<Option<Recorded>, ProviderError> {
    let (namespace, name) = match (kind.scope(), identity.0.split_once('/')) {
        (Scope::Cluster, None) if !identity.0.is_empty() => ("", identity.0.as_str()),
        (Scope::Namespaced, Some((namespace, name)))
            if !namespace.is_empty() && !name.is_empty() && !name.contains('/') =>
        {
            (namespace, name)
        }
        (scope, _) => return Err(malformed(kind, scope, &identity.0)),
    };
    let target = Target::new(kind, namespace, name);
    let clients = KubernetesClients::of(ctx)?;
    let live = clients
        .get(ctx, &target.doing("reading"), &target.path)
        .await?;
    live.map(|live| observed(kind, clients, &Json::Null, live))
        .transpose()
}

/// A live object as it is recorded, in the words of `recorded`, without what the configuration ignores.
fn observed(
    kind: &dyn OwnedKind,
    clients: &KubernetesClients,
    recorded: &Json,
    live: Json,
) -> Result<Recorded, ProviderError> {
    let live = clients.looked_at(live, recorded);
    record(&kind.schema().block, &kind.observed(recorded, &live))
}

fn malformed(kind: &dyn OwnedKind, scope: Scope, id: &str) -> ProviderError {
    let expected = match scope {
        Scope::Cluster => "name",
        Scope::Namespaced => "namespace/name",
    };
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: format!("finding {}", kind.kind()),
        code: String::new(),
        message: format!("Unexpected ID format ({id:?}), expected {expected:?}."),
        request_id: String::new(),
    }
}

pub(super) async fn create(
    kind: &dyn OwnedKind,
    ctx: &ProviderContext,
    planned: &Value,
) -> Outcome {
    match create_object(kind, ctx, planned).await {
        Ok(made) => Outcome {
            object: Some(made),
            error: None,
        },
        Err(error) => Outcome::failed(error),
    }
}

async fn create_object(
    kind: &dyn OwnedKind,
    ctx: &ProviderContext,
    planned: &Value,
) -> Result<Recorded, ProviderError> {
    let clients = KubernetesClients::of(ctx)?;
    let mut planned = to_plain(planned);
    name_it(&mut planned);
    let target = Target::of(kind, &planned);
    let doing = target.doing("creating");
    if clients.get(ctx, &doing, &target.path).await?.is_some() {
        let message =
            "an object of that name exists already, and this tool did not make it".to_owned();
        return Err(target.error("creating", ProviderErrorKind::AlreadyExists, message));
    }
    let body = body(kind, &planned);
    let live = clients
        .apply(ctx, &doing, &target.path, FIELD_MANAGER, Force::No, &body)
        .await?;
    observed(kind, clients, &planned, live)
}

/// Makes a name of `generate_name` where there is none: applying needs one.
///
/// The alphabet is the one of the API server's own generator: no vowels and nothing that looks alike.
fn name_it(planned: &mut Json) {
    const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let (name, prefix) = (
        text(planned, "/metadata/0/name"),
        text(planned, "/metadata/0/generate_name"),
    );
    if !name.is_empty() || prefix.is_empty() {
        return;
    }
    let random = uuid::Uuid::new_v4().into_bytes();
    let letters = random
        .iter()
        .take(5)
        .filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()));
    let name = format!(
        "{prefix}{}",
        letters
            .map(|letter| char::from(*letter))
            .collect::<String>()
    );
    if let Some(block) = planned
        .pointer_mut("/metadata/0")
        .and_then(Json::as_object_mut)
    {
        block.insert("name".to_owned(), name.into());
    }
}

pub(super) async fn update(
    kind: &dyn OwnedKind,
    ctx: &ProviderContext,
    prior: &Recorded,
    planned: &Value,
) -> Outcome {
    match update_object(kind, ctx, prior, planned).await {
        Ok(changed) => Outcome {
            object: Some(changed),
            error: None,
        },
        Err(error) if error.kind == ProviderErrorKind::NotFound => Outcome::failed(error),
        Err(error) => Outcome {
            object: Some(prior.clone()),
            error: Some(error),
        },
    }
}

async fn update_object(
    kind: &dyn OwnedKind,
    ctx: &ProviderContext,
    prior: &Recorded,
    planned: &Value,
) -> Result<Recorded, ProviderError> {
    let clients = KubernetesClients::of(ctx)?;
    let (before, planned) = (to_json(&prior.object), to_plain(planned));
    let target = Target::of(kind, &before);
    let doing = target.doing("updating");
    let Some(mut live) = clients.get(ctx, &doing, &target.path).await? else {
        let message = "the object is gone".to_owned();
        return Err(target.error("updating", ProviderErrorKind::NotFound, message));
    };
    if let Some(patch) = ownership::takeover(&live, FIELD_MANAGER) {
        live = clients.patch(ctx, &doing, &target.path, &patch).await?;
    }
    let mut body = body(kind, &planned);
    pin(&mut body, &live);
    let force = repair(FIELD_MANAGER, &kind.declared(&before), &body, &live);
    let live = clients
        .apply(ctx, &doing, &target.path, FIELD_MANAGER, force, &body)
        .await?;
    observed(kind, clients, &planned, live)
}

/// Makes a configuration apply to this very object: not to a later version, and not to another one of its name.
pub(super) fn pin(body: &mut Json, live: &Json) {
    let Some(metadata) = body.get_mut("metadata").and_then(Json::as_object_mut) else {
        return;
    };
    for name in ["resourceVersion", "uid"] {
        if let Some(value) = live.pointer(&format!("/metadata/{name}")) {
            metadata.insert(name.to_owned(), value.clone());
        }
    }
}

/// Whether what others hold of the declared fields is to be taken back.
///
/// It is when each such field was ours before and got there by an edit: the plan showed the edit, and the change that
/// undoes it. A field that another party declares, or that never was ours, stays a conflict.
pub(super) fn repair(manager: &str, before: &Json, body: &Json, live: &Json) -> Force {
    let contested = contested(manager, body, live);
    let edited = |path: &Vec<String>| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        below(before, &path).is_some() && ownership::was_edited(live, manager, &path)
    };
    if contested.is_empty() || !contested.iter().all(edited) {
        return Force::No;
    }
    Force::Yes
}

/// The declared fields whose live value is another one, and which are not ours.
fn contested(manager: &str, body: &Json, live: &Json) -> Vec<Vec<String>> {
    let mut fields = Vec::new();
    for map in ["annotations", "labels"] {
        let entries = body
            .pointer(&format!("/metadata/{map}"))
            .and_then(Json::as_object);
        for key in entries.into_iter().flatten().map(|(key, _)| key.clone()) {
            fields.push(vec!["metadata".to_owned(), map.to_owned(), key]);
        }
    }
    let members = body.as_object().into_iter().flatten().map(|(name, _)| name);
    let members = members
        .filter(|name| !["apiVersion", "kind", "metadata", "secrets"].contains(&name.as_str()));
    fields.extend(members.map(|name| vec![name.clone()]));
    fields.retain(|path| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let there = below(live, &path);
        there.is_some() && there != below(body, &path) && !ownership::owns(live, manager, &path)
    });
    fields
}

fn below<'j>(object: &'j Json, path: &[&str]) -> Option<&'j Json> {
    path.iter()
        .try_fold(object, |object, name| object.get(name))
}

/// The configuration to apply.
fn body(kind: &dyn OwnedKind, planned: &Json) -> Json {
    let mut body = kind.declared(planned);
    if let Json::Object(members) = &mut body {
        members.insert("apiVersion".to_owned(), "v1".into());
        members.insert("kind".to_owned(), kind.kind().into());
    }
    body
}

pub(super) async fn delete(
    kind: &dyn OwnedKind,
    ctx: &ProviderContext,
    prior: &Recorded,
    timeout: Duration,
) -> Result<(), ProviderError> {
    let clients = KubernetesClients::of(ctx)?;
    let before = to_json(&prior.object);
    let target = Target::of(kind, &before);
    let doing = target.doing("deleting");
    let uid = text(&before, "/metadata/0/uid");
    let Some(answer) = clients.delete(ctx, &doing, &target.path, uid).await? else {
        return Ok(());
    };
    // What has finalizers stays until they have run; a namespace always has one of its own.
    let lingers = answer
        .pointer("/metadata/finalizers")
        .and_then(Json::as_array)
        .is_some_and(|f| !f.is_empty())
        || answer.pointer("/spec/finalizers").is_some();
    if !lingers {
        return Ok(());
    }
    let start = ctx.clock.now();
    let mut pause = Duration::from_millis(250);
    loop {
        let live = clients.get(ctx, &doing, &target.path).await?;
        if live.is_none_or(|live| !uid.is_empty() && text(&live, "/metadata/uid") != uid) {
            return Ok(());
        }
        if ctx.clock.now().saturating_sub(start) >= timeout {
            let message = format!(
                "it was not gone after {} s; a finalizer may hold it",
                timeout.as_secs()
            );
            return Err(target.error("deleting", ProviderErrorKind::Timeout, message));
        }
        if pause > Duration::from_secs(2) {
            (ctx.progress)(&format!("waiting for {} to be gone", target.label));
        }
        ctx.clock.sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

/// A time as Terraform's timeouts write it (`30s`, `5m`, `1h30m`), else the default.
pub(super) fn timeout(object: &Json, operation: &str, default: Duration) -> Duration {
    let given = text(object, &format!("/timeouts/{operation}"));
    parse_duration(given).unwrap_or(default)
}

fn parse_duration(text: &str) -> Option<Duration> {
    let (mut total, mut digits) = (0u64, String::new());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let amount: u64 = digits.parse().ok()?;
        digits.clear();
        total += match letter {
            'h' => amount.checked_mul(3_600_000)?,
            'm' if letters.next_if_eq(&'s').is_some() => amount,
            'm' => amount.checked_mul(60_000)?,
            's' => amount.checked_mul(1_000)?,
            _ => return None,
        };
    }
    (!text.is_empty() && digits.is_empty()).then_some(Duration::from_millis(total))
}
