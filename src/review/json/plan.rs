//! `show -json` of a plan, in Terraform's format 1.2.

use super::bindings::ours;
use super::checks;
use super::configuration::configuration;
use super::relevant;
use super::state::{Current, with_objects};
use super::tree::{modules, named};
use super::values::{plain, sensitive, unknown};
use crate::address::{
    AttributePath, InstanceAddress, InstanceKey, ModuleInstance, Name, PathStep, ResourceMode,
};
use crate::config::Configuration;
use crate::plan::{Action, ActionReason, Change, DataChange, Drift, Mode, OutputChange};
use crate::review::compare::attribute_paths;
use crate::review::human::Review;
use crate::review::secrets::{self, Secrets};
use crate::schema::Block;
use crate::value::{Marks, Type, Value, type_to_json};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the format tells beside the plan itself.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The version of Terraform whose format this is.
    pub terraform_version: &'a str,
    /// The configuration, after the linker.
    pub configuration: &'a Configuration,
    /// The values of the root module's variables.
    pub variables: &'a BTreeMap<Name, Value>,
    /// The instant of the plan, in RFC 3339.
    pub timestamp: &'a str,
}

/// A plan as JSON.
pub fn plan(review: Review<'_>, surroundings: Surroundings<'_>) -> Json {
    let writer = Writer {
        review,
        secrets: Secrets::of(review.snapshot),
    };
    let plan = review.plan;
    let readable = plan.not_read.is_empty();
    let mut members = Map::new();
    members.insert("format_version".into(), json!("1.2"));
    members.insert(
        "terraform_version".into(),
        json!(surroundings.terraform_version),
    );
    let variables = variables(surroundings.variables);
    if variables != json!({}) {
        members.insert("variables".into(), variables);
    }
    members.insert("planned_values".into(), writer.planned_values());
    let drift: Vec<Json> = plan.drift.iter().map(|drift| writer.drift(drift)).collect();
    if !drift.is_empty() {
        members.insert("resource_drift".into(), Json::Array(drift));
    }
    let changes = writer.resource_changes();
    if !changes.is_empty() {
        members.insert("resource_changes".into(), Json::Array(changes));
    }
    if !plan.outputs.is_empty() {
        members.insert("output_changes".into(), output_changes(&plan.outputs));
    }
    let snapshot = review.snapshot;
    let has_imports = plan.changes.iter().any(|change| change.importing.is_some());
    let has_recorded = !snapshot.resources.is_empty() || !snapshot.outputs.is_empty();
    let has_data = !plan.data.is_empty() && plan.options.mode != Mode::Destroy;
    if has_recorded || has_imports || has_data {
        members.insert(
            "prior_state".into(),
            writer.prior_state(surroundings.terraform_version),
        );
    }
    members.insert(
        "configuration".into(),
        configuration(surroundings.configuration, review.schemas),
    );
    let relevant = relevant::attributes(plan, surroundings.configuration);
    if !relevant.is_empty() {
        members.insert("relevant_attributes".into(), Json::Array(relevant));
    }
    let checks = checks::planned(&plan.checks);
    if !checks.is_empty() {
        members.insert("checks".into(), Json::Array(checks));
    }
    members.insert("timestamp".into(), json!(surroundings.timestamp));
    members.insert("applyable".into(), json!(readable && applyable(review)));
    let complete = readable && !plan.options.is_partial();
    members.insert("complete".into(), json!(complete));
    members.insert("errored".into(), json!(false));
    members.extend(ours(plan).map(|ours| ("trustform".to_owned(), ours)));
    Json::Object(members)
}

fn applyable(review: Review<'_>) -> bool {
    let plan = review.plan;
    plan.has_changes() || !plan.deferred.is_empty()
}

fn variables(variables: &BTreeMap<Name, Value>) -> Json {
    let value = |value: &Value| match plain(value) {
        Some(value) => json!({ "value": value }),
        None => json!({}),
    };
    // An ephemeral variable that was given a value has none here; its default stands in the configuration.
    let kept = |value: &Value| !value.marks.contains(Marks::WITHHELD);
    let members = variables
        .iter()
        .filter(|(_, variable)| kept(variable))
        .map(|(name, variable)| (name.to_string(), value(variable)));
    Json::Object(members.collect())
}

struct Writer<'a> {
    review: Review<'a>,
    secrets: Secrets,
}

