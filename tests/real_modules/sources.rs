//! Where the modules come from: repositories in a folder, and a registry of this machine that leads to them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Case, FOLDER, Registered};
use crate::common::project::{Project, files};
use crate::common::repository;
use crate::modules::world::{Server, gzip, tar};

/// The variable that names the folder.
const VARIABLE: &str = "TRUSTFORM_REAL_MODULES";

/// Why a case cannot be run here.
pub struct Unavailable(pub String);

/// A folder of repositories.
pub struct Sources(PathBuf);

impl Sources {
    /// The folder that the environment names.
    pub fn find() -> Result<Self, Unavailable> {
        match std::env::var_os(VARIABLE) {
            Some(folder) if !folder.is_empty() => Ok(Self(folder.into())),
            _ => Err(Unavailable(format!(
                "{VARIABLE} names no folder with repositories"
            ))),
        }
    }

    /// The git directory of a repository.
    fn git(&self, name: &str) -> Result<PathBuf, Unavailable> {
        let path = self.0.join(format!("{name}.git"));
        if path.is_dir() {
            return Ok(path);
        }
        Err(Unavailable(format!(
            "{} is missing: git clone --mirror https://github.com/{name}",
            path.display()
        )))
    }

    /// Puts the files of a commit into a folder.
    pub fn check_out(&self, name: &str, commit: &str, into: &Path) -> Result<(), Unavailable> {
        std::fs::create_dir_all(into).expect("a folder");
        let mut git = Command::new("git");
        git.arg("-c").arg("safe.directory=*").arg("--git-dir");
        git.arg(self.git(name)?).args(["archive", commit]);
        let mut git = git.stdout(Stdio::piped()).spawn().expect("git");
        let unpacked = Command::new("tar")
            .arg("xC")
            .arg(into)
            .stdin(git.stdout.take().expect("its output"))
            .status();
        let is_there = git.wait().is_ok_and(|status| status.success());
        if is_there && unpacked.is_ok_and(|status| status.success()) {
            return Ok(());
        }
        Err(Unavailable(format!("{name} has no {commit}")))
    }

    /// Lets a project find what comes from GitHub and from the public registry here. The server has to live as long.
    pub fn serve(
        &self,
        project: &mut Project,
        registry: &BTreeMap<String, Registered>,
        case: &Case,
    ) -> Server {
        let server = Server::start();
        for (name, module) in registry {
            let stand_in = module.stand_in.as_deref().filter(|_| !case.real);
            let address = |tag: &str| match stand_in {
                Some(folder) => server.url(&format!("/{folder}.tgz")),
                None => format!(
                    "git::https://github.com/{}.git?ref={tag}",
                    module.repository
                ),
            };
            let versions = module.tags.iter();
            let versions: Vec<(&str, String)> = versions
                .map(|tag| (tag.trim_start_matches('v'), address(tag)))
                .collect();
            let versions: Vec<(&str, &str)> = versions
                .iter()
                .map(|(version, address)| (*version, address.as_str()))
                .collect();
            server.module(name, &versions);
            if let Some(folder) = stand_in {
                server.file(&format!("/{folder}.tgz"), packed(folder));
            }
        }
        server.serves(project);
        let here = format!("url.file://{}/.insteadOf", self.0.display());
        for (name, value) in [
            ("GIT_CONFIG_COUNT", "2"),
            ("GIT_CONFIG_KEY_0", here.as_str()),
            ("GIT_CONFIG_VALUE_0", "https://github.com/"),
            ("GIT_CONFIG_KEY_1", "safe.directory"),
            ("GIT_CONFIG_VALUE_1", "*"),
        ] {
            project.set(name, value);
        }
        server
    }
}

/// The archive of a stand-in.
fn packed(name: &str) -> Vec<u8> {
    let folder = repository().join(FOLDER).join("stand-ins").join(name);
    let texts: Vec<(String, String)> = files(&folder)
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&folder).expect("a file of the folder");
            let text = std::fs::read_to_string(&path).expect("a text");
            (inside.to_string_lossy().into_owned(), text)
        })
        .collect();
    let entries: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    gzip(&tar(&entries))
}
