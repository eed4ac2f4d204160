//! The reference of the functions: it is what their signatures say, its examples hold, and the signatures are Terraform's.

use super::{oracle, ours};
use crate::common::{UPDATE, repository};
use libtest_mimic::{Failed, Trial};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use trustform::lang::functions::{FAMILIES, Function, Parameter, all};

/// Functions whose results are others each time, or need a key: their examples are shown only.
const SHOWN_ONLY: [&str; 6] = [
    "bcrypt",
    "plantimestamp",
    "rsadecrypt",
    "sensitive",
    "timestamp",
    "uuid",
];

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("language::reference::is_what_the_functions_say", page),
        Trial::test("language::reference::examples_hold", examples),
    ];
    if oracle::is_there() {
        trials.push(Trial::test(
            "language::reference::examples_hold_for_terraform",
            theirs,
        ));
        trials.push(Trial::test(
            "language::reference::signatures_are_terraforms",
            signatures,
        ));
    }
    trials
}

fn page() -> Result<(), Failed> {
    let path = repository().join("docs/language/functions.md");
    let wanted = wanted()?;
    if std::env::args().any(|argument| argument == UPDATE) {
        std::fs::create_dir_all(path.parent().unwrap_or(repository()))?;
        std::fs::write(path, wanted)?;
        return Ok(());
    }
    if std::fs::read_to_string(path).unwrap_or_default() == wanted {
        return Ok(());
    }
    Err(
        format!("docs/language/functions.md is not what the functions say; `{UPDATE}` writes it")
            .into(),
    )
}

/// What is said of functions that are called by the name of their provider.
const OF_PROVIDER: &str = r#"
They are called by the name under which `required_providers` of the module has the provider:

```hcl
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
```
"#;

fn wanted() -> Result<String, Failed> {
    let mut text = String::from(
        "# Functions\n\nAll functions of Terraform 1.11, with its signatures; each can be called as `core::NAME` too.\n\
         This page is made from the signatures in the code, and its examples are run.\n",
    );
    for (title, functions) in FAMILIES {
        writeln!(text, "\n## {title}")?;
        if functions.iter().any(|it| it.name.starts_with("provider::")) {
            text.push_str(OF_PROVIDER);
        }
        for function in functions {
            let name = function.name;
            writeln!(
                text,
                "\n### `{name}`\n\n`{}`\n\n{}",
                signature(function),
                function.description
            )?;
            let parameters: Vec<&Parameter> = function
                .parameters
                .iter()
                .chain(&function.variadic)
                .collect();
            if !parameters.is_empty() {
                text.push('\n');
            }
            for parameter in parameters {
                let null = if parameter.takes_null() {
                    " May be null."
                } else {
                    ""
                };
                writeln!(
                    text,
                    "- `{}`: {}{null}",
                    parameter.name, parameter.description
                )?;
            }
            let (call, result) = function.example;
            writeln!(text, "\n```hcl\n{call} # {result}\n```")?;
        }
    }
    Ok(text)
}

fn signature(function: &Function) -> String {
    let typed = |parameter: &Parameter| format!("{} {}", parameter.name, parameter.accepts.ty());
    let fixed = function.parameters.iter().map(typed);
    let more = function
        .variadic
        .iter()
        .map(|parameter| format!("{}...", typed(parameter)));
    let parameters: Vec<String> = fixed.chain(more).collect();
    format!(
        "{}({}) {}",
        function.name,
        parameters.join(", "),
        function.declared_type()
    )
}

fn checked() -> impl Iterator<Item = (&'static str, &'static str)> {
    all()
        .filter(|function| !SHOWN_ONLY.contains(&function.name))
        .map(|function| function.example)
}

fn examples() -> Result<(), Failed> {
    told(checked().filter_map(|(call, result)| {
        let (got, wanted) = (ours::known(call), ours::known(result));
        (got.is_none() || got != wanted).then(|| format!("{call} is {got:?}, not {result}"))
    }))
}

fn theirs() -> Result<(), Failed> {
    let pairs: Vec<(&str, &str)> = checked().collect();
    let calls: Vec<&str> = pairs.iter().map(|pair| pair.0).collect();
    let answers = oracle::answers(&calls)?;
    told(
        pairs
            .into_iter()
            .zip(answers)
            .filter_map(|((call, result), answer)| {
                let wanted = ours::known(result).unwrap_or_default().to_string();
                (!answer.ends_with(&format!(" {wanted}")))
                    .then(|| format!("{call} is {answer}, not {result}"))
            }),
    )
}

fn signatures() -> Result<(), Failed> {
    let arguments = ["metadata", "functions", "-json"];
    let theirs = oracle::terraform(repository(), &arguments)?.stdout;
    let ours = Command::new(env!("CARGO_BIN_EXE_trustform"))
        .args(arguments)
        .env_clear()
        .output()?
        .stdout;
    let read = |bytes: &[u8]| -> Result<BTreeMap<String, Json>, Failed> {
        let mut all: Json = serde_json::from_slice(bytes)?;
        plain(&mut all);
        Ok(serde_json::from_value(all["function_signatures"].take())?)
    };
    let (theirs, ours) = (read(&theirs)?, read(&ours)?);
    let names = theirs
        .keys()
        .chain(ours.keys().filter(|name| !theirs.contains_key(*name)));
    told(
        names
            .filter(|name| theirs.get(*name) != ours.get(*name))
            .map(|name| {
                format!(
                    "{name}\n  Terraform: {:?}\n  trustform: {:?}",
                    theirs.get(name),
                    ours.get(name)
                )
            }),
    )
}

/// Takes the words out, which are our own.
fn plain(json: &mut Json) {
    match json {
        Json::Object(members) => {
            members.remove("description");
            members.values_mut().for_each(plain);
            members.sort_keys();
        }
        Json::Array(parts) => parts.iter_mut().for_each(plain),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn told(findings: impl Iterator<Item = String>) -> Result<(), Failed> {
    let findings: Vec<String> = findings.collect();
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings.join("\n").into())
    }
}
