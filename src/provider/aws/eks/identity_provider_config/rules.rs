//! What is known of an identity provider config before it exists, and what may be written of it.

use crate::address::AttributePath;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::eks::belonging::{self, TO_CLUSTER};
use crate::provider::aws::object::{block, map_of_texts, text};
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules, Tie};
use crate::value::{Type, Value};

pub(super) struct ProviderConfigRules;

const TIES: [Tie; 1] = [TO_CLUSTER];

impl Rules for ProviderConfigRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        belonging::check(&mut checks, config);
        if let Some(oidc) = block(config, "oidc") {
            provider(&mut checks, oidc);
        }
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        belonging::plan_region(&mut draft, facts);
        tags::plan(&mut draft, facts);
        if let Some(id) = id(&proposed) {
            draft.predict("id", Some(Value::string(id)));
        }
        // One that was not waited for is finished by an update that waits.
        let status = draft.prior().and_then(|prior| text(prior, "status"));
        if status == Some("CREATING") {
            draft.set("status", Value::unknown(Type::String));
        }
        draft.finish(&[])
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        belonging::moved(prior, planned)
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        Some(belonging::identity(planned, facts, id(planned)?))
    }

    fn ties(&self) -> &'static [Tie] {
        &TIES
    }
}

fn id(config: &Value) -> Option<String> {
    let cluster = config.get("cluster_name")?.as_str()?;
    let oidc = block(config, "oidc")?;
    let name = oidc.get("identity_provider_config_name")?.as_str()?;
    Some(format!("{cluster}:{name}"))
}

fn provider(checks: &mut Checks<'_>, oidc: &Value) {
    for name in [
        "client_id",
        "groups_claim",
        "groups_prefix",
        "identity_provider_config_name",
        "issuer_url",
        "username_claim",
        "username_prefix",
    ] {
        if oidc.get(name).and_then(Value::as_str) == Some("") {
            let summary = format!("\"oidc.0.{name}\" must not be empty");
            checks.problem("oidc", summary, "Leave it out, or write a text.");
        }
    }
    if let Some(url) = text(oidc, "issuer_url")
        && !url.starts_with("https://")
    {
        checks.problem(
            "oidc",
            format!(
                "expected \"oidc.0.issuer_url\" to have a url with schema of: \"https\", got {url}"
            ),
            "The issuer of an identity provider is an `https` URL.",
        );
    }
    let claims = oidc.get("required_claims").map(map_of_texts);
    for (key, value) in claims.into_iter().flatten() {
        let good =
            (1..=63).contains(&key.chars().count()) && (1..=253).contains(&value.chars().count());
        if !good {
            checks.problem(
                "oidc",
                format!("invalid claim {key:?} in \"oidc.0.required_claims\""),
                "Names of claims have 1 to 63 characters, values 1 to 253.",
            );
        }
    }
}
