//! What exists in a sandbox before its first run, as `sandbox.json` tells it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::aws::eks::description::described;
use super::aws::eks::record::{self, Invented, Record};
use super::aws::eks::{self, members};
use super::aws::iam::{self, INSTANCE_PROFILE, POLICY, PROVIDER, ROLE};
use super::aws::s3::bucket::{BUCKETS, Bucket};
use super::aws::sts::keys::ISSUERS;
use super::aws::{Account, Call};
use super::store::{Store, StoreError};
use super::{Fault, account, clock, kubernetes};

/// The content of `sandbox.json`. Everything may be left out; an unknown member is an error.
///
/// ```
/// # use trustform::sandbox::{Sandbox, Seed};
/// let seed = Seed::parse(r#"{
///     "account": "132099918825",
///     "region": "ap-northeast-2",
///     "clusters": [{
///         "name": "ssup2-eks-cluster",
///         "version": "1.18",
///         "issuer_id": "B0678ED568FC12BBC37256BBA2A4BB53"
///     }],
///     "roles": [{
///         "RoleName": "cluster",
///         "AssumeRolePolicyDocument": {
///             "Version": "2012-10-17",
///             "Statement": [{
///                 "Effect": "Allow",
///                 "Principal": { "Service": "eks.amazonaws.com" },
///                 "Action": "sts:AssumeRole"
///             }]
///         }
///     }],
///     "oidc_providers": [{ "Url": "https://issuer.example", "ClientIDList": ["sts.amazonaws.com"] }]
/// }"#)?;
/// let sandbox = Sandbox::in_memory(Some(seed))?;
/// assert_eq!(sandbox.inspect("iam/role/cluster").map(|found| found.len()).ok(), Some(1));
/// # Ok::<(), trustform::sandbox::StoreError>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the object of a `sandbox.json`")]
pub struct Seed {
    /// The account that all credentials belong to; `123456789012` unless told.
    pub account: Option<String>,
    /// The home region; `us-east-1` unless told.
    pub region: Option<String>,
    /// Who the caller is; `arn:PARTITION:iam::ACCOUNT:user/sandbox` unless told.
    pub caller_arn: Option<String>,
    /// Where the sandbox's time begins.
    pub now: Option<Timestamp>,
    /// Clusters that are there and active.
    #[serde(default)]
    pub clusters: Vec<SeedCluster>,
    /// Roles, in the members of IAM's `RoleDetail`: `RoleName`, `Path`, `AssumeRolePolicyDocument` (text or JSON),
    /// `RolePolicies` (name → document), `AttachedPolicies` (ARNs), `Tags` (key → value), …
    #[serde(default)]
    pub roles: Vec<Value>,
    /// OIDC providers: `Url`, `ClientIDList`, `ThumbprintList`, `Tags`.
    #[serde(default)]
    pub oidc_providers: Vec<Value>,
    /// Managed policies of the account: `Arn`, or `PolicyName` and `Path`; `PolicyDocument` (text or JSON), or `Versions`
    /// (number → `Document`) and `DefaultVersionId`; `Description`, `Tags`.
    #[serde(default)]
    pub policies: Vec<Value>,
    /// Instance profiles: `InstanceProfileName`, `Path`, `Roles` (names), `Tags`.
    #[serde(default)]
    pub instance_profiles: Vec<Value>,
    /// Issuers of tokens that are no clusters of the sandbox, or whose API server is not the sandbox's: STS takes these keys.
    #[serde(default)]
    pub issuers: Vec<SeedIssuer>,
    /// Buckets of S3, which have to be there before a state can be kept in them.
    #[serde(default)]
    pub buckets: Vec<SeedBucket>,
    /// What goes wrong with requests. Unlike the rest it holds for every run while it is told, each counting for itself.
    #[serde(default)]
    pub faults: Vec<SeedFault>,
}

/// An issuer of the seed.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an issuer: an object with `url` and `jwks`"
)]
pub struct SeedIssuer {
    /// Its URL, as the claim `iss` of its tokens has it.
    pub url: String,
    /// Its keys: a JWK set, as its discovery document points to.
    pub jwks: Value,
}

