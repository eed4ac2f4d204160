//! The targets that read a whole configuration, a state, values of variables or a saved plan.

use super::archive::Archive;
use super::seeds;
use super::texts::{said, text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use trustform::address::Name;
use trustform::config::{
    Configuration, InputFile, Inputs, Module, ModuleSource, check, decode_file, load,
};
use trustform::diagnostic::{Diagnostics, Style};
use trustform::engine::{PlanFile, SaveRequest, save, starting};
use trustform::eval::{FileAnswers, Program, Surroundings};
use trustform::graph::DependencyGraph;
use trustform::link::{PriorFacts, link};
use trustform::plan::{Answers, Mode, Options, Plan, PriorState, Step, plan, validity};
use trustform::provider::registry::Registry;
use trustform::review::{self, Review};
use trustform::source::SourceMap;
use trustform::value::Value;
use trustform_state::snapshot::{Lineage, Snapshot};

/// What configurations are made of.
pub(super) const WORDS: &[&str] = &[
    "--- main.tf\n",
    "--- a/main.tf\n",
    "--- main.tf.json\n",
    "--- main_override.tf\n",
    "--- terraform.tfstate\n",
    "--- terraform.tfvars\n",
    "module \"a\" {\n source = \"./a\"\n}\n",
    "module \"a\" {\n source = \"./\"\n}\n",
    "locals {\n a = [local.b]\n b = 1\n}\n",
    "variable \"a\" {\n type = list(any)\n default = []\n}\n",
    "output \"a\" {\n value = local.a\n}\n",
    "resource \"terraform_data\" \"a\" {\n input = local.a\n}\n",
    "data \"terraform_data\" \"a\" {}\n",
    "check \"a\" {\n assert {\n condition = var.a\n error_message = \"x\"\n }\n}\n",
    "moved {\n from = terraform_data.a\n to = terraform_data.b[0]\n}\n",
    "import {\n to = terraform_data.a\n id = \"x\"\n}\n",
    "removed {\n from = terraform_data.a\n lifecycle {\n destroy = false\n }\n}\n",
    "replace_triggered_by = [terraform_data.b]\n",
    "ignore_changes = all\n",
    "create_before_destroy = true\n",
    "validation {\n condition = true\n error_message = \"\"\n}\n",
    "provisioner \"local-exec\" {\n command = \"true\"\n}\n",
    "precondition {\n condition = self.input == 1\n error_message = \"x\"\n}\n",
];

/// The configurations of the repository and some over `terraform_data` alone.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mut all = seeds::of(&[DATA, MODULES, CHAIN]);
    all.extend(seeds::projects());
    all
}

const DATA: &str = r#"
variable "v" {
  type    = map(object({ a = optional(string, "x"), n = optional(number) }))
  default = { one = {}, two = { n = 2 } }
  validation {
    condition     = length(var.v) > 0
    error_message = "none of ${jsonencode(var.v)}"
  }
}
locals {
  a = [for k, v in var.v : { key = k, text = "${v.a}-${coalesce(v.n, 0)}" }]
  b = { for x in local.a : x.key => x.text... }
}
resource "terraform_data" "a" {
  for_each         = local.b
  input            = { text = each.value, all = local.a }
  triggers_replace = [each.key]
  lifecycle {
    create_before_destroy = true
    postcondition {
      condition     = self.input != null
      error_message = "null"
    }
  }
}
resource "terraform_data" "b" {
  count      = 2
  input      = sensitive(terraform_data.a["one"].output)
  depends_on = [terraform_data.a]
}
output "o" {
  value     = terraform_data.b[*].id
  sensitive = true
}
--- terraform.tfstate
{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {}, "resources": [
 {"mode": "managed", "type": "terraform_data", "name": "b", "provider": "provider[\"terraform.io/builtin/terraform\"]",
  "instances": [{"index_key": 0, "schema_version": 0, "attributes": {"id": "i", "triggers_replace": null,
   "input": {"value": ["x"], "type": ["tuple", ["string"]]}, "output": {"value": "x", "type": "string"}}}]}]}
"#;

