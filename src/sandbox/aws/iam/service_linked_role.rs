//! Service-linked roles: a service's own, made and deleted through it, and otherwise out of everybody's reach.
//!
//! Deleting is a task of the service (IAM API reference, `DeleteServiceLinkedRole`); here it takes ten seconds.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::protocol::{Answer, AwsError, Xml};
use super::super::{Call, stored, typed, unique_id};
use super::names::{arn, check_description};
use super::role::{self, Role};
use super::{invalid_input, no_such_entity, required, validation};

/// Where all of them are.
const PATH: &str = "/aws-service-role/";
const TASKS: &str = "iam/deletion-task";
const DELETION: Duration = Duration::from_secs(10);

/// What the roles of services are called behind `AWSServiceRoleFor`, where that is not the service's own name.
const NAMES: &[(&str, &str)] = &[
    ("autoscaling", "AutoScaling"),
    ("ecs", "ECS"),
    ("eks", "AmazonEKS"),
    ("eks-fargate", "AmazonEKSForFargate"),
    ("eks-nodegroup", "AmazonEKSNodegroup"),
    ("elasticbeanstalk", "ElasticBeanstalk"),
    ("elasticloadbalancing", "ElasticLoadBalancing"),
    ("rds", "RDS"),
    ("spot", "EC2Spot"),
    ("spotfleet", "EC2SpotFleet"),
];
/// Services of which an account may have several roles, told apart by a suffix.
const WITH_SUFFIX: &[&str] = &["autoscaling", "connect", "lexv2"];

/// A deletion under way, or how it ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    role: String,
    until: Timestamp,
    /// `IN_PROGRESS`, `SUCCEEDED` or `FAILED`.
    status: String,
    /// What still uses the role.
    #[serde(default)]
    resources: Vec<String>,
}

pub(super) fn create(call: &mut Call<'_>) -> Answer {
    let service = required(call, "AWSServiceName")?.to_owned();
    let suffix = call.form.get("CustomSuffix").map(str::to_owned);
    let description = call.form.get("Description").map(str::to_owned);
    check_description(description.as_deref().unwrap_or_default())?;
    let name = name_of(&service, suffix.as_deref())?;
    if role::find(call, &name).is_some() {
        return Err(invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    let path = format!("{PATH}{service}/");
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole",
    }] });
    let number = call.store.next_counter("iam/role");
    let role = Role {
        unique_id: unique_id("AROA", 17, &format!("role {number} {name}")),
        arn: arn(call, "role", &format!("{path}{name}")),
        create_date: call.created(),
        visible_from: call.visible_from(),
        inline_policies: BTreeMap::new(),
        attached_policies: Vec::new(),
        name,
        path,
        assume_role_policy_document: trust.to_string(),
        description,
        max_session_duration: role::DEFAULT_SESSION,
        permissions_boundary: None,
        tags: BTreeMap::new(),
        principal_ids: BTreeMap::new(),
    };
    role::save(call, &role);
    Ok(Some(vec![Xml::parent("Role", role::elements(call, &role))]))
}

/// Asking again while the deletion is under way returns the same task.
pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let role = role::of_request(call)?;
    if !is_one(&role) {
        return Err(no_such_entity(format!(
            "Service-linked role {} cannot be found.",
            role.name
        )));
    }
    let under_way = tasks(call)
        .into_iter()
        .find(|(_, task)| task.role == role.name && task.status == "IN_PROGRESS");
    let id = match under_way {
        Some((id, _)) => id,
        None => begin(call, &role),
    };
    Ok(Some(vec![Xml::text("DeletionTaskId", id)]))
}

pub(super) fn deletion_status(call: &mut Call<'_>) -> Answer {
    let id = required(call, "DeletionTaskId")?;
    let task: Option<Task> = typed(call.store.get(&call.global(TASKS), id));
    let task =
        task.ok_or_else(|| no_such_entity(format!("Deletion task {id} cannot be found.")))?;
    let mut result = vec![Xml::text("Status", &task.status)];
    if task.status == "FAILED" {
        let usage = vec![
            Xml::text("Region", &call.account.region),
            Xml::texts("Resources", &task.resources),
        ];
        let reason = vec![
            Xml::text(
                "Reason",
                "A resource is still using the service-linked role.",
            ),
            Xml::list("RoleUsageList", [usage]),
        ];
        result.push(Xml::parent("Reason", reason));
    }
    Ok(Some(result))
}

/// Ends the deletions whose time has come.
pub(super) fn settle(call: &mut Call<'_>) {
    for (id, mut task) in tasks(call) {
        if task.status != "IN_PROGRESS" || task.until > call.now {
            continue;
        }
        task.resources = role::find(call, &task.role)
            .map(|role| users(call, &role))
            .unwrap_or_default();
        if task.resources.is_empty() {
            "SUCCEEDED".clone_into(&mut task.status);
            role::remove(call, &task.role);
        } else {
            "FAILED".clone_into(&mut task.status);
        }
        let collection = call.global(TASKS);
        call.store.put(&collection, &id, stored(&task));
    }
}

/// Whether the role is a service's own.
pub(super) fn is_one(role: &Role) -> bool {
    role.path.starts_with(PATH)
}

fn begin(call: &mut Call<'_>, role: &Role) -> String {
    let number = call.store.next_counter(TASKS);
    let id = format!(
        "task{}{}/{number:08}-0000-4000-8000-000000000000",
        role.path, role.name
    );
    let task = Task {
        role: role.name.clone(),
        until: super::super::super::clock::after(call.now, DELETION),
        status: "IN_PROGRESS".to_owned(),
        resources: Vec::new(),
    };
    let collection = call.global(TASKS);
    call.store.put(&collection, &id, stored(&task));
    id
}

/// The clusters that keep the role of EKS; nothing else of the sandbox uses one.
fn users(call: &Call<'_>, role: &Role) -> Vec<String> {
    if role.path != format!("{PATH}eks.amazonaws.com/") {
        return Vec::new();
    }
    let clusters = call.regional("eks/cluster");
    let clusters = call.store.list(&clusters);
    let arn = |(_, record): (&String, &serde_json::Value)| {
        let arn = record.pointer("/cluster/arn")?;
        arn.as_str().map(str::to_owned)
    };
    clusters.filter_map(arn).collect()
}

fn tasks(call: &Call<'_>) -> Vec<(String, Task)> {
    let tasks = call.store.list(&call.global(TASKS));
    tasks
        .filter_map(|(id, task)| Some((id.clone(), typed(Some(task))?)))
        .collect()
}

/// `AWSServiceRoleForNAME[_SUFFIX]`.
fn name_of(service: &str, suffix: Option<&str>) -> Result<String, AwsError> {
    let Some((label, _)) = service.split_once(".amazonaws.com") else {
        return Err(validation(format!(
            "The specified value for AWSServiceName is invalid: {service} is not the name of a service."
        )));
    };
    let known = NAMES.iter().find(|(known, _)| *known == label);
    let name = known.map_or_else(|| capitalised(label), |(_, name)| (*name).to_owned());
    match suffix.filter(|suffix| !suffix.is_empty()) {
        None => Ok(format!("AWSServiceRoleFor{name}")),
        Some(suffix) if WITH_SUFFIX.contains(&label) => {
            Ok(format!("AWSServiceRoleFor{name}_{suffix}"))
        }
        Some(_) => Err(invalid_input(format!(
            "Custom suffix is not allowed for {service}"
        ))),
    }
}

fn capitalised(label: &str) -> String {
    let words = label.split(['.', '-']);
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    words.map(word).collect()
}
