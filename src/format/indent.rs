//! How far a line is indented: two blanks for each earlier line that left brackets open.

use super::line::Line;
use super::token::{Kind, Token};

/// Sets the blanks before the first token of each line.
///
/// A line that opens several brackets indents once, and the line that closes all of them takes that back; a line that
/// closes brackets of several lines takes back as many.
pub(super) fn indent(tokens: &mut [Token], lines: &[Line]) {
    let mut open: Vec<isize> = Vec::new();
    for line in lines {
        let lead = tokens.get(line.lead()).unwrap_or_default();
        let change = if lead
            .first()
            .is_some_and(|first| first.kind == Kind::Newline)
        {
            None
        } else {
            Some(change(lead))
        };
        if let Some(change) = change.filter(|change| *change < 0) {
            close(&mut open, -change);
        }
        let depth = change.map_or(0, |_| open.len());
        if let Some(first) = tokens.get_mut(line.lead().start) {
            first.before = 2 * depth;
        }
        open.extend(change.filter(|change| *change > 0));
    }
}

/// How many more brackets are open after a line than before it. What a heredoc contains does not count.
fn change(lead: &[Token]) -> isize {
    let heredoc = lead
        .iter()
        .position(|token| token.kind == Kind::OpenHeredoc);
    let counted = lead
        .get(..heredoc.unwrap_or(lead.len()))
        .unwrap_or_default();
    counted.iter().map(Token::opens).sum()
}

fn close(open: &mut Vec<isize>, mut closed: isize) {
    while closed > 0
        && let Some(last) = open.last_mut()
    {
        if *last > closed {
            *last -= closed;
            return;
        }
        closed -= *last;
        open.pop();
    }
}
