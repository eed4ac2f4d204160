//! What comes of the steps of a case, in the form in which two tools are compared.
//!
//! Identifiers are chance: each is called by the step that made it and the address it was made for.

use super::order::Order;
use crate::common::documents;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

/// How many characters of problems have to stay while a case is made smaller.
const RESPECTED: usize = 120;

/// Warnings that are the commands' affair: what is said when a plan with targets is applied, and of files with values each
/// time that they are read.
const OF_COMMANDS: [&str; 2] = [
    "Applied changes may be incomplete",
    "Value for undeclared variable",
];

/// Told by us alone, of what Terraform takes without a word: nothing else follows from it.
const OURS_ALONE: &str = "Override without effect";

/// What a tool did with a step, as it told it.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// What was wrong with it, or looked so, while planning.
    pub(super) problems: Vec<Problem>,
    /// The plan; none for a step that could not be planned.
    pub(super) plan: Option<Json>,
    /// What has to be done before what.
    pub(super) order: Order,
    /// What came of applying the plan.
    pub(super) applied: Option<Applied>,
    /// The state afterwards, null before the first one.
    pub(super) state: Json,
    /// The same as `show -json` has it.
    pub(super) shown: Json,
}

/// What came of applying a plan.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) problems: Vec<Problem>,
    /// The operations that began, in their order.
    pub(super) operations: Vec<String>,
    /// The exit code of a plan afterwards, with `-detailed-exitcode`.
    pub(super) again: i32,
}

/// A diagnostic.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) is_error: bool,
    pub(crate) summary: String,
    /// The file, and line and column of the start and of the end.
    pub(crate) place: Option<(String, Position, Position)>,
}

type Position = (u64, u64);

/// The answers to the steps of a case.
pub(super) fn answers(raws: &[Raw]) -> Vec<Json> {
    let mut identifiers = Identifiers::default();
    let steps = raws.iter().enumerate();
    steps
        .map(|(index, raw)| {
            identifiers.learn(index + 1, &raw.state);
            answer(raw, &identifiers)
        })
        .collect()
}

fn answer(raw: &Raw, identifiers: &Identifiers) -> Json {
    let mut members = Map::new();
    put_problems(&mut members, &raw.problems);
    if let Some(plan) = &raw.plan {
        let plan = documents::comparable_plan(plan.clone());
        members.insert("changes".into(), changes(&plan["resource_changes"]));
        for (name, member) in [
            ("outputs", "output_changes"),
            ("drift", "resource_drift"),
            ("checks", "checks"),
        ] {
            members.insert(name.into(), sorted_elements(&plan[member]));
        }
        members.insert("order".into(), order(&raw.order));
    }
    if let Some(applied) = &raw.applied {
        let mut done = Map::new();
        put_problems(&mut done, &applied.problems);
        let operations: BTreeSet<&String> = applied.operations.iter().collect();
        done.insert("operations".into(), json!(operations));
        done.insert("again".into(), json!(applied.again));
        members.insert("apply".into(), Json::Object(done));
    }
    members.insert("state".into(), state(&raw.state));
    members.insert("shown".into(), shown(&raw.shown));
    members.retain(|_, value| !is_nothing(value));
    identifiers.named(&documents::sorted(&Json::Object(members)))
}

/// For each operation those that are over before it begins.
fn order(order: &Order) -> Json {
    let mut found: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
    for (earlier, later) in order {
        found.entry(later).or_default().insert(earlier, true);
    }
    json!(found)
}

fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(elements) => elements.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

fn put_problems(members: &mut Map<String, Json>, problems: &[Problem]) {
    for (name, is_error) in [("errors", true), ("warnings", false)] {
        let told = problems.iter().filter(|one| {
            let is_left_out =
                OF_COMMANDS.contains(&one.summary.as_str()) || one.summary == OURS_ALONE;
            one.is_error == is_error && !is_left_out
        });
        let told: BTreeSet<String> = told.map(Problem::line).collect();
        if !told.is_empty() {
            members.insert(name.into(), json!(told));
        }
    }
}

