//! The states of one configuration, wherever they are: one for each workspace.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::local::LocalBackend;
use super::s3::{DEFAULT_WORKSPACE, S3Store};
use super::{Backend, BackendError};

/// The states of one configuration.
#[derive(Debug, Clone)]
pub enum Store {
    /// In files.
    Local(LocalStore),
    /// In a bucket.
    S3(Box<S3Store>),
}

/// States in files: that of the default workspace in a file of its own, the others in folders of one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalStore {
    /// The state of the default workspace.
    pub path: PathBuf,
    /// The folder of the other workspaces.
    pub workspaces: PathBuf,
}

impl Store {
    /// The state of a workspace, which need not exist.
    pub fn backend(&self, workspace: &str) -> Arc<dyn Backend> {
        match self {
            Self::Local(store) => Arc::new(LocalBackend::new(store.state_path(workspace))),
            Self::S3(store) => Arc::new(store.backend(workspace)),
        }
    }

    /// The workspaces that exist, in order, the default one first.
    pub async fn workspaces(&self) -> Result<Vec<String>, BackendError> {
        match self {
            Self::Local(store) => store.names(),
            Self::S3(store) => Ok(store.workspaces().await?),
        }
    }

    /// Makes a place for a workspace, where one is needed before it has a state.
    ///
    /// In S3 a workspace exists once it has a state, be it an empty one, which the caller writes.
    pub fn prepare(&self, workspace: &str) -> Result<(), BackendError> {
        match self {
            Self::S3(_) => Ok(()),
            Self::Local(store) => {
                let folder = store.workspaces.join(workspace);
                fs::create_dir_all(&folder).map_err(failed("create", &folder))
            }
        }
    }

    /// Whether a new workspace has to be given an empty state.
    pub fn needs_a_state(&self) -> bool {
        matches!(self, Self::S3(_))
    }

    /// Removes a workspace with its state; the caller has made sure that nobody uses it.
    pub async fn remove(&self, workspace: &str) -> Result<(), BackendError> {
        match self {
            Self::S3(store) => Ok(store.remove(workspace).await?),
            Self::Local(store) => {
                let folder = store.workspaces.join(workspace);
                match fs::remove_dir_all(&folder) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                    done => done.map_err(failed("remove", &folder)),
                }
            }
        }
    }
}

impl LocalStore {
    /// The state file of a workspace.
    pub fn state_path(&self, workspace: &str) -> PathBuf {
        if workspace == DEFAULT_WORKSPACE {
            return self.path.clone();
        }
        self.workspaces.join(workspace).join("terraform.tfstate")
    }

    fn names(&self) -> Result<Vec<String>, BackendError> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(&self.workspaces) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            entries => Some(entries.map_err(failed("read", &self.workspaces))?),
        };
        for entry in entries.into_iter().flatten() {
            let entry = entry.map_err(failed("read", &self.workspaces))?;
            if entry.path().is_dir()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort();
        names.insert(0, DEFAULT_WORKSPACE.to_owned());
        Ok(names)
    }
}

/// Makes the error of an action on a file or folder.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BackendError {
    move |source| BackendError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
