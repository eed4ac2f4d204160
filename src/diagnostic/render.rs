//! Diagnostics as text for people: the only file that knows how a snippet is drawn.

use super::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceMap};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Whether the text may carry colour codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape codes at all.
    Plain,
    /// ANSI colours.
    Coloured,
}

/// Draws one diagnostic: code and summary, the places, the detail, the hints. Ends with a newline.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: Style) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.summary.as_str())
        .id(diagnostic.code.name());
    let mut group = Group::with_title(title);
    for (file, labels) in by_file(diagnostic) {
        let Some(source) = sources.file(file) else {
            continue;
        };
        // Whoever draws goes through all of the text, so that it gets only the lines that labels stand in.
        let ranges = labels.iter().map(|(label, _)| label.span.range());
        let whole = ranges.reduce(|all, next| all.start.min(next.start)..all.end.max(next.end));
        let whole = clamp(whole.unwrap_or_default(), source.text());
        let (lines, first) = source.lines_around(&whole);
        let start = lines.start;
        let excerpt = source.text().get(lines).unwrap_or_default();
        let mut snippet = Snippet::source(excerpt)
            .line_start(first)
            .path(source.path().display().to_string());
        for (label, kind) in labels {
            let range = clamp(label.span.range(), source.text());
            let annotation = kind.span(range.start - start..range.end - start);
            snippet = snippet.annotation(if label.text.is_empty() {
                annotation
            } else {
                annotation.label(label.text.as_str())
            });
        }
        group = group.element(snippet);
    }
    if let Some(address) = diagnostic.shown.as_ref().or(diagnostic.address.as_ref()) {
        group = group.element(Level::NOTE.with_name("with").message(address.as_str()));
    }
    if !diagnostic.detail.is_empty() {
        group = group.element(
            Level::NOTE
                .with_name("because")
                .message(diagnostic.detail.as_str()),
        );
    }
    for hint in &diagnostic.hints {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let text = renderer.render(&[group]);
    let mut lines: Vec<&str> = text.lines().collect();
    if diagnostic.primary.is_none() && diagnostic.secondary.is_empty() {
        // Without a snippet the gutter between the title and what follows holds nothing.
        lines.retain(|line| !is_empty_gutter(line));
    }
    lines.join("\n") + "\n"
}

/// Whether a line holds nothing but the bar at the left, whatever its colour.
fn is_empty_gutter(line: &str) -> bool {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default();
    let visible = parts.map(|part| part.split_once('m').map_or("", |(_, rest)| rest));
    let visible: String = std::iter::once(first).chain(visible).collect();
    visible.trim() == "|"
}

/// The labels of each file, the primary label's file first.
fn by_file(diagnostic: &Diagnostic) -> Vec<(FileId, Vec<(&Label, AnnotationKind)>)> {
    let primary = diagnostic
        .primary
        .iter()
        .map(|label| (label, AnnotationKind::Primary));
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|label| (label, AnnotationKind::Context));
    let mut files: Vec<(FileId, Vec<(&Label, AnnotationKind)>)> = Vec::new();
    for (label, kind) in primary.chain(secondary) {
        match files.iter_mut().find(|(file, _)| *file == label.span.file) {
            Some((_, labels)) => labels.push((label, kind)),
            None => files.push((label.span.file, vec![(label, kind)])),
        }
    }
    files
}

/// A range that lies in the text, on character boundaries, whatever it was before.
fn clamp(range: std::ops::Range<usize>, text: &str) -> std::ops::Range<usize> {
    let boundary = |mut offset: usize| {
        offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let start = boundary(range.start);
    start..boundary(range.end).max(start)
}
