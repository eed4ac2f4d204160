//! The Kubernetes API of a cluster: namespaces, service accounts, configuration maps and bare pods, as kube-apiserver
//! answers for them, with server-side apply and its field managers.
//!
//! One request is one call of [`handle`], a function of the stored documents, the time and the request.

mod apply;
mod cluster;
mod compare;
mod controllers;
mod create;
mod decode;
mod delete;
mod discovery;
mod fieldset;
mod kinds;
mod list;
mod managers;
mod merge;
mod metadata;
mod namespace_end;
mod patch;
mod pod;
mod reply;
mod request;
mod selector;
mod shape;
mod status;
mod strategic;
#[cfg(test)]
mod tests;
mod token;
mod typed;
mod update;
mod validation;
mod webhook;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

use self::cluster::Cluster;
use self::reply::Reply;
use self::request::{Target, Verb};
use self::status::Refusal;
use super::store::Store;

/// Carries out one request to the API server of a cluster.
///
/// The cluster needs no preparation: its first namespaces appear with the first request. Its documents live in the
/// collections `kubernetes/CLUSTER/…`; the issuer of its tokens is read from the member `issuer` of the document
/// `cluster` in `kubernetes/CLUSTER/_meta`, or else of the document `CLUSTER` in `cluster`. Everybody may do everything.
pub fn handle(
    store: &mut Store,
    now: Timestamp,
    cluster: &str,
    request: &Request<Bytes>,
) -> Response<Bytes> {
    let mut cluster = Cluster::new(store, now, cluster);
    controllers::come_round(&mut cluster);
    reply::response(answer(&mut cluster, request))
}

/// What a request is about: verb, resource, namespace and name, as RBAC names them; the last two may be empty.
///
/// `None` for requests that are not about objects of a known kind.
pub fn describe(request: &Request<Bytes>) -> Option<(String, String, String, String)> {
    let target = request::target(request)?;
    let resource = match target.subresource.as_str() {
        "" => target.kind.plural.to_owned(),
        subresource => format!("{}/{subresource}", target.kind.plural),
    };
    Some((
        target.verb.name().to_owned(),
        resource,
        target.namespace,
        target.name,
    ))
}

fn answer(cluster: &mut Cluster<'_>, request: &Request<Bytes>) -> Result<Reply, Refusal> {
    if let Some(answer) = webhook::answer(cluster, request) {
        return answer;
    }
    if let Some(answer) = discovery::answer(cluster, request) {
        return answer;
    }
    let Some(target) = request::target(request) else {
        let known = request::is_known_path(request);
        return Err(if known {
            Refusal::method_not_allowed()
        } else {
            Refusal::no_such_path()
        });
    };
    if target.subresource == "token" && target.kind.name == kinds::SERVICE_ACCOUNT.name {
        return match target.verb {
            Verb::Create => token::request(cluster, &target, request),
            Verb::Get
            | Verb::List
            | Verb::Watch
            | Verb::Update
            | Verb::Patch
            | Verb::Delete
            | Verb::DeleteCollection => Err(Refusal::method_not_allowed()),
        };
    }
    if !target.subresource.is_empty() {
        return Err(Refusal::no_such_path());
    }
    let options = request::options(request, &target)?;
    match target.verb {
        Verb::Get => get(cluster, &target),
        Verb::List => {
            look(cluster, &target);
            list::list(cluster, &target, &options.query).map(|list| Reply::ok(&list))
        }
        Verb::Create if target.kind.namespaced && target.namespace.is_empty() => {
            Err(Refusal::method_not_allowed())
        }
        Verb::Watch => Err(Refusal::method_not_allowed()),
        Verb::Create if !target.name.is_empty() => Err(Refusal::method_not_allowed()),
        Verb::Create => {
            let body = request::object(request, target.kind)?;
            create::create(cluster, &target, &options, &body)
        }
        Verb::Update => {
            let body = request::object(request, target.kind)?;
            update::replace(cluster, &target, &options, &body)
        }
        Verb::Patch => update::patch(cluster, &target, &options, request),
        Verb::Delete => delete::delete(cluster, &target, &options, request),
        Verb::DeleteCollection => delete::delete_collection(cluster, &target, &options, request),
    }
}

fn get(cluster: &mut Cluster<'_>, target: &Target) -> Result<Reply, Refusal> {
    look(cluster, target);
    let object = cluster.get(target.kind, &target.namespace, &target.name);
    object
        .map(Reply::ok)
        .ok_or_else(|| Refusal::not_found(target.kind, &target.name))
}

fn look(cluster: &mut Cluster<'_>, target: &Target) {
    if target.kind.name == kinds::NAMESPACE.name {
        let name = target.name.as_str();
        controllers::look_at_namespace(cluster, (!name.is_empty()).then_some(name));
    }
}
