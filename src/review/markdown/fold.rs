//! Sections that are folded away: differences in a fence, as many of them as there is room for.

use super::text::{fence_width, fenced, visible};
use crate::review::palette::SIGN;

/// A section, filled until the room is used up.
pub(super) struct Fold {
    title: &'static str,
    text: String,
    width: usize,
    shown: usize,
    left_out: usize,
}

/// What a section takes beside its title, its numbers and its fence.
const FRAME: usize = 96;

impl Fold {
    /// An empty section.
    pub(super) fn new(title: &'static str) -> Self {
        let (text, width) = (String::new(), 3);
        Fold {
            title,
            text,
            width,
            shown: 0,
            left_out: 0,
        }
    }

    /// Adds a difference if the section then still fits into so many bytes; one that does not is counted.
    pub(super) fn add(&mut self, difference: &str, room: usize) {
        let difference = visible(&aligned(difference.trim_start_matches('\n')));
        let width = self.width.max(fence_width(&difference));
        let size = FRAME + self.title.len() + self.text.len() + difference.len() + 2 * width;
        if size > room {
            self.left_out += 1;
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&difference);
        self.width = width;
        self.shown += 1;
    }

    /// How many differences did not fit, and of what.
    pub(super) fn left_out(&self) -> Option<(usize, &'static str)> {
        (self.left_out > 0).then_some((self.left_out, self.title))
    }

    /// The section; empty when nothing is in it.
    pub(super) fn close(&self) -> String {
        if self.shown == 0 {
            return String::new();
        }
        let number = match self.left_out {
            0 => self.shown.to_string(),
            cut => format!("{} of {}", self.shown, self.shown + cut),
        };
        let fence = fenced(&self.text, self.width);
        let title = self.title;
        format!("\n<details><summary>{title} ({number})</summary>\n\n{fence}\n</details>\n")
    }
}

/// The signs moved to the first column, where a difference has them. What stood behind them keeps its place.
fn aligned(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + 1);
    for line in text.lines() {
        match line.split_once(SIGN) {
            Some((space, rest)) => lines.push_str(&signed(space, rest)),
            None => lines.push_str(line),
        }
        lines.push('\n');
    }
    lines
}

fn signed(space: &str, rest: &str) -> String {
    let sign = rest.split(' ').next().unwrap_or_default();
    let mark = match sign {
        "+" => '+',
        "-" | "-/+" | "+/-" => '-',
        "~" => '!',
        _ => ' ',
    };
    // A sign of one character moves; a longer one stays where it can be read.
    match rest.strip_prefix(sign) {
        Some(behind) if sign.len() == 1 && !space.is_empty() => format!("{mark}{space}{behind}"),
        _ if rest.starts_with(mark) => rest.to_owned(),
        _ => format!("{mark} {rest}"),
    }
}
