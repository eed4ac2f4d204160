//! What the webhook makes of pods, from what its rules say.

use super::super::pod::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ROLE: &str = "arn:aws:iam::111111111111:role/app";

fn account(annotations: &[(&str, &str)]) -> AccountAnnotations {
    let all = annotations
        .iter()
        .map(|(name, value)| (format!("eks.amazonaws.com/{name}"), (*value).to_owned()));
    AccountAnnotations::of(&all.collect::<BTreeMap<_, _>>())
}

fn pod(manifest: &Value) -> PodTemplate {
    let manifest =
        json!({ "kind": "Pod", "metadata": manifest["metadata"], "spec": manifest["spec"] });
    Workload::of(&manifest, "prod").unwrap().template
}

/// A pod with the container `app`, which has these members besides its name.
fn one(container: &Value) -> Value {
    let mut app = json!({ "name": "app" });
    for (name, value) in container.as_object().unwrap() {
        app[name] = value.clone();
    }
    json!({ "spec": { "containers": [app] } })
}

fn credentials(annotations: &[(&str, &str)], pod: &PodTemplate, associated: bool) -> Credentials {
    match webhook().identity(&account(annotations), pod, associated) {
        Identity::Some(credentials) => credentials,
        Identity::None => panic!("no identity"),
    }
}

fn webhook() -> Webhook {
    Webhook::of_eks("ap-northeast-2")
}

fn env(container: &Value) -> Vec<&str> {
    let env = container["env"].as_array().map_or(&[][..], Vec::as_slice);
    env.iter()
        .map(|variable| variable["name"].as_str().unwrap())
        .collect()
}

/// The seed's pod, as EKS stores it today.
#[test]
fn a_plain_pod_gets_variables_mount_and_volume() {
    let pod = pod(&one(&json!({ "env": [{ "name": "A", "value": "b" }] })));
    let credentials = credentials(&[("role-arn", ROLE)], &pod, false);
    let pod = admit(&pod, &AccountDefaults::default());
    let mutated = mutate(&pod, &webhook(), &credentials);
    let spec = &mutated.pod.spec;
    let container = &spec["containers"][0];
    assert_eq!(
        env(container),
        [
            "A",
            "AWS_STS_REGIONAL_ENDPOINTS",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE"
        ]
    );
    assert_eq!(container["env"][4]["value"], ROLE);
    assert_eq!(
        container["env"][5]["value"],
        "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
    );
    let mounts: Vec<&Value> = container["volumeMounts"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(mounts[0]["name"], "kube-api-access-xxxxx");
    assert_eq!(
        *mounts[1],
        json!({ "name": "aws-iam-token", "readOnly": true, "mountPath": "/var/run/secrets/eks.amazonaws.com/serviceaccount" })
    );
    assert_eq!(
        spec["volumes"][0],
        json!({
            "name": "aws-iam-token",
            "projected": {
                "sources": [{ "serviceAccountToken": { "audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token" } }],
                "defaultMode": 420,
            },
        })
    );
    assert_eq!(spec["volumes"][1]["name"], "kube-api-access-xxxxx");
    assert_eq!(spec["serviceAccountName"], "default");
}

#[test]
fn variables_are_added_in_groups() {
    let variables = |names: &[&str]| {
        let env = names
            .iter()
            .map(|name| json!({ "name": name, "value": "x" }));
        json!({ "env": env.collect::<Vec<_>>() })
    };
    let cases: [(&[&str], &[&str], bool); 6] = [
        (
            &[],
            &[
                "AWS_STS_REGIONAL_ENDPOINTS",
                "AWS_DEFAULT_REGION",
                "AWS_REGION",
                "AWS_ROLE_ARN",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
            ],
            true,
        ),
        (
            &["AWS_REGION"],
            &[
                "AWS_STS_REGIONAL_ENDPOINTS",
                "AWS_ROLE_ARN",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
            ],
            true,
        ),
        (
            &["AWS_STS_REGIONAL_ENDPOINTS"],
            &[
                "AWS_DEFAULT_REGION",
                "AWS_REGION",
                "AWS_ROLE_ARN",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
            ],
            true,
        ),
        (
            &["AWS_ROLE_ARN"],
            &[
                "AWS_STS_REGIONAL_ENDPOINTS",
                "AWS_DEFAULT_REGION",
                "AWS_REGION",
            ],
            true,
        ),
        (
            &["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_DEFAULT_REGION"],
            &["AWS_STS_REGIONAL_ENDPOINTS"],
            true,
        ),
        (
            &["AWS_ROLE_ARN", "AWS_REGION", "AWS_STS_REGIONAL_ENDPOINTS"],
            &[],
            false,
        ),
    ];
    for (set, added, mounted) in cases {
        let pod = pod(&one(&variables(set)));
        let mutated = mutate(
            &pod,
            &webhook(),
            &credentials(&[("role-arn", ROLE)], &pod, false),
        );
        let expected = match mounted {
            true => Treatment::Changed {
                variables: Vec::new(),
                mounted,
            },
            false => Treatment::Untouched,
        };
        let found = match mutated.containers[0].1.clone() {
            Treatment::Changed { variables, mounted } => {
                let names: Vec<_> = variables.iter().map(|(name, _)| *name).collect();
                assert_eq!(names, added, "{set:?}");
                Treatment::Changed {
                    variables: Vec::new(),
                    mounted,
                }
            }
            other @ (Treatment::Skipped | Treatment::Untouched) => other,
        };
        assert_eq!(found, expected, "{set:?}");
        // The volume comes even if no container mounts it.
        assert!(mutated.volume_added, "{set:?}");
    }
}

#[test]
fn containers_are_skipped_by_their_exact_names() {
    let manifest = json!({
        "metadata": { "annotations": { "eks.amazonaws.com/skip-containers": "proxy, sidecar" } },
        "spec": { "initContainers": [{ "name": "init" }], "containers": [{ "name": "app" }, { "name": "proxy" }, { "name": "sidecar" }] },
    });
    let pod = pod(&manifest);
    let credentials = credentials(&[("role-arn", ROLE)], &pod, false);
    let mutated = mutate(&pod, &webhook(), &credentials);
    let skipped: Vec<_> = mutated
        .containers
        .iter()
        .map(|(name, treatment)| (name.as_str(), *treatment == Treatment::Skipped))
        .collect();
    assert_eq!(
        skipped,
        [
            ("init", false),
            ("app", false),
            ("proxy", true),
            ("sidecar", false)
        ]
    );
    let found = collisions(&pod, &mutated, &webhook(), &credentials);
    assert_eq!(
        found,
        [Collision::SkipsNobody {
            name: " sidecar".to_owned()
        }]
    );
}

/// Annotations of account and pod, and what audience, life and endpoints they come to.
type Annotated<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str, u64, bool);

