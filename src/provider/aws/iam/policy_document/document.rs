//! The document in the making: statements as they will be written, from blocks or from other documents.

use super::json::{Json, Member};
use serde_json::Value as Parsed;
use std::collections::BTreeMap;

/// A document, to be merged with others and written.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) version: String,
    pub(super) id: String,
    pub(super) statements: Vec<Statement>,
}

/// A statement, with its lists as they will be written.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    pub(super) sid: String,
    pub(super) effect: String,
    pub(super) actions: Option<Texts>,
    pub(super) not_actions: Option<Texts>,
    pub(super) resources: Option<Texts>,
    pub(super) not_resources: Option<Texts>,
    pub(super) principals: Vec<(String, Texts)>,
    pub(super) not_principals: Vec<(String, Texts)>,
    pub(super) conditions: Vec<Condition>,
}

/// One text or a list of some, which is a difference where a document is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) test: String,
    pub(super) variable: String,
    pub(super) values: Vec<String>,
}

impl Texts {
    /// The texts of a set: one as itself, several in descending order.
    pub(super) fn of_set(mut texts: Vec<String>) -> Self {
        if texts.len() == 1 {
            return Texts::One(texts.remove(0));
        }
        texts.sort_unstable_by(|a, b| b.cmp(a));
        Texts::Many(texts)
    }

    fn written(&self) -> Json {
        match self {
            Texts::One(text) => Json::text(text),
            Texts::Many(texts) => Json::Array(texts.iter().map(Json::text).collect()),
        }
    }
}

impl Document {
    /// Takes another document in: its id, its version if that is newer, its statements. One of a `Sid` that is there
    /// already replaces it in its place.
    pub(super) fn merge(&mut self, other: Document) {
        if !other.id.is_empty() {
            self.id = other.id;
        }
        if other.version > self.version {
            self.version = other.version;
        }
        for statement in other.statements {
            let same =
                |there: &&mut Statement| !statement.sid.is_empty() && there.sid == statement.sid;
            match self.statements.iter_mut().find(same) {
                Some(there) => *there = statement,
                None => self.statements.push(statement),
            }
        }
    }

    /// The document as JSON.
    pub(super) fn written(&self) -> Json {
        let statements = self.statements.iter().map(Statement::written);
        let statements: Vec<Json> = statements.collect();
        Json::object([
            ("Version", text(&self.version)),
            ("Id", text(&self.id)),
            (
                "Statement",
                (!statements.is_empty()).then_some(Json::Array(statements)),
            ),
        ])
    }

    /// The document that a text is.
    pub(super) fn parse(text: &str) -> Result<Document, String> {
        let parsed: Parsed = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let members = parsed.as_object().ok_or("it is not a JSON object")?;
        let statements = match members.get("Statement") {
            None | Some(Parsed::Null) => Vec::new(),
            Some(Parsed::Array(statements)) => statements
                .iter()
                .map(Statement::parse)
                .collect::<Result<_, _>>()?,
            // The grammar allows one statement without a list around it.
            Some(statement) => vec![Statement::parse(statement)?],
        };
        Ok(Document {
            version: member_text(members, "Version")?,
            id: member_text(members, "Id")?,
            statements,
        })
    }
}

impl Statement {
    fn written(&self) -> Json {
        let texts = |texts: &Option<Texts>| texts.as_ref().map(Texts::written);
        Json::object([
            ("Sid", text(&self.sid)),
            ("Effect", text(&self.effect)),
            ("Action", texts(&self.actions)),
            ("NotAction", texts(&self.not_actions)),
            ("Resource", texts(&self.resources)),
            ("NotResource", texts(&self.not_resources)),
            ("Principal", principals(&self.principals)),
            ("NotPrincipal", principals(&self.not_principals)),
            ("Condition", conditions(&self.conditions)),
        ])
    }

    fn parse(parsed: &Parsed) -> Result<Statement, String> {
        let members = parsed
            .as_object()
            .ok_or("a statement is not a JSON object")?;
        let texts = |name: &str| members.get(name).map(|m| parse_texts(name, m)).transpose();
        let principals = |name: &str| match members.get(name) {
            Some(member) => parse_principals(name, member),
            None => Ok(Vec::new()),
        };
        Ok(Statement {
            sid: member_text(members, "Sid")?,
            effect: member_text(members, "Effect")?,
            actions: texts("Action")?.flatten(),
            not_actions: texts("NotAction")?.flatten(),
            resources: texts("Resource")?.flatten(),
            not_resources: texts("NotResource")?.flatten(),
            principals: principals("Principal")?,
            not_principals: principals("NotPrincipal")?,
            conditions: match members.get("Condition") {
                Some(member) => parse_conditions(member)?,
                None => Vec::new(),
            },
        })
    }
}

fn text(text: &str) -> Option<Json> {
    (!text.is_empty()).then(|| Json::text(text))
}

