//! `version`

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::VersionArguments;
use crate::cli::view;
use crate::engine::VERSION;

pub(crate) fn run(_: &Context, arguments: &VersionArguments) -> ExitCode {
    let platform = format!("{}_{}", system(), architecture());
    if arguments.json {
        let version = serde_json::json!({
            "trustform_version": VERSION,
            "terraform_version": "1.11.4",
            "platform": platform,
            // Providers are built in and this program asks nobody for newer ones, so these never say anything else.
            "provider_selections": {},
            "terraform_outdated": false,
        });
        view::print(&format!("{version:#}"));
    } else {
        view::print(&format!("trustform v{VERSION}\non {platform}"));
    }
    ExitCode::Success
}

/// The system as Terraform names platforms.
fn system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

/// The processor as Terraform names platforms.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    }
}
