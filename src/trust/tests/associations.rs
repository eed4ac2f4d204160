//! Pod Identity: associations and the roles they name.

use super::*;

const ROLE: &str = "arn:aws:iam::111111111111:role/app";
const TARGET: &str = "arn:aws:iam::222222222222:role/target";

fn role(arn: &str, trust: &str) -> Role {
    Role {
        arn: arn.parse().unwrap(),
        exists: Fact::Known(true),
        trust: Fact::Known(TrustPolicy::parse(trust)),
        max_session_duration: Fact::Known(3600),
    }
}

fn association() -> Association {
    Association {
        account: ACCOUNT.parse().unwrap(),
        cluster_name: Fact::Known("main".to_owned()),
        cluster_arn: Fact::Known("arn:aws:eks:ap-northeast-2:111111111111:cluster/main".to_owned()),
        subject: SUBJECT.parse().unwrap(),
        role: Fact::Known(ROLE.to_owned()),
        session_tags_disabled: false,
        external_id: Fact::Unknown,
        annotation: Fact::Known(None),
    }
}

/// An Allow for EKS with these actions and this condition.
fn service(actions: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":{actions},"Condition":{condition}}}]}}"#
    )
}

const BOTH: &str = r#"["sts:AssumeRole","sts:TagSession"]"#;
const EXACTLY: &str = r#"{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"prod","aws:RequestTag/kubernetes-service-account":"app","aws:RequestTag/eks-cluster-arn":"arn:aws:eks:ap-northeast-2:111111111111:cluster/main"}}"#;

