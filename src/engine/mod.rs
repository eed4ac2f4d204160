//! The driver: runs the phases in order, lets refresh answer what the planner asks, guards the state and its lock.
//! Everything a command does but printing.

mod applying;
mod backend;
mod checks;
mod compile;
mod console;
mod dependencies;
mod editing;
mod explain;
mod generating;
mod importing;
mod inputs;
mod modules;
mod planfile;
mod planning;
mod project;
mod reached;
mod recording;
mod saved;
mod saving;
mod session;
mod starting;
mod summary;
mod telling;
pub mod verify;

pub use applying::{ApplyRequest, apply};
pub use backend::{
    BackendSettings, InitRequest, Initialised, Reach, Workspaces, initialise, is_workspace_name,
    located, open, recorded, recorded_workspace, store, unlocking_failed,
};
pub use compile::{CompileRequest, compile, compile_for, validate};
pub use console::Console;
pub use dependencies::dependencies_of_resources;
pub use editing::{
    commit, listed, matching, move_object, push, pushable, remove_objects, replace_provider, taint,
    untaint,
};
pub use explain::{ExplainRequest, Topic, explain};
pub use generating::{add_generated, declare_missing, generated, place_for_generated};
pub use importing::{ask_for, take_in};
pub use inputs::{Gathered, Given, Unset, gather, gather_again, withheld};
pub use modules::{install_modules, requirements};
pub use planfile::{PlanFile, SaveRequest, save};
pub use planning::{PlanRequest, Planned, plan};
pub use project::{Failure, Project, VERSION};
pub use saved::{live_unchanged, recorded_unchanged, reopened, replan};
pub use session::{LockRequest, Session, TERRAFORM_VERSION, interrupted};
pub use starting::{Starting, starting};
pub use summary::ApplySummary;
