//! The command lines of `lines/`, run by this program and by the real Terraform, one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::Value as Json;
use trustform_test_support::terraform::{Terraform, terraform};

use crate::common::project::{Project, Ran, ran};
use crate::common::{repository, without};

const MAIN: &str = include_str!("compared/main.tf");
const MODULE: &str = "variable \"text\" {}\n\nresource \"terraform_data\" \"c\" {\n  count = 2\n  input = var.text\n}\n\n\
                      output \"text\" {\n  value = var.text\n}\n";
const SESSIONS: [&str; 7] = [
    "empty",
    "environment",
    "looking",
    "output",
    "state",
    "workspace",
    "wrong",
];
pub(super) fn trials() -> Vec<Trial> {
    let trial = |session: &'static str| {
        Trial::ignorable_test(
            format!("commands::terraform_{session}"),
            move || match terraform() {
                Ok(terraform) => compare(session, terraform).map(|()| Completion::Completed),
                Err(missing) => without(&missing),
            },
        )
    };
    SESSIONS.into_iter().map(trial).collect()
}

/// A program with a folder of its own.
struct Side {
    program: String,
    project: Project,
}

impl Side {
    fn new(program: &str) -> Self {
        let project = Project::of(MAIN);
        project.write("m/main.tf", MODULE);
        let side = Self {
            program: program.to_owned(),
            project,
        };
        for prepared in ["init", "apply -auto-approve"] {
            let ran = side.runs(prepared);
            assert_eq!(ran.code, 0, "{program} {prepared}\n{ran}");
        }
        let state = side.project.read("terraform.tfstate");
        side.project.write("kept.tfstate", &state);
        side
    }

    /// Runs a line as a shell reads it.
    fn runs(&self, line: &str) -> Ran {
        let line = if line.contains("$T") {
            line.to_owned()
        } else {
            format!("\"$T\" {line}")
        };
        self.shell(&line)
    }

    fn shell(&self, line: &str) -> Ran {
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.project.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.project.path())
            .env("CHECKPOINT_DISABLE", "1")
            .env("T", &self.program)
            .stdin(Stdio::null());
        ran(command.output())
    }

    /// A text without what is this folder's or this run's own, colours, and blanks at the end.
    fn plain(&self, text: &str) -> String {
        let folder = self.project.path().to_string_lossy().into_owned();
        let text = without_ids(&without_colours(&text.replace(&folder, "<folder>")));
        text.trim_end().to_owned()
    }
}

fn compare(session: &str, terraform: &Terraform) -> Result<(), Failed> {
    let path = repository().join(format!("tests/commands/lines/{session}.txt"));
    let lines = std::fs::read_to_string(path).expect("a session");
    let our = Side::new(env!("CARGO_BIN_EXE_trustform"));
    let their = Side::new(&terraform.path.to_string_lossy());
    let mut differences = Vec::new();
    for line in lines.lines() {
        let (sign, line) = line.split_once(' ').expect("a sign before a line");
        match sign {
            "--" => {}
            "$" => {
                for side in [&our, &their] {
                    let ran = side.shell(line);
                    assert_eq!(ran.code, 0, "`{line}`: {ran}");
                }
            }
            _ => {
                let (ours, theirs) = (our.runs(line), their.runs(line));
                if let Err(why) = same(sign, (&our, &ours), (&their, &theirs)) {
                    differences.push(format!(
                        "{sign} {line}: {why}\n{ours}\n-- Terraform:\n{theirs}"
                    ));
                }
            }
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(differences.join("\n\n")))
    }
}

/// Whether two runs are the same as far as the sign of their line says.
fn same(
    sign: &str,
    (our, ours): (&Side, &Ran),
    (their, theirs): (&Side, &Ran),
) -> Result<(), String> {
    let agree = ours.code == theirs.code;
    match (sign, agree) {
        ("~", true) => return Err("they agree by now".to_owned()),
        ("~", false) => return Ok(()),
        (_, false) => return Err(format!("exit code {} and not {}", ours.code, theirs.code)),
        (_, true) => {}
    }
    let is_same = match sign {
        "=" => our.plain(&ours.stdout) == their.plain(&theirs.stdout),
        ":" => {
            let told = headings(&their.plain(&format!("{}{}", theirs.stdout, theirs.stderr)));
            if told.is_empty() {
                return Err("Terraform tells of no problem".to_owned());
            }
            told == headings(&our.plain(&format!("{}{}", ours.stdout, ours.stderr)))
        }
        "{" => {
            let json = |side: &Side, text: &str| -> Result<Json, String> {
                serde_json::from_str(&side.plain(text)).map_err(|error| format!("no JSON: {error}"))
            };
            let (ours, theirs) = (json(our, &ours.stdout)?, json(their, &theirs.stdout)?);
            return within(&ours, &theirs, "");
        }
        "." => true,
        _ => return Err("no such sign".to_owned()),
    };
    if is_same {
        Ok(())
    } else {
        Err("not the same".to_owned())
    }
}

/// The headings of problems, without whose they are.
fn headings(text: &str) -> BTreeSet<String> {
    let heading = |line: &str| {
        let line = line.trim_start_matches(['│', '╷', ' ']);
        for (word, own) in [("Error: ", "error["), ("Warning: ", "warning[")] {
            if let Some(heading) = line.strip_prefix(word) {
                return Some(format!("{word}{heading}"));
            }
            if let Some((_, heading)) = line
                .strip_prefix(own)
                .and_then(|rest| rest.split_once("]: "))
            {
                return Some(format!("{word}{heading}"));
            }
        }
        None
    };
    text.lines()
        .filter_map(heading)
        .map(|heading| heading.replace("Trustform", "Terraform"))
        .collect()
}

/// Whether `ours` has all that `theirs` has.
fn within(ours: &Json, theirs: &Json, place: &str) -> Result<(), String> {
    match (ours, theirs) {
        (Json::Object(ours), Json::Object(theirs)) => {
            let members = theirs.iter().filter(|(name, _)| !is_own(place, name));
            for (name, theirs) in members {
                let ours = ours.get(name).unwrap_or(&Json::Null);
                within(ours, theirs, &format!("{place}/{name}"))?;
            }
            Ok(())
        }
        (Json::Array(ours), Json::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs
                .try_for_each(|(at, (ours, theirs))| within(ours, theirs, &format!("{place}/{at}")))
        }
        (ours, theirs) if ours == theirs => Ok(()),
        (ours, theirs) => Err(format!("{place}: {ours} and not {theirs}")),
    }
}

/// Whether a member is a sentence of Terraform's, a moment, or a number of the state's own.
fn is_own(place: &str, name: &str) -> bool {
    match name {
        "detail" => place.starts_with("/diagnostics/"),
        "description" | "description_kind" | "summary" => place.starts_with("/provider_schemas/"),
        "lineage" | "serial" | "timestamp" => place.is_empty(),
        _ => false,
    }
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('m').map_or("", |(_, rest)| rest));
    first + &rest.collect::<String>()
}

/// UUIDs by the order in which they first appear.
fn without_ids(text: &str) -> String {
    let mut known = BTreeMap::new();
    let is_id = |word: &str| {
        let lengths: Vec<usize> = word.split('-').map(str::len).collect();
        lengths == [8, 4, 4, 4, 12]
    };
    let words = text.split_inclusive(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    let named = words.map(|part| {
        let end = part.trim_end_matches(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
        if is_id(end) {
            let next = known.len();
            let number = *known.entry(end.to_owned()).or_insert(next);
            part.replace(end, &format!("<id {number}>"))
        } else {
            part.to_owned()
        }
    });
    named.collect()
}
