//! Where the webhook is registered, and for which pods: a cluster without the registration, or with selectors that pass a
//! pod over, leaves it as it is and says nothing.
//!
//! Source: Kubernetes, "Dynamic Admission Control", matching requests; "Labels and Selectors". EKS registers its webhook as
//! `pod-identity-webhook` with the name `iam-for-pods.amazonaws.com`; a self-hosted one is called `pod-identity-webhook.amazonaws.com`.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The webhooks that give pods an identity.
const NAMES: [&str; 2] = [
    "iam-for-pods.amazonaws.com",
    "pod-identity-webhook.amazonaws.com",
];

/// The label of pods that EKS's own registration passes over.
const SKIP_LABEL: &str = "eks.amazonaws.com/skip-pod-identity-webhook";

/// The registration of the pod identity webhook: the part that decides which pods are sent to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Registration {
    /// Which namespaces, by their labels.
    #[serde(rename = "namespaceSelector")]
    pub namespaces: Selector,
    /// Which pods, by theirs.
    #[serde(rename = "objectSelector")]
    pub pods: Selector,
    rules: Vec<Rule>,
}

/// Which requests a webhook is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    operations: Vec<String>,
    api_groups: Vec<String>,
    resources: Vec<String>,
}

/// A label selector, which holds when all its parts do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selector {
    match_labels: BTreeMap<String, String>,
    match_expressions: Vec<Requirement>,
}

/// One rule of a selector.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Requirement {
    key: String,
    operator: Operator,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl Registration {
    /// The pod identity webhook of a `MutatingWebhookConfiguration`; `None` when it registers others only.
    ///
    /// # Errors
    /// The webhook is there and is not of the form that the API server takes.
    pub fn of(configuration: &Value) -> Result<Option<Self>, serde_json::Error> {
        let hooks = configuration.get("webhooks").and_then(Value::as_array);
        let is_ours = |hook: &&Value| {
            let name = hook.get("name").and_then(Value::as_str);
            name.is_some_and(|name| NAMES.contains(&name))
        };
        let found = hooks.into_iter().flatten().find(is_ours);
        found.map(Self::deserialize).transpose()
    }

    /// Whether it is about new pods at all.
    pub fn covers_new_pods(&self) -> bool {
        let has = |all: &[String], wanted: &str| all.iter().any(|one| one == "*" || one == wanted);
        self.rules.iter().any(|rule| {
            has(&rule.operations, "CREATE")
                && has(&rule.api_groups, "")
                && (has(&rule.resources, "pods") || has(&rule.resources, "*/*"))
        })
    }
}

impl Selector {
    /// Whether an object with these labels is meant.
    pub fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        let mut exact = self.match_labels.iter();
        exact.all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|rule| rule.holds(labels))
    }

    /// Whether it holds for all but those that ask to be passed over, as EKS's own does.
    pub fn is_usual(&self) -> bool {
        let usual =
            |rule: &Requirement| rule.key == SKIP_LABEL && rule.operator == Operator::DoesNotExist;
        self.match_labels.is_empty() && self.match_expressions.iter().all(usual)
    }

    /// The fewest labels for which it holds; `None` when it contradicts itself.
    pub fn example(&self) -> Option<BTreeMap<String, String>> {
        let mut labels = self.match_labels.clone();
        for rule in &self.match_expressions {
            let value = match rule.operator {
                Operator::In => rule.values.first().cloned(),
                Operator::Exists => Some(String::new()),
                Operator::NotIn | Operator::DoesNotExist => None,
            };
            if let Some(value) = value {
                labels.entry(rule.key.clone()).or_insert(value);
            }
        }
        self.holds(&labels).then_some(labels)
    }
}

impl Requirement {
    fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}
