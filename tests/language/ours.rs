//! Our answers.
//!
//! As Terraform, we look at an expression twice: while validating, resources have no type yet, and then while planning.

use super::answer::of_value;
use super::places::Places;
use super::surroundings::{LOCALS, templates};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use trustform::diagnostic::{Code, Diagnostic};
use trustform::lang::{
    Evaluated, Expression, Halt, Scope, Subject, Target, evaluate, lower, parse,
};
use trustform::review;
use trustform::source::SourceMap;
use trustform::value::{Kind, Known, Marks, Type, Value, to_json, type_to_json};

const BEFORE: &str = "value = [";

/// The places, in bytes of the expression, and the summaries of what is wrong with it.
pub(super) type Errors = BTreeSet<(Option<usize>, String)>;

/// Our answer to an expression, on a stack as commands have it.
pub(super) fn answer(expression: &str) -> Result<String, Errors> {
    std::thread::scope(|scope| {
        let stack = std::thread::Builder::new().stack_size(256 << 20);
        let answer = stack.spawn_scoped(scope, || read(expression));
        answer.expect("a thread").join().expect("an answer")
    })
}

fn read(expression: &str) -> Result<String, Errors> {
    let lowered = lowered(expression);
    let evaluated = lowered.clone().and_then(|lowered| {
        evaluate(&lowered, &Surroundings::of(false))?;
        evaluate(&lowered, &Surroundings::of(true))
    });
    match evaluated {
        Ok(value) => {
            let Some([value]) = value.as_elements() else {
                return Ok("no single value".to_owned());
            };
            Ok(of_value(
                &type_to_json(&value.ty()),
                &known_parts(value),
                unknown_parts(value),
                sensitive_parts(value),
            ))
        }
        Err(Halt::Blocked) => Ok("blocked".to_owned()),
        Err(Halt::Failed(problems)) => {
            let text = written(expression);
            let places = lowered.ok().map(|lowered| Places::of(&lowered, &text));
            let told = |problem: &Diagnostic| {
                let place = problem.primary.as_ref().map(|label| {
                    let (start, end) = (label.span.start as usize, label.span.end as usize);
                    let summary = &problem.summary;
                    let places = places.as_ref();
                    places.map_or(start, |places| places.of_mistake(start, end, summary))
                });
                let within = |byte: usize| byte.checked_sub(BEFORE.len());
                (place.and_then(within), problem.summary.clone())
            };
            Err(problems.iter().map(told).collect())
        }
    }
}

fn written(expression: &str) -> String {
    format!("{BEFORE}{expression}]\n")
}

/// What comes of any text as an expression, in short: its type, or the summaries of what is wrong.
pub(crate) fn answered(text: &str) -> String {
    match answer(text) {
        Ok(answer) => answer.chars().take(20).collect(),
        Err(errors) => {
            let summaries: BTreeSet<String> =
                errors.into_iter().map(|(.., summary)| summary).collect();
            summaries.into_iter().collect::<Vec<_>>().join("; ")
        }
    }
}

/// As [`answered`], where `local.t` is a text.
pub(crate) fn answered_with(expression: &str, text: &str) -> String {
    let given = Given(text);
    match lowered(expression).and_then(|lowered| evaluate(&lowered, &given)) {
        Ok(value) => {
            let shown = review::value_text(&value);
            shown.chars().take(20).collect()
        }
        Err(Halt::Blocked) => "blocked".to_owned(),
        Err(Halt::Failed(problems)) => {
            let summaries = problems.iter().map(|problem| problem.summary.as_str());
            summaries.collect::<Vec<_>>().join("; ")
        }
    }
}

/// One local value, and the files.
struct Given<'a>(&'a str);

impl Scope for Given<'_> {
    fn resolve(&self, _: &Target<'_>) -> Evaluated {
        Ok(Value::string(self.0))
    }

    fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Halt> {
        let content = templates().get(path).map(|text| text.as_bytes().into());
        Ok(content)
    }

    fn files(&self, _directory: &str, _pattern: &str) -> Result<Vec<String>, Halt> {
        Ok(Vec::new())
    }

    fn timestamp(&self) -> Option<Arc<str>> {
        None
    }

    fn plan_timestamp(&self) -> Option<Arc<str>> {
        None
    }
}

/// The expression, in a tuple as [`answer`] wants it.
pub(super) fn lowered(expression: &str) -> Result<Expression, Halt> {
    let text = written(expression);
    let file = SourceMap::default().add("main.tf", text.as_str());
    let (tree, problems) = parse(&text.as_str().into(), file);
    if problems.has_errors() {
        return Err(Halt::Failed(Box::new(problems)));
    }
    let value = tree.argument(tree.file(), "value").ok_or(Halt::Blocked)?;
    lower(value, file).map_err(|problems| Halt::Failed(Box::new(problems)))
}

