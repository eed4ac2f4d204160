//! `version`

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::VersionArguments;
use crate::cli::view;
use crate::engine::VERSION;

pub(crate) fn run(_: &Context, arguments: &VersionArguments) -> ExitCode {
    let platform = format!("{}_{}", std::env::consts::OS, std::env::consts::ARCH);
    if arguments.json {
        let version = serde_json::json!({
            "trustform_version": VERSION,
            "terraform_version": "1.11.4",
            "platform": platform,
        });
        view::print(&format!("{version:#}"));
    } else {
        view::print(&format!("trustform v{VERSION}\non {platform}"));
    }
    ExitCode::Success
}
