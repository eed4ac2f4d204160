//! What is known of an add-on before it exists, and what may be written of it.

use crate::address::AttributePath;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::eks::belonging::{self, TO_CLUSTER};
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules, Tie};
use crate::value::{Type, Value};

pub(super) struct AddonRules;

const TIES: [Tie; 1] = [TO_CLUSTER];

/// What an update of the add-on itself changes.
pub(super) const UPDATED: [&str; 4] = [
    "addon_version",
    "configuration_values",
    "pod_identity_association",
    "service_account_role_arn",
];

impl Rules for AddonRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.arn("service_account_role_arn");
        belonging::check(&mut checks, config);
        let on_create = ["NONE", "OVERWRITE"];
        belonging::choice(&mut checks, "resolve_conflicts_on_create", &on_create);
        let on_update = ["NONE", "OVERWRITE", "PRESERVE"];
        belonging::choice(&mut checks, "resolve_conflicts_on_update", &on_update);
        name(&mut checks);
        version(&mut checks);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        belonging::plan_region(&mut draft, facts);
        tags::plan(&mut draft, facts);
        let (cluster, addon) = (draft.get("cluster_name"), draft.get("addon_name"));
        if let (Some(cluster), Some(addon)) = (cluster.as_str(), addon.as_str()) {
            draft.predict("id", Some(Value::string(format!("{cluster}:{addon}"))));
        }
        namespace(&mut draft);
        // One whose creation failed has no version: it is installed again.
        if draft.get("addon_version").is_null() {
            draft.set("addon_version", Value::unknown_not_null(Type::String));
        }
        let mut changing = UPDATED.to_vec();
        changing.push("tags_all");
        belonging::plan_follows(&mut draft, &changing, &["modified_at"]);
        draft.finish(&[])
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        belonging::moved(prior, planned)
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        let cluster = planned.get("cluster_name")?.as_str()?;
        let addon = planned.get("addon_name")?.as_str()?;
        Some(belonging::identity(
            planned,
            facts,
            format!("{cluster}:{addon}"),
        ))
    }

    fn ties(&self) -> &'static [Tie] {
        &TIES
    }
}

/// Without the block, an add-on goes into its own namespace and stays where it is.
fn namespace(draft: &mut Draft<'_>) {
    let planned = draft.get("namespace_config");
    if planned.as_elements().is_some_and(<[Value]>::is_empty) {
        let recorded = draft
            .prior()
            .and_then(|prior| prior.get("namespace_config"));
        let filled = recorded.cloned();
        let filled = filled.unwrap_or_else(|| Value::unknown_not_null(planned.ty()));
        draft.set("namespace_config", filled);
    }
}

fn name(checks: &mut Checks<'_>) {
    if checks.text("addon_name") == Some("") {
        checks.problem(
            "addon_name",
            "\"addon_name\" must not be empty".to_owned(),
            "Write the name of an add-on, as `coredns`.",
        );
    }
}

/// `v1.2.3` with what semantic versioning allows behind it.
fn version(checks: &mut Checks<'_>) {
    let Some(version) = checks.text("addon_version") else {
        return;
    };
    let core = version.strip_prefix('v').unwrap_or_default();
    let core = core.split(['-', '+']).next().unwrap_or_default();
    let number = |part: &str| {
        let digits = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        digits && (part == "0" || !part.starts_with('0'))
    };
    if core.split('.').count() != 3 || !core.split('.').all(number) {
        checks.problem(
            "addon_version",
            "invalid value for addon_version (must follow semantic version format)".to_owned(),
            format!("`{version}` is not a version of an add-on; they look like `v1.12.4-eksbuild.1`. Leave it out for the default of the cluster's version."),
        );
    }
}
