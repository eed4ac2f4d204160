//! What is known of a provider before it exists, and what may be written of it.

use crate::provider::aws::draft::Draft;
use crate::provider::aws::iam::arn;
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::{Type, Value};

pub(super) struct OidcProviderRules;

impl Rules for OidcProviderRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.length("url", 1..=255).issuer_url("url");
        each(&mut checks, config, "client_id_list", 1, 255);
        each(&mut checks, config, "thumbprint_list", 40, 40);
        count(&mut checks, config, "client_id_list", 100);
        count(&mut checks, config, "thumbprint_list", 5);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        tags::plan(&mut draft, facts);
        let url = draft.get("url");
        if let Some(text) = url.as_str() {
            draft.set("url", spelled(text, prior).marked(url.marks));
            let known = arn(facts, &format!("oidc-provider/{}", without_scheme(text)));
            for name in ["arn", "id"] {
                let known = known
                    .clone()
                    .map(|arn| Value::string(arn).marked(url.marks));
                draft.predict(name, known);
            }
        }
        thumbprints(&mut draft);
        draft.finish(&[])
    }

    fn written(&self, attribute: &str, live: &Value) -> Option<Value> {
        let url = live.get("url").filter(|_| attribute == "url")?.as_str()?;
        Some(Value::string(format!("https://{}", without_scheme(url))))
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        let url = planned.get("url")?.as_str()?;
        let resource = format!("oidc-provider/{}", without_scheme(url));
        arn(facts, &resource).map(Identity)
    }
}

/// The URL as IAM keeps it: no scheme, the host in lower case, the path as it is.
pub(super) fn without_scheme(url: &str) -> String {
    let bare = url.strip_prefix("https://").unwrap_or(url);
    match bare.split_once('/') {
        Some((host, path)) => format!("{}/{path}", host.to_ascii_lowercase()),
        None => bare.to_ascii_lowercase(),
    }
}

/// The spelling of the existing object, if it means the same.
fn spelled(url: &str, prior: Option<&Value>) -> Value {
    let bare = without_scheme(url);
    let recorded = prior.and_then(|prior| prior.get("url")?.as_str());
    match recorded {
        Some(recorded) if without_scheme(recorded) == bare => Value::string(recorded),
        _ => Value::string(bare),
    }
}

/// Thumbprints are compared as a set and whatever the case of their letters; a list cannot be emptied again, so an
/// empty one means IAM's own.
fn thumbprints(draft: &mut Draft<'_>) {
    let planned = draft.get("thumbprint_list");
    let recorded = draft.prior().and_then(|prior| prior.get("thumbprint_list"));
    let Some(texts) = digests(&planned) else {
        return;
    };
    match recorded {
        Some(recorded) if texts.is_empty() || digests(recorded).as_ref() == Some(&texts) => {
            draft.set("thumbprint_list", recorded.clone().marked(planned.marks));
        }
        None if texts.is_empty() => {
            draft.set(
                "thumbprint_list",
                Value::unknown(Type::list(Type::String)).marked(planned.marks),
            );
        }
        Some(_) | None => {}
    }
}

fn digests(list: &Value) -> Option<std::collections::BTreeSet<String>> {
    let elements = list.as_elements()?.iter();
    elements
        .map(|element| element.as_str().map(str::to_ascii_lowercase))
        .collect()
}

fn each(checks: &mut Checks<'_>, config: &Value, name: &str, least: usize, most: usize) {
    let elements = config.get(name).and_then(Value::as_elements);
    for text in elements.into_iter().flatten().filter_map(Value::as_str) {
        let length = text.chars().count();
        if !(least..=most).contains(&length) {
            checks.problem(
                name,
                format!(
                    "expected length of {name} to be in the range ({least} - {most}), got {text}"
                ),
                format!("`{text}` has {length} characters."),
            );
        }
    }
}

fn count(checks: &mut Checks<'_>, config: &Value, name: &str, most: usize) {
    let elements = config.get(name).and_then(Value::as_elements);
    let count = elements.map_or(0, <[Value]>::len);
    if count > most {
        checks.problem(
            name,
            format!("Too many elements in {name}"),
            format!("An IAM OIDC provider has at most {most}; these are {count}."),
        );
    }
}