/// The texts of the expressions within an expression, each with where it stands.
pub(super) fn parts(expression: &str) -> Vec<std::ops::Range<usize>> {
    fn collect(expression: &Expression, found: &mut Vec<std::ops::Range<usize>>) {
        expression.each_part(&mut |part| {
            let at = |byte: u32| (byte as usize).saturating_sub(BEFORE.len());
            found.push(at(part.span.start)..at(part.span.end));
            collect(part, found);
        });
    }
    let mut found = Vec::new();
    if let Ok(lowered) = lowered(expression) {
        collect(&lowered, &mut found);
    }
    found
}

/// Local values by their names.
type Locals = BTreeMap<&'static str, Value>;

/// The names of [`LOCALS`] and the files.
struct Surroundings<'l> {
    planning: bool,
    locals: &'l Locals,
}

/// The values of [`LOCALS`] while validating and while planning.
static VALIDATED: LazyLock<Locals> = LazyLock::new(|| locals(false));
static PLANNED: LazyLock<Locals> = LazyLock::new(|| locals(true));

fn locals(planning: bool) -> Locals {
    let mut locals = Locals::new();
    for (name, expression) in LOCALS {
        let surroundings = Surroundings {
            planning,
            locals: &locals,
        };
        let lowered = lowered(expression).expect("an expression");
        let value = evaluate(&lowered, &surroundings).expect("a value");
        let value = value.as_elements().and_then(<[Value]>::first).cloned();
        locals.insert(name, value.expect("a value"));
    }
    locals
}

impl Surroundings<'static> {
    fn of(planning: bool) -> Self {
        let locals: &'static Locals = if planning { &PLANNED } else { &VALIDATED };
        Surroundings { planning, locals }
    }
}

impl Scope for Surroundings<'_> {
    fn resolve(&self, target: &Target<'_>) -> Evaluated {
        match target.subject {
            Subject::Local(name) => self.locals.get(name.as_ref()).cloned().ok_or(Halt::Blocked),
            Subject::Resource(name) if name.to_string() != "terraform_data.u" => {
                let told = Diagnostic::error(Code::UnknownReference, "There is no such resource.");
                Err(told
                    .with_summary("Reference to undeclared resource")
                    .at(target.span)
                    .into())
            }
            Subject::Resource(_) if self.planning => Ok(Value::object_of([
                ("id", Value::unknown_not_null(Type::String)),
                ("input", Value::string("x")),
                ("output", Value::unknown(Type::Dynamic)),
                ("triggers_replace", Value::null(Type::Dynamic)),
            ])),
            Subject::Resource(_) => Ok(Value::unknown(Type::Dynamic)),
            Subject::Variable(_)
            | Subject::Module(_)
            | Subject::Each(_)
            | Subject::CountIndex
            | Subject::Path(_)
            | Subject::Workspace
            | Subject::Own => Err(Halt::Blocked),
        }
    }

    fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Halt> {
        let content = templates().get(path).map(|text| text.as_bytes().into());
        Ok(content)
    }

    fn files(&self, directory: &str, _pattern: &str) -> Result<Vec<String>, Halt> {
        let within = |path: &str| {
            path.strip_prefix(directory)?
                .strip_prefix('/')
                .map(str::to_owned)
        };
        Ok(templates().into_keys().filter_map(within).collect())
    }

    fn is_builtin(&self, provider: &str) -> bool {
        provider == "terraform"
    }

    fn timestamp(&self) -> Option<Arc<str>> {
        None
    }

    fn plan_timestamp(&self) -> Option<Arc<str>> {
        self.planning.then(|| "2026-01-02T03:04:05Z".into())
    }
}

/// The parts of a value as a tree of what `of` says of each, which `after_unknown` and `after_sensitive` tell alike.
fn tree(value: &Value, of: &dyn Fn(&Value) -> bool) -> Json {
    if of(value) {
        return json!(true);
    }
    match &value.kind {
        Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
            elements.iter().map(|part| tree(part, of)).collect()
        }
        Kind::Map(_, entries) | Kind::Object(entries) => entries
            .iter()
            .map(|(name, part)| (name.to_string(), tree(part, of)))
            .collect(),
        Kind::Unknown(_) | Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            json!(false)
        }
    }
}

fn unknown_parts(value: &Value) -> Json {
    tree(value, &Value::is_unknown)
}

fn sensitive_parts(value: &Value) -> Json {
    tree(value, &|part| part.marks.contains(Marks::SENSITIVE))
}

/// What is known of a value, as `after` tells it.
fn known_parts(value: &Value) -> Json {
    match &value.kind {
        Kind::Unknown(_) => Json::Null,
        Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
            elements.iter().map(known_parts).collect()
        }
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let known = entries.iter().filter(|(_, part)| !part.is_unknown());
            known
                .map(|(name, part)| (name.to_string(), known_parts(part)))
                .collect()
        }
        // Plans do not keep the sign of zero.
        Kind::Number(number) if number.is_zero() => json!(0),
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            Known::new(value).map_or(Json::Null, |known| to_json(&known))
        }
    }
}

/// What an expression comes to, where it is wholly known.
pub(super) fn known(expression: &str) -> Option<Json> {
    let value = evaluate(&lowered(expression).ok()?, &Surroundings::of(true)).ok()?;
    let [value] = value.as_elements()? else {
        return None;
    };
    value.is_wholly_known().then(|| known_parts(value))
}