const MODULES: &str = r#"
module "m" {
  source   = "./m"
  for_each = toset(["x", "y"])
  name     = each.key
}
output "o" {
  value = { for k, m in module.m : k => m.id }
}
moved {
  from = terraform_data.old
  to   = module.m["x"].terraform_data.this
}
--- m/main.tf
variable "name" { type = string }
module "n" {
  source = "./n"
  count  = 1
  text   = upper(var.name)
}
resource "terraform_data" "this" {
  input = module.n[*].text
}
output "id" { value = terraform_data.this.id }
--- m/n/main.tf
variable "text" {}
output "text" { value = "<${var.text}>" }
"#;

const CHAIN: &str = r#"
locals {
  a0 = []
  a1 = [local.a0, local.a0]
  a2 = { a = local.a1, b = local.a1 }
  a3 = [for x in [1, 2] : local.a2]
}
resource "terraform_data" "a" { input = local.a3 }
output "a" { value = jsonencode(terraform_data.a.output) }
"#;

/// The configurations of the repository that are written in JSON, and one more.
pub(super) fn json() -> Vec<Vec<u8>> {
    let heading = |text: &Vec<u8>| [b"--- main.tf.json\n", text.as_slice()].concat();
    let files = seeds::ending(&["tests/cases"], &[".tf.json"]);
    let mut all: Vec<Vec<u8>> = files.iter().map(heading).collect();
    all.extend(seeds::of(&[
        r#"--- main.tf.json
{"//": "x", "locals": {"a": ["${1 + 1}", {"b": "%{ if true }x%{ endif }"}]},
 "variable": {"v": {"type": "list(string)", "default": ["a"]}},
 "resource": {"terraform_data": {"a": [{"for_each": "${toset(var.v)}", "input": "${each.key}", "lifecycle": {"ignore_changes": ["input"]}}]}},
 "output": {"o": {"value": "${terraform_data.a}"}}}
"#,
    ]));
    all
}

/// Loads, links and checks a configuration.
fn checked(source: &mut dyn ModuleSource) -> (Configuration, Diagnostics) {
    let (configuration, mut problems) = load(Path::new("."), source, &Registry);
    let (linked, more) = link(configuration, &PriorFacts::default());
    problems.extend(more);
    problems.extend(check(&linked, &Registry));
    (linked, problems)
}

/// Reads a configuration as `validate` does.
pub(super) fn decoder(input: &[u8]) -> String {
    let (configuration, problems) = checked(&mut Archive::parse(&text(input)));
    let told = said(&problems, &configuration.sources);
    match trustform::graph::build(&configuration) {
        Ok(graph) => {
            let program = program_of(configuration, graph, BTreeMap::new());
            let found = validity(&program, &FileAnswers::default(), &problems);
            let more = said(&found.problems, &program.configuration.sources);
            format!("{told}{more}")
        }
        Err(cycles) => told + &said(&cycles, &configuration.sources),
    }
}

/// The program of a sound configuration; what is wrong with another.
fn program(archive: &mut Archive) -> Result<Program, String> {
    let (mut configuration, problems) = checked(archive);
    if problems.has_errors() {
        return Err(said(&problems, &configuration.sources));
    }
    let graph = trustform::graph::build(&configuration)
        .map_err(|cycles| said(&cycles, &configuration.sources))?;
    let inputs = given(archive, &mut configuration)?;
    Ok(program_of(configuration, graph, inputs))
}

fn program_of(
    configuration: Configuration,
    graph: DependencyGraph,
    inputs: BTreeMap<Name, Value>,
) -> Program {
    Program {
        configuration,
        graph,
        schemas: Arc::new(Registry),
        inputs,
        surroundings: Surroundings {
            workspace: "default".to_owned(),
            plan_timestamp: Some("2026-01-02T03:04:05Z".into()),
            ..Surroundings::default()
        },
    }
}

