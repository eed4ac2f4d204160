//! Repositories, through the user's own `git`, whose settings and credentials apply.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};
use url::Url;

/// What is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    /// The address, without the parts of the query that are for this tool.
    pub(super) url: String,
    /// A branch, a tag or a commit; the default branch without.
    reference: Option<String>,
    /// How many commits.
    depth: Option<u32>,
}

impl Repository {
    /// Reads `ref` and `depth` from the query of an address.
    ///
    /// # Errors
    /// The address is no URL of git's, or a part of the query cannot be used.
    pub(super) fn parse(address: &str) -> Result<Repository, String> {
        let mut url =
            Url::parse(address).map_err(|error| format!("{address} is no URL: {error}"))?;
        if !["https", "http", "ssh", "git", "file"].contains(&url.scheme()) {
            return Err(format!("git is not asked to fetch over `{}`", url.scheme()));
        }
        let mut reference = None;
        let mut depth = None;
        let mut others = Vec::new();
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "ref" if value.starts_with('-') => {
                    return Err(format!("`{value}` is no name of a branch, tag or commit"));
                }
                "ref" => reference = Some(value.into_owned()).filter(|text| !text.is_empty()),
                "depth" => {
                    let number = value
                        .parse()
                        .map_err(|_| format!("`depth={value}` is not a number"))?;
                    depth = Some(number).filter(|number| *number > 0);
                }
                "sshkey" => {
                    return Err("`sshkey` is not supported: give the key to ssh, by ssh-agent or ~/.ssh/config".to_owned());
                }
                _ => others.push((name.into_owned(), value.into_owned())),
            }
        }
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        Ok(Repository {
            url: url.to_string(),
            reference,
            depth,
        })
    }

    /// Clones into a folder that does not exist yet, with submodules, and says which commit came of it. A commit that is
    /// given is checked out in place of the one that the reference names now.
    ///
    /// # Errors
    /// There is no `git`, or it says why not.
    pub(super) fn fetch(&self, commit: Option<&str>, folder: &Path) -> Result<String, String> {
        let mut clone = vec!["clone".to_owned(), "--quiet".to_owned()];
        if let Some(depth) = self.depth {
            clone.push(format!("--depth={depth}"));
            clone.extend(self.reference.iter().map(|name| format!("--branch={name}")));
        }
        clone.extend(["--".to_owned(), self.url.clone()]);
        self.run(None, &clone, Some(folder))?;
        if let (Some(reference), None) = (&self.reference, self.depth) {
            self.check_out(folder, reference)?;
        }
        if let Some(commit) = commit {
            self.return_to(folder, commit)?;
        }
        let submodules = ["submodule", "update", "--quiet", "--init", "--recursive"];
        self.run(Some(folder), &submodules.map(str::to_owned), None)?;
        head(folder).ok_or_else(|| "git does not say which commit it has checked out".to_owned())
    }

    fn check_out(&self, folder: &Path, name: &str) -> Result<(), String> {
        let words = ["checkout", "--quiet", name, "--"];
        self.run(Some(folder), &words.map(str::to_owned), None)
    }

    /// Checks out a commit that was fetched, or can be.
    fn return_to(&self, folder: &Path, commit: &str) -> Result<(), String> {
        if self.check_out(folder, commit).is_ok() {
            return Ok(());
        }
        let words = ["fetch", "--quiet", "--depth=1", "origin", commit];
        self.run(Some(folder), &words.map(str::to_owned), None)?;
        self.check_out(folder, commit)
    }

    fn run(
        &self,
        folder: Option<&Path>,
        words: &[String],
        last: Option<&Path>,
    ) -> Result<(), String> {
        let mut command = git();
        if let Some(folder) = folder {
            command.arg("-C").arg(folder);
        }
        command.args(words).args(last);
        match command.output() {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(
                "`git` is not installed, or not on the PATH; repositories are fetched with it"
                    .to_owned(),
            ),
            Err(error) => Err(format!("git cannot be run: {error}")),
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => {
                Err(self.without_password(String::from_utf8_lossy(&output.stderr).trim()))
            }
        }
    }

    fn without_password(&self, text: &str) -> String {
        let url = Url::parse(&self.url).ok();
        match url.as_ref().and_then(Url::password) {
            Some(password) => text.replace(password, "redacted"),
            None => text.to_owned(),
        }
    }
}

/// What tells git of the repository at hand, as where it runs a hook (`git rev-parse --local-env-vars`): a clone is another
/// one. The settings of `GIT_CONFIG_*` are a person's.
const OF_ONE_REPOSITORY: [&str; 11] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Git, which asks nobody on standard input.
fn git() -> Command {
    let mut command = Command::new("git");
    for name in OF_ONE_REPOSITORY {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// The commit that a clone has checked out; `None` where there is no clone or no git.
pub(super) fn head(folder: &Path) -> Option<String> {
    if !folder.join(".git").exists() {
        return None;
    }
    let mut command = git();
    command.arg("-C").arg(folder).args(["rev-parse", "HEAD"]);
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
