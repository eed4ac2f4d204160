//! Lists and their pages.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::cluster::Cluster;
use super::kinds::Kind;
use super::request::{Query, Target};
use super::selector::Selector;
use super::status::Refusal;

/// A page of the objects that a request asks for.
pub(super) fn list(
    cluster: &Cluster<'_>,
    target: &Target,
    query: &Query,
) -> Result<Value, Refusal> {
    let kind = target.kind;
    let selector = Selector::parse(kind, query.get("labelSelector"), query.get("fieldSelector"))?;
    let limit = limit(query)?;
    let start = Start::parse(query.get("continue"))?;
    let revision = start
        .as_ref()
        .map_or_else(|| cluster.revision(), |start| start.revision);
    let prefix = if target.namespace.is_empty() {
        String::new()
    } else {
        format!("{}/", target.namespace)
    };
    let after = start.map_or_else(String::new, |start| format!("{prefix}{}", start.after));
    let found = cluster.list(kind, &prefix, &after);
    let shown = found
        .iter()
        .enumerate()
        .filter(|(_, (_, object))| selector.shows(object));
    let page: Vec<_> = shown.take(limit.unwrap_or(usize::MAX)).collect();

    let mut metadata = Map::new();
    metadata.insert(
        "resourceVersion".to_owned(),
        Value::from(revision.to_string()),
    );
    let is_full = Some(page.len()) == limit;
    // A page does not know whether the objects after it fit the selector: the next one may be empty.
    if let Some((at, (last, _))) = page.last()
        && is_full
        && at + 1 < found.len()
    {
        let left = found.len() - at - 1;
        let after = last.strip_prefix(&prefix).unwrap_or(last).to_owned();
        let token = Start { revision, after }.print();
        metadata.insert("continue".to_owned(), Value::from(token));
        if selector.is_empty() {
            metadata.insert("remainingItemCount".to_owned(), Value::from(left));
        }
    }
    let items: Vec<Value> = page.iter().map(|(_, (_, object))| item(object)).collect();
    Ok(envelope(kind, &Value::Object(metadata), &items))
}

/// All objects that a request asks for, without pages.
pub(super) fn all(
    cluster: &Cluster<'_>,
    target: &Target,
    query: &Query,
) -> Result<Vec<Value>, Refusal> {
    let selector = Selector::parse(
        target.kind,
        query.get("labelSelector"),
        query.get("fieldSelector"),
    )?;
    let prefix = if target.namespace.is_empty() {
        String::new()
    } else {
        format!("{}/", target.namespace)
    };
    let found = cluster
        .list(target.kind, &prefix, "")
        .into_iter()
        .map(|(_, object)| object);
    Ok(found
        .filter(|object| selector.shows(object))
        .cloned()
        .collect())
}

/// A list object of a kind.
pub(super) fn envelope(kind: &Kind, metadata: &Value, items: &[Value]) -> Value {
    json!({
        "kind": format!("{}List", kind.name), "apiVersion": "v1",
        "metadata": metadata, "items": items,
    })
}

/// An object as lists show it: without its kind and version.
pub(super) fn item(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(members) = object.as_object_mut() {
        members.shift_remove("kind");
        members.shift_remove("apiVersion");
    }
    object
}

fn limit(query: &Query) -> Result<Option<usize>, Refusal> {
    match query.get("limit") {
        "" | "0" => Ok(None),
        given => given.parse().map(Some).map_err(|_| {
            let message = format!("strconv.ParseInt: parsing {given:?}: invalid syntax");
            Refusal::bad_request(message)
        }),
    }
}

/// Where a page begins.
struct Start {
    revision: u64,
    after: String,
}

impl Start {
    fn parse(token: &str) -> Result<Option<Self>, Refusal> {
        if token.is_empty() {
            return Ok(None);
        }
        let invalid = |why: &str| {
            Refusal::bad_request(format!(
                "invalid continue token: continue key is not valid: {why}"
            ))
        };
        let bytes = URL_SAFE_NO_PAD.decode(token);
        let bytes = bytes.map_err(|_| invalid("illegal base64 data at input byte 0"))?;
        let token: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let revision = token.get("rv").and_then(Value::as_u64);
        let start = token.get("start").and_then(Value::as_str);
        let start = start.and_then(|start| start.strip_prefix('/'));
        let (Some(revision), Some(start)) = (revision, start) else {
            return Err(invalid(
                "incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
            ));
        };
        Ok(Some(Self {
            revision,
            after: start.trim_end_matches('\0').to_owned(),
        }))
    }

    fn print(&self) -> String {
        let start = format!("/{}\0", self.after);
        let token = json!({ "v": "meta.k8s.io/v1", "rv": self.revision, "start": start });
        URL_SAFE_NO_PAD.encode(token.to_string())
    }
}
