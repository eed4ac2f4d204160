//! The AWS half of the sandbox: which service and operation a request is for, and who asks.

mod checks;
mod ec2;
pub(super) mod eks;
pub(super) mod iam;
pub(super) mod protocol;
pub(super) mod s3;
pub(super) mod sts;
#[cfg(test)]
pub(super) mod tests;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use self::eks::issuer::issuer_certificates;
pub(super) use self::eks::pod_identity::is_associated;
pub(super) use self::eks::record::{id_at as cluster_at, is_reachable};
use self::protocol::{AwsError, Form};
use super::store::Store;

/// The account that a request's credentials belong to, and where it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) partition: String,
    /// The region of the request; IAM ignores it.
    pub(super) region: String,
    pub(super) caller_arn: String,
    pub(super) user_id: String,
}

/// One request at work on the sandbox's content.
pub(super) struct Call<'a> {
    pub(super) store: &'a mut Store,
    pub(super) now: Timestamp,
    pub(super) account: Account,
    /// How long new IAM objects stay invisible to reads.
    pub(super) visibility_delay: Duration,
    form: Form,
}

impl<'a> Call<'a> {
    pub(super) fn new(store: &'a mut Store, account: Account, visibility_delay: Duration) -> Self {
        let now = super::clock::now(store);
        Self {
            store,
            now,
            account,
            visibility_delay,
            form: Form::default(),
        }
    }

    /// The present, as a `CreateDate` says it.
    fn created(&self) -> String {
        super::clock::whole_seconds(self.now)
    }

    /// When an object made now can be read, if that is later than now.
    fn visible_from(&self) -> Option<Timestamp> {
        (!self.visibility_delay.is_zero())
            .then(|| super::clock::after(self.now, self.visibility_delay))
    }

    /// The collection of an IAM kind in the caller's account.
    fn global(&self, kind: &str) -> String {
        global_collection(&self.account.id, kind)
    }

    /// The collection of a kind in the caller's account and the request's region.
    fn regional(&self, kind: &str) -> String {
        regional_collection(&self.account.id, &self.account.region, kind)
    }
}

/// `aws/ACCOUNT/iam/role` and the like.
pub(super) fn global_collection(account: &str, kind: &str) -> String {
    format!("aws/{account}/{kind}")
}

/// `aws/ACCOUNT/REGION/eks/cluster` and the like.
pub(super) fn regional_collection(account: &str, region: &str, kind: &str) -> String {
    format!("aws/{account}/{region}/{kind}")
}

/// A request's service and operation, as the request log names them: `iam`, `CreateRole`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// `iam`, `sts`, `eks`, or the service's name in the signature for one the sandbox does not have.
    pub service: String,
    /// The operation's name in the service's API.
    pub name: String,
}

/// Finds out what a request asks for: the service from the signature's scope or the host, the operation from body or path.
pub(super) fn operation_of(request: &Request<Bytes>) -> Operation {
    let service = scope(request).map_or_else(|| service_of_host(request), |(_, service)| service);
    let name = match service.as_str() {
        "eks" => eks::operation_of(request.method(), request.uri().path()),
        "s3" => s3::operation_of(request),
        _ => form_of(request)
            .get("Action")
            .unwrap_or_default()
            .to_owned(),
    };
    Operation { service, name }
}

/// The region that a request was signed for.
pub(super) fn region_of(request: &Request<Bytes>) -> Option<String> {
    scope(request).map(|(region, _)| region)
}

/// Whether an operation is asked for by people without credentials: the token is all they have.
fn takes_unsigned(operation: &Operation) -> bool {
    operation.service == "sts" && operation.name == "AssumeRoleWithWebIdentity"
}

/// Carries a request out. `outcome` replaces the service's own answer when a fault was injected.
pub(super) fn answer(
    mut call: Call<'_>,
    operation: &Operation,
    request: &Request<Bytes>,
    injected: Option<AwsError>,
    id: &str,
) -> Response<Bytes> {
    if operation.service != "s3" {
        call.form = form_of(request);
    }
    let refusal = injected.or_else(|| {
        (!takes_unsigned(operation))
            .then(|| unsigned(request))
            .flatten()
    });
    match operation.service.as_str() {
        "iam" => {
            let answer = refusal.map_or_else(|| iam::answer(&mut call, &operation.name), Err);
            protocol::query_reply(&operation.name, iam::NAMESPACE, answer, id)
        }
        "sts" => {
            let answer = refusal.map_or_else(|| sts::answer(&mut call, &operation.name), Err);
            protocol::query_reply(&operation.name, sts::NAMESPACE, answer, id)
        }
        "eks" => {
            let answer =
                refusal.map_or_else(|| eks::answer(&mut call, &operation.name, request), Err);
            protocol::json_reply(answer, id)
        }
        "s3" => s3::answer(&mut call, &operation.name, request, refusal, id),
        "ec2" => {
            let answer = refusal.map_or_else(|| ec2::answer(&call, &operation.name), Err);
            ec2::reply(&operation.name, answer, id)
        }
        other => {
            let text =
                format!("The sandbox has no service `{other}`; it has iam, sts, eks, s3 and ec2");
            protocol::json_reply(Err(AwsError::new(501, "NotImplemented", text)), id)
        }
    }
}

fn unsigned(request: &Request<Bytes>) -> Option<AwsError> {
    let text = "Request is missing Authentication Token";
    scope(request)
        .is_none()
        .then(|| AwsError::new(403, "MissingAuthenticationToken", text))
}

/// Region and service of the signature, `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
fn scope(request: &Request<Bytes>) -> Option<(String, String)> {
    let header = request
        .headers()
        .get(http::header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let credential = header
        .split("Credential=")
        .nth(1)?
        .split([',', ' '])
        .next()?;
    let mut parts = credential.split('/').skip(2);
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}

fn service_of_host(request: &Request<Bytes>) -> String {
    let host = request
        .headers()
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = request.uri().host().or(host).unwrap_or_default();
    host.split('.').next().unwrap_or_default().to_owned()
}

fn form_of(request: &Request<Bytes>) -> Form {
    let body = std::str::from_utf8(request.body()).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    Form::parse(if body.is_empty() { query } else { body })
}

/// A stored document in its typed form; nothing when it is missing or was edited into something else.
fn typed<T: serde::de::DeserializeOwned>(value: Option<&Value>) -> Option<T> {
    value.and_then(|value| serde_json::from_value(value.clone()).ok())
}

/// A typed document in its stored form.
fn stored<T: Serialize>(document: &T) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}

/// `length` characters out of AWS's alphabet for unique ids, always the same for the same text.
fn unique_id(prefix: &str, length: usize, text: &str) -> String {
    use sha2::Digest;
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = sha2::Sha256::digest(text.as_bytes());
    let letter = |byte: &u8| char::from(*ALPHABET.get(usize::from(byte % 32)).unwrap_or(&b'A'));
    prefix
        .chars()
        .chain(digest.iter().take(length).map(letter))
        .collect()
}
