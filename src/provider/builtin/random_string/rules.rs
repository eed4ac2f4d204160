//! How random strings and passwords plan: defaults, `number` as another word for `numeric`, and what older providers
//! recorded.

use crate::address::AttributePath;
use crate::provider::builtin::local::{at_least, integer, problem, with_defaults};
use crate::provider::builtin::triggers;
use crate::schema::{Facts, Problem, Rules};
use crate::value::{Type, Value};
use serde_json::{Value as Json, json};

/// The sorts of characters, on unless told otherwise.
pub(super) const SORTS: [&str; 5] = ["special", "upper", "lower", "number", "numeric"];

/// The least numbers of sorts.
pub(super) const LEAST: [&str; 4] = ["min_upper", "min_lower", "min_numeric", "min_special"];

/// The rules of a kind whose result is random characters.
pub(in crate::provider::builtin) struct CharacterRules {
    /// What the kind adds to the upgrade of what an older provider recorded.
    pub(in crate::provider::builtin) upgrade: fn(u64, Json) -> Json,
}

impl Rules for CharacterRules {
    fn is_local(&self) -> bool {
        true
    }

    fn validate(&self, config: &Value) -> Vec<Problem> {
        let checks = [
            at_least(config, "length", 1),
            too_short(config),
            two_words(config),
            no_sort(config),
        ];
        checks.into_iter().flatten().collect()
    }

    fn plan(&self, config: &Value, _: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let given = |name| config.get(name).filter(|value| !value.is_null());
        let digits = given("numeric").or_else(|| given("number"));
        let digits = digits.cloned().unwrap_or_else(|| Value::bool(true));
        let zero = || Value::number(0);
        with_defaults(
            config,
            proposed,
            [
                ("lower", Value::bool(true)),
                ("min_lower", zero()),
                ("min_numeric", zero()),
                ("min_special", zero()),
                ("min_upper", zero()),
                ("number", digits.clone()),
                ("numeric", digits),
                ("special", Value::bool(true)),
                ("upper", Value::bool(true)),
            ],
        )
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        let mut found = triggers::replacements("keepers", prior, planned);
        let characters = |object: &Value| {
            object
                .get("override_special")
                .cloned()
                .unwrap_or_else(|| Value::null(Type::String))
                .without_marks()
        };
        let (before, after) = (characters(prior), characters(planned));
        let is_unset = after.is_null() && before.as_str() == Some("");
        if before != after && !is_unset {
            found.push(AttributePath::attribute("override_special"));
        }
        found
    }

    /// Provider 3.3.1 and older recorded only the characters of an import, and knew no `numeric`.
    fn upgrade(&self, version: u64, mut recorded: Json) -> Json {
        let result = recorded.get("result").and_then(Json::as_str);
        let length = result.map_or(0, str::len);
        let digits = recorded.get("number").filter(|number| !number.is_null());
        let digits = digits.cloned().unwrap_or(json!(true));
        if let Json::Object(members) = &mut recorded {
            let mut fill = |name: &str, value: Json| {
                let member = members.entry(name).or_insert(Json::Null);
                if member.is_null() {
                    *member = value;
                }
            };
            fill("length", json!(length));
            fill("numeric", digits);
            for name in &SORTS {
                fill(name, json!(true));
            }
            for name in &LEAST {
                fill(name, json!(0));
            }
        }
        (self.upgrade)(version, recorded)
    }
}

/// That the least numbers of sorts need more characters than there are to be.
fn too_short(config: &Value) -> Option<Problem> {
    let least = LEAST
        .iter()
        .map(|name| integer(config, name).unwrap_or_default());
    let sum: i64 = least.fold(0, i64::saturating_add);
    let length = integer(config, "length").filter(|length| *length < sum)?;
    Some(problem(
        "length",
        "Invalid Attribute Value",
        format!(
            "Attribute length value must be at least sum of {}, got: {length}",
            LEAST.join(" + ")
        ),
    ))
}

/// That the two words for digits say different things.
fn two_words(config: &Value) -> Option<Problem> {
    let said = |name| config.get(name).and_then(Value::as_bool);
    let (number, numeric) = said("number").zip(said("numeric"))?;
    (number != numeric).then(|| {
        problem(
            "number",
            "Number and numeric are both configured with different values",
            "Number is deprecated, use numeric instead",
        )
    })
}

/// That no sort of characters is left.
fn no_sort(config: &Value) -> Option<Problem> {
    let is_off = |name| config.get(name).and_then(Value::as_bool) == Some(false);
    let digits = ["numeric", "number"]
        .into_iter()
        .find(|name| is_off(name))?;
    ["special", "upper", "lower"].into_iter().all(is_off).then(|| {
        problem(
            digits,
            "Invalid Attribute Combination",
            format!("At least one attribute out of [special,upper,lower,{digits}] must be specified as true"),
        )
    })
}
