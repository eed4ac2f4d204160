#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
//! The store (transactions, reopening, several processes, torn and damaged logs, compaction) and the sandbox as a whole
//! (seeds, looking and changing by hand, time, kube's transport).

use std::io::Write;
use std::path::Path;

use std::time::Duration;

use serde_json::{Value, json};

use super::aws::tests::{config, empty, query, run};
use super::store::{Store, StoreError};
use super::transport::{ClusterService, VirtualSleep};
use super::{Fault, InspectError, Sandbox, Seed};

fn in_transaction<T>(store: &mut Store, work: impl FnOnce(&mut Store) -> T) -> T {
    store.begin().unwrap();
    let result = work(store);
    store.commit().unwrap();
    result
}

fn put(store: &mut Store, key: &str, value: Value) {
    in_transaction(store, |store| store.put("things", key, value));
}

fn keys(store: &Store) -> Vec<String> {
    store.list("things").map(|(key, _)| key.clone()).collect()
}

fn append(dir: &Path, text: &str) {
    let mut file = std::fs::File::options()
        .append(true)
        .open(dir.join("log.jsonl"))
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn documents_are_listed_in_the_order_of_their_keys() {
    let mut store = Store::in_memory();
    for key in ["b", "a", "c"] {
        put(&mut store, key, json!({ "is": key }));
    }
    assert_eq!(keys(&store), ["a", "b", "c"]);
    let after: Vec<&String> = store
        .list_after("things", "a")
        .map(|(key, _)| key)
        .collect();
    assert_eq!(after, ["b", "c"]);
    assert_eq!(store.remove("things", "b"), Some(json!({ "is": "b" })));
    assert_eq!(store.remove("things", "b"), None);
    assert_eq!(store.get("things", "a"), Some(&json!({ "is": "a" })));
    assert_eq!(store.get("others", "a"), None);
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    put(&mut store, "kept", json!(1));
    put(&mut store, "removed", json!(2));
    in_transaction(&mut store, |store| {
        store.remove("things", "removed");
        store.next_counter("ids")
    });
    drop(store);
    let mut store = Store::open(dir.path()).unwrap();
    assert_eq!(keys(&store), ["kept"]);
    assert_eq!(
        in_transaction(&mut store, |store| store.next_counter("ids")),
        2
    );
}

#[test]
fn two_open_stores_see_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = Store::open(dir.path()).unwrap();
    let mut two = Store::open(dir.path()).unwrap();
    put(&mut one, "from-one", json!(1));
    put(&mut two, "from-two", json!(2));
    assert_eq!(
        in_transaction(&mut one, |store| keys(store)),
        ["from-one", "from-two"]
    );
}

#[test]
fn a_torn_last_line_is_dropped_and_written_over() {
    let dir = tempfile::tempdir().unwrap();
    put(&mut Store::open(dir.path()).unwrap(), "kept", json!(1));
    append(dir.path(), r#"[["things","torn","#);
    let mut store = Store::open(dir.path()).unwrap();
    assert_eq!(keys(&store), ["kept"]);
    put(&mut store, "next", json!(2));
    assert_eq!(keys(&Store::open(dir.path()).unwrap()), ["kept", "next"]);
}

#[test]
fn a_damaged_line_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    put(&mut Store::open(dir.path()).unwrap(), "kept", json!(1));
    append(dir.path(), "nonsense\n");
    let error = Store::open(dir.path()).unwrap_err();
    assert!(
        matches!(error, StoreError::Damaged { line: 3, .. }),
        "{error}"
    );
}

