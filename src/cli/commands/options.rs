//! From arguments to how a plan is made.

use super::addresses::{instance, invalid, target};
use crate::address::{InstanceAddress, ResourceMode, Target};
use crate::cli::arguments::Planning;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::Failure;
use crate::plan::{Mode, Options, TrustRules};
use std::collections::BTreeSet;
use std::path::Path;

/// How `plan` and `apply` plan.
pub(super) fn options(planning: &Planning) -> Result<Options, Failure> {
    replacing_where_it_can(asked(planning)?)
}

/// What the command line asks for, as far as its options can stand together in any command.
fn asked(planning: &Planning) -> Result<Options, Failure> {
    refused(planning)?;
    let mode = match (planning.destroy, planning.refresh_only) {
        (true, true) => {
            let detail = "The -destroy and -refresh-only options are mutually exclusive.";
            return Err(usage("Incompatible plan mode options", detail));
        }
        (true, false) => Mode::Destroy,
        (false, true) => Mode::RefreshOnly,
        (false, false) => Mode::Normal,
    };
    if mode == Mode::RefreshOnly && !planning.refresh {
        let detail = "With -refresh=false a -refresh-only plan has nothing to do, so they cannot stand together.";
        return Err(usage("Incompatible refresh options", detail));
    }
    if !planning.target.is_empty() && !planning.exclude.is_empty() {
        let detail =
            "-target says what is planned and -exclude what is not, so they cannot stand together.";
        return Err(usage("Invalid combination of arguments", detail));
    }
    Ok(Options {
        mode,
        skip_refresh: !planning.refresh,
        targets: planning
            .target
            .iter()
            .map(|text| targeted("target", text))
            .collect::<Result<_, _>>()?,
        excludes: planning
            .exclude
            .iter()
            .map(|text| targeted("exclude", text))
            .collect::<Result<_, _>>()?,
        replace: planning
            .replace
            .iter()
            .map(|text| replaced(text))
            .collect::<Result<_, _>>()?,
        trust: TrustRules {
            allow_refuted: planning.allow_refuted,
            strict: planning.strict,
        },
    })
}

/// How `destroy` plans.
pub(super) fn options_to_destroy(
    planning: &Planning,
    plan: Option<&Path>,
) -> Result<Options, Failure> {
    if let Some(plan) = plan {
        let detail = format!(
            "A plan that was made with `plan -destroy` is applied with: apply \"{}\"",
            plan.display()
        );
        return Err(usage("Destroy can't be called with a plan file", &detail));
    }
    for (name, given) in [
        ("-destroy", planning.destroy),
        ("-refresh-only", planning.refresh_only),
    ] {
        if given {
            let detail =
                format!("The {name} option is not valid for `destroy`, which has one mode only.");
            return Err(usage("Invalid mode option", &detail));
        }
    }
    replacing_where_it_can(Options {
        mode: Mode::Destroy,
        ..asked(planning)?
    })
}

/// How `refresh` plans: whatever may be said of the mode, of reading and of replacing is looked at, and then has no effect,
/// as in Terraform.
pub(super) fn options_to_refresh(planning: &Planning) -> Result<Options, Failure> {
    Ok(Options {
        mode: Mode::RefreshOnly,
        skip_refresh: false,
        replace: BTreeSet::new(),
        ..asked(planning)?
    })
}

/// Refuses options of planning beside a saved plan, which is applied as it was made.
pub(super) fn nothing_asked(options: &Options) -> Result<(), Failure> {
    if *options == Options::default() {
        return Ok(());
    }
    let detail = "A saved plan is applied as it was made: -target, -exclude, -replace, -destroy, -refresh, -refresh-only, \
                  -strict and -allow-refuted belong to the `plan` that makes it.";
    Err(usage("Options of planning beside a saved plan", detail))
}

/// Refuses options of planning for `import`, which takes one object over and plans nothing else.
pub(super) fn of_an_import(planning: &Planning) -> Result<(), Failure> {
    if options(planning)? == Options::default() {
        return Ok(());
    }
    let detail = "`import` takes one object over and plans nothing else: -target, -exclude, -replace, -destroy, -refresh, \
                  -refresh-only, -strict and -allow-refuted belong to `plan`.";
    Err(usage("Options of planning for an import", detail))
}

/// The warning after a plan of a part was applied.
pub(super) fn incomplete(options: &Options) -> Diagnostics {
    if !options.is_partial() {
        return Diagnostics::new();
    }
    let option = if options.targets.is_empty() {
        "-exclude"
    } else {
        "-target"
    };
    let detail = format!(
        "The plan was made with `{option}`, so changes that the configuration asks for may be missing, and outputs may \
         not be up to date."
    );
    Diagnostic::warning(Code::Targeting, detail)
        .with_summary("Applied changes may be incomplete")
        .hint("To see what is left to do: trustform plan")
        .into()
}

/// Refuses `-replace` outside the normal mode.
fn replacing_where_it_can(options: Options) -> Result<Options, Failure> {
    if options.mode != Mode::Normal && !options.replace.is_empty() {
        let detail = "Replacement of an instance (-replace) can be asked for in the normal planning mode only.";
        return Err(usage("Unsupported plan mode", detail));
    }
    Ok(options)
}

fn refused(planning: &Planning) -> Result<(), Failure> {
    let given = [
        ("-exclude-file", !planning.exclude_file.is_empty()),
        ("-target-file", !planning.target_file.is_empty()),
    ];
    let Some((name, _)) = given.into_iter().find(|(_, given)| *given) else {
        return Ok(());
    };
    let detail = format!("`{name}` is not supported by this version.");
    let diagnostic = Diagnostic::error(Code::NotSupportedYet, detail)
        .hint("Name the addresses on the command line, once for each: -target=ADDRESS or -exclude=ADDRESS");
    Err(Failure::plain(diagnostic))
}

fn targeted(what: &str, text: &str) -> Result<Target, Failure> {
    target(text).map_err(|error| invalid(what, text, &error))
}

fn replaced(text: &str) -> Result<InstanceAddress, Failure> {
    let address = instance(text).map_err(|error| invalid("force-replace address", text, &error))?;
    if address.resource.mode != ResourceMode::Managed {
        let summary = format!("Invalid force-replace address \"{text}\"");
        return Err(usage(
            &summary,
            "Only managed resources can be replaced with -replace.",
        ));
    }
    Ok(address)
}

fn usage(summary: &str, detail: &str) -> Failure {
    Failure::plain(Diagnostic::error(Code::Usage, detail).with_summary(summary))
}