#[test]
fn annotations_decide_audience_life_and_endpoints() {
    let cases: [Annotated<'_>; 12] = [
        (&[], "", "sts.amazonaws.com", 86_400, true),
        (&[("audience", "foo")], "", "foo", 86_400, true),
        (
            &[("token-expiration", "7200")],
            "",
            "sts.amazonaws.com",
            7200,
            true,
        ),
        (
            &[("token-expiration", "0")],
            "",
            "sts.amazonaws.com",
            600,
            true,
        ),
        (
            &[("token-expiration", "-5")],
            "",
            "sts.amazonaws.com",
            600,
            true,
        ),
        (
            &[("token-expiration", "abc")],
            "",
            "sts.amazonaws.com",
            86_400,
            true,
        ),
        (
            &[("token-expiration", "7200")],
            "300",
            "sts.amazonaws.com",
            600,
            true,
        ),
        (
            &[("token-expiration", "7200")],
            "3600",
            "sts.amazonaws.com",
            3600,
            true,
        ),
        (
            &[("token-expiration", "7200")],
            "abc",
            "sts.amazonaws.com",
            7200,
            true,
        ),
        (
            &[("sts-regional-endpoints", "false")],
            "",
            "sts.amazonaws.com",
            86_400,
            false,
        ),
        (
            &[("sts-regional-endpoints", "f")],
            "",
            "sts.amazonaws.com",
            86_400,
            false,
        ),
        (
            &[("sts-regional-endpoints", "no")],
            "",
            "sts.amazonaws.com",
            86_400,
            true,
        ),
    ];
    for (annotations, of_pod, audience, seconds, regional_sts) in cases {
        let mut manifest = one(&json!({}));
        if !of_pod.is_empty() {
            manifest["metadata"] =
                json!({ "annotations": { "eks.amazonaws.com/token-expiration": of_pod } });
        }
        let annotations = [annotations, &[("role-arn", ROLE)]].concat();
        let found = credentials(&annotations, &pod(&manifest), false);
        let expected = Credentials {
            role_arn: Some(ROLE.to_owned()),
            audience: audience.to_owned(),
            expiration: Expiration::Exactly(seconds),
            regional_sts,
        };
        assert_eq!(found, expected, "{annotations:?}, pod {of_pod:?}");
    }
}

