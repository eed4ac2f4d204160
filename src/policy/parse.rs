//! From JSON text to the typed document, collecting every problem on the way.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language": a statement, a value, an action may stand alone or in a list; numbers and booleans need no quotation marks in conditions.

use super::document::{
    ActionClause, Effect, Layout, PolicyDocument, PrincipalClause, PrincipalKind, Principals,
    ResourceClause, Statement, Version,
};
use super::error::{JsonPath, PolicyError, PolicyProblem, ProblemKind};
use super::json::Json;
use super::names::{ActionPattern, ConditionKey};
use super::operator::{ConditionOperator, OperatorError};
use super::size::measured_size;
use std::collections::{BTreeMap, BTreeSet};

/// Reads a document, or reports every problem in it.
pub(super) fn document(text: &str) -> Result<PolicyDocument, PolicyError> {
    let root = JsonPath::root();
    let json = Json::read(text).map_err(|error| PolicyError {
        problems: vec![PolicyProblem {
            path: root.clone(),
            kind: ProblemKind::Syntax(error.to_string()),
        }],
    })?;
    let mut reader = Reader {
        problems: Vec::new(),
    };
    reader.find_repeated_members(&json, &root);
    let document = reader.document(&json, &root, measured_size(text));
    match document {
        Some(document) if reader.problems.is_empty() => Ok(document),
        _ => Err(PolicyError {
            problems: reader.problems,
        }),
    }
}

/// Collects problems. A reading function returns nothing only after it has recorded one.
struct Reader {
    problems: Vec<PolicyProblem>,
}

impl Reader {
    fn report(&mut self, path: &JsonPath, kind: ProblemKind) {
        self.problems.push(PolicyProblem {
            path: path.clone(),
            kind,
        });
    }

    fn wrong_type(&mut self, path: &JsonPath, expected: &'static str, found: &Json) {
        self.report(
            path,
            ProblemKind::Type {
                expected,
                found: found.type_name(),
            },
        );
    }

