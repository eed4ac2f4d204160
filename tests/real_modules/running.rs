//! One configuration through `init`, `plan`, `apply`, a second `plan` and `destroy`, and what came of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::sources::{Sources, Unavailable};
use super::{Case, FOLDER, Registered};
use crate::common::project::{Project, Ran, ran};
use crate::common::repository;

/// What came of a case, a line for each command.
pub fn run(
    sources: &Sources,
    registry: &BTreeMap<String, Registered>,
    case: &Case,
) -> Result<String, Unavailable> {
    let mut project = Project::new();
    let server = sources.serve(&mut project, registry, case);
    sources.check_out(&case.repository, &case.r#ref, &project.file("module"))?;
    let folder = match &case.root {
        Some(root) => {
            put(&project, root, "root");
            "root".to_owned()
        }
        None => format!("module/{}", case.folder),
    };
    if let Some(beside) = &case.beside {
        put(&project, beside, &folder);
    }
    project.set("AWS_REGION", case.region.as_deref().unwrap_or("eu-west-1"));
    let life = Life {
        project: &project,
        folder,
        arguments: case.arguments.iter().map(String::as_str).collect(),
    };
    let told = life.live();
    drop(server);
    Ok(told)
}

/// Copies files of ours into a folder of the project.
fn put(project: &Project, root: &str, folder: &str) {
    let from = repository().join(FOLDER).join("roots").join(root);
    for path in crate::common::project::files(&from) {
        let inside = path.strip_prefix(&from).expect("a file of the folder");
        let text = std::fs::read_to_string(&path).expect("a text");
        project.write(&format!("{folder}/{}", inside.display()), &text);
    }
}

struct Life<'p> {
    project: &'p Project,
    folder: String,
    arguments: Vec<&'p str>,
}

impl Life<'_> {
    fn live(&self) -> String {
        let mut told = String::new();
        let init = self.run(&["init"], false);
        if init.code != 0 {
            return told + &refused("init", &init);
        }
        told.push_str("init: done\n");
        let plan = self.run(&["plan", "-input=false"], true);
        if plan.code != 0 {
            return told + &refused("plan", &plan);
        }
        // Beside targets there may be what is not valid here.
        let is_whole = !self.arguments.iter().any(|it| it.starts_with("-target"));
        let valid = self.run(&["validate"], false);
        if is_whole && valid.code != 0 {
            return told + &refused("validate", &valid);
        }
        writeln!(told, "plan: {}", line(&plan, "Plan: ")).expect("text");
        let apply = self.run(&["apply", "-input=false", "-auto-approve"], true);
        if apply.code != 0 {
            return told + &refused("apply", &apply);
        }
        writeln!(told, "apply: {}", line(&apply, "Apply complete! ")).expect("text");
        let recorded = self.objects();
        let again = self.run(&["plan", "-input=false", "-detailed-exitcode"], true);
        let nothing = "No changes";
        if again.code != 0 || !again.stdout.contains(nothing) {
            return format!("{told}second plan: {again}\n");
        }
        writeln!(told, "second plan: {nothing}").expect("text");
        let variables: Vec<&str> = self.variables();
        let destroy = ["destroy", "-auto-approve"];
        let destroy = self.run(&[&destroy[..], &variables].concat(), false);
        if destroy.code != 0 {
            return told + &refused("destroy", &destroy);
        }
        writeln!(told, "destroy: {}", line(&destroy, "Destroy complete! ")).expect("text");
        let left = self.run(&["state", "list"], false).stdout;
        assert_eq!(left, "", "what is left in the state");
        told + &recorded
    }

    /// Runs a command, with the case's own arguments where they belong to it.
    fn run(&self, words: &[&str], with_arguments: bool) -> Ran {
        let own: &[&str] = if with_arguments { &self.arguments } else { &[] };
        let words = [&["-sandbox"], words, own].concat();
        let mut command = self.project.command(&words);
        ran(command
            .current_dir(self.project.file(&self.folder))
            .output())
    }

    /// The arguments that `destroy` is given too: everything is destroyed, also where only a part was planned.
    fn variables(&self) -> Vec<&str> {
        let all = self.arguments.iter().copied();
        all.filter(|argument| argument.starts_with("-var"))
            .collect()
    }

    /// How many objects of which types are recorded.
    fn objects(&self) -> String {
        let listed = self.run(&["state", "list"], false).stdout;
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for address in listed.lines() {
            *counts.entry(type_of(address)).or_default() += 1;
        }
        let total: usize = counts.values().sum();
        let mut told = format!("instances: {total}\n");
        for (name, count) in counts {
            writeln!(told, "  {count} {name}").expect("text");
        }
        told
    }
}

/// The type in an address, with `data.` before it for a data source. Keys have no blank and no dot that matters here.
fn type_of(address: &str) -> String {
    let mut rest = address;
    while let Some(inner) = rest.strip_prefix("module.") {
        let mut inside = false;
        let end = inner.find(|c: char| {
            match c {
                '[' => inside = true,
                ']' => inside = false,
                _ => {}
            }
            c == '.' && !inside
        });
        rest = end.map_or("", |end| &inner[end + 1..]);
    }
    let mut parts = rest.split('.');
    match parts.next() {
        Some("data") => format!("data.{}", parts.next().unwrap_or_default()),
        Some(name) => name.to_owned(),
        None => String::new(),
    }
}

/// The rest of the line that begins so.
fn line(ran: &Ran, start: &str) -> String {
    let found = ran.stdout.lines().find_map(|line| line.strip_prefix(start));
    found.map_or_else(|| ran.to_string(), str::to_owned)
}

/// What a command that failed says: the types that are not supported, each once, and the summaries of all else.
fn refused(command: &str, ran: &Ran) -> String {
    let types = ran.stderr.lines().filter_map(|line| {
        let (what, rest) = line.split_once(" type \"")?;
        let (name, rest) = rest.split_once('"')?;
        let data = if what.ends_with("data source") {
            "data."
        } else {
            ""
        };
        let is_refusal = rest.starts_with(" is not supported");
        is_refusal.then(|| format!("{data}{name}"))
    });
    let types: BTreeSet<String> = types.collect();
    let errors = ran.stderr.lines().filter_map(|line| {
        let (code, summary) = line.strip_prefix("error[")?.split_once("]: ")?;
        (code != "unknown-type").then(|| summary.to_owned())
    });
    let errors: BTreeSet<String> = errors.collect();
    let mut told = format!("{command}: refused\n");
    for text in errors.iter().chain(&types) {
        writeln!(told, "  {text}").expect("text");
    }
    if errors.is_empty() && types.is_empty() {
        told.push_str(&ran.to_string());
    }
    told
}
