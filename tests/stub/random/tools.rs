//! A case by both tools: what each says of its steps, and how that differs.

use libtest_mimic::Failed;
use serde_json::Value as Json;

use crate::common::project::{Project, Ran};
use crate::configurations::answer::{Difference, Problem};
use crate::configurations::case::{Case, Step, installed};
use crate::configurations::oracle::problem;
use crate::stub::core::Core;
use crate::stub::played::{Pair, plan_differences, state_differences};

/// What is there before.
const SANDBOX: &str = r#"{
  "account": "123456789012",
  "region": "eu-west-1",
  "clusters": [{ "name": "main", "issuer_id": "EXAMPLED539D4633E53DE1B71EXAMPLE" }]
}
"#;

/// What came of a case.
#[derive(Debug, Default)]
pub(super) struct Came {
    pub(super) difference: Option<Difference>,
    /// How many steps both planned, and how many both refused.
    pub(super) planned: usize,
    pub(super) refused: usize,
    /// How many steps both planned that ours failed to make.
    pub(super) unmade: usize,
}

/// Takes the steps with both tools. Each goes on with the state of the other in turn.
pub(super) fn run(core: &Core, schemas: &str, case: &Case) -> Result<Came, Failed> {
    let pair = Pair::of(schemas);
    pair.ours.write("sandbox.json", SANDBOX);
    let mut found = Came::default();
    for (index, step) in case.steps.iter().enumerate() {
        put(&pair, step);
        let mut taken = Taken {
            core,
            pair: &pair,
            step,
        };
        match taken.take()? {
            Outcome::Same if index % 2 == 0 => pair.hands_over(),
            Outcome::Same => pair.takes_over(),
            Outcome::Ours => continue,
            Outcome::Planned => {
                found.unmade += 1;
                pair.hands_over();
            }
            Outcome::Refused => {
                found.refused += 1;
                continue;
            }
            Outcome::Differs(places) => {
                found.difference = Some(Difference::new(index + 1, places));
                break;
            }
        }
        found.planned += 1;
    }
    Ok(found)
}

/// The files of a step in the place of those before.
fn put(pair: &Pair, step: &Step) {
    for project in [&pair.ours, &pair.theirs] {
        let _removed = std::fs::remove_dir_all(project.file("m"));
        for (name, text) in &step.files {
            project.write(name, text);
        }
    }
    let modules = installed(step);
    pair.theirs
        .write(".terraform/modules/modules.json", &modules);
    let _removed = std::fs::remove_file(pair.theirs.file("played.json"));
}

enum Outcome {
    /// Both planned and made the same.
    Same,
    /// Ours refuses by rules of its own.
    Ours,
    /// Both planned the same, which ours fails to make.
    Planned,
    /// Both refuse it alike.
    Refused,
    Differs(Vec<String>),
}

/// A step on its way.
struct Taken<'a> {
    core: &'a Core,
    pair: &'a Pair,
    step: &'a Step,
}

impl Taken<'_> {
    fn take(&mut self) -> Result<Outcome, Failed> {
        let validating = ["validate", "-json"];
        let theirs = Told::of_answer(&self.core.tries(&self.pair.theirs, &validating))?;
        let mut ours = Told::of_answer(&self.pair.ours.run(&validating))?;
        let mut planning = vec!["plan", "-json", "-out=p"];
        planning.extend(self.step.arguments.iter().map(String::as_str));
        let sandboxed = [&["-sandbox"], &planning[..]].concat();
        if theirs.fails() {
            // What refers to something is judged while planning.
            let planned = Told::of_stream(&self.pair.ours.run(&sandboxed))?;
            ours.problems.extend(planned.problems);
        }
        if ours.fails() && ours.is_own && !theirs.fails() {
            return Ok(Outcome::Ours);
        }
        if let Some(places) = ours.differences(&theirs, "validate") {
            return Ok(Outcome::Differs(places));
        }
        if theirs.fails() {
            return Ok(Outcome::Refused);
        }
        let planned = self.pair.ours.run(&sandboxed);
        let ours = Told::of_stream(&planned)?;
        if ours.fails() {
            if ours.is_own {
                return Ok(Outcome::Ours);
            }
            let theirs = Told::of_stream(&self.core.tries(&self.pair.theirs, &planning))?;
            return Ok(match ours.differences(&theirs, "plan") {
                Some(places) => Outcome::Differs(places),
                None => Outcome::Refused,
            });
        }
        self.plan(&planning, &ours)
    }

    fn plan(&self, planning: &[&str], ours: &Told) -> Result<Outcome, Failed> {
        let Pair {
            ours: our,
            theirs: their,
        } = self.pair;
        let our_plan: Json = serde_json::from_str(&our.succeeds(&["show", "-json", "p"]).stdout)?;
        let applied = our.run(&["-sandbox", "apply", "p"]);
        let our_state = our.state();
        self.pair.record(&our_plan, &our_state);
        let theirs = Told::of_stream(&self.core.tries(their, planning))?;
        let destroys = planning.contains(&"-destroy");
        if destroys && theirs.fails() {
            // Of what is destroyed Terraform judges what would be if it stayed.
            return Ok(Outcome::Ours);
        }
        if let Some(places) = ours.differences(&theirs, "plan") {
            return Ok(Outcome::Differs(places));
        }
        if theirs.fails() {
            let told = theirs
                .problems
                .iter()
                .map(|one| format!("errors: the stub has {}", one.line()));
            return Ok(Outcome::Differs(told.collect()));
        }
        let their_plan = self.core.json(their, &["show", "-json", "p"])?;
        let mut places = plan_differences(their_plan, our_plan);
        // What has moved is still called by its old name here, or there.
        places.retain(|place| {
            !(place.starts_with("/prior_state/") && place.contains("/depends_on: "))
        });
        // Where an expression has a value without its mistakes, or two arms that are one, Terraform takes it for constant.
        places.retain(|place| {
            !(place.contains("/constant_value: ") && place.ends_with("trustform nothing"))
        });
        // Tags with the defaults of the provider are as secret here as the tags.
        places.retain(|place| !place.contains("sensitive") || !place.contains("/tags_all"));
        if destroys {
            // Of a destruction Terraform evaluates what else there would be, and we tell what is recorded.
            places.retain(|place| place.starts_with("/resource_changes"));
        }
        if !places.is_empty() {
            return Ok(Outcome::Differs(places));
        }
        if applied.code != 0 {
            return Ok(Outcome::Planned);
        }
        let made = self.core.tries(their, &["apply", "p"]);
        if made.code != 0 {
            let told = made.stderr.lines().take(30).collect::<Vec<_>>().join("\n");
            return Ok(Outcome::Differs(vec![format!(
                "apply: Terraform refuses\n{told}"
            )]));
        }
        let places = state_differences(their.state(), our_state);
        Ok(if places.is_empty() {
            Outcome::Same
        } else {
            Outcome::Differs(places)
        })
    }
}

