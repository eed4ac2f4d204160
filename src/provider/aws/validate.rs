//! Checks of configured values, in the words of Terraform's plugin SDK and AWS provider.

use crate::address::AttributePath;
use crate::policy::Arn;
use crate::schema::Problem;
use crate::value::Value;
use std::ops::RangeInclusive;

/// Collects what is wrong with a configuration; unknown and null parts pass.
pub(super) struct Checks<'v> {
    config: &'v Value,
    problems: Vec<Problem>,
}

impl<'v> Checks<'v> {
    /// Checks of a configured object.
    pub(super) fn of(config: &'v Value) -> Self {
        Checks {
            config,
            problems: Vec::new(),
        }
    }

    /// What was found.
    pub(super) fn found(self) -> Vec<Problem> {
        self.problems
    }

    /// Adds a problem of an attribute.
    pub(super) fn problem(&mut self, name: &str, summary: String, detail: impl Into<String>) {
        self.problems.push(Problem {
            path: AttributePath::attribute(name),
            summary,
            detail: detail.into(),
        });
    }

    /// A text attribute, if it is known.
    pub(super) fn text(&self, name: &str) -> Option<&'v str> {
        self.config.get(name)?.as_str()
    }

    /// The number of characters.
    pub(super) fn length(&mut self, name: &str, range: RangeInclusive<usize>) -> &mut Self {
        if let Some(text) = self.text(name)
            && !range.contains(&text.chars().count())
        {
            let (least, most) = (range.start(), range.end());
            let summary = format!(
                "expected length of {name} to be in the range ({least} - {most}), got {text}"
            );
            let detail = format!(
                "It has {} characters; from {least} to {most} are allowed.",
                text.chars().count()
            );
            self.problem(name, summary, detail);
        }
        self
    }

    /// Characters of IAM names: `[\w+=,.@-]`.
    pub(super) fn iam_name(&mut self, name: &str) -> &mut Self {
        if let Some(text) = self.text(name)
            && let Some(wrong) = text.chars().find(|c| !is_name_character(*c))
        {
            let summary = format!("invalid value for {name} (must match [\\w+=,.@-])");
            let detail = format!(
                "`{wrong}` in `{text}` is none of the characters that IAM allows in names: letters, digits and `_+=,.@-`."
            );
            self.problem(name, summary, detail);
        }
        self
    }

    /// A name of IAM's and its prefix, of which at most one is given.
    pub(super) fn iam_names(&mut self, most: usize) -> &mut Self {
        self.length("name", 1..=most).iam_name("name");
        self.length("name_prefix", 1..=most - super::names::SUFFIX)
            .iam_name("name_prefix");
        self.conflict("name", "name_prefix")
    }

    /// Two attributes that exclude each other.
    pub(super) fn conflict(&mut self, one: &str, other: &str) -> &mut Self {
        let given = |name| self.config.get(name).is_some_and(|value| !value.is_null());
        if given(one) && given(other) {
            self.problem(
                other,
                "Conflicting configuration arguments".to_owned(),
                format!("\"{other}\": conflicts with {one}"),
            );
        }
        self
    }

    /// A whole number in a range.
    pub(super) fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> &mut Self {
        let number = self.config.get(name).and_then(Value::as_number);
        if let Some(number) = number
            && !number.as_i64().is_some_and(|n| range.contains(&n))
        {
            let (least, most) = (range.start(), range.end());
            let summary =
                format!("expected {name} to be in the range ({least} - {most}), got {number}");
            self.problem(
                name,
                summary,
                format!("A whole number from {least} to {most} is allowed."),
            );
        }
        self
    }

    /// A text that is JSON.
    pub(super) fn json(&mut self, name: &str) -> &mut Self {
        if let Some(text) = self.text(name)
            && let Err(error) = serde_json::from_str::<serde_json::Value>(text)
        {
            self.problem(
                name,
                format!("\"{name}\" contains an invalid JSON: {error}"),
                "A policy document is JSON text; `jsonencode` or `data.aws_iam_policy_document` makes it.",
            );
        }
        self
    }

    /// A policy document: JSON that is an object.
    pub(super) fn policy(&mut self, name: &str) -> &mut Self {
        let Some(text) = self.text(name) else {
            return self;
        };
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(serde_json::Value::Object(_)) => self,
            Ok(_) => {
                self.problem(
                    name,
                    format!("\"{name}\" contains an invalid JSON policy: not a JSON object"),
                    "A policy document is a JSON object with `Version` and `Statement`.",
                );
                self
            }
            Err(_) => self.json(name),
        }
    }

    /// An ARN.
    pub(super) fn arn(&mut self, name: &str) -> &mut Self {
        if let Some(text) = self.text(name).filter(|text| !text.is_empty())
            && let Err(error) = text.parse::<Arn>()
        {
            self.problem(
                name,
                format!("\"{name}\" ({text}) is an invalid ARN"),
                format!("{error}."),
            );
        }
        self
    }

    /// The URL of an OpenID Connect issuer: `https`, a host, no query (OpenID Connect Core 1.0, section 2, `iss`).
    pub(super) fn issuer_url(&mut self, name: &str) -> &mut Self {
        let Some(text) = self.text(name) else {
            return self;
        };
        let detail = "The issuer of an identity provider is an `https` URL without query, as `https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE`.";
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if scheme.is_empty() || host.is_empty() {
            self.problem(
                name,
                format!("expected {name:?} to have a host, got {text}"),
                detail,
            );
        } else if scheme != "https" {
            let summary =
                format!("expected {name:?} to have a url with schema of: \"https\", got {text}");
            self.problem(name, summary, detail);
        } else if rest.contains('?') {
            let summary = format!("{name:?} cannot contain query parameters per the OIDC standard");
            self.problem(name, summary, detail);
        }
        self
    }
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}
