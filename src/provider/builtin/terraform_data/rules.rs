//! How `terraform_data` plans: the output follows the input.

use crate::schema::{Facts, Rules};
use crate::value::{Kind, Type, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub(super) struct TerraformDataRules;

impl Rules for TerraformDataRules {
    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let mut attributes: BTreeMap<_, _> = proposed.to_entries();
        let input = config.get("input");
        let unchanged = prior.zip(input).is_some_and(|(prior, input)| {
            prior.get("input").is_some_and(|before| same(before, input))
        });
        if !unchanged {
            let output = match input {
                // Of an object that is there Terraform's does not look at what the new input is.
                Some(input) if input.is_null() && prior.is_none() => Value::null(Type::Dynamic),
                Some(input) => Value::unknown(input.ty()),
                None => Value::unknown(Type::Dynamic),
            };
            attributes.insert("output".into(), output);
        }
        if prior.is_none() {
            attributes.insert("id".into(), Value::unknown_not_null(Type::String));
        }
        Value::object(attributes)
    }

    fn is_local(&self) -> bool {
        true
    }

    /// A `null_resource` becomes one: its triggers are what replaces it.
    fn take_over(&self, from: &str, recorded: &Json) -> Option<Json> {
        if from != "null_resource" {
            return None;
        }
        let triggers = match recorded.get("triggers") {
            Some(Json::Object(triggers)) => {
                let types = triggers.keys().map(|name| (name.clone(), json!("string")));
                let types: serde_json::Map<_, _> = types.collect();
                json!({ "value": triggers, "type": ["object", types] })
            }
            _ => Json::Null,
        };
        Some(json!({
            "id": recorded.get("id"),
            "input": null,
            "output": null,
            "triggers_replace": triggers,
        }))
    }
}

fn same(before: &Value, after: &Value) -> bool {
    matches!((&before.kind, &after.kind), (Kind::Null(_), Kind::Null(_)))
        || before.without_marks() == after.without_marks()
}
