//! What stands in one column: the equals signs of consecutive assignments, the comments of consecutive lines.

use super::line::Line;
use super::token::Token;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation as _;

/// Sets the blanks before equals signs, and then those before comments.
pub(super) fn align(tokens: &mut [Token], lines: &[Line]) {
    in_one_column(tokens, lines, Line::lead, Line::assignment);
    in_one_column(
        tokens,
        lines,
        |line| line.lead().start..line.assignment().end,
        Line::comment,
    );
}

/// For each run of lines that have the `moved` part: puts it behind the widest of what stands before it.
fn in_one_column(
    tokens: &mut [Token],
    lines: &[Line],
    fixed: impl Fn(Line) -> Range<usize>,
    moved: impl Fn(Line) -> Range<usize>,
) {
    for run in lines.chunk_by(|a, b| moved(*a).is_empty() == moved(*b).is_empty()) {
        if run.first().is_none_or(|line| moved(*line).is_empty()) {
            continue;
        }
        let widths: Vec<usize> = run
            .iter()
            .map(|line| width(tokens.get(fixed(*line)).unwrap_or_default()))
            .collect();
        let widest = widths.iter().copied().max().unwrap_or_default();
        for (line, width) in run.iter().zip(widths) {
            if let Some(token) = tokens.get_mut(moved(*line).start) {
                token.before = widest - width + 1;
            }
        }
    }
}

/// Columns that tokens take, in grapheme clusters; a line break within a template counts as one.
fn width(tokens: &[Token]) -> usize {
    let columns = |text: &str| {
        if text.is_ascii() {
            text.len() - text.matches("\r\n").count()
        } else {
            text.graphemes(true).count()
        }
    };
    tokens
        .iter()
        .map(|token| token.before + columns(&token.text))
        .sum()
}