/// Principals of one type stand together; `*` of type `*` alone is the text `*`, which means more to IAM than
/// `{"AWS": "*"}` does.
fn principals(principals: &[(String, Texts)]) -> Option<Json> {
    if principals.is_empty() {
        return None;
    }
    let star = |texts: &Texts| match texts {
        Texts::One(text) => text == "*",
        Texts::Many(texts) => matches!(texts.as_slice(), [text] if text == "*"),
    };
    if let [(kind, texts)] = principals
        && kind == "*"
        && star(texts)
    {
        return Some(Json::text("*"));
    }
    let mut by_kind: BTreeMap<&str, Texts> = BTreeMap::new();
    for (kind, texts) in principals {
        let descending = match texts {
            Texts::One(text) => Texts::One(text.clone()),
            Texts::Many(texts) => {
                let mut texts = texts.clone();
                texts.sort_unstable_by(|a, b| b.cmp(a));
                Texts::Many(texts)
            }
        };
        let together = match by_kind.remove(kind.as_str()) {
            None => descending,
            Some(earlier) => Texts::Many(
                all_of(earlier)
                    .into_iter()
                    .chain(all_of(descending))
                    .collect(),
            ),
        };
        by_kind.insert(kind, together);
    }
    let members = by_kind.into_iter();
    Some(Json::Object(
        members
            .map(|(kind, texts)| Member::new(kind, texts.written()))
            .collect(),
    ))
}

fn all_of(texts: Texts) -> Vec<String> {
    match texts {
        Texts::One(text) => vec![text],
        Texts::Many(texts) => texts,
    }
}

/// Operators and keys in alphabetical order; values of one key together, in the order they stand in.
fn conditions(conditions: &[Condition]) -> Option<Json> {
    let mut by_test: BTreeMap<&str, BTreeMap<&str, Vec<&String>>> = BTreeMap::new();
    for condition in conditions {
        let keys = by_test.entry(&condition.test).or_default();
        let values = keys.entry(&condition.variable).or_default();
        values.extend(&condition.values);
    }
    let written = |values: Vec<&String>| match values.as_slice() {
        [one] => Json::text(one),
        _ => Json::Array(values.into_iter().map(Json::text).collect()),
    };
    let members: Vec<Member> = by_test
        .into_iter()
        .map(|(test, keys)| {
            let keys = keys.into_iter();
            let keys = keys.map(|(key, values)| Member::new(key, written(values)));
            Member::new(test, Json::Object(keys.collect()))
        })
        .collect();
    (!members.is_empty()).then_some(Json::Object(members))
}

fn member_text(members: &serde_json::Map<String, Parsed>, name: &str) -> Result<String, String> {
    match members.get(name) {
        None | Some(Parsed::Null) => Ok(String::new()),
        Some(Parsed::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("`{name}` is not a text")),
    }
}

/// A list stays a list as it is, whatever its length.
fn parse_texts(name: &str, parsed: &Parsed) -> Result<Option<Texts>, String> {
    match parsed {
        Parsed::Null => Ok(None),
        Parsed::String(text) => Ok(Some(Texts::One(text.clone()))),
        Parsed::Array(elements) => {
            let texts = elements.iter().map(|element| {
                let text = element.as_str().map(str::to_owned);
                text.ok_or_else(|| format!("an element of `{name}` is not a text"))
            });
            Ok(Some(Texts::Many(texts.collect::<Result<_, _>>()?)))
        }
        Parsed::Bool(_) | Parsed::Number(_) | Parsed::Object(_) => {
            Err(format!("`{name}` is neither a text nor a list of texts"))
        }
    }
}

fn parse_principals(name: &str, parsed: &Parsed) -> Result<Vec<(String, Texts)>, String> {
    match parsed {
        Parsed::String(_) => Ok(vec![("*".to_owned(), Texts::Many(vec!["*".to_owned()]))]),
        Parsed::Object(kinds) => kinds
            .iter()
            .map(|(kind, texts)| {
                let texts = parse_texts(name, texts)?.ok_or(format!("`{name}` is null"))?;
                Ok((kind.clone(), texts))
            })
            .collect(),
        Parsed::Null => Ok(Vec::new()),
        Parsed::Bool(_) | Parsed::Number(_) | Parsed::Array(_) => {
            Err(format!("`{name}` is neither a text nor an object"))
        }
    }
}

fn parse_conditions(parsed: &Parsed) -> Result<Vec<Condition>, String> {
    let wrong = || "`Condition` is not an object of objects".to_owned();
    let mut conditions = Vec::new();
    for (test, keys) in parsed.as_object().ok_or_else(wrong)? {
        for (variable, values) in keys.as_object().ok_or_else(wrong)? {
            let values = match values {
                Parsed::String(text) => vec![text.clone()],
                Parsed::Bool(truth) => vec![truth.to_string()],
                Parsed::Number(number) => vec![number.to_string()],
                Parsed::Array(values) => values
                    .iter()
                    .map(|value| match value {
                        Parsed::String(text) => text.clone(),
                        Parsed::Null
                        | Parsed::Bool(_)
                        | Parsed::Number(_)
                        | Parsed::Array(_)
                        | Parsed::Object(_) => value.to_string(),
                    })
                    .collect(),
                Parsed::Null | Parsed::Object(_) => return Err(wrong()),
            };
            conditions.push(Condition {
                test: test.clone(),
                variable: variable.clone(),
                values,
            });
        }
    }
    Ok(conditions)
}
