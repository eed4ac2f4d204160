//! Expressions against the answers of the real Terraform.
//!
//! A file of `tests/language/expressions/` holds one expression a line, each followed by its answer, indented: type and
//! value; `unknown` with what `show -json` says of it; `error` with the summaries. Every expression is a trial of its
//! own. Where `terraform` is on the PATH one more trial per file asks it again; with `TRUSTFORM_RECORD=1` that trial
//! writes the answers into the file.

use libtest_mimic::{Failed, Trial};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use trustform::lang::{Evaluated, Halt, Scope, Subject, Target, evaluate, lower, parse};
use trustform::source::SourceMap;
use trustform::value::{Kind, Known, Marks, Type, Value, to_json, type_to_json};

/// What the expressions may refer to, as Terraform sees it.
const SURROUNDINGS: &str = r#"
resource "terraform_data" "u" {
  input = "x"
}
locals {
  us  = terraform_data.u.id
  ud  = try(terraform_data.u.id, 1)
  ub  = terraform_data.u.id == "x"
  un  = length(terraform_data.u.id)
  s   = sensitive("s")
  nl  = null
  one = [{ a = 1, b = "x" }]
}
"#;

/// Every expression as a trial, and every file as one where Terraform is there.
pub(crate) fn trials() -> Vec<Trial> {
    let terraform = Command::new("terraform").arg("version").output().is_ok();
    let mut trials = Vec::new();
    for file in case_files() {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for (line, case) in cases(&text) {
            trials.push(Trial::test(
                format!("language::{name}::{line}"),
                move || check(&case),
            ));
        }
        if terraform {
            let live = format!("language::{name}::terraform");
            trials.push(Trial::test(live, move || ask_again(&file, &text)));
        }
    }
    trials
}

struct Case {
    expression: String,
    answer: String,
}

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/expressions");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// The cases with the lines they stand in.
fn cases(text: &str) -> Vec<(usize, Case)> {
    let mut cases: Vec<(usize, Case)> = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        match content.strip_prefix("  ") {
            Some(answer) => {
                if let Some((_, case)) = cases.last_mut() {
                    answer.clone_into(&mut case.answer);
                }
            }
            None if content.is_empty() || content.starts_with('#') => {}
            None => {
                let expression = content.to_owned();
                let answer = String::new();
                cases.push((line, Case { expression, answer }));
            }
        }
    }
    cases
}

fn check(case: &Case) -> Result<(), Failed> {
    let answer = ours(&case.expression);
    if answer == case.answer {
        return Ok(());
    }
    let Case {
        expression,
        answer: expected,
    } = case;
    Err(format!("{expression}\n  Terraform: {expected}\n  trustform: {answer}").into())
}

/// Our answer, as the files write it.
fn ours(expression: &str) -> String {
    match evaluated(expression) {
        Ok(value) if value.is_wholly_known() => match Known::new(&value) {
            Ok(known) => format!("{} {}", type_to_json(&value.ty()), to_json(&known)),
            Err(error) => error.to_string(),
        },
        Ok(value) => format!("unknown {} {}", unknown_parts(&value), known_parts(&value)),
        Err(Halt::Blocked) => "blocked".to_owned(),
        Err(Halt::Failed(problems)) => {
            let summaries: Vec<&str> = problems
                .iter()
                .map(|problem| problem.summary.as_str())
                .collect();
            format!("error {}", summaries.join("; "))
        }
    }
}

fn evaluated(expression: &str) -> Evaluated {
    let text = format!("value = [{expression}]\n");
    let file = SourceMap::default().add("main.tf", text.as_str());
    let (body, problems) = parse(&text, file);
    if problems.has_errors() {
        return Err(Halt::Failed(Box::new(problems)));
    }
    let attribute = body.get_attribute("value").ok_or(Halt::Blocked)?;
    let lowered = lower(&attribute.value, file, &text)
        .map_err(|problems| Halt::Failed(Box::new(problems)))?;
    let value = evaluate(&lowered, &Surroundings)?;
    value
        .as_elements()
        .and_then(<[Value]>::first)
        .cloned()
        .ok_or(Halt::Blocked)
}

/// The names of [`SURROUNDINGS`].
struct Surroundings;

impl Scope for Surroundings {
    fn resolve(&self, target: &Target<'_>) -> Evaluated {
        let Subject::Local(name) = target.subject else {
            return Err(Halt::Blocked);
        };
        Ok(match name.as_ref() {
            "us" => Value::unknown_not_null(Type::String),
            "ud" => Value::unknown(Type::Dynamic),
            "ub" => Value::unknown_not_null(Type::Bool),
            "un" => Value::unknown_not_null(Type::Number),
            "s" => Value::string("s").marked(Marks::SENSITIVE),
            "nl" => Value::null(Type::Dynamic),
            "one" => Value::tuple(vec![Value::object_of([
                ("a", Value::number(1_i64)),
                ("b", Value::string("x")),
            ])]),
            _ => return Err(Halt::Blocked),
        })
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

/// The template files that expressions may render.
fn templates() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("plain.tpl", "a ${x}\n"),
        ("single.tpl", "${x}"),
        (
            "loop.tpl",
            "%{ for k, v in x ~}\n  ${k} = ${v}\n%{ endfor ~}\nend\n",
        ),
        ("itself.tpl", "${templatefile(\"itself.tpl\", {})}"),
        ("broken.tpl", "a ${\n"),
    ])
}

