//! Checks of configured values, in the words of Terraform's plugin SDK and AWS provider.

use super::object::texts;
use crate::address::AttributePath;
use crate::policy::{Arn, measured_size};
use crate::schema::{Problem, is_given};
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

    /// A path of IAM's: `/`, or printable ASCII between two slashes.
    pub(super) fn iam_path(&mut self, name: &str) -> &mut Self {
        self.length(name, 0..=512);
        let Some(path) = self.text(name).filter(|path| !path.is_empty()) else {
            return self;
        };
        let ends = path.starts_with('/') && path.ends_with('/');
        if !ends || !path.chars().all(|c| matches!(c, '!'..='\u{7f}')) {
            self.problem(
                name,
                format!("invalid value for {name}: {path}"),
                "A path is `/`, or begins and ends with `/` and has no spaces, as `/irsa/`.",
            );
        }
        self
    }

    /// A description of IAM's: at most 1,000 characters of Latin-1.
    pub(super) fn iam_description(&mut self, name: &str) -> &mut Self {
        self.length(name, 0..=1_000);
        let wrong = |c: char| !matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
        let found = self.text(name);
        if let Some(found) = found.and_then(|text| text.chars().find(|c| wrong(*c))) {
            self.problem(
                name,
                format!("invalid value for {name} (must satisfy regular expression pattern: [\\t\\n\\r\\x20-\\x7E\\xA1-\\xFF]*)"),
                format!("IAM does not take `{found}` in descriptions, only Latin-1 characters."),
            );
        }
        self
    }

    /// Two attributes that exclude each other.
    pub(super) fn conflict(&mut self, one: &str, other: &str) -> &mut Self {
        let given = |name| is_given(self.config, name) == Some(true);
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

    /// The most characters of a policy document, white space not counted.
    pub(super) fn policy_size(&mut self, name: &str, most: usize, instead: &str) -> &mut Self {
        let size = self.text(name).map_or(0, measured_size);
        if size > most {
            self.problem(
                name,
                format!("IAM policy size exceeds the limit of {most} characters"),
                format!("It has {size} characters without white space. {instead}"),
            );
        }
        self
    }

    /// The name of a role, where people also write its ARN.
    pub(super) fn role_name(&mut self, name: &str) -> &mut Self {
        if self
            .text(name)
            .is_none_or(|role| role.parse::<Arn>().is_err())
        {
            return self.length(name, 1..=64);
        }
        self.problem(
            name,
            format!("\"{name}\" must be the role's name not its ARN"),
            "Refer to the role's `name` instead of its `arn`.",
        );
        self
    }

    /// A list or set without nulls.
    pub(super) fn no_nulls(&mut self, name: &str) -> &mut Self {
        let elements = self.config.get(name).and_then(Value::as_elements);
        if elements.is_some_and(|elements| elements.iter().any(Value::is_null)) {
            self.problem(
                name,
                "Null Set Value".to_owned(),
                format!("No element of `{name}` may be null."),
            );
        }
        self
    }

    /// A list or set of ARNs.
    pub(super) fn arns(&mut self, name: &str) -> &mut Self {
        for text in texts(self.config, name) {
            if let Err(error) = text.parse::<Arn>() {
                self.problem(
                    name,
                    format!("\"{name}\" ({text}) is an invalid ARN"),
                    format!("{error}."),
                );
            }
        }
        self
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
