//! Lines of tokens, each cut into what is aligned with the lines around it.

use super::token::{Kind, Token};
use std::ops::Range;

/// A line, as indices of its tokens. A heredoc is part of the line on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    start: usize,
    equals: usize,
    comment: usize,
    end: usize,
}

impl Line {
    /// All up to the other two.
    pub(super) fn lead(self) -> Range<usize> {
        self.start..self.equals
    }

    /// From the equals sign on, where all brackets that follow it are closed on the line; else empty.
    pub(super) fn assignment(self) -> Range<usize> {
        self.equals..self.comment
    }

    /// The comment behind something else, if the line ends with one; else empty.
    pub(super) fn comment(self) -> Range<usize> {
        self.comment..self.end
    }
}

/// The lines of a file. None is empty.
pub(super) fn lines(tokens: &[Token]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (index, token) in tokens.iter().enumerate() {
        if token.ends_line() || index + 1 == tokens.len() {
            lines.push(cut(tokens, start..index + 1));
            start = index + 1;
        }
    }
    lines
}

fn cut(tokens: &[Token], line: Range<usize>) -> Line {
    let Range { start, end } = line;
    let inside = tokens.get(start..end).unwrap_or_default();
    let commented =
        inside.len() > 1 && inside.last().is_some_and(|last| last.kind == Kind::Comment);
    let comment = end - usize::from(commented);
    let inside = tokens.get(start..comment).unwrap_or_default();
    let mut later = inside.iter().enumerate().skip(1);
    let equals = later.find(|(_, token)| token.kind == Kind::Equal);
    let whole = equals.filter(|(at, _)| {
        let value = inside.get(*at..).unwrap_or_default();
        value.iter().map(Token::opens).sum::<isize>() == 0
    });
    Line {
        start,
        equals: whole.map_or(comment, |(at, _)| start + at),
        comment,
        end,
    }
}