impl Writer<'_> {
    fn block(&self, address: &InstanceAddress) -> Option<&'static Block> {
        let resource = &address.resource;
        let entry = self
            .review
            .schemas
            .find(resource.mode, &resource.resource_type)?;
        Some(&entry.schema.block)
    }

    fn planned_values(&self) -> Json {
        let plan = self.review.plan;
        let managed = plan
            .changes
            .iter()
            .filter(|change| change.deposed.is_none());
        // Nothing of the configuration is planned when the state is only brought up to date.
        let managed = managed.filter(|_| plan.options.mode != Mode::RefreshOnly);
        let managed = managed.filter_map(|change| {
            let provider = change.provider.provider();
            match change.action {
                Action::Delete => None,
                Action::Forget => Some(self.forgotten(&change.address, provider)),
                Action::NoOp
                | Action::Create
                | Action::Update
                | Action::Replace(_)
                | Action::Read => {
                    let after = change.after.as_ref()?;
                    Some(self.planned(&change.address, provider, after))
                }
            }
        });
        let deferred = plan.deferred.iter();
        let deferred =
            deferred.map(|data| self.planned(&data.address, data.provider.provider(), &data.value));
        let mut resources: Vec<(ModuleInstance, Json)> = managed.chain(deferred).collect();
        // By their texts, as Terraform sorts here and nowhere else.
        resources.sort_by_key(|(_, resource)| {
            let address = resource.get("address").and_then(Json::as_str);
            address.map(str::to_owned)
        });
        let mut members = Map::new();
        let outputs: Map<String, Json> = plan
            .outputs
            .iter()
            .filter_map(|(name, output)| Some((name.to_string(), planned_output(output)?)))
            .collect();
        if !outputs.is_empty() {
            members.insert("outputs".into(), Json::Object(outputs));
        }
        members.insert("root_module".into(), modules(resources));
        Json::Object(members)
    }

    /// What Terraform tells of an object that is given up: that it is there, and nothing of its values.
    fn forgotten(
        &self,
        address: &InstanceAddress,
        provider: &impl ToString,
    ) -> (ModuleInstance, Json) {
        let resource = &address.resource;
        let entry = self
            .review
            .schemas
            .find(resource.mode, &resource.resource_type);
        let version = entry.map(|entry| entry.schema.version).unwrap_or_default();
        let mut members = named(address, &provider.to_string());
        members.insert("schema_version".into(), json!(version));
        members.insert("sensitive_values".into(), json!(false));
        (address.module.clone(), Json::Object(members))
    }

    fn planned(
        &self,
        address: &InstanceAddress,
        provider: &impl ToString,
        value: &Value,
    ) -> (ModuleInstance, Json) {
        let resource = &address.resource;
        let entry = self
            .review
            .schemas
            .find(resource.mode, &resource.resource_type);
        let version = entry.map(|entry| entry.schema.version).unwrap_or_default();
        let mut members = named(address, &provider.to_string());
        members.insert("schema_version".into(), json!(version));
        let values = plain(value).unwrap_or(Json::Null);
        // Of what is not known at all, Terraform has no values.
        if values != json!({}) {
            members.insert("values".into(), values);
        }
        members.insert("sensitive_values".into(), sensitive(value));
        (address.module.clone(), Json::Object(members))
    }

    /// The changes module by module, and in each what is read before what is managed.
    fn resource_changes(&self) -> Vec<Json> {
        let plan = self.review.plan;
        let planned = plan.changes.iter();
        let planned = planned.filter(|_| plan.options.mode != Mode::RefreshOnly);
        let managed = planned.map(|change| (&change.address.module, self.change(change)));
        let deferred = plan.deferred.iter();
        let deferred = deferred.map(|data| (&data.address.module, self.read(data)));
        let mut changes: Vec<(&ModuleInstance, Json)> = deferred.chain(managed).collect();
        changes.sort_by_key(|(module, _)| *module);
        changes.into_iter().map(|(_, change)| change).collect()
    }

    fn change(&self, change: &Change) -> Json {
        let block = self.block(&change.address);
        let deposed = change.deposed.as_ref();
        let before = change.before.as_ref().map(|live| {
            self.secrets
                .marked(&change.address, deposed, block, live.object.value())
        });
        let before = before.filter(|_| change.action != Action::Create);
        let after = change
            .after
            .as_ref()
            .filter(|_| !matches!(change.action, Action::Delete | Action::Forget));
        let after = after.map(|after| secrets::planned(block, after));
        let mut difference = difference(change.action, before.as_ref(), after.as_ref());
        if !change.replace_paths.is_empty() && matches!(change.action, Action::Replace(_)) {
            let shape = Block::default();
            let paths = attribute_paths(block.unwrap_or(&shape), &change.replace_paths);
            let paths = paths.iter().map(replace_path).collect();
            difference.insert("replace_paths".into(), Json::Array(paths));
        }
        if let Some(identity) = &change.importing {
            difference.insert("importing".into(), json!({ "id": identity.0 }));
        }
        let mut members = located(&change.address, &change.provider.provider().to_string());
        if let Some(previous) = &change.moved_from {
            members.insert("previous_address".into(), json!(previous.to_string()));
        }
        if let Some(key) = deposed {
            members.insert("deposed".into(), json!(key.to_string()));
        }
        members.insert("change".into(), Json::Object(difference));
        if let Some(reason) = reason(change) {
            members.insert("action_reason".into(), json!(reason));
        }
        Json::Object(members)
    }

    fn read(&self, data: &DataChange) -> Json {
        let mut members = located(&data.address, &data.provider.provider().to_string());
        let value = secrets::planned(self.block(&data.address), &data.value);
        let change = difference(Action::Read, None, Some(&value));
        members.insert("change".into(), Json::Object(change));
        let reason = data.reason.to_string();
        if !reason.is_empty() {
            members.insert("action_reason".into(), json!(reason));
        }
        Json::Object(members)
    }

    fn drift(&self, drift: &Drift) -> Json {
        let block = self.block(&drift.address);
        let mark = |value| self.secrets.marked(&drift.address, None, block, value);
        let recorded = mark(&drift.recorded);
        let live = drift.live.as_ref().map(mark);
        let action = match live {
            Some(_) if drift.is_change() => Action::Update,
            Some(_) => Action::NoOp,
            None => Action::Delete,
        };
        let changes = self.review.plan.changes.iter();
        let provider = changes
            .filter(|change| change.address == drift.address)
            .map(|change| change.provider.provider().to_string())
            .next();
        let mut members = located(&drift.address, &provider.unwrap_or_default());
        if let Some(previous) = &drift.moved_from {
            members.insert("previous_address".into(), json!(previous.to_string()));
        }
        let change = difference(action, Some(&recorded), live.as_ref());
        members.insert("change".into(), Json::Object(change));
        Json::Object(members)
    }

    /// The state as it was found: live objects in the place of recorded ones, and data sources as they are read now.
    fn prior_state(&self, terraform_version: &str) -> Json {
        let changes = self.review.plan.changes.iter();
        let changes: BTreeMap<&InstanceAddress, &Change> = changes
            .filter(|change| change.deposed.is_none())
            .map(|change| (&change.address, change))
            .collect();
        let mut data: Vec<&DataChange> = self.review.plan.data.iter().collect();
        data.sort_by(|one, other| one.address.cmp(&other.address));
        let read = |data: &DataChange| {
            let value = secrets::planned(self.block(&data.address), &data.value);
            self.planned(&data.address, data.provider.provider(), &value)
        };
        // What is to be imported has been read, and is of the state before from then on.
        let imported = self.review.plan.changes.iter().filter_map(|change| {
            change.importing.as_ref()?;
            let live = change.before.as_ref()?.object.value();
            let block = self.block(&change.address);
            let value = self.secrets.marked(&change.address, None, block, live);
            let provider = change.provider.provider();
            let (module, mut members) = self.planned(&change.address, provider, &value);
            let dependencies = change.dependencies.iter().map(ToString::to_string);
            let dependencies: BTreeSet<String> = dependencies.collect();
            let is_told = change.action == Action::NoOp && !dependencies.is_empty();
            if let (Json::Object(members), true) = (&mut members, is_told) {
                members.insert("depends_on".into(), json!(dependencies));
            }
            Some((module, members))
        });
        let now = |address: &InstanceAddress, recorded: Current| match changes.get(address) {
            None if address.resource.mode == ResourceMode::Data => None,
            None => Some(recorded),
            Some(change) => {
                let live = change.before.as_ref()?.object.value();
                let block = self.block(address);
                let dependencies = change.dependencies.iter().map(ToString::to_string);
                // Only what nothing is done to has its dependencies of today already.
                let depends_on: BTreeSet<String> = match change.action {
                    Action::NoOp => dependencies.collect(),
                    Action::Create
                    | Action::Read
                    | Action::Update
                    | Action::Replace(_)
                    | Action::Delete
                    | Action::Forget => dependencies.chain(recorded.depends_on).collect(),
                };
                Some(Current {
                    value: self.secrets.marked(address, None, block, live),
                    depends_on: depends_on.into_iter().collect(),
                })
            }
        };
        with_objects(
            self.review.snapshot,
            self.review.schemas,
            terraform_version,
            &now,
            data.into_iter().map(read).chain(imported).collect(),
        )
    }
}

