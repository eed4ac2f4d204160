//! What is wrong with a text that is no JSON, under the summaries that Terraform has.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The problem of a text that `serde_json` does not take, at the place where it stopped: between the last character before
/// it that is no blank, and the next.
pub(super) fn mistake(
    span: Span,
    (last, next): (Option<char>, Option<char>),
    error: &serde_json::Error,
) -> Diagnostic {
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or(&message);
    Diagnostic::error(Code::Syntax, format!("This is no JSON: {reason}."))
        .with_summary(summary(reason, last, next))
        .at(span)
}

/// Terraform's summary of a reason of `serde_json`; the spelling of "seperator" is Terraform's.
fn summary(reason: &str, last: Option<char>, next: Option<char>) -> &'static str {
    match (reason, next) {
        ("EOF while parsing an object", _) => "Unclosed object",
        ("EOF while parsing a list", _) => "Unclosed array",
        ("key must be a string", Some('}')) => "Trailing comma in object",
        ("key must be a string", _) => "Invalid object property name",
        ("expected `:`", _) => "Missing property value colon",
        ("expected `,` or `]`", Some('}')) => "Mismatched brackets",
        ("expected `,` or `}`", Some(']')) => "Mismatched braces",
        ("expected `,` or `}`" | "expected `,` or `]`", _) => "Missing attribute seperator comma",
        ("expected value", Some(']')) if last == Some(',') => "Trailing comma in array",
        ("expected value", Some(']')) => "Missing array element value",
        ("EOF while parsing a value", _) | ("expected value", Some('}')) => "Missing JSON value",
        ("expected value", Some('a'..='z' | 'A'..='Z')) | ("expected ident", _) => {
            "Invalid JSON keyword"
        }
        ("expected value", Some('+' | '.')) | ("invalid number", _) => "Invalid JSON number",
        ("expected value", _) => "Invalid start of value",
        ("trailing characters", _) => "Extraneous data after value",
        ("EOF while parsing a string", _) => "Invalid JSON string",
        (reason, _) if reason.contains("escape") || reason.contains("control character") => {
            "Invalid JSON string"
        }
        _ => "Invalid JSON",
    }
}

#[cfg(test)]
mod tests {
    use crate::config::json::read::read;
    use crate::source::FileId;

    #[test]
    fn mistakes_are_called_as_terraform_calls_them() {
        let table = [
            ("", "Missing JSON value"),
            (r#"{"a": 1,}"#, "Trailing comma in object"),
            (r#"{"a": [1,]}"#, "Trailing comma in array"),
            (r#"{"a": 1 "b": 2}"#, "Missing attribute seperator comma"),
            (r#"{"a": [1 2]}"#, "Missing attribute seperator comma"),
            (r#"{"a" = 1}"#, "Missing property value colon"),
            (r#"{"a": }"#, "Missing JSON value"),
            (r#"{"a": , "b": 1}"#, "Invalid start of value"),
            (r#"{"a": [1,,2]}"#, "Invalid start of value"),
            (r#"{"a": [1, ]}"#, "Trailing comma in array"),
            (r#"{"a": ]}"#, "Missing array element value"),
            (r#"{"a": tru}"#, "Invalid JSON keyword"),
            (r#"{"a": True}"#, "Invalid JSON keyword"),
            (r#"{"a": foo}"#, "Invalid JSON keyword"),
            (r#"{"a": _foo}"#, "Invalid start of value"),
            (r#"{"a": é}"#, "Invalid start of value"),
            (r#"{"a": 01}"#, "Invalid JSON number"),
            (r#"{"a": +1}"#, "Invalid JSON number"),
            (r#"{"a": .5}"#, "Invalid JSON number"),
            (r#"{"a": -}"#, "Invalid JSON number"),
            (r#"{"a": "x}"#, "Invalid JSON string"),
            (r#"{"a": "\q"}"#, "Invalid JSON string"),
            (r#"{"a": [1, 2}"#, "Mismatched brackets"),
            (r#"{"a": 1"#, "Unclosed object"),
            (r#"{"a": 1}}"#, "Extraneous data after value"),
            ("{a: 1}", "Invalid object property name"),
            ("# no comment", "Invalid start of value"),
        ];
        for (text, summary) in table {
            let problem = read(text, FileId::default()).unwrap_err();
            assert_eq!(problem.summary, summary, "{text}");
        }
    }
}