/// What a tool told.
struct Told {
    problems: Vec<Problem>,
    /// Whether all errors are of rules of our own providers.
    is_own: bool,
}

/// The codes of what only our own rules, proofs and services say.
const OWN: [&str; 9] = [
    "already-exists",
    "binding-refuted",
    "binding-undecided",
    "invalid-policy",
    "invalid-value",
    "not-read",
    "operation-failed",
    "provider-settings",
    "role-without-subjects",
];

/// What the problems are that the stub has, to which nothing was played, and what Terraform says of it.
const STUB: [&str; 3] = [
    "there is no answer",
    "no change of",
    "Provider development overrides",
];

impl Told {
    fn of_answer(ran: &Ran) -> Result<Self, Failed> {
        let answer: Json = serde_json::from_str(&ran.stdout).map_err(|_| broken(ran))?;
        let all = answer["diagnostics"].as_array().cloned();
        Ok(Self::of(&all.unwrap_or_default()))
    }

    fn of_stream(ran: &Ran) -> Result<Self, Failed> {
        let lines = ran.stdout.lines().map(serde_json::from_str::<Json>);
        let lines: Vec<Json> = lines.collect::<Result<_, _>>().map_err(|_| broken(ran))?;
        let all = lines.into_iter().map(|mut line| line["diagnostic"].take());
        let told = Self::of(&all.filter(Json::is_object).collect::<Vec<_>>());
        if ran.code != 0 && !told.fails() {
            return Err(broken(ran));
        }
        Ok(told)
    }

    fn of(diagnostics: &[Json]) -> Self {
        let errors = diagnostics.iter().filter(|one| one["severity"] == "error");
        let is_rule = |one: &Json| {
            let code = one["code"].as_str().unwrap_or_default();
            OWN.contains(&code)
        };
        Self {
            is_own: errors.clone().all(is_rule),
            problems: diagnostics.iter().map(told).collect(),
        }
    }

    fn fails(&self) -> bool {
        self.problems.iter().any(|problem| problem.is_error)
    }

    fn lines(&self, errors: bool) -> Vec<String> {
        let told = self.problems.iter().filter(|one| one.is_error == errors);
        let lines = told.map(Problem::line);
        lines
            .filter(|line| !STUB.iter().any(|stub| line.contains(stub)))
            .collect()
    }

    /// Whether a line of Terraform's is told here.
    fn tells(&self, line: &String, errors: bool) -> bool {
        let mut own = self.problems.iter().filter(|one| one.is_error == errors);
        own.any(|own| own.is_among(std::slice::from_ref(line)))
    }

    /// Where Terraform tells what we do not, and what we tell where Terraform tells nothing.
    fn differences(&self, theirs: &Told, of: &str) -> Option<Vec<String>> {
        let mut places = Vec::new();
        for (errors, name) in [(true, "errors"), (false, "warnings")] {
            let lines = theirs.lines(errors);
            // Whatever does not depend on a mistake is judged by both, but not all of it before they end.
            let mut some = lines.iter().filter(|line| self.tells(line, errors));
            if errors && of == "plan" && some.next().is_some() {
                continue;
            }
            for line in &lines {
                let follows = lines.len() > 1 && line.ends_with("Unknown variable");
                if !follows && !self.tells(line, errors) {
                    places.push(format!("{name}: {of}: Terraform has {line}"));
                }
            }
        }
        if !theirs.fails() && self.fails() {
            let own = self.lines(true);
            places.extend(
                own.iter()
                    .map(|line| format!("errors: {of}: we have {line}")),
            );
        }
        if places.is_empty() {
            return None;
        }
        if self.fails() && theirs.fails() {
            places.extend(
                self.lines(true)
                    .iter()
                    .map(|line| format!("(we have {line})")),
            );
        }
        Some(places)
    }
}

/// A problem by the name of Terraform; what it says of the stub with all details.
fn told(diagnostic: &Json) -> Problem {
    let mut problem = problem(diagnostic);
    problem.summary = problem.summary.replace("Trustform", "Terraform");
    if problem.summary.starts_with("Provider produced") {
        let detail = diagnostic["detail"].as_str().unwrap_or_default();
        problem.summary = format!("{}: {}", problem.summary, detail.replace('\n', " "));
    }
    problem
}

fn broken(ran: &Ran) -> Failed {
    format!("neither plan nor problem\n{ran}").into()
}

/// The schemas as the program prints them.
pub(super) fn schemas() -> String {
    let schemas = Project::new().succeeds(&["providers", "schema", "-json"]);
    schemas.stdout
}