/// The members that name an instance, with its module.
fn located(address: &InstanceAddress, provider: &str) -> Map<String, Json> {
    let mut members = Map::new();
    for (name, value) in named(address, provider) {
        let first = name == "address";
        members.insert(name, value);
        if first && !address.module.is_root() {
            members.insert("module_address".into(), json!(address.module.to_string()));
        }
    }
    members
}

fn difference(action: Action, before: Option<&Value>, after: Option<&Value>) -> Map<String, Json> {
    let mut members = Map::new();
    members.insert("actions".into(), json!(action.names()));
    members.insert(
        "before".into(),
        before.and_then(plain).unwrap_or(Json::Null),
    );
    members.insert("after".into(), after.and_then(plain).unwrap_or(Json::Null));
    members.insert(
        "after_unknown".into(),
        after
            .filter(|after| !after.is_wholly_known())
            .map_or_else(|| json!({}), unknown),
    );
    members.insert(
        "before_sensitive".into(),
        before.map_or_else(|| json!(false), sensitive),
    );
    members.insert(
        "after_sensitive".into(),
        after.map_or_else(|| json!(false), sensitive),
    );
    members
}

fn replace_path(path: &AttributePath) -> Json {
    let step = |step: &PathStep| match step {
        PathStep::Attribute(name) | PathStep::Key(name) => Some(json!(name.as_ref())),
        PathStep::Index(index) => Some(json!(index)),
        PathStep::Element => None,
    };
    Json::Array(path.steps().iter().map_while(step).collect())
}

