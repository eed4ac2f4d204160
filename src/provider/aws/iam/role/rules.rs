//! What is known of a role before it exists, and what may be written of it.

use crate::provider::aws::draft::Draft;
use crate::provider::aws::iam::arn;
use crate::provider::aws::validate::Checks;
use crate::provider::aws::{names, tags};
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::{Type, Value};

/// The longest name of a role (IAM User Guide, "IAM and AWS STS quotas").
const LONGEST_NAME: usize = 64;

pub(super) struct RoleRules;

impl Rules for RoleRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .iam_names(LONGEST_NAME)
            .policy("assume_role_policy")
            .length("description", 0..=1_000)
            .integer("max_session_duration", 3_600..=43_200)
            .length("path", 0..=512)
            .arn("permissions_boundary");
        description(&mut checks);
        path(&mut checks);
        deprecated(&mut checks, config);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("force_detach_policies", false);
        draft.default("max_session_duration", Value::number(3_600_i64));
        draft.default("path", "/");
        if prior.is_none() {
            draft.set("managed_policy_arns", no_texts());
        }
        names::plan(&mut draft);
        tags::plan(&mut draft, facts);
        let (name, path) = (draft.get("name"), draft.get("path"));
        if let (Some(name), Some(path)) = (name.as_str(), path.as_str()) {
            let known = arn(facts, &format!("role{path}{name}"));
            draft.predict("arn", known.map(Value::string));
            draft.predict("id", Some(Value::string(name)));
        }
        draft.finish(self.documents())
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        let name = planned.get("name")?.as_str()?;
        Some(Identity(name.to_owned()))
    }

    fn documents(&self) -> &'static [&'static str] {
        &["assume_role_policy"]
    }
}

/// Policies that others attach are not the role's own, so the deprecated attribute is always empty here.
pub(super) fn no_texts() -> Value {
    Value::null(Type::set(Type::String))
}

fn description(checks: &mut Checks<'_>) {
    let wrong = |c: char| !matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    if let Some(found) = checks
        .text("description")
        .and_then(|text| text.chars().find(|c| wrong(*c)))
    {
        checks.problem(
            "description",
            "invalid value for description (must satisfy regular expression pattern: [\\t\\n\\r\\x20-\\x7E\\xA1-\\xFF]*)".to_owned(),
            format!("IAM does not take `{found}` in descriptions, only Latin-1 characters."),
        );
    }
}

fn path(checks: &mut Checks<'_>) {
    let Some(path) = checks.text("path").filter(|path| !path.is_empty()) else {
        return;
    };
    let ends = path.starts_with('/') && path.ends_with('/');
    if !ends || !path.chars().all(|c| matches!(c, '!'..='\u{7f}')) {
        checks.problem(
            "path",
            format!("invalid value for path: {path}"),
            "A path is `/`, or begins and ends with `/` and has no spaces, as `/irsa/`.",
        );
    }
}

fn deprecated(checks: &mut Checks<'_>, config: &Value) {
    let some = |name: &str| {
        config.get(name).is_some_and(|value| {
            value.is_unknown() || value.as_elements().is_some_and(|all| !all.is_empty())
        })
    };
    for (name, instead) in [
        ("inline_policy", "aws_iam_role_policy"),
        ("managed_policy_arns", "aws_iam_role_policy_attachment"),
    ] {
        if some(name) {
            checks.problem(
                name,
                "Unsupported argument".to_owned(),
                format!(
                    "`{name}` of aws_iam_role is deprecated by the AWS provider and not supported here. Use a resource of type {instead} for each policy."
                ),
            );
        }
    }
}
