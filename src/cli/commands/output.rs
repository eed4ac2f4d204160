//! `output`

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::{OutputArguments, StateFile};
use crate::cli::terminal::Terminal;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use crate::source::SourceMap;
use trustform_state::snapshot::OutputValue;

pub(crate) fn run(context: &Context, arguments: &OutputArguments) -> ExitCode {
    let terminal = context.terminal;
    match shown(context, arguments, terminal) {
        Ok(text) => {
            if arguments.raw {
                view::print_raw(&text);
            } else if !text.is_empty() {
                view::print(&text);
            }
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

fn shown(
    context: &Context,
    arguments: &OutputArguments,
    terminal: Terminal,
) -> Result<String, Failure> {
    let file = StateFile {
        state: arguments.state.clone(),
    };
    let session = super::state::looked_at(context, &file)?;
    let snapshot = session.snapshot();
    let outputs = &snapshot.outputs;
    let Some(name) = &arguments.name else {
        if arguments.raw {
            return Err(usage("`-raw` needs the name of one output."));
        }
        if arguments.json {
            return Ok(view::json::outputs(outputs));
        }
        if outputs.is_empty() {
            view::diagnostics(&none().into(), &SourceMap::default(), terminal);
        }
        return Ok(view::outputs(outputs));
    };
    let output = outputs.get(name).ok_or_else(|| {
        let detail = format!(
            "The output variable requested could not be found in the state: `{name}`. If you recently added this to \
             your configuration, run `apply` to record it."
        );
        let names = outputs.keys().map(String::as_str);
        Failure::plain(
            Diagnostic::error(Code::UnknownReference, detail)
                .with_summary(format!("Output \"{name}\" not found"))
                .suggest(name, names),
        )
    })?;
    match (arguments.raw, arguments.json) {
        (true, _) => raw(name, output),
        (false, true) => Ok(output.value.to_string()),
        (false, false) => Ok(view::output_value(output)),
    }
}

fn none() -> Diagnostic {
    let detail = "The state has no outputs, or all of them are null. `apply` records those of the configuration.";
    Diagnostic::warning(Code::State, detail).with_summary("No outputs found")
}

fn raw(name: &str, output: &OutputValue) -> Result<String, Failure> {
    match &output.value {
        serde_json::Value::String(text) => Ok(text.clone()),
        serde_json::Value::Bool(truth) => Ok(truth.to_string()),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            Err(usage(&format!(
                "The value of `{name}` is not a text, a number or a truth value; use `-json`."
            )))
        }
    }
}

fn usage(detail: &str) -> Failure {
    Failure::plain(Diagnostic::error(Code::Usage, detail))
}