fn given(
    archive: &Archive,
    configuration: &mut Configuration,
) -> Result<BTreeMap<Name, Value>, String> {
    let mut inputs = Inputs::default();
    for (path, text) in &archive.0 {
        let name = path.to_string_lossy();
        if name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
            let file = InputFile {
                path: path.clone(),
                text: text.clone(),
                explicit: false,
            };
            inputs.file(&file, &mut configuration.sources);
        }
    }
    let (values, problems) = inputs.resolve(&configuration.root());
    if problems.has_errors() {
        return Err(said(&problems, &configuration.sources));
    }
    Ok(values)
}

/// The plan of a program from a state, and what was said with it.
fn planned(
    program: &Program,
    snapshot: &Snapshot,
    answers: &Answers,
    options: &Options,
) -> Result<Box<Plan>, String> {
    let sources = &program.configuration.sources;
    let start = starting(Arc::new(snapshot.clone()), program)
        .map_err(|problems| said(&problems, sources))?;
    let (step, problems) = plan(program, &start.prior, answers, options);
    let told = said(&problems, sources);
    match step {
        Step::Planned(plan) => {
            shown(program, &plan, &start.snapshot);
            Ok(plan)
        }
        Step::Failed => Err(told),
        Step::Needs(_) => Err(format!("it asks; {told}")),
    }
}

/// The plan in all its forms.
fn shown(program: &Program, plan: &Plan, snapshot: &Snapshot) {
    let review = Review {
        plan,
        schemas: &Registry,
        snapshot,
        calls: &BTreeMap::new(),
    };
    assert!(!review::human(review, Style::Plain).is_empty());
    assert!(!review::markdown(review, None).is_empty());
    let surroundings = review::json::Surroundings {
        terraform_version: "1.11.4",
        configuration: &program.configuration,
        variables: &program.inputs,
        timestamp: "2026-01-02T03:04:05Z",
    };
    let json = review::json::plan(review, surroundings).to_string();
    assert!(!json.is_empty());
}

/// The state of an archive; an empty one when it has none that can be read.
fn recorded(archive: &Archive) -> Snapshot {
    let text = archive.ending(".tfstate").unwrap_or_default();
    let parsed = trustform_state::format::parse(text.as_bytes());
    parsed
        .ok()
        .flatten()
        .unwrap_or_else(|| Snapshot::empty(Lineage::random()))
}

/// Plans a configuration from the state that lies beside it, and plans its destruction.
pub(super) fn planner(input: &[u8]) -> String {
    let mut archive = Archive::parse(&text(input));
    let program = match program(&mut archive) {
        Ok(program) => program,
        Err(told) => return told,
    };
    let snapshot = recorded(&archive);
    let answers = Answers::default();
    let outcomes = [Mode::Normal, Mode::Destroy, Mode::RefreshOnly].map(|mode| {
        match planned(&program, &snapshot, &answers, &Options::of(mode)) {
            Ok(plan) => {
                let actions = plan
                    .changes
                    .iter()
                    .map(|change| change.action.sign().trim());
                actions
                    .collect::<std::collections::BTreeSet<_>>()
                    .into_iter()
                    .collect()
            }
            Err(told) => told,
        }
    });
    outcomes.join(" | ")
}

/// Values of variables, in both forms of files.
pub(super) fn variables() -> Vec<Vec<u8>> {
    let mut all = seeds::ending(&["tests/cases"], &[".tfvars", ".tfvars.json"]);
    all.extend(seeds::of(&[
        "l = [\"a\", null]\no = { a = 1, b = { c = true } }\nn = 1.5\ns = <<E\nx\nE\nany = [1, [2]]\n",
        r#"{"l": ["a"], "o": {"b": null}, "n": "1e3", "s": "\u00e9${x}", "any": {"a": [{}]}}"#,
    ]));
    all
}

/// The variables that get values.
static VARIABLES: LazyLock<Module> = LazyLock::new(|| {
    let text = r#"
variable "l" { type = list(string) }
variable "o" { type = object({ a = optional(number, 1), b = optional(map(bool), {}) }) }
variable "n" { type = number }
variable "s" {
  type      = string
  sensitive = true
}
variable "any" {
  type     = any
  nullable = false
}
variable "t" { type = tuple([string, set(any)]) }
"#;
    let mut module = Module::default();
    let file = SourceMap::default().add("variables.tf", text);
    let problems = decode_file(file, text, &mut module);
    assert!(!problems.has_errors(), "{problems:?}");
    module
});