#[test]
fn no_role_no_identity() {
    let pod = pod(&one(&json!({})));
    for annotations in [&[][..], &[("role-arn", "")]] {
        assert_eq!(
            webhook().identity(&account(annotations), &pod, false),
            Identity::None
        );
    }
}

#[test]
fn an_association_wins_over_the_annotation() {
    let pod = pod(&one(&json!({})));
    let credentials = credentials(&[("role-arn", ROLE)], &pod, true);
    assert_eq!(credentials.expiration, Expiration::Between(79_200, 86_400));
    let mutated = mutate(&pod, &webhook(), &credentials);
    let spec = &mutated.pod.spec;
    assert_eq!(
        env(&spec["containers"][0])[3..],
        [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
        ]
    );
    assert_eq!(spec["volumes"][0]["name"], "eks-pod-identity-token");
    assert_eq!(
        mutated.pod.labels["eks.amazonaws.com/pod-identity"],
        "enabled"
    );
}

#[test]
fn windows_pods_get_windows_paths() {
    for label in ["kubernetes.io/os", "beta.kubernetes.io/os"] {
        let mut manifest = one(&json!({}));
        manifest["spec"]["nodeSelector"] = json!({ label: "windows" });
        let pod = pod(&manifest);
        let mutated = mutate(
            &pod,
            &webhook(),
            &credentials(&[("role-arn", ROLE)], &pod, false),
        );
        let container = &mutated.pod.spec["containers"][0];
        assert_eq!(
            container["env"][4]["value"],
            r"C:\var\run\secrets\eks.amazonaws.com\serviceaccount\token"
        );
        assert_eq!(
            container["volumeMounts"][0]["mountPath"],
            "/var/run/secrets/eks.amazonaws.com/serviceaccount"
        );
    }
}

#[test]
fn what_a_pod_brings_along_may_collide() {
    let path = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
    let cases: [(Value, &[&str]); 8] = [
        (json!({}), &[]),
        (
            json!({ "env": [{ "name": "AWS_ROLE_ARN", "value": ROLE }] }),
            &["W05"],
        ),
        (
            json!({ "env": [
                { "name": "AWS_ROLE_ARN", "value": ROLE }, { "name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/token" },
                { "name": "AWS_REGION", "value": "ap-northeast-2" }, { "name": "AWS_STS_REGIONAL_ENDPOINTS", "value": "regional" },
            ] }),
            &["W06"],
        ),
        (
            json!({ "volumeMounts": [{ "name": "own", "mountPath": path }] }),
            &["W07"],
        ),
        (
            json!({ "volumeMounts": [{ "name": "aws-iam-token", "mountPath": path }] }),
            &[],
        ),
        (
            json!({ "env": [{ "name": "AWS_ACCESS_KEY_ID", "value": "x" }] }),
            &["static-keys"],
        ),
        (
            json!({ "envFrom": [{ "secretRef": { "name": "aws" } }] }),
            &["hidden-variables"],
        ),
        (
            json!({ "env": [{ "name": "AWS_REGION", "value": "us-east-1" }] }),
            &["other-region"],
        ),
    ];
    for (container, expected) in cases {
        let pod = pod(&one(&container));
        let credentials = credentials(&[("role-arn", ROLE)], &pod, false);
        let mutated = mutate(&pod, &webhook(), &credentials);
        let found = collisions(&pod, &mutated, &webhook(), &credentials);
        let codes: Vec<&str> = found.iter().map(Collision::code).collect();
        assert_eq!(codes, expected, "{container}");
    }
}

#[test]
fn a_volume_of_the_token_s_name_is_judged_by_what_it_is() {
    let token = |audience: &str| json!([{ "name": "aws-iam-token", "projected": { "sources": [{ "serviceAccountToken": { "audience": audience, "path": "token" } }] } }]);
    for (volumes, foreign) in [
        (token("sts.amazonaws.com"), false),
        (token("other"), true),
        (json!([{ "name": "aws-iam-token", "emptyDir": {} }]), true),
    ] {
        let mut manifest = one(&json!({}));
        manifest["spec"]["volumes"] = volumes.clone();
        manifest["spec"]["hostNetwork"] = json!(true);
        let pod = pod(&manifest);
        let credentials = credentials(&[("role-arn", ROLE)], &pod, false);
        let mutated = mutate(&pod, &webhook(), &credentials);
        assert!(!mutated.volume_added);
        let found = collisions(&pod, &mutated, &webhook(), &credentials);
        let codes: Vec<&str> = found.iter().map(Collision::code).collect();
        let expected = match foreign {
            true => vec!["W08", "R08"],
            false => vec!["R08"],
        };
        assert_eq!(codes, expected, "{volumes}");
    }
}

