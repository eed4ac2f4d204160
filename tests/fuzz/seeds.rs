//! The inputs that are damaged: what this repository has of each kind.

use super::archive::Archive;
use crate::common::project::files;
use crate::common::{folders_in, repository};
use std::path::Path;

/// The files of some folders whose names end like this, as they are.
pub(super) fn ending(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let all = folders
        .iter()
        .flat_map(|folder| files(&repository().join(folder)));
    let wanted = all.filter(|path| {
        let name = path.to_string_lossy();
        endings.iter().any(|ending| name.ends_with(ending))
    });
    wanted.filter_map(|path| std::fs::read(path).ok()).collect()
}

/// Every folder of the cases and examples, each as one input.
pub(super) fn projects() -> Vec<Vec<u8>> {
    let folders = ["tests/cases", "examples"].into_iter().flat_map(folders_in);
    folders
        .map(|(_, folder)| project(&folder).into_bytes())
        .collect()
}

fn project(folder: &Path) -> String {
    let is_wanted = |name: &str| {
        [
            ".tf",
            ".tf.json",
            ".tfvars",
            ".tfvars.json",
            ".tfstate",
            ".hcl",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
    };
    let mut content: Vec<(String, String)> = Vec::new();
    for path in files(folder) {
        let name = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path);
        if let (true, Ok(text)) = (is_wanted(&name), text) {
            content.push((name, text));
        }
    }
    Archive::written(&content)
}

/// These texts.
pub(super) fn of(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
