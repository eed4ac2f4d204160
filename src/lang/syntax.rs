//! From text to syntax: every syntax error of a file, and the blocks that could be read all the same.
//!
//! The parser stops at its first error. To find the others, the text is cut where a block begins in the first column;
//! the pieces are parsed one by one, and those that are wrong are blanked out, so that all offsets stay as they are.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use hcl_edit::parser::{Error, parse_body};
use hcl_edit::structure::Body;
use std::ops::Range;

/// The body of a file as far as it could be read, and its syntax errors.
///
/// Spans in the body are offsets into `text`, which may begin with a byte-order mark. Blocks with syntax errors are
/// missing from the body. Nesting beyond 64 levels or 128 chained operators is an error.
pub fn parse(text: &str, file: FileId) -> (Body, Diagnostics) {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => &format!("   {rest}"),
        None => text,
    };
    match parse_body(text) {
        Ok(body) => (body, Diagnostics::new()),
        Err(error) => recover(text, file, &error),
    }
}

/// A diagnostic for a syntax error of `text`, which begins at `offset` in the file.
pub(super) fn syntax_error(
    error: &Error,
    text: &str,
    span: impl Fn(Range<usize>) -> Span,
) -> Diagnostic {
    let start = error.location().offset().min(text.len());
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.chars().next().map_or(0, char::len_utf8);
    let (summary, detail) = explain(error.message(), rest.trim().is_empty());
    Diagnostic::error(Code::Syntax, detail)
        .with_summary(summary)
        .at(span(start..start + length))
}

fn recover(text: &str, file: FileId, first: &Error) -> (Body, Diagnostics) {
    let mut problems = Diagnostics::new();
    let mut readable = text.to_owned();
    for piece in pieces(text) {
        let content = text.get(piece.clone()).unwrap_or_default();
        if let Err(error) = parse_body(content) {
            let at = |range: Range<usize>| {
                Span::new(file, piece.start + range.start..piece.start + range.end)
            };
            problems.push(syntax_error(&error, content, at));
            readable.replace_range(piece, &blank(content));
        }
    }
    match parse_body(&readable) {
        Ok(body) if problems.has_errors() => (body, problems),
        // The pieces are fine and the whole is not (an argument defined twice, say): the first error must do.
        Ok(_) | Err(_) => {
            problems.push(syntax_error(first, text, |range| Span::new(file, range)));
            (Body::new(), problems)
        }
    }
}

/// The text cut before every line that begins a block in the first column, outside heredocs.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    let mut heredoc: Option<&str> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        match heredoc {
            Some(end) if line.trim() == end => heredoc = None,
            Some(_) => {}
            None => {
                if begins_block(line) {
                    starts.push(offset);
                }
                heredoc = opens_heredoc(line);
            }
        }
        offset += line.len();
    }
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

/// Whether a line is the head of a block without indentation: a name, labels, an opening brace.
fn begins_block(line: &str) -> bool {
    let head = line.split_once('{').map(|(head, _)| head);
    line.starts_with(|character: char| character.is_alphabetic())
        && head.is_some_and(|head| !head.contains(['=', '(', '[', '#']))
}

/// The delimiter of a heredoc that begins at the end of a line.
fn opens_heredoc(line: &str) -> Option<&str> {
    let (_, delimiter) = line.trim_end().rsplit_once("<<")?;
    let delimiter = delimiter.strip_prefix('-').unwrap_or(delimiter);
    let is_name = |name: &str| {
        name.chars()
            .all(|character| character.is_alphanumeric() || "_-".contains(character))
    };
    (!delimiter.is_empty() && is_name(delimiter)).then_some(delimiter)
}

/// As many bytes of white space, with the line ends where they were.
fn blank(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect()
}

/// The parser's message as summary and sentence. Summaries are Terraform's where it has one for the case.
fn explain(message: &str, at_end: bool) -> (&'static str, String) {
    let known = [
        (
            "found redefined attribute",
            "Attribute redefined",
            "An argument of this name is already set in this block. Each argument may be set only once.",
        ),
        (
            "found redefined object key",
            "Duplicate object key",
            "This key stands already in the object. Each key may stand only once.",
        ),
        (
            "invalid nesting depth",
            "Expression nested too deeply",
            "Blocks and expressions may be nested at most 64 levels deep.",
        ),
        (
            "at most 128 chained",
            "Expression nested too deeply",
            "An expression may chain at most 128 operators.",
        ),
        (
            "heredoc end delimiter",
            "Unterminated template string",
            "No line holds the closing delimiter of this heredoc.",
        ),
        (
            "invalid escape sequence",
            "Invalid escape sequence",
            "A backslash must be followed by one of n, r, t, u, U, \\ or \".",
        ),
        (
            "expected newline or eof",
            "Missing newline after argument",
            "An argument or block definition must be followed by a line break.",
        ),
    ];
    for (part, summary, detail) in known {
        if message.contains(part) {
            return (summary, detail.to_owned());
        }
    }
    if message.contains("invalid block body") && at_end {
        let detail = "There is no closing brace for this block before the end of the text; some brace may be missing.";
        return ("Unclosed configuration block", detail.to_owned());
    }
    let summary = match message {
        _ if message.contains("invalid expression") => "Invalid expression",
        _ if message.contains("invalid structure") => "Argument or block definition required",
        _ => Code::Syntax.summary(),
    };
    let mut sentence = message.replace(';', ":");
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
    }
    sentence.push('.');
    (summary, sentence)
}