#[test]
fn every_kind_of_workload_holds_its_pods_in_its_place() {
    let template = json!({ "metadata": { "labels": { "a": "b" } }, "spec": { "serviceAccountName": "app", "containers": [] } });
    let cases = [
        (
            json!({ "kind": "Pod", "metadata": { "name": "x" }, "spec": template["spec"] }),
            "x",
        ),
        (
            json!({ "kind": "Deployment", "metadata": { "name": "x" }, "spec": { "template": template } }),
            "x",
        ),
        (
            json!({ "kind": "Job", "metadata": { "generateName": "x-" }, "spec": { "template": template } }),
            "x-",
        ),
        (
            json!({ "kind": "CronJob", "metadata": { "name": "x" }, "spec": { "jobTemplate": { "spec": { "template": template } } } }),
            "x",
        ),
    ];
    for (manifest, name) in cases {
        let workload = Workload::of(&manifest, "prod").unwrap();
        assert_eq!(workload.template.service_account(), "app", "{manifest}");
        assert_eq!(
            (workload.name.as_str(), workload.namespace.as_str()),
            (name, "prod")
        );
    }
    let refused = [
        (json!([]), "it has no `kind`"),
        (json!({ "kind": "Service" }), "a Service makes no pods"),
        (
            json!({ "kind": "Deployment", "spec": {} }),
            "no pod spec at `/spec/template/spec`",
        ),
    ];
    for (manifest, expected) in refused {
        let error = Workload::of(&manifest, "prod").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

fn selector(json: &Value) -> Selector {
    serde_json::from_value(json.clone()).unwrap()
}

/// A selector, labels, and whether it holds for them.
#[test]
fn selectors_hold_as_the_api_server_reads_them() {
    let rule = |operator: &str, values: &[&str]| {
        let rule = json!({ "key": "a", "operator": operator, "values": values });
        json!({ "matchExpressions": [rule] })
    };
    let cases = [
        (json!({}), vec![], true),
        (json!({ "matchLabels": { "a": "1" } }), vec![], false),
        (json!({ "matchLabels": { "a": "1" } }), vec!["1"], true),
        (rule("In", &["1", "2"]), vec!["2"], true),
        (rule("In", &["1", "2"]), vec!["3"], false),
        (rule("In", &["1", "2"]), vec![], false),
        (rule("NotIn", &["1"]), vec!["1"], false),
        (rule("NotIn", &["1"]), vec!["2"], true),
        // A label that is not there is not among the values.
        (rule("NotIn", &["1"]), vec![], true),
        (rule("Exists", &[]), vec![""], true),
        (rule("Exists", &[]), vec![], false),
        (rule("DoesNotExist", &[]), vec![""], false),
        (rule("DoesNotExist", &[]), vec![], true),
    ];
    for (json, value, expected) in cases {
        let labels = value
            .iter()
            .map(|value: &&str| ("a".to_owned(), (*value).to_owned()));
        let labels: BTreeMap<_, _> = labels.collect();
        let selector = selector(&json);
        assert_eq!(selector.holds(&labels), expected, "{json} {labels:?}");
        let example = selector.example().unwrap();
        assert!(selector.holds(&example), "{json} {example:?}");
    }
    let never = json!({ "matchLabels": { "a": "1" }, "matchExpressions": [{ "key": "a", "operator": "DoesNotExist" }] });
    assert_eq!(selector(&never).example(), None);
}

#[test]
fn a_registration_is_found_among_others() {
    let other = json!({ "webhooks": [{ "name": "other.example.com" }] });
    assert_eq!(Registration::of(&other).unwrap(), None);
    let hook = |rule: Value| {
        let hook = json!({ "name": "iam-for-pods.amazonaws.com", "rules": [rule] });
        json!({ "webhooks": [{ "name": "other.example.com" }, hook] })
    };
    let rule = |operation: &str, resource: &str| json!({ "operations": [operation], "apiGroups": [""], "resources": [resource] });
    for (rule, expected) in [
        (rule("CREATE", "pods"), true),
        (rule("*", "*"), true),
        (rule("UPDATE", "pods"), false),
        (rule("CREATE", "pods/status"), false),
    ] {
        let found = Registration::of(&hook(rule.clone())).unwrap().unwrap();
        assert_eq!(found.covers_new_pods(), expected, "{rule}");
        assert!(found.pods.is_usual() && found.namespaces.is_usual());
    }
}
