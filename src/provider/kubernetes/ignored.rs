//! Annotations and labels that a provider configuration leaves out of account.
//!
//! As with Terraform's provider, a pattern is looked for anywhere in a key, and a key that the resource itself has is not
//! ignored; see <https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs#ignore_annotations>.

use crate::provider::{ProviderError, ProviderErrorKind};
use regex::Regex;
use serde_json::Value as Json;

/// The patterns of a configuration, as they are written. `Patterns` has them ready for use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Of annotations.
    pub annotations: Vec<String>,
    /// Of labels.
    pub labels: Vec<String>,
}

/// The patterns of a configuration, ready for use.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    annotations: Vec<Regex>,
    labels: Vec<Regex>,
}

impl Ignored {
    /// The patterns, ready for use.
    ///
    /// # Errors
    /// One of them is no regular expression (kind `InvalidInput`).
    pub(super) fn patterns(&self) -> Result<Patterns, ProviderError> {
        Ok(Patterns {
            annotations: compiled("ignore_annotations", &self.annotations)?,
            labels: compiled("ignore_labels", &self.labels)?,
        })
    }
}

fn compiled(setting: &str, patterns: &[String]) -> Result<Vec<Regex>, ProviderError> {
    let one = |pattern: &String| {
        Regex::new(pattern).map_err(|error| ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            ..ProviderError::internal(
                "configuring provider \"kubernetes\"",
                &format!("`{setting}` has a pattern that is no regular expression: {error}"),
            )
        })
    };
    patterns.iter().map(one).collect()
}

impl Patterns {
    /// A live object without what is ignored. `recorded` is the object in the provider's shape, null for none.
    pub(super) fn remove_from(&self, mut live: Json, recorded: &Json) -> Json {
        for (map, patterns) in [("annotations", &self.annotations), ("labels", &self.labels)] {
            let own = recorded.pointer(&format!("/metadata/0/{map}"));
            let is_own = |key: &str| own.is_some_and(|own| own.get(key).is_some());
            let entries = live.pointer_mut(&format!("/metadata/{map}"));
            if let Some(entries) = entries.and_then(Json::as_object_mut) {
                entries.retain(|key, _| {
                    is_own(key) || !patterns.iter().any(|pattern| pattern.is_match(key))
                });
            }
        }
        live
    }
}

#[cfg(test)]
mod tests {
    use super::Ignored;
    use serde_json::json;

    #[test]
    fn matching_keys_that_are_not_recorded_are_removed() {
        let ignored = Ignored {
            annotations: vec!["^argocd\\.".to_owned(), "team".to_owned()],
            labels: vec!["x$".to_owned()],
        };
        let live = json!({ "metadata": {
            "annotations": { "argocd.io/a": "1", "my-team-is": "2", "b": "3", "team": "4" },
            "labels": { "ax": "1", "xa": "2" },
        }});
        let recorded = json!({ "metadata": [{ "annotations": { "team": "4" } }] });
        let left = ignored.patterns().unwrap().remove_from(live, &recorded);
        let expected = json!({ "metadata": {
            "annotations": { "b": "3", "team": "4" }, "labels": { "xa": "2" },
        }});
        assert_eq!(left, expected);
    }

    #[test]
    fn a_pattern_that_is_none_is_refused_by_name() {
        let ignored = Ignored {
            labels: vec!["(".to_owned()],
            ..Ignored::default()
        };
        let error = ignored.patterns().unwrap_err();
        assert!(error.to_string().contains("`ignore_labels`"), "{error}");
    }
}
