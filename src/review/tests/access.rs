//! Who gains and who loses a role, for each kind of reader.

use super::{change, plan_of, shown, snapshot};
use crate::plan::{AccessChange, Action, Plan, Reach, RoleName, RoleSwitch, Way, Workload};
use crate::review::{Review, access, markdown, tests::kind::Kinds};
use crate::trust::{Breadth, OverBroad};
use serde_json::json;
use std::collections::BTreeMap;

fn workloads(count: usize) -> Vec<Workload> {
    let workload = |number: usize| Workload {
        cluster: "cluster.main".to_owned(),
        subject: format!("shop/w{number:02}"),
    };
    (0..count).map(workload).collect()
}

fn reach(today: &[&str]) -> Reach {
    Reach {
        way: Way::Token,
        cluster: "cluster.main".to_owned(),
        reach: OverBroad {
            breadth: Breadth::Namespace("shop".to_owned()),
            witness: "system:serviceaccount:shop:unlisted".to_owned(),
        },
        today: today.iter().map(|&name| name.to_owned()).collect(),
    }
}

/// A plan that changes who can assume a role, and which role an account uses.
fn plan() -> Plan {
    let mut plan = plan_of(vec![change(
        Action::Create,
        json!(null),
        json!({"id": "i", "name": "n"}),
    )]);
    plan.access.push(AccessChange {
        role: Some("module.role_app.aws_iam_role.this[0]".parse().unwrap()),
        role_arn: "arn:aws:iam::123456789012:role/app".to_owned(),
        is_open: false,
        gained: workloads(2),
        lost: workloads(23),
        broadened: vec![reach(&[
            "shop/a", "shop/b", "shop/c", "shop/d", "shop/e", "shop/f",
        ])],
        narrowed: Vec::new(),
    });
    plan.access.push(AccessChange {
        role: None,
        role_arn: "arn:aws:iam::123456789012:role/theirs".to_owned(),
        is_open: true,
        gained: Vec::new(),
        lost: Vec::new(),
        broadened: Vec::new(),
        narrowed: Vec::new(),
    });
    let role = |name: &str| RoleName {
        address: None,
        arn: format!("arn:aws:iam::123456789012:role/{name}"),
    };
    plan.switches.push(RoleSwitch {
        account: "module.service_account_app.kubernetes_service_account_v1.this[0]"
            .parse()
            .unwrap(),
        subject: "shop/app".to_owned(),
        before: Some(role("old")),
        after: Some(role("new")),
    });
    plan
}

#[test]
fn broadenings_stand_first_and_long_lists_are_folded() {
    let text = shown(&plan());
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = |start: &str| lines.iter().position(|line| line.starts_with(start));
    let broadened = at(
        "! every service account of namespace `shop` (cluster.main) can assume it, today shop/a, \
                        shop/b, shop/c, shop/d, shop/e and 1 more",
    );
    let lost = at("- shop/w00 of cluster.main can no longer assume it");
    let gained = at("+ shop/w00 of cluster.main can assume it");
    assert!(
        broadened.is_some() && broadened < lost && lost < gained,
        "{text}"
    );
    assert!(lines.contains(&"- and 3 more"), "{text}");
    assert!(!text.contains("w20"), "{text}");
    assert!(text.contains("? who can assume it is known only after apply"));
    assert!(text.contains(
        "~ service_account.app (shop/app) now uses arn:aws:iam::123456789012:role/new instead of \
         arn:aws:iam::123456789012:role/old"
    ));
}

#[test]
fn a_comment_tells_it_above_the_changes() {
    let plan = plan();
    let review = Review {
        plan: &plan,
        schemas: &Kinds,
        snapshot: &snapshot(),
        calls: &BTreeMap::new(),
    };
    let text = markdown(review, None);
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part} in {text}"))
    };
    assert!(at("`role.app` is **broadened**") < at("`role.app` can no longer be assumed by"));
    assert!(at("and 3 more") < at("`role.app` can be assumed by"));
    assert!(at("now uses `arn:aws:iam::123456789012:role/new`") < at("<details>"));
}

#[test]
fn programs_get_everything() {
    let all = access(&plan());
    assert_eq!(all[0]["role"], "role.app");
    assert_eq!(all[0]["lost"].as_array().unwrap().len(), 23);
    assert_eq!(
        all[0]["broadened"][0],
        json!({
            "cluster": "cluster.main",
            "who": { "kind": "namespace", "namespace": "shop" },
            "witness": "shop/unlisted",
            "today": ["shop/a", "shop/b", "shop/c", "shop/d", "shop/e", "shop/f"],
        })
    );
    assert_eq!(all[1]["known"], false);
    assert!(all[1].get("role").is_none());
}