fn decided(association: &Association, trust: &str) -> String {
    let role = role(ROLE, trust);
    let question = AssociationQuestion {
        association,
        role: &role,
        target: None,
    };
    let decision = question.decide();
    let mut words = vec![summary(&decision)];
    for (note, word) in [
        (Note::AnyAssociation, "any-association"),
        (Note::AnyCluster, "any-cluster"),
    ] {
        if decision.notes.contains(&note) {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

#[test]
fn the_service_needs_both_actions_and_conditions_that_its_tags_meet() {
    let tag = |name: &str, value: &str| {
        format!(r#"{{"StringEquals":{{"aws:RequestTag/{name}":"{value}"}}}}"#)
    };
    let all_keys = SESSION_TAGS.map(|tag| format!("\"{tag}\"")).join(",");
    let keys =
        |operator: &str, values: &str| format!(r#"{{"{operator}":{{"aws:TagKeys":[{values}]}}}}"#);
    let cases = [
        ("exactly this one", service(BOTH, EXACTLY), "PROVED"),
        (
            "everyone of the account",
            service(BOTH, "{}"),
            "PROVED cluster-wide any-association",
        ),
        (
            "namespace",
            service(BOTH, &tag("kubernetes-namespace", "prod")),
            "PROVED namespace-wide:prod any-cluster",
        ),
        (
            "letter case of a key",
            service(BOTH, &tag("Kubernetes-Namespace", "prod")),
            "PROVED namespace-wide:prod any-cluster",
        ),
        (
            "name",
            service(BOTH, &tag("kubernetes-service-account", "app")),
            "PROVED any-namespace any-cluster",
        ),
        (
            "cluster",
            service(BOTH, &tag("eks-cluster-name", "main")),
            "PROVED cluster-wide",
        ),
        (
            "another namespace",
            service(BOTH, &tag("kubernetes-namespace", "dev")),
            "REFUTED G5 condition-never-holds",
        ),
        (
            "another cluster",
            service(BOTH, &tag("eks-cluster-name", "other")),
            "REFUTED G5 condition-never-holds",
        ),
        (
            "a pod",
            service(BOTH, &tag("kubernetes-pod-name", "app-0")),
            "UNDECIDED aws:RequestTag/kubernetes-pod-name",
        ),
        (
            "a tag nobody sends",
            service(BOTH, &tag("team", "x")),
            "REFUTED G5 condition-never-holds",
        ),
        (
            "no tagging",
            service(r#""sts:AssumeRole""#, EXACTLY),
            "REFUTED G5 T07",
        ),
        (
            "tagging only",
            service(r#""sts:TagSession""#, EXACTLY),
            "REFUTED G5 T07",
        ),
        ("all of sts", service(r#""sts:*""#, EXACTLY), "PROVED"),
        (
            "another service",
            service(BOTH, EXACTLY).replace("pods.eks", "eks"),
            "REFUTED G5 other-principal",
        ),
        (
            "the provider",
            document(&canonical()),
            "REFUTED G5 other-principal",
        ),
        (
            "everyone",
            service(BOTH, EXACTLY).replace(r#"{"Service":"pods.eks.amazonaws.com"}"#, r#""*""#),
            "UNDECIDED UniversalPrincipal",
        ),
        (
            "own account",
            service(
                BOTH,
                r#"{"StringEquals":{"aws:SourceAccount":"111111111111"}}"#,
            ),
            "PROVED cluster-wide any-association",
        ),
        (
            "other account",
            service(
                BOTH,
                r#"{"StringEquals":{"aws:SourceAccount":"222222222222"}}"#,
            ),
            "REFUTED G5 condition-never-holds",
        ),
        (
            "external id",
            service(BOTH, r#"{"StringEquals":{"sts:ExternalId":"x"}}"#),
            "REFUTED G5 condition-never-holds",
        ),
        (
            "all tag keys",
            service(BOTH, &keys("ForAllValues:StringEquals", &all_keys)),
            "PROVED cluster-wide any-association",
        ),
        (
            "some tag keys",
            service(BOTH, &keys("ForAllValues:StringLike", "\"kubernetes-*\"")),
            "REFUTED G5 condition-never-holds",
        ),
        (
            "any tag key",
            service(BOTH, &keys("ForAnyValue:StringLike", "\"eks-*\"")),
            "PROVED cluster-wide any-association",
        ),
        (
            "tag keys without a set operator",
            service(BOTH, &keys("StringLike", "\"*\"")),
            "UNDECIDED aws:TagKeys",
        ),
        (
            "the network",
            service(BOTH, r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#),
            "UNDECIDED aws:SourceIp",
        ),
        (
            "a resource",
            service(BOTH, "{}").replace("\"Action\"", "\"Resource\":\"*\",\"Action\""),
            "INVALID",
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .map(|(name, trust, expected)| (name, decided(&association(), trust), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(name, found, expected)| format!("{name}: expected {expected}, found {found}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn without_session_tags_no_tagging_is_asked_for_and_no_tag_is_there() {
    let mut untagged = association();
    untagged.session_tags_disabled = true;
    assert_eq!(
        decided(&untagged, &service(r#""sts:AssumeRole""#, "{}")),
        "PROVED cluster-wide any-association"
    );
    assert_eq!(
        decided(&untagged, &service(BOTH, EXACTLY)),
        "REFUTED G5 condition-never-holds"
    );
    let absent = r#"{"Null":{"aws:TagKeys":"true"}}"#;
    assert_eq!(
        decided(&untagged, &service(BOTH, absent)),
        "PROVED cluster-wide any-association"
    );
}

#[test]
fn the_role_must_be_named_there_and_in_the_clusters_account() {
    type Change = fn(&mut Association, &mut Role);
    let cases: [(&str, Change, &str); 7] = [
        (
            "not known",
            |association, _| association.role = Fact::Unknown,
            "UNDECIDED Input",
        ),
        (
            "no role",
            |association, _| association.role = Fact::Known("app".to_owned()),
            "REFUTED G1 W10",
        ),
        (
            "another",
            |association, _| association.role = Fact::Known(TARGET.to_owned()),
            "REFUTED G1 W11",
        ),
        (
            "of another account",
            |association, _| association.account = "222222222222".parse().unwrap(),
            "REFUTED G1 T10",
        ),
        (
            "gone",
            |_, role| role.exists = Fact::Known(false),
            "REFUTED G2 no-role",
        ),
        (
            "trust not known",
            |_, role| role.trust = Fact::Unknown,
            "UNDECIDED Input",
        ),
        (
            "denied",
            |_, role| {
                let deny = r#"}},{"Effect":"Deny","Principal":"*","Action":"sts:TagSession"}]}"#;
                let allow = service(BOTH, EXACTLY);
                let trust = format!("{}{deny}", allow.strip_suffix("}}]}").unwrap());
                role.trust = Fact::Known(TrustPolicy::parse(&trust));
            },
            "REFUTED G5 explicit-deny",
        ),
    ];
    for (name, change, expected) in cases {
        let (mut association, mut role) = (association(), role(ROLE, &service(BOTH, EXACTLY)));
        change(&mut association, &mut role);
        let question = AssociationQuestion {
            association: &association,
            role: &role,
            target: None,
        };
        assert_eq!(summary(&question.decide()), expected, "{name}");
    }
}

#[test]
fn a_target_role_must_trust_the_first_with_the_external_id() {
    let target = |principal: &str, condition: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":{BOTH},"Condition":{condition}}}]}}"#
        )
    };
    let id = |value: &str| format!(r#"{{"StringEquals":{{"sts:ExternalId":"{value}"}}}}"#);
    let cases = [
        (target(ROLE, "{}"), None, "PROVED"),
        (target(ACCOUNT, "{}"), None, "PROVED"),
        (
            target("arn:aws:iam::111111111111:root", "{}"),
            None,
            "PROVED",
        ),
        (target("*", "{}"), None, "PROVED"),
        (target(TARGET, "{}"), None, "REFUTED G5 other-principal"),
        (target("AROAEXAMPLE", "{}"), None, "UNDECIDED Principal"),
        (
            target("arn:aws:sts::111111111111:assumed-role/app/x", "{}"),
            None,
            "UNDECIDED Principal",
        ),
        (target(ROLE, &id("e-1")), None, "UNDECIDED sts:ExternalId"),
        (target(ROLE, &id("e-1")), Some("e-1"), "PROVED"),
        (
            target(ROLE, &id("e-1")),
            Some("e-2"),
            "REFUTED G5 condition-never-holds",
        ),
        (
            target(
                ROLE,
                r#"{"StringEquals":{"aws:PrincipalTag/kubernetes-namespace":"prod"}}"#,
            ),
            None,
            "PROVED",
        ),
        (
            target(
                ROLE,
                r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app"}}"#,
            ),
            None,
            "PROVED",
        ),
        (
            target(ROLE, "{}").replace(r#","sts:TagSession""#, ""),
            None,
            "REFUTED G5 T07",
        ),
    ];
    for (trust, external_id, expected) in cases {
        let mut association = association();
        association.external_id =
            external_id.map_or(Fact::Unknown, |id| Fact::Known(id.to_owned()));
        let (first, second) = (role(ROLE, &service(BOTH, EXACTLY)), role(TARGET, &trust));
        let question = AssociationQuestion {
            association: &association,
            role: &first,
            target: Some(&second),
        };
        assert_eq!(
            summary(&question.decide()),
            expected,
            "{trust} {external_id:?}"
        );
    }
}

#[test]
fn an_annotation_beside_an_association_is_told_of() {
    let mut both = association();
    both.annotation = Fact::Known(Some("arn:aws:iam::111111111111:role/old".to_owned()));
    let role = role(ROLE, &service(BOTH, EXACTLY));
    let question = AssociationQuestion {
        association: &both,
        role: &role,
        target: None,
    };
    let notes: Vec<String> = question
        .decide()
        .notes
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].contains("role/old") && notes[0].contains("made from now on"),
        "{}",
        notes[0]
    );

    let mut scene = Scene::new(&document(&canonical()));
    scene.binding.association = Fact::Known(Some("a-1".to_owned()));
    assert_eq!(summary(&scene.decide()), "REFUTED G1 W12");
}

#[test]
fn refusals_of_the_service_read_as_sentences() {
    let explained = |trust: &str| {
        let role = role(ROLE, trust);
        let association = association();
        let question = AssociationQuestion {
            association: &association,
            role: &role,
            target: None,
        };
        question.decide().verdict.to_string()
    };
    assert_eq!(
        explained(&service(r#""sts:AssumeRole""#, "{}")),
        "REFUTED at G5 (T07): no statement of the trust policy allows it; statement 1: it is about the action `sts:AssumeRole`, asked for is `sts:TagSession`"
    );
    assert_eq!(
        explained(&service(BOTH, "{}").replace("pods.eks", "ec2")),
        "REFUTED at G5 (other-principal): no statement of the trust policy allows it; statement 1: it is about `ec2.amazonaws.com`, the call comes from `pods.eks.amazonaws.com`"
    );
}
