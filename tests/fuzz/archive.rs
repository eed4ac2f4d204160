//! Several files as one input: a line `--- path` stands before each.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trustform::config::{ModuleFiles, ModuleSource};
use trustform::source::{LoadError, is_configuration};

/// What begins the line before a file.
const HEAD: &str = "--- ";

/// Files by path, in the order of the input.
#[derive(Clone, Debug, Default)]
pub(super) struct Archive(pub(super) Vec<(PathBuf, Arc<str>)>);

impl Archive {
    /// The files of an input; what stands before the first head is `main.tf`.
    pub(super) fn parse(text: &str) -> Self {
        let mut files: Vec<(PathBuf, String)> = vec![("main.tf".into(), String::new())];
        for line in text.split_inclusive('\n') {
            match line.strip_prefix(HEAD) {
                Some(path) => files.push((path.trim().into(), String::new())),
                None => {
                    if let Some((_, text)) = files.last_mut() {
                        text.push_str(line);
                    }
                }
            }
        }
        files.retain(|(_, text)| !text.is_empty());
        let shared = files.into_iter().map(|(path, text)| (path, text.into()));
        Self(shared.collect())
    }

    /// The input of these files.
    pub(super) fn written(files: &[(String, String)]) -> String {
        let mut text = String::new();
        for (path, content) in files {
            let end = if content.ends_with('\n') { "" } else { "\n" };
            write!(text, "{HEAD}{path}\n{content}{end}").expect("text");
        }
        text
    }

    /// The text of the first file with this ending.
    pub(super) fn ending(&self, ending: &str) -> Option<&str> {
        let is_wanted = |path: &Path| path.to_string_lossy().ends_with(ending);
        let found = self.0.iter().find(|(path, _)| is_wanted(path));
        found.map(|(_, text)| text.as_ref())
    }
}

impl ModuleSource for Archive {
    fn files(&mut self, directory: &Path) -> Result<ModuleFiles, LoadError> {
        let folder = directory.strip_prefix(".").unwrap_or(directory);
        let is_of = |path: &Path| {
            is_configuration(path) && path.parent().is_some_and(|parent| parent == folder)
        };
        let files: ModuleFiles = self
            .0
            .iter()
            .filter(|(path, _)| is_of(path))
            .cloned()
            .collect();
        if files.is_empty() {
            let cause = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(LoadError {
                path: directory.to_path_buf(),
                cause,
            });
        }
        Ok(files)
    }
}