impl Problem {
    /// `main.tf:3:5 Summary`, or the summary alone.
    pub(crate) fn line(&self) -> String {
        let summary = &self.summary;
        match &self.place {
            Some((file, (line, column), _)) => format!("{file}:{line}:{column} {summary}"),
            None => summary.clone(),
        }
    }

    /// Whether one of Terraform's is the same: where both claim a place, theirs lies within
    /// ours or on its line.
    pub(crate) fn is_among(&self, theirs: &[String]) -> bool {
        theirs.iter().any(|line| {
            let Some(place) = line.strip_suffix(&self.summary) else {
                return false;
            };
            let mut parts = place.trim_end().rsplitn(3, ':');
            let mut number = || parts.next().and_then(|text| text.parse::<u64>().ok());
            let (Some(column), Some(row)) = (number(), number()) else {
                return true;
            };
            let file = parts.next().unwrap_or_default();
            self.place.as_ref().is_none_or(|(own, start, end)| {
                let is_within = (*start..=*end).contains(&(row, column));
                own == file && (is_within || row == start.0)
            })
        })
    }
}

/// How the answers of the tools differ in the first step in which they do; what follows it follows from it.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    step: usize,
    /// Each with the part of the answer that it is in.
    places: Vec<String>,
}

impl Difference {
    /// A difference in a step, from 1, at least at one place.
    pub(crate) fn new(step: usize, places: Vec<String>) -> Self {
        Self { step, places }
    }

    /// The step, from 1.
    pub(crate) fn step(&self) -> usize {
        self.step
    }

    /// What has to stay while a case is made smaller: the part of the answer in which the first difference is, and of
    /// problems their words, wherever they stand by then.
    pub(crate) fn respect(&self) -> String {
        let first = self.places.first().map_or("", String::as_str);
        let part = first.split(['/', ':', ' ']).find(|part| !part.is_empty());
        let part = part.unwrap_or_default();
        if part != "errors" && part != "warnings" {
            return part.to_owned();
        }
        let words = first.chars().filter(|c| !c.is_ascii_digit());
        words.take(RESPECTED).collect()
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "step {}:", self.step)?;
        self.places
            .iter()
            .try_for_each(|place| writeln!(f, "{place}"))
    }
}

/// How our answers differ from those that a case has to have; none when they do not.
pub(super) fn difference(theirs: &[Json], ours: &[Raw]) -> Option<Difference> {
    let both = theirs.iter().zip(ours.iter().zip(answers(ours)));
    both.enumerate()
        .find_map(|(index, (their, (raw, mut our)))| {
            let mut their = their.clone();
            for side in [&mut their, &mut our] {
                documents::sort_set_aside(side);
            }
            compare_warnings(&mut their, &mut our);
            compare_problems(&mut their, &mut our, &raw.problems);
            tolerate(&mut their, &mut our);
            if let Some(applied) = &raw.applied
                && their.get("apply").is_some()
            {
                compare_problems(&mut their["apply"], &mut our["apply"], &applied.problems);
            }
            let places = documents::differences(&their, &our);
            (!places.is_empty()).then_some(Difference {
                step: index + 1,
                places,
            })
        })
}

/// What Terraform tells beside another mistake because of that one: an assertion that is wrong is not counted, and an
/// argument that ends at a wrong character has no newline.
const CONSEQUENCES: [&str; 2] = ["Zero assert blocks", "Missing newline after argument"];

/// Takes the errors out of both where each of theirs is one of ours. There may be more of ours: Terraform ends after a
/// phase that found some.
fn compare_problems(their: &mut Json, our: &mut Json, problems: &[Problem]) {
    let errors = |json: &Json| -> Vec<String> {
        let lines = json["errors"].as_array().into_iter().flatten();
        lines
            .filter_map(|line| Some(line.as_str()?.to_owned()))
            .collect()
    };
    let (theirs, ours) = (errors(their), errors(our));
    let told = |line: &String| {
        let mut own = problems.iter().filter(|problem| problem.is_error);
        own.any(|problem| problem.is_among(std::slice::from_ref(line)))
    };
    let follows = |line: &String| CONSEQUENCES.iter().any(|summary| line.ends_with(summary));
    let (following, causes): (Vec<_>, Vec<_>) = theirs.iter().partition(|line| follows(line));
    let counted = if causes.is_empty() { following } else { causes };
    if theirs.is_empty() == ours.is_empty() && counted.into_iter().all(told) {
        for side in [their, our] {
            if let Some(members) = side.as_object_mut() {
                members.remove("errors");
            }
        }
    }
}