/// What is unknown of a value, as `after_unknown` tells it.
fn unknown_parts(value: &Value) -> Json {
    match &value.kind {
        Kind::Unknown(_) => json!(true),
        Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
            elements.iter().map(unknown_parts).collect()
        }
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let parts = entries
                .iter()
                .map(|(name, part)| (name.to_string(), unknown_parts(part)));
            parts.filter(|(_, part)| *part != json!(false)).collect()
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => json!(false),
    }
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
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            Known::new(value).map_or(Json::Null, |known| to_json(&known))
        }
    }
}

fn ask_again(file: &Path, text: &str) -> Result<(), Failed> {
    let cases = cases(text);
    let expressions: Vec<&str> = cases
        .iter()
        .map(|(_, case)| case.expression.as_str())
        .collect();
    let answers = theirs(&expressions)?;
    if std::env::var_os("TRUSTFORM_RECORD").is_some() {
        let mut answers = answers.iter();
        let mut recorded = String::new();
        for line in text.lines().filter(|line| !line.starts_with("  ")) {
            writeln!(recorded, "{line}")?;
            if !line.is_empty() && !line.starts_with('#') {
                writeln!(
                    recorded,
                    "  {}",
                    answers.next().ok_or("an answer is missing")?
                )?;
            }
        }
        std::fs::write(file, recorded)?;
        return Ok(());
    }
    let mut differences = String::new();
    for ((line, case), answer) in cases.iter().zip(&answers) {
        if case.answer != *answer {
            writeln!(
                differences,
                "line {line}: {}\n  {}\n  {answer}",
                case.expression, case.answer
            )?;
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.into())
    }
}

/// Terraform's answers: one plan that gives the errors, one without the failing expressions that gives the values.
fn theirs(expressions: &[&str]) -> Result<Vec<String>, Failed> {
    let folder = tempfile::tempdir()?;
    for (name, content) in templates() {
        std::fs::write(folder.path().join(name), content)?;
    }
    let mut errors: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    loop {
        let wanted: Vec<usize> = (0..expressions.len())
            .filter(|index| !errors.contains_key(index))
            .collect();
        let found = plan(folder.path(), expressions, &wanted)?;
        if found.is_empty() {
            break;
        }
        errors.extend(found);
    }
    let shown: Json = serde_json::from_slice(&terraform(folder.path(), &["show", "-json", "p"])?)?;
    let answer = |index: usize| match errors.get(&index) {
        Some(summaries) => format!("error {}", summaries.join("; ")),
        None => known_answer(&shown, index),
    };
    Ok((0..expressions.len()).map(answer).collect())
}

fn known_answer(shown: &Json, index: usize) -> String {
    let part = |path: &str| shown.pointer(path).unwrap_or(&Json::Null);
    let change = format!("/output_changes/o{index}");
    let after = part(&format!("{change}/after/0"));
    if *part(&format!("{change}/after_unknown")) == json!(false) {
        let ty = part(&format!("/planned_values/outputs/o{index}/type/1/0"));
        format!("{ty} {after}")
    } else {
        let unknown = part(&format!("{change}/after_unknown/0"));
        format!("unknown {unknown} {after}")
    }
}

/// Plans the wanted expressions as outputs; the summaries of the errors of each.
fn plan(
    folder: &Path,
    expressions: &[&str],
    wanted: &[usize],
) -> Result<BTreeMap<usize, Vec<String>>, Failed> {
    let mut configuration = SURROUNDINGS.to_owned();
    let mut owners: Vec<(usize, usize)> = Vec::new();
    for index in wanted {
        let expression = expressions.get(*index).copied().unwrap_or_default();
        owners.push((configuration.lines().count() + 1, *index));
        writeln!(
            configuration,
            "output \"o{index}\" {{\n  sensitive = true\n  value = [{expression}]\n}}"
        )?;
    }
    std::fs::write(folder.join("main.tf"), configuration)?;
    let output = terraform(folder, &["plan", "-json", "-out=p"])?;
    let mut errors: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output).lines() {
        let message: Json = serde_json::from_str(line).unwrap_or_default();
        let part = |path: &str| message.pointer(path).unwrap_or(&Json::Null);
        if *part("/diagnostic/severity") != json!("error") {
            continue;
        }
        let at = part("/diagnostic/range/start/line")
            .as_u64()
            .unwrap_or_default();
        let owner = owners
            .iter()
            .rev()
            .find(|(start, _)| u64::try_from(*start).is_ok_and(|start| start <= at));
        let (_, index) = owner.ok_or_else(|| format!("not about an expression: {line}"))?;
        let summary = part("/diagnostic/summary").as_str().unwrap_or_default();
        let (detail, column) = (
            part("/diagnostic/detail"),
            part("/diagnostic/range/start/column"),
        );
        let summaries = errors.entry(*index).or_default();
        // The same problem in several iterations is told once here.
        let key = format!("{summary}\u{0}{detail}{column}");
        if !summaries.contains(&key) {
            summaries.push(key);
        }
    }
    let short = |key: String| key.split('\u{0}').next().unwrap_or_default().to_owned();
    Ok(errors
        .into_iter()
        .map(|(index, keys)| (index, keys.into_iter().map(short).collect()))
        .collect())
}

fn terraform(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Failed> {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env(
            "TF_CLI_CONFIG_FILE",
            if cfg!(windows) { "NUL" } else { "/dev/null" },
        )
        .env("CHECKPOINT_DISABLE", "1")
        .output()?;
    Ok(output.stdout)
}
