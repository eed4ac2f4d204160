//! A case: configurations that follow each other over one state, each with how it is planned.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Configurations over one state, in their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) steps: Vec<Step>,
}

/// One configuration, planned and applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Step {
    /// Every file by its path.
    pub(crate) files: BTreeMap<String, String>,
    /// The arguments of `plan`, as `-target=module.m`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) arguments: Vec<String>,
    /// Variables of the environment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) environment: BTreeMap<String, String>,
}

impl Step {
    /// Puts the files into a folder in the place of those of the step before; the state stays.
    pub(super) fn write(&self, folder: &Path) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                std::fs::remove_dir_all(path)?;
            } else if !entry.file_name().to_string_lossy().contains("tfstate") {
                std::fs::remove_file(path)?;
            }
        }
        for (name, text) in &self.files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(path, text)?;
        }
        Ok(())
    }

    /// The arguments of the plan after everything was applied: what was to be replaced is not asked for again.
    pub(super) fn arguments_again(&self) -> impl Iterator<Item = &String> {
        let all = self.arguments.iter();
        all.filter(|argument| !argument.starts_with("-replace"))
    }
}

impl Case {
    /// A case as it is printed.
    pub(crate) fn read(text: &str) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        let mut file = String::new();
        for line in text.lines() {
            if let Some(head) = line.strip_prefix("==== ") {
                let arguments = head.split_whitespace().skip(3).map(str::to_owned);
                steps.push(Step {
                    arguments: arguments.collect(),
                    ..Step::default()
                });
            } else if let Some(name) = line.strip_prefix("---- ") {
                let before = steps.iter().rev().nth(1).cloned().unwrap_or_default();
                let (name, is_kept) = match name.strip_suffix(" as before") {
                    Some(name) => (name, true),
                    None => (name, false),
                };
                name.clone_into(&mut file);
                let kept = before.files.get(name).filter(|_| is_kept).cloned();
                if let Some(step) = steps.last_mut() {
                    step.files.insert(file.clone(), kept.unwrap_or_default());
                }
            } else if let Some(text) = steps.last_mut().and_then(|step| step.files.get_mut(&file)) {
                text.push_str(line);
                text.push('\n');
            }
        }
        Self { steps }
    }
}

/// The case as a person reads it.
impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut before: Option<&Step> = None;
        for (index, step) in self.steps.iter().enumerate() {
            write!(f, "==== step {}: plan", index + 1)?;
            for argument in &step.arguments {
                write!(f, " {argument}")?;
            }
            writeln!(f)?;
            for (name, value) in &step.environment {
                writeln!(f, "{name}={value}")?;
            }
            for (name, text) in &step.files {
                if before.and_then(|before| before.files.get(name)) == Some(text) {
                    writeln!(f, "---- {name} as before")?;
                } else {
                    write!(f, "---- {name}\n{text}")?;
                }
            }
            before = Some(step);
        }
        Ok(())
    }
}

/// `.terraform/modules/modules.json` for the calls of local modules, which stand in layout of the generator: the source
/// right after the block's opening. Terraform then needs no `init`, whose own errors would hide those of the plan.
pub(crate) fn installed(step: &Step) -> String {
    let mut modules = vec![serde_json::json!({ "Key": "", "Source": "", "Dir": "." })];
    let mut open = vec![(String::new(), String::new())];
    let mut seen = BTreeSet::new();
    while let Some((key, folder)) = open.pop() {
        for (name, source) in calls(step, &folder) {
            let key = match key.as_str() {
                "" => name,
                outer => format!("{outer}.{name}"),
            };
            let within = joined(&folder, &source);
            if !seen.insert(key.clone()) || seen.len() > 100 {
                continue;
            }
            modules.push(serde_json::json!({ "Key": key, "Source": source, "Dir": within }));
            open.push((key, within));
        }
    }
    serde_json::json!({ "Modules": modules }).to_string()
}

/// The module calls of the files right in a folder, each with its source.
fn calls(step: &Step, folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, text) in &step.files {
        let (within, name) = path.rsplit_once('/').unwrap_or(("", path));
        let extension = Path::new(name).extension();
        if within == folder && name.ends_with(".tf.json") {
            found.extend(calls_in_json(text));
        }
        if within != folder || extension.is_none_or(|extension| extension != "tf") {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let [first, second] = pair else { continue };
            let call = first.strip_prefix("module \"");
            let call = call.and_then(|rest| rest.strip_suffix("\" {"));
            let source = second.trim().strip_prefix("source = \"");
            let source = source.and_then(|rest| rest.strip_suffix('"'));
            if let (Some(call), Some(source)) = (call, source) {
                found.push((call.to_owned(), source.to_owned()));
            }
        }
    }
    found
}

/// The same of a file in JSON.
fn calls_in_json(text: &str) -> Vec<(String, String)> {
    let document: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let calls = document["module"].as_object().into_iter().flatten();
    let calls = calls.filter_map(|(name, body)| {
        let source = body["source"].as_str()?;
        Some((name.clone(), source.to_owned()))
    });
    calls.collect()
}

/// A relative path from a folder.
fn joined(folder: &str, source: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}