/// The reason as Terraform names it, which tells the kinds of missing instances apart.
pub fn reason(change: &Change) -> Option<String> {
    if change.deposed.is_some() {
        return None;
    }
    let text = match (change.reason, &change.address.key) {
        (ActionReason::NoInstance, InstanceKey::Int(_)) => "delete_because_count_index".to_owned(),
        (reason, _) => reason.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

fn output_changes(outputs: &BTreeMap<Name, OutputChange>) -> Json {
    let members = outputs.iter().map(|(name, output)| {
        let mut members = Map::new();
        members.insert("actions".into(), json!(output.action.names()));
        let before = output.before.as_ref().and_then(plain);
        members.insert("before".into(), before.unwrap_or(Json::Null));
        let after = output.after.as_ref().map_or(Some(Json::Null), plain);
        members.extend(after.map(|after| ("after".to_owned(), after)));
        let known = output.after.as_ref().is_none_or(Value::is_wholly_known);
        let unknown = output.after.as_ref().filter(|_| !known).map(unknown);
        members.insert(
            "after_unknown".into(),
            unknown.unwrap_or_else(|| json!(false)),
        );
        members.insert("before_sensitive".into(), json!(output.sensitive));
        members.insert("after_sensitive".into(), json!(output.sensitive));
        (name.to_string(), Json::Object(members))
    });
    Json::Object(members.collect())
}

fn planned_output(output: &OutputChange) -> Option<Json> {
    let after = output.after.as_ref()?;
    let mut members = Map::new();
    members.insert("sensitive".into(), json!(output.sensitive));
    if after.is_wholly_known()
        && let Some(value) = plain(after)
    {
        // Plans hold outputs without their types: of null nothing is left that says one.
        let ty = if after.is_null() {
            Type::Dynamic
        } else {
            after.ty()
        };
        members.insert("type".into(), type_to_json(&ty));
        members.insert("value".into(), value);
    }
    Some(Json::Object(members))
}