/// A bucket of the seed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a bucket: an object with `name`")]
pub struct SeedBucket {
    /// Its name.
    pub name: String,
    /// Its region; the home region unless told.
    pub region: Option<String>,
    /// The account that owns it; the home account unless told.
    pub account: Option<String>,
    /// Whether it honours the conditions of writes; it does unless told.
    pub conditional_writes: Option<bool>,
}

/// A fault of the seed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a fault: an object with `service`")]
pub struct SeedFault {
    /// `iam`, `sts`, `eks`, `s3` or `kubernetes`.
    pub service: String,
    /// The operation, as `CreateRole`; for Kubernetes the beginning of `METHOD /path`. All of the service unless told.
    pub operation: Option<String>,
    /// So many matching requests pass unharmed first.
    #[serde(default)]
    pub after: u32,
    /// So many are hit then; all that follow unless told.
    pub times: Option<u32>,
    /// What happens to them.
    pub effect: SeedEffect,
}

/// What a fault of the seed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedEffect {
    /// Access is denied.
    Deny,
    /// The service asks to slow down.
    Throttle,
    /// The service fails with status 500.
    Fail,
    /// The request is carried out, and its reply is lost.
    LoseReply,
    /// The request does not arrive.
    Unreachable,
}

impl SeedFault {
    /// The rule it stands for.
    pub(super) fn rule(&self) -> Fault {
        let (service, operation) = (self.service.as_str(), self.operation.as_deref());
        let named = operation.unwrap_or("call");
        let rule = match self.effect {
            SeedEffect::Deny => Fault::deny(service, named),
            SeedEffect::Throttle => Fault::throttle(service, named, 1),
            SeedEffect::Fail => Fault::fail_nth(
                service,
                named,
                1,
                500,
                "InternalFailure",
                "Internal failure",
            ),
            SeedEffect::LoseReply => Fault::lose_reply(service, named),
            SeedEffect::Unreachable => Fault::unreachable(service),
        };
        Fault {
            operation: self.operation.clone(),
            after: self.after,
            times: self.times,
            ..rule
        }
    }
}

/// A cluster of the seed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a cluster: an object with `name`")]
pub struct SeedCluster {
    /// Its name.
    pub name: String,
    /// Its region; the home region unless told.
    pub region: Option<String>,
    /// Its Kubernetes version; `1.35` unless told. Any version is taken, also one that EKS no longer offers.
    pub version: Option<String>,
    /// The 32 hexadecimal digits at the end of its issuer; invented unless told.
    pub issuer_id: Option<String>,
    /// The URL of its API server; invented unless told.
    pub endpoint: Option<String>,
    /// Its certificate authority, base64 of PEM; invented unless told.
    pub certificate_authority: Option<String>,
    /// Its role; invented unless told, and then not one that exists.
    pub role_arn: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// How its API server lets people in; `API_AND_CONFIG_MAP` unless told.
    pub authentication_mode: Option<String>,
    /// What is wrong with its add-ons, also with ones that are not installed yet: add-on → issues of `DescribeAddon`.
    /// `ConfigurationConflict` stops installations that do not overwrite; anything else makes the add-on degraded.
    #[serde(default)]
    pub addon_health: Map<String, Value>,
    /// Access entries, as requests of `CreateAccessEntry`.
    #[serde(default)]
    pub access_entries: Vec<Map<String, Value>>,
    /// Add-ons, as requests of `CreateAddon`.
    #[serde(default)]
    pub addons: Vec<Map<String, Value>>,
    /// Pod identity associations, as requests of `CreatePodIdentityAssociation`.
    #[serde(default)]
    pub pod_identity_associations: Vec<Map<String, Value>>,
    /// Namespaces besides the four that every cluster has.
    #[serde(default)]
    pub namespaces: Vec<String>,
    /// Kubernetes objects that others made.
    #[serde(default)]
    pub objects: Vec<SeedObject>,
}

/// A Kubernetes object of the seed and who wrote it.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a Kubernetes object: an object with `object`"
)]
pub struct SeedObject {
    /// The field manager that wrote it; `kubectl-create` unless told.
    pub manager: Option<String>,
    /// Whether it was written by server-side apply, which may add a second manager's fields to an object.
    #[serde(default)]
    pub apply: bool,
    /// The object with `apiVersion`, `kind` and `metadata`.
    pub object: Value,
}