/// Warnings that Terraform repeats while applying what it warned of while planning.
const REPEATED: [&str; 3] = [
    "Check block assertion known after apply",
    "Error message refers to ephemeral values",
    "Error message refers to sensitive values",
];

fn warnings(answer: &Json) -> BTreeSet<String> {
    let lines = answer["warnings"].as_array().into_iter().flatten();
    let lines = lines.filter_map(Json::as_str);
    lines.map(str::to_owned).collect()
}

fn set_warnings(answer: &mut Json, warnings: &BTreeSet<String>) {
    if let Some(members) = answer.as_object_mut() {
        members.remove("warnings");
        if !warnings.is_empty() {
            members.insert("warnings".to_owned(), json!(warnings));
        }
    }
}

/// Takes out the warnings that are told once and may be told once more, and where both refuse, those of ours to which
/// Terraform has not come: it ends after a phase that found mistakes.
fn compare_warnings(their: &mut Json, our: &mut Json) {
    for side in [&mut *their, &mut *our] {
        let told = warnings(side);
        let mut later = warnings(&side["apply"]);
        later.retain(|line| {
            !told.contains(line) || REPEATED.iter().all(|summary| !line.ends_with(summary))
        });
        if side.get("apply").is_some() {
            set_warnings(&mut side["apply"], &later);
        }
    }
    let refuses = |side: &Json| side.get("errors").is_some();
    if refuses(their) && refuses(our) {
        let theirs = warnings(their);
        let mut ours = warnings(our);
        ours.retain(|line| theirs.contains(line));
        set_warnings(our, &ours);
    }
}

/// Makes alike what may differ.
///
/// Where an expression refers to one instance of a block, Terraform waits for that one, we for all: a pair of operations
/// of ours is let pass if Terraform has one of the same operation and the other's block. We destroy later than Terraform where something else
/// can be made before, never earlier; what Terraform destroys earlier because of that follows from it. Where an object
/// has moved, and where everything is destroyed, we wait for what was recorded as depending on it, Terraform does not.
/// Terraform records of each instance whether one that is created before it is destroyed depends on it, we of the block.
/// Of a destruction it evaluates what outputs were.
fn tolerate(their: &mut Json, our: &mut Json) {
    let (mut theirs, mut ours) = (pairs(their), pairs(our));
    let of_one = |(earlier, later): &(String, String)| {
        let begins_alike = (earlier.clone(), block(later));
        let ends_alike = (block(earlier), later.clone());
        [begins_alike, ends_alike]
    };
    let known: BTreeSet<_> = theirs.iter().flat_map(of_one).collect();
    let is_wider = |pair: &(String, String)| of_one(pair).iter().any(|one| known.contains(one));
    ours.retain(|pair| theirs.contains(pair) || !is_wider(pair));
    let all = theirs.clone();
    let passes = |pair: &(String, String)| destroys_first(pair) && !ours.contains(pair);
    let follows = |(earlier, later): &(String, String)| {
        let mut on_the_way = all.iter().filter(|(first, _)| first == earlier);
        on_the_way.any(|first| {
            let second = (first.1.clone(), later.clone());
            all.contains(&second) && (passes(first) || passes(&second))
        })
    };
    theirs.retain(|pair| ours.contains(pair) || !(destroys_first(pair) || follows(pair)));
    let makes_first = |(earlier, later): &(String, String)| !is_delete(earlier) && is_delete(later);
    let moved = moved(our);
    let destroys_all = our["apply"]["operations"]
        .as_array()
        .is_some_and(|all| all.iter().all(|one| one.as_str().is_some_and(is_delete)));
    let remembers = |(earlier, later): &(String, String)| {
        let is_told =
            destroys_all || moved.contains(&object(earlier)) || moved.contains(&object(later));
        is_delete(earlier) && is_delete(later) && is_told
    };
    ours.retain(|pair| theirs.contains(pair) || !(makes_first(pair) || remembers(pair)));
    for (side, pairs) in [(&mut *their, theirs), (&mut *our, ours)] {
        if let Some(members) = side.as_object_mut() {
            members.insert("order".to_owned(), order(&pairs));
        }
    }
    for side in [their, our] {
        spread_creates_first(&mut side["state"]);
        for (_, output) in side["outputs"].as_object_mut().into_iter().flatten() {
            let is_deleted = output["actions"] == json!(["delete"]);
            if let (Some(members), true) = (output.as_object_mut(), is_deleted) {
                members.remove("before");
                members.remove("before_sensitive");
            }
        }
    }
}