    fn find_repeated_members(&mut self, json: &Json, path: &JsonPath) {
        match json {
            Json::Object(members) => {
                let mut seen = BTreeSet::new();
                for (name, value) in members {
                    let place = path.member(name);
                    if !seen.insert(name) {
                        self.report(&place, ProblemKind::DuplicateMember(name.clone()));
                    }
                    self.find_repeated_members(value, &place);
                }
            }
            Json::Array(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    self.find_repeated_members(element, &path.index(position));
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }

    fn document(&mut self, json: &Json, path: &JsonPath, size: usize) -> Option<PolicyDocument> {
        let members = self.object(json, path, &["Version", "Id", "Statement"])?;
        let version = members
            .get("Version")
            .and_then(|value| self.version(value, path));
        let id = members
            .get("Id")
            .and_then(|value| self.string(value, &path.member("Id")).map(str::to_owned));
        let Some(&statement) = members.get("Statement") else {
            self.report(path, ProblemKind::MissingElement("Statement"));
            return None;
        };
        let statements = self.statements(statement, &path.member("Statement"));
        let layout = Layout {
            size,
            bare_statement: matches!(statement, Json::Object(_)),
        };
        Some(PolicyDocument::new(version, id, statements, layout))
    }

    /// The members of an object by name; members outside `known` are reported.
    fn object<'a>(
        &mut self,
        json: &'a Json,
        path: &JsonPath,
        known: &[&str],
    ) -> Option<BTreeMap<&'a str, &'a Json>> {
        let members = self.members(json, path)?;
        for (name, _) in members {
            if !known.contains(&name.as_str()) {
                self.report(
                    &path.member(name),
                    ProblemKind::UnknownElement(name.clone()),
                );
            }
        }
        Some(
            members
                .iter()
                .map(|(name, value)| (name.as_str(), value))
                .collect(),
        )
    }

    fn members<'a>(&mut self, json: &'a Json, path: &JsonPath) -> Option<&'a [(String, Json)]> {
        if let Json::Object(members) = json {
            return Some(members);
        }
        self.wrong_type(path, "an object", json);
        None
    }

    fn string<'a>(&mut self, json: &'a Json, path: &JsonPath) -> Option<&'a str> {
        if let Json::String(text) = json {
            return Some(text);
        }
        self.wrong_type(path, "a string", json);
        None
    }

    fn version(&mut self, json: &Json, path: &JsonPath) -> Option<Version> {
        let place = path.member("Version");
        let text = self.string(json, &place)?;
        let version = [Version::V2008, Version::V2012]
            .into_iter()
            .find(|version| version.as_str() == text);
        if version.is_none() {
            self.report(&place, ProblemKind::UnknownVersion(text.to_owned()));
        }
        version
    }

    fn statements(&mut self, json: &Json, path: &JsonPath) -> Vec<Statement> {
        if matches!(json, Json::Array(elements) if elements.is_empty()) {
            self.report(path, ProblemKind::NoStatement);
        }
        let mut sids = BTreeSet::new();
        let mut statements = Vec::new();
        for (element, place) in elements(json, path) {
            let Some(statement) = self.statement(element, &place) else {
                continue;
            };
            if let Some(sid) = &statement.sid
                && !sids.insert(sid.clone())
            {
                self.report(&place.member("Sid"), ProblemKind::DuplicateSid(sid.clone()));
            }
            statements.push(statement);
        }
        statements
    }

    fn statement(&mut self, json: &Json, path: &JsonPath) -> Option<Statement> {
        let members = self.object(json, path, STATEMENT_ELEMENTS)?;
        let sid = members
            .get("Sid")
            .and_then(|value| self.sid(value, &path.member("Sid")));
        let effect = self.effect(&members, path);
        let principal = self.principal_clause(&members, path);
        let action = self.action_clause(&members, path);
        let resource = self.resource_clause(&members, path);
        let condition = members
            .get("Condition")
            .map(|value| self.condition(value, &path.member("Condition")))
            .unwrap_or_default();
        Some(Statement {
            sid,
            effect: effect?,
            principal,
            action: action?,
            resource,
            condition,
        })
    }

    /// An empty id is no id: IAM takes and returns it, and it names nothing.
    fn sid(&mut self, json: &Json, path: &JsonPath) -> Option<String> {
        let text = self.string(json, path)?;
        if !text
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
        {
            self.report(path, ProblemKind::InvalidSid(text.to_owned()));
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn effect(&mut self, members: &BTreeMap<&str, &Json>, path: &JsonPath) -> Option<Effect> {
        let Some(json) = members.get("Effect") else {
            self.report(path, ProblemKind::MissingElement("Effect"));
            return None;
        };
        let place = path.member("Effect");
        let text = self.string(json, &place)?;
        let effect = [Effect::Allow, Effect::Deny]
            .into_iter()
            .find(|effect| effect.as_str() == text);
        if effect.is_none() {
            self.report(&place, ProblemKind::UnknownEffect(text.to_owned()));
        }
        effect
    }

    fn principal_clause(
        &mut self,
        members: &BTreeMap<&str, &Json>,
        path: &JsonPath,
    ) -> Option<PrincipalClause> {
        match self.one_of(members, path, "Principal", "NotPrincipal")? {
            (json, true) => self
                .principals(json, &path.member("Principal"))
                .map(PrincipalClause::Principal),
            (json, false) => self
                .principals(json, &path.member("NotPrincipal"))
                .map(PrincipalClause::NotPrincipal),
        }
    }

    fn principals(&mut self, json: &Json, path: &JsonPath) -> Option<Principals> {
        if let Json::String(text) = json {
            if text == "*" {
                return Some(Principals::Everyone);
            }
            self.report(path, ProblemKind::BarePrincipal(text.clone()));
            return None;
        }
        let mut named = BTreeMap::new();
        for (name, value) in self.members(json, path)? {
            let place = path.member(name);
            match PrincipalKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == name)
            {
                Some(kind) => {
                    named.insert(kind, self.strings(value, &place));
                }
                None => self.report(&place, ProblemKind::UnknownPrincipalKind(name.clone())),
            }
        }
        if named.values().all(BTreeSet::is_empty) {
            self.report(path, ProblemKind::EmptyPrincipal);
        }
        Some(Principals::Named(named))
    }

    fn action_clause(
        &mut self,
        members: &BTreeMap<&str, &Json>,
        path: &JsonPath,
    ) -> Option<ActionClause> {
        let Some((json, plain)) = self.one_of(members, path, "Action", "NotAction") else {
            self.report(path, ProblemKind::MissingElement("Action"));
            return None;
        };
        let name = if plain { "Action" } else { "NotAction" };
        let actions = self
            .strings(json, &path.member(name))
            .into_iter()
            .map(ActionPattern::new)
            .collect();
        Some(if plain {
            ActionClause::Action(actions)
        } else {
            ActionClause::NotAction(actions)
        })
    }

    fn resource_clause(
        &mut self,
        members: &BTreeMap<&str, &Json>,
        path: &JsonPath,
    ) -> Option<ResourceClause> {
        match self.one_of(members, path, "Resource", "NotResource")? {
            (json, true) => Some(ResourceClause::Resource(
                self.strings(json, &path.member("Resource")),
            )),
            (json, false) => Some(ResourceClause::NotResource(
                self.strings(json, &path.member("NotResource")),
            )),
        }
    }

    /// The member `plain` or else `inverse`, and whether it is the former; both together are reported.
    fn one_of<'a>(
        &mut self,
        members: &BTreeMap<&str, &'a Json>,
        path: &JsonPath,
        plain: &'static str,
        inverse: &'static str,
    ) -> Option<(&'a Json, bool)> {
        match (members.get(plain), members.get(inverse)) {
            (Some(json), None) => Some((json, true)),
            (None, Some(json)) => Some((json, false)),
            (None, None) => None,
            (Some(json), Some(_)) => {
                self.report(path, ProblemKind::Exclusive(plain, inverse));
                Some((json, true))
            }
        }
    }

    /// A string, or an array of strings.
    fn strings(&mut self, json: &Json, path: &JsonPath) -> BTreeSet<String> {
        let mut texts = BTreeSet::new();
        for (element, place) in elements(json, path) {
            if let Json::String(text) = element {
                texts.insert(text.clone());
            } else {
                self.wrong_type(&place, "a string", element);
            }
        }
        texts
    }

    fn condition(
        &mut self,
        json: &Json,
        path: &JsonPath,
    ) -> BTreeMap<ConditionOperator, BTreeMap<ConditionKey, BTreeSet<String>>> {
        let mut condition = BTreeMap::new();
        for (name, block) in self.members(json, path).unwrap_or_default() {
            let place = path.member(name);
            let keys = self.condition_block(block, &place);
            match name.parse::<ConditionOperator>() {
                Ok(operator) if condition.contains_key(&operator) => {
                    self.report(&place, ProblemKind::DuplicateOperator(name.clone()));
                }
                Ok(operator) => {
                    condition.insert(operator, keys);
                }
                Err(OperatorError::Unknown) => {
                    self.report(&place, ProblemKind::UnknownOperator(name.clone()));
                }
                Err(OperatorError::DecoratedNull) => {
                    self.report(&place, ProblemKind::DecoratedNull(name.clone()));
                }
            }
        }
        condition
    }

    fn condition_block(
        &mut self,
        json: &Json,
        path: &JsonPath,
    ) -> BTreeMap<ConditionKey, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        for (name, value) in self.members(json, path).unwrap_or_default() {
            let place = path.member(name);
            let values = self.condition_values(value, &place);
            if keys
                .insert(ConditionKey::new(name.clone()), values)
                .is_some()
            {
                self.report(&place, ProblemKind::DuplicateConditionKey(name.clone()));
            }
        }
        keys
    }

    /// Texts, numbers and booleans; the latter two mean the texts they are written as.
    fn condition_values(&mut self, json: &Json, path: &JsonPath) -> BTreeSet<String> {
        let mut values = BTreeSet::new();
        for (element, place) in elements(json, path) {
            match element {
                Json::String(text) | Json::Number(text) => {
                    values.insert(text.clone());
                }
                Json::Bool(value) => {
                    values.insert(value.to_string());
                }
                Json::Null | Json::Array(_) | Json::Object(_) => {
                    self.wrong_type(&place, "a string, a number or a boolean", element);
                }
            }
        }
        values
    }
}

const STATEMENT_ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// The elements of an array with their places, or the value itself.
fn elements<'a>(json: &'a Json, path: &JsonPath) -> Vec<(&'a Json, JsonPath)> {
    if let Json::Array(elements) = json {
        elements
            .iter()
            .enumerate()
            .map(|(at, one)| (one, path.index(at)))
            .collect()
    } else {
        vec![(json, path.clone())]
    }
}