impl Seed {
    /// Reads the text of a `sandbox.json`.
    ///
    /// # Errors
    /// It is not JSON, or has members that mean nothing.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map_err(|error| unusable(error.to_string()))
    }
}

/// Fills a new store.
pub(super) fn plant(store: &mut Store, seed: Seed) -> Result<(), StoreError> {
    let id = seed.account.as_deref().unwrap_or(account::DEFAULT_ACCOUNT);
    if id.len() != 12 || !id.chars().all(|digit| digit.is_ascii_digit()) {
        return Err(unusable(format!("account `{id}` does not have 12 digits")));
    }
    let region = seed.region.as_deref().unwrap_or(account::DEFAULT_REGION);
    account::set_home(store, &account::of(id, region, seed.caller_arn));
    if let Some(now) = seed.now {
        clock::begin_at(store, now);
    }
    for (kind, documents) in [
        (POLICY, seed.policies),
        (ROLE, seed.roles),
        (PROVIDER, seed.oidc_providers),
        (INSTANCE_PROFILE, seed.instance_profiles),
    ] {
        for document in documents {
            plant_iam(store, kind, document)?;
        }
    }
    for bucket in seed.buckets {
        plant_bucket(store, bucket);
    }
    for issuer in seed.issuers {
        store.put(ISSUERS, &issuer.url, json!({ "jwks": issuer.jwks }));
    }
    seed.clusters
        .into_iter()
        .try_for_each(|cluster| plant_cluster(store, cluster))
}

fn plant_iam(store: &mut Store, kind: &str, document: Value) -> Result<(), StoreError> {
    let home = account::home(store);
    let mut call = Call::new(store, home, Duration::ZERO);
    let object = iam::adopted(&mut call, kind, document)
        .map_err(|reason| unusable(format!("{kind}: {reason}")))?;
    let name = object.get(iam::naming_member(kind)).and_then(Value::as_str);
    let key = iam::key_of(kind, name.unwrap_or_default());
    let collection = super::aws::global_collection(&call.account.id, kind);
    call.store.put(&collection, &key, object);
    Ok(())
}

fn plant_bucket(store: &mut Store, seed: SeedBucket) {
    let home = account::home(store);
    let bucket = Bucket {
        region: seed.region.unwrap_or(home.region),
        account: seed.account.unwrap_or(home.id),
        conditional_writes: seed.conditional_writes.unwrap_or(true),
        name: seed.name,
    };
    let document = serde_json::to_value(&bucket).unwrap_or_default();
    store.put(BUCKETS, &bucket.name, document);
}

fn plant_cluster(store: &mut Store, seed: SeedCluster) -> Result<(), StoreError> {
    let home = account::home(store);
    let region = seed.region.clone().unwrap_or_else(|| home.region.clone());
    let number = store.next_counter("eks/cluster");
    let mut invented = Invented::new(&region, &seed.name, number);
    invented.issuer_id = seed.issuer_id.clone().unwrap_or(invented.issuer_id);
    invented.endpoint = seed.endpoint.clone().unwrap_or(invented.endpoint);
    invented.certificate_authority = seed
        .certificate_authority
        .clone()
        .unwrap_or(invented.certificate_authority);
    let id = record::id_of(&home, &region, &seed.name);
    let mut cluster = seeded(&seed, &home, &region, clock::now(store));
    cluster.extend(invented.members(&region));
    let record = Record {
        cluster,
        id,
        until: None,
        then: Map::new(),
        update: None,
        request: Map::new(),
    };
    let document = serde_json::to_value(&record).unwrap_or_default();
    store.put(
        &record::collection_of(&home.id, &region),
        &seed.name,
        document,
    );
    record::open_api_server(store, &record);
    plant_members(store, &region, &seed)?;
    plant_objects(store, &record.id, seed)
}