fn is_delete(operation: &str) -> bool {
    operation.starts_with("delete ")
}

/// The block of what an operation is about.
fn object(operation: &str) -> String {
    let (_, address) = operation.split_once(' ').unwrap_or_default();
    block(address)
}

/// Whether an object is destroyed before something else is made.
fn destroys_first((earlier, later): &(String, String)) -> bool {
    is_delete(earlier) && !is_delete(later) && object(earlier) != object(later)
}

/// The blocks of objects that have moved.
fn moved(answer: &Json) -> BTreeSet<String> {
    let changes = answer["changes"].as_object().into_iter().flatten();
    let moved = changes.filter(|(_, change)| change.get("previous_address").is_some());
    moved.map(|(address, _)| block(address)).collect()
}

/// The pairs of operations of an answer.
fn pairs(answer: &Json) -> Order {
    let lists = answer["order"].as_object().into_iter().flatten();
    let pairs = lists.flat_map(|(later, list)| {
        let earlier = list.as_object().into_iter().flatten();
        earlier.map(move |(earlier, _)| (earlier.clone(), later.clone()))
    });
    pairs.collect()
}

/// An operation by its block, without keys of instances.
fn block(operation: &str) -> String {
    static KEY: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"\[("([^"]*)"|[0-9]+)\]"#).expect("a pattern"));
    KEY.replace_all(operation, "").into_owned()
}

/// Says of all instances of a block what is recorded of one.
fn spread_creates_first(state: &mut Json) {
    let name = "create_before_destroy";
    for resource in state["resources"].as_array_mut().into_iter().flatten() {
        let instances = resource["instances"].as_array_mut();
        let mut instances: Vec<&mut Json> = instances.into_iter().flatten().collect();
        if instances
            .iter()
            .any(|instance| instance.get(name).is_some())
        {
            for instance in &mut instances {
                instance[name] = json!(true);
            }
        }
    }
}

/// The changes of a plan, by address, without those that do nothing and what follows from the address.
fn changes(changes: &Json) -> Json {
    let mut found = BTreeMap::new();
    for change in changes.as_array().into_iter().flatten() {
        let told = ["previous_address", "deposed"];
        let is_told = told.iter().any(|member| change.get(member).is_some());
        let imports = change.pointer("/change/importing").is_some();
        if change["change"]["actions"] == json!(["no-op"]) && !is_told && !imports {
            continue;
        }
        let mut change = change.clone();
        let deposed = change.get("deposed").is_some();
        if let Some(members) = change.as_object_mut() {
            for name in ["deposed", "mode", "type", "name", "index", "provider_name"] {
                members.remove(name);
            }
            members.remove("module_address");
        }
        let address = change["address"].as_str().unwrap_or_default().to_owned();
        let suffix = if deposed { " (deposed)" } else { "" };
        found.insert(format!("{address}{suffix}"), change);
    }
    json!(found)
}

/// Lists in an order of their own.
fn sorted_elements(json: &Json) -> Json {
    match json {
        Json::Array(elements) => {
            let mut elements: Vec<Json> = elements.iter().map(sorted_elements).collect();
            elements.sort_by_key(|element| documents::sorted(element).to_string());
            Json::Array(elements)
        }
        Json::Object(members) => members
            .iter()
            .map(|(name, member)| match name.as_str() {
                "instances" | "problems" => (name.clone(), sorted_elements(member)),
                _ => (name.clone(), member.clone()),
            })
            .collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.clone(),
    }
}