/// Reads values as a file, as one in JSON, and as the text of a single one.
pub(super) fn inputs(input: &[u8]) -> String {
    let text = text(input);
    let mut told = String::new();
    for path in ["a.tfvars", "a.tfvars.json"] {
        let mut sources = SourceMap::default();
        let mut inputs = Inputs::default();
        let file = InputFile {
            path: path.into(),
            text: text.as_str().into(),
            explicit: true,
        };
        inputs.file(&file, &mut sources);
        told += &resolved(inputs, &sources);
    }
    for name in ["l", "o", "s", "any", "t"] {
        let mut inputs = Inputs::default();
        inputs.environment(name, &text);
        told += &resolved(inputs, &SourceMap::default());
    }
    let mut inputs = Inputs::default();
    inputs.command_line(&text);
    told + &resolved(inputs, &SourceMap::default())
}

fn resolved(inputs: Inputs, sources: &SourceMap) -> String {
    let (_, problems): (_, Diagnostics) = inputs.resolve(&VARIABLES);
    said(&problems, sources)
}

/// Reads a state; what is written of it reads back.
pub(super) fn state(input: &[u8]) -> String {
    let snapshot = match trustform_state::format::parse(input) {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return "empty".into(),
        Err(error) => {
            let without_digits = |character: &char| !character.is_ascii_digit();
            return error
                .to_string()
                .chars()
                .filter(without_digits)
                .take(80)
                .collect();
        }
    };
    let written = trustform_state::format::write(&snapshot).expect("what was read can be written");
    let again = trustform_state::format::parse(&written).expect("what was written can be read");
    assert_eq!(again.as_ref(), Some(&snapshot));
    let (_, problems) = PriorState::decode(&snapshot, &Registry);
    let shown = review::json::state(&snapshot, &Registry, "1.11.4").to_string();
    assert!(!shown.is_empty());
    said(&problems, &SourceMap::default())
}

/// Saved plans of the configurations over `terraform_data`.
pub(super) fn plan_files() -> Vec<Vec<u8>> {
    [DATA, MODULES, CHAIN].map(plan_file_of).to_vec()
}

fn plan_file_of(text: &str) -> Vec<u8> {
    let mut archive = Archive::parse(text);
    let program = program(&mut archive).expect("a sound configuration");
    let snapshot = recorded(&archive);
    let answers = Answers::default();
    let options = Options::of(Mode::Normal);
    let plan = planned(&program, &snapshot, &answers, &options).expect("a plan");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan");
    let request = SaveRequest {
        generated: None,
        program: &program,
        plan: &plan,
        answers: &answers,
        snapshot: &snapshot,
        given: &BTreeSet::new(),
    };
    save(&path, &request).expect("a plan file");
    std::fs::read(&path).expect("the plan file")
}

/// Reads a saved plan, and plans again what it holds.
pub(super) fn plan_file(input: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan");
    std::fs::write(&path, input).expect("the input");
    match replanned(&path) {
        Ok(told) => told,
        Err(problems) => said(&problems, &SourceMap::default()),
    }
}

fn replanned(path: &Path) -> Result<String, Diagnostics> {
    let mut file = PlanFile::read(path)?;
    let (options, snapshot, inputs, answers) = (
        file.options()?,
        file.snapshot()?,
        file.inputs()?,
        file.answers()?,
    );
    let timestamp = file.plan_timestamp();
    let workspace = file.workspace().to_owned();
    let (configuration, problems) = checked(&mut file);
    if problems.has_errors() {
        return Ok(said(&problems, &configuration.sources));
    }
    let graph = trustform::graph::build(&configuration)?;
    let program = Program {
        configuration,
        graph,
        schemas: Arc::new(Registry),
        inputs,
        surroundings: Surroundings {
            workspace,
            plan_timestamp: Some(timestamp),
            ..Surroundings::default()
        },
    };
    Ok(match planned(&program, &snapshot, &answers, &options) {
        Ok(plan) => format!("the same plan: {}", file.is_of(&plan)),
        Err(told) => told,
    })
}