fn plant_members(store: &mut Store, region: &str, seed: &SeedCluster) -> Result<(), StoreError> {
    let home = account::home(store);
    let account = account::of(&home.id, region, None);
    let kinds = [
        (members::ACCESS_ENTRY, &seed.access_entries),
        (members::ADDON, &seed.addons),
        (members::ASSOCIATION, &seed.pod_identity_associations),
    ];
    let mut call = Call::new(store, account, Duration::ZERO);
    for (kind, requests) in kinds {
        for request in requests {
            eks::plant(&mut call, kind, &seed.name, request.clone()).map_err(|error| {
                unusable(format!("{kind} of `{}`: {}", seed.name, error.message))
            })?;
        }
    }
    // What a seed has was there long before.
    members::settle(store, Timestamp::MAX);
    Ok(())
}

/// The cluster as if this seed had been a request, long ago.
fn seeded(seed: &SeedCluster, home: &Account, region: &str, now: Timestamp) -> Map<String, Value> {
    let partition = account::partition_of(region);
    let invented = || {
        format!(
            "arn:{partition}:iam::{}:role/{}-cluster",
            home.id, seed.name
        )
    };
    let request = json!({
        "version": seed.version.as_deref().unwrap_or("1.35"),
        "roleArn": seed.role_arn.clone().unwrap_or_else(invented),
        "resourcesVpcConfig": { "subnetIds": ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0bbbbbbbbbbbbbbb2"] },
        "accessConfig": { "authenticationMode": seed.authentication_mode.as_deref().unwrap_or("API_AND_CONFIG_MAP") },
        "tags": seed.tags,
    });
    let account = account::of(&home.id, region, None);
    let body = request.as_object().cloned().unwrap_or_default();
    let mut cluster = described(&account, now, &seed.name, &body);
    cluster.insert("status".to_owned(), json!("ACTIVE"));
    if !seed.addon_health.is_empty() {
        cluster.insert("addonHealth".to_owned(), json!(seed.addon_health));
    }
    cluster
}

fn plant_objects(store: &mut Store, id: &str, seed: SeedCluster) -> Result<(), StoreError> {
    let namespace = |name: String| SeedObject {
        manager: None,
        apply: false,
        object: json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } }),
    };
    let objects = seed
        .namespaces
        .into_iter()
        .map(namespace)
        .chain(seed.objects);
    for object in objects {
        let request = writing(&object)?;
        let now = clock::now(store);
        let response = kubernetes::handle(store, now, id, &request);
        if !response.status().is_success() {
            let said = String::from_utf8_lossy(response.body()).into_owned();
            return Err(unusable(format!(
                "{} in cluster `{}`: {} {said}",
                request.uri(),
                seed.name,
                response.status()
            )));
        }
    }
    Ok(())
}

/// The request that writes an object: a create, or a server-side apply.
fn writing(object: &SeedObject) -> Result<http::Request<bytes::Bytes>, StoreError> {
    let metadata = object.object.get("metadata");
    let text = |member: &str| {
        metadata
            .and_then(|metadata| metadata.get(member))
            .and_then(Value::as_str)
    };
    let name =
        text("name").ok_or_else(|| unusable("a Kubernetes object has no name".to_owned()))?;
    let manager = object.manager.as_deref().unwrap_or("kubectl-create");
    let collection = match object.object.get("kind").and_then(Value::as_str) {
        Some("Namespace") => "/api/v1/namespaces".to_owned(),
        Some("ServiceAccount") => format!(
            "/api/v1/namespaces/{}/serviceaccounts",
            text("namespace").unwrap_or("default")
        ),
        Some("Pod") => format!(
            "/api/v1/namespaces/{}/pods",
            text("namespace").unwrap_or("default")
        ),
        other => {
            return Err(unusable(format!(
                "kind {other:?} of `{name}` is not Namespace, ServiceAccount or Pod"
            )));
        }
    };
    if !object.apply {
        return Ok(record::post(
            &format!("{collection}?fieldManager={manager}"),
            &object.object,
        ));
    }
    let mut request = record::post(
        &format!("{collection}/{name}?fieldManager={manager}&force=true"),
        &object.object,
    );
    *request.method_mut() = http::Method::PATCH;
    let apply = http::HeaderValue::from_static("application/apply-patch+yaml");
    request
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, apply);
    Ok(request)
}

fn unusable(reason: String) -> StoreError {
    StoreError::Seed { reason }
}