#[test]
fn a_log_much_larger_than_its_content_is_compacted_under_other_readers() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Store::open(dir.path()).unwrap();
    let mut reader = Store::open(dir.path()).unwrap();
    let large = "x".repeat(40_000);
    for round in 0..40 {
        put(
            &mut writer,
            "large",
            json!({ "round": round, "text": large }),
        );
    }
    let size = std::fs::metadata(dir.path().join("log.jsonl"))
        .unwrap()
        .len();
    assert!(size < 1_000_000, "{size} bytes");
    let read = in_transaction(&mut reader, |store| {
        store.get("things", "large").cloned().unwrap()
    });
    assert_eq!(read["round"], 39);
    put(&mut reader, "after", json!(1));
    assert_eq!(
        in_transaction(&mut writer, |store| keys(store)),
        ["after", "large"]
    );
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    put(&mut Store::open(dir.path()).unwrap(), "kept", json!(1));
    for name in ["log.jsonl", "lock"] {
        let mode = std::fs::metadata(dir.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

const SEED: &str = r#"{
    "account": "132099918825",
    "region": "ap-northeast-2",
    "now": "2021-04-15T12:00:00Z",
    "clusters": [{
        "name": "ssup2-eks-cluster",
        "version": "1.18",
        "issuer_id": "B0678ED568FC12BBC37256BBA2A4BB53",
        "tags": { "made": "by others" }
    }],
    "roles": [{
        "RoleName": "Eks",
        "Path": "/others/",
        "AssumeRolePolicyDocument": { "Statement": { "Effect": "Allow", "Principal": { "Service": "eks.amazonaws.com" }, "Action": "sts:AssumeRole" } },
        "AttachedPolicies": ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"]
    }],
    "oidc_providers": [{ "Url": "https://issuer.example/id", "ClientIDList": ["sts.amazonaws.com"] }]
}"#;

fn seeded() -> Sandbox {
    Sandbox::in_memory(Some(Seed::parse(SEED).unwrap())).unwrap()
}

fn addresses(sandbox: &Sandbox, prefix: &str) -> Vec<String> {
    sandbox
        .inspect(prefix)
        .unwrap()
        .into_iter()
        .map(|(address, _)| address)
        .collect()
}

#[test]
fn a_seed_says_what_is_there_before_the_first_run() {
    let sandbox = seeded();
    assert_eq!(sandbox.region().unwrap(), "ap-northeast-2");
    let clients = config(&sandbox)
        .to_builder()
        .region(aws_config::Region::new("ap-northeast-2"))
        .build();
    let cluster = run(aws_sdk_eks::Client::new(&clients)
        .describe_cluster()
        .name("ssup2-eks-cluster")
        .send())
    .unwrap();
    let cluster = cluster.cluster().unwrap();
    assert_eq!(
        cluster.identity().unwrap().oidc().unwrap().issuer(),
        Some("https://oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53")
    );
    assert_eq!(
        cluster.arn(),
        Some("arn:aws:eks:ap-northeast-2:132099918825:cluster/ssup2-eks-cluster")
    );
    assert_eq!(
        cluster.created_at().unwrap().to_string(),
        "2021-04-15T12:00:00Z"
    );
    let role = run(aws_sdk_iam::Client::new(&clients)
        .get_role()
        .role_name("eks")
        .send())
    .unwrap();
    assert_eq!(
        role.role().unwrap().arn(),
        "arn:aws:iam::132099918825:role/others/Eks"
    );
    assert_eq!(
        sandbox
            .cluster_at(cluster.endpoint().unwrap())
            .unwrap()
            .as_deref(),
        Some("ssup2-eks-cluster")
    );
    assert_eq!(
        addresses(&sandbox, "iam"),
        ["iam/oidc-provider/issuer.example/id", "iam/role/Eks"]
    );
}

#[test]
fn a_seed_that_means_nothing_is_refused() {
    let cases = [
        ("{", "EOF"),
        (r#"{ "acount": "1" }"#, "unknown field `acount`"),
        (r#"{ "buckets": ["b"] }"#, "a bucket: an object with `name`"),
        (r#"{ "account": "1" }"#, "does not have 12 digits"),
        (
            r#"{ "roles": [{ "RoleName": "a" }] }"#,
            "AssumeRolePolicyDocument",
        ),
        (
            r#"{ "roles": [{ "RoleName": "a", "AssumeRolePolicyDocument": {} }] }"#,
            "iam/role",
        ),
        (
            r#"{ "clusters": [{ "name": "a", "objects": [{ "object": { "kind": "Secret", "metadata": { "name": "p" } } }] }] }"#,
            "Secret",
        ),
    ];
    for (text, expected) in cases {
        let error = Seed::parse(text)
            .and_then(|seed| Sandbox::in_memory(Some(seed)))
            .unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
}

#[test]
fn content_outlives_the_process_and_is_seeded_once() {
    let dir = tempfile::tempdir().unwrap();
    let seed = || Some(Seed::parse(SEED).unwrap());
    let sandbox = Sandbox::open(dir.path(), seed()).unwrap();
    sandbox.remove("iam/role/EKS").unwrap();
    sandbox.sleep(Duration::from_mins(1)).unwrap();
    let again = Sandbox::open(dir.path(), seed()).unwrap();
    assert_eq!(addresses(&again, "iam/role"), [""; 0]);
    assert_eq!(again.now().to_string(), "2021-04-15T12:01:00Z");
    again
        .set("iam/oidc-provider/other.example", &json!({}))
        .unwrap();
    assert_eq!(
        addresses(&sandbox, "iam/oidc-provider/other.example").len(),
        1,
        "another process sees it"
    );
}

#[test]
fn files_that_fail_are_an_internal_error_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::open(dir.path(), Some(Seed::parse(SEED).unwrap())).unwrap();
    let (log, aside) = (dir.path().join("log.jsonl"), dir.path().join("aside"));
    std::fs::rename(&log, &aside).unwrap();
    std::fs::create_dir(&log).unwrap();
    let read = [("Action", "GetRole"), ("RoleName", "Eks")];
    let answer = query(&sandbox, &read);
    assert!(
        answer.starts_with("500 InternalFailure the sandbox&apos;s files in "),
        "{answer}"
    );
    std::fs::remove_dir(&log).unwrap();
    std::fs::rename(&aside, &log).unwrap();
    assert_eq!(query(&sandbox, &read), "200");
}

#[test]
fn a_log_that_somebody_began_again_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::open(dir.path(), Some(Seed::parse(SEED).unwrap())).unwrap();
    std::fs::remove_file(dir.path().join("log.jsonl")).unwrap();
    let mut other = Store::open(dir.path()).unwrap();
    put(&mut other, "one", json!(1));
    assert_eq!(addresses(&sandbox, ""), [""; 0]);
    sandbox
        .set("iam/oidc-provider/other.example", &json!({}))
        .unwrap();
    assert_eq!(in_transaction(&mut other, |store| keys(store)), ["one"]);
}

#[test]
fn objects_are_changed_by_hand() {
    let sandbox = seeded();
    let role = sandbox
        .set(
            "iam/role/Eks",
            &json!({ "Description": "by hand", "AttachedPolicies": null }),
        )
        .unwrap();
    assert_eq!(role["Description"], "by hand");
    assert_eq!(role["Path"], "/others/");
    assert_eq!(role["AttachedPolicies"], json!([]));
    let cluster = sandbox
        .set(
            "eks/cluster/ssup2-eks-cluster",
            &json!({ "version": "1.19", "tags": { "made": null } }),
        )
        .unwrap();
    assert_eq!(
        (&cluster["version"], &cluster["tags"]),
        (&json!("1.19"), &json!({}))
    );
    sandbox.remove("eks/cluster/ssup2-eks-cluster").unwrap();
    assert_eq!(addresses(&sandbox, "eks"), [""; 0]);
    assert_eq!(addresses(&sandbox, "kubernetes"), [""; 0]);

    assert!(matches!(
        sandbox.remove("iam/role/missing"),
        Err(InspectError::NotFound(_))
    ));
    assert!(matches!(
        sandbox.remove("eks/cluster/missing"),
        Err(InspectError::NotFound(_))
    ));
    assert!(matches!(
        sandbox.set("iam/user/me", &json!({})),
        Err(InspectError::Address(_))
    ));
    let broken = sandbox.set("iam/role/Eks", &json!({ "AssumeRolePolicyDocument": "no" }));
    assert!(matches!(broken, Err(InspectError::Content { .. })));
}

#[test]
fn waits_that_begin_together_end_together() {
    let sandbox = empty();
    let begun = sandbox.now();
    run(async {
        let ten = Duration::from_secs(10);
        let (first, second) = (
            VirtualSleep::new(sandbox.clone(), ten),
            VirtualSleep::new(sandbox.clone(), ten),
        );
        tokio::join!(first, second);
    });
    assert_eq!(
        sandbox.now().duration_since(begun),
        jiff::SignedDuration::from_secs(10)
    );
}

#[test]
fn kube_reaches_a_cluster_through_its_service() {
    run(async {
        let sandbox = seeded();
        let client = kube::Client::new(
            ClusterService::new(sandbox.clone(), "ssup2-eks-cluster"),
            "default",
        );
        let version = http::Request::get("/version").body(Vec::new()).unwrap();
        let _answer = client.request_text(version.clone()).await;
        assert_eq!(
            sandbox
                .requests()
                .last()
                .map(|request| request.name.clone())
                .as_deref(),
            Some("GET /version")
        );
        sandbox.inject(Fault::unreachable("kubernetes"));
        let refused = client.request_text(version.clone()).await.unwrap_err();
        assert!(matches!(refused, kube::Error::Service(_)), "{refused:?}");
        sandbox.clear_faults();
        sandbox.inject(Fault::throttle("kubernetes", "GET /version", 1));
        let throttled = client.request_text(version.clone()).await.unwrap_err();
        assert!(
            matches!(&throttled, kube::Error::Api(status) if status.code == 429),
            "{throttled:?}"
        );
        let nobody = kube::Client::new(ClusterService::new(sandbox, "other"), "default");
        assert!(matches!(
            nobody.request_text(version).await.unwrap_err(),
            kube::Error::Service(_)
        ));
    });
}

#[test]
fn a_clusters_objects_are_seeded_and_changed_by_hand() {
    let seed = r#"{ "clusters": [{ "name": "main", "namespaces": ["apps"], "objects": [
        { "manager": "helm", "object": { "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": { "name": "app", "namespace": "apps", "labels": { "app": "x" } } } },
        { "manager": "other", "apply": true, "object": { "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": { "name": "app", "namespace": "apps", "annotations": { "a": "b" } } } }
    ] }] }"#;
    let sandbox = Sandbox::in_memory(Some(Seed::parse(seed).unwrap())).unwrap();
    let address = "kubernetes/main/serviceaccounts/apps/app";
    let found = sandbox.inspect(address).unwrap().remove(0).1;
    assert_eq!(found["kind"], "ServiceAccount");
    let managers = found["metadata"]["managedFields"].as_array().unwrap();
    let managers: Vec<&str> = managers
        .iter()
        .map(|entry| entry["manager"].as_str().unwrap())
        .collect();
    assert_eq!(managers, ["other", "helm"]);
    let changed = sandbox
        .set(
            address,
            &json!({ "metadata": { "annotations": { "a": "c" } } }),
        )
        .unwrap();
    assert_eq!(changed["metadata"]["annotations"]["a"], "c");
    assert_eq!(changed["metadata"]["labels"]["app"], "x");
    sandbox
        .set("kubernetes/main/serviceaccounts/apps/new", &json!({}))
        .unwrap();
    sandbox.remove(address).unwrap();
    assert_eq!(
        addresses(&sandbox, "kubernetes/main/serviceaccounts/apps"),
        [
            "kubernetes/main/serviceaccounts/apps/default",
            "kubernetes/main/serviceaccounts/apps/new"
        ]
    );
    sandbox
        .set("kubernetes/main/namespaces/more", &json!({}))
        .unwrap();
    sandbox.remove("kubernetes/main/namespaces/more").unwrap();
    assert_eq!(
        addresses(&sandbox, "kubernetes/main/namespaces/more"),
        [""; 0]
    );
}