/// A state without what is free to differ, and with the results of its conditions in an order of their own.
fn state(state: &Json) -> Json {
    let mut comparable = documents::comparable_state(state.clone());
    if comparable.is_null() {
        return comparable;
    }
    // After a failure Terraform keeps blocks without instances.
    if let Some(resources) = comparable["resources"].as_array_mut() {
        resources.retain(|resource| !is_nothing(&resource["instances"]));
        for resource in resources {
            for instance in resource["instances"].as_array_mut().into_iter().flatten() {
                if let Some(Json::Array(paths)) = instance.get_mut("sensitive_attributes") {
                    paths.sort_by_key(Json::to_string);
                }
            }
        }
    }
    if let Some(members) = comparable.as_object_mut() {
        let results = results(&state["check_results"]);
        if !results.is_empty() {
            members.insert("check_results".into(), Json::Array(results));
        }
    }
    comparable
}

fn results(results: &Json) -> Vec<Json> {
    let mut results = results.as_array().cloned().unwrap_or_default();
    for result in &mut results {
        if let Some(objects) = result["objects"].as_array_mut() {
            objects.sort_by_key(Json::to_string);
        }
    }
    results.sort_by_key(|result| documents::sorted(result).to_string());
    results
}

/// `show -json` of a state: its values.
fn shown(shown: &Json) -> Json {
    let mut state = json!({ "prior_state": shown });
    state = documents::comparable_plan(state);
    let mut values = state["prior_state"]["values"]["root_module"].take();
    without_empty_modules(&mut values);
    values
}

/// After a failure Terraform shows modules that hold nothing.
fn without_empty_modules(module: &mut Json) {
    if let Some(Json::Array(modules)) = module.get_mut("child_modules") {
        modules.iter_mut().for_each(without_empty_modules);
        modules.retain(|one| one.get("resources").is_some() || one.get("child_modules").is_some());
    }
    if let Some(members) = module.as_object_mut()
        && members.get("child_modules").is_some_and(is_nothing)
    {
        members.remove("child_modules");
    }
}

/// Identifiers by what they are called.
#[derive(Default)]
struct Identifiers(BTreeMap<String, String>);

static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
        .expect("a pattern")
});

impl Identifiers {
    /// Takes in the objects that a step left in the state.
    fn learn(&mut self, step: usize, state: &Json) {
        for resource in state["resources"].as_array().into_iter().flatten() {
            let module = resource["module"].as_str().unwrap_or_default();
            let name = resource["name"].as_str().unwrap_or_default();
            for instance in resource["instances"].as_array().into_iter().flatten() {
                let Some(id) = instance["attributes"]["id"].as_str() else {
                    continue;
                };
                if !IDENTIFIER.is_match(id) {
                    continue;
                }
                let key = &instance["index_key"];
                let key = if key.is_null() {
                    String::new()
                } else {
                    format!("[{key}]")
                };
                let known = self.0.entry(id.to_owned());
                known.or_insert_with(|| format!("(id {step} {module} {name}{key})"));
            }
        }
    }

    /// A document with every identifier called by its name, and keys of deposed objects by none.
    fn named(&self, json: &Json) -> Json {
        match json {
            Json::String(text) => Json::String(self.text(text)),
            Json::Array(elements) => elements.iter().map(|part| self.named(part)).collect(),
            Json::Object(members) => {
                let members = members.iter().map(|(name, member)| match name.as_str() {
                    "deposed" | "deposed_key" => (name.clone(), json!("(key)")),
                    _ => (self.text(name), self.named(member)),
                });
                members.collect()
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        let name = |found: &regex::Captures<'_>| {
            let name = self.0.get(&found[0].to_lowercase());
            name.map_or("(id)", String::as_str).to_owned()
        };
        IDENTIFIER.replace_all(text, name).into_owned()
    }
}
