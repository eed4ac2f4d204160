//! From a tree of differences to lines: signs, indentation, alignment.

use super::palette::Palette;
use super::tree::{Body, Entry, Item, Label, Sign, TextLine};

/// Draws entries at a level of nesting: level 0 stands at the margin, level 1 in the braces of a resource.
pub(crate) fn draw(entries: &[Entry], level: usize, palette: Palette) -> String {
    let mut drawing = Drawing {
        palette,
        text: String::new(),
    };
    drawing.entries(entries, level, |_| "");
    drawing.text
}

/// What follows an item, by its value.
type Separator = fn(&Body) -> &'static str;

struct Drawing {
    palette: Palette,
    text: String,
}

impl Drawing {
    fn entries(&mut self, entries: &[Entry], level: usize, separator: Separator) {
        let width = entries.iter().map(label_width).max().unwrap_or_default();
        for entry in entries {
            match entry {
                Entry::Gap => self.text.push('\n'),
                Entry::Hidden(count, noun) => {
                    let plural = if *count == 1 { "" } else { "s" };
                    self.remark(
                        level,
                        2,
                        &format!("# ({count} unchanged {noun}{plural} hidden)"),
                    );
                }
                Entry::Item(item) => {
                    self.item(item, level, width);
                    self.text.push_str(separator(&item.body));
                    if item.forces && matches!(item.body, Body::Line(_)) {
                        self.forces();
                    }
                    self.text.push('\n');
                }
            }
        }
    }

    /// Draws an item without the end of its last line.
    fn item(&mut self, item: &Item, level: usize, width: usize) {
        if let Some(remark) = item.remark {
            self.remark(level, 0, remark);
        }
        self.signed(level, item.sign);
        match &item.label {
            Label::None => {}
            Label::Attribute(name) => {
                // Not by a format, whose widths end at 65,535.
                let padding = " ".repeat(width.saturating_sub(name.chars().count()));
                self.text.extend([name.as_str(), padding.as_str(), " = "]);
            }
            Label::Block(name) => self.text.extend([format!("{name} ")]),
        }
        self.text.push_str(&item.lead);
        self.body(&item.body, item.forces, level);
        self.text.push_str(&item.tail);
    }

    fn body(&mut self, body: &Body, forces: bool, level: usize) {
        match body {
            Body::Line(line) => self.text.push_str(line),
            Body::List(entries) => self.bracketed(forces, ["[", "]"], entries, level, |_| ","),
            Body::Object(entries) => self.bracketed(forces, ["{", "}"], entries, level, |_| ""),
            Body::Map(entries) => {
                self.bracketed(forces, ["{", "}"], entries, level, behind_an_object);
            }
            Body::Text(lines) => self.lines(forces, lines, level),
            Body::Document(sign, inner) => {
                self.open(forces, "jsonencode(");
                let inner = Item::new(*sign, Label::None, inner.as_ref().clone());
                self.item(&inner, level + 1, 0);
                self.text.push('\n');
                self.close(level, ")");
            }
            Body::Switch(old, new) => {
                self.body(old, forces, level);
                self.text.push_str(" -> ");
                self.body(new, false, level);
            }
        }
    }

    fn bracketed(
        &mut self,
        forces: bool,
        [open, close]: [&str; 2],
        entries: &[Entry],
        level: usize,
        separator: Separator,
    ) {
        self.open(forces, open);
        self.entries(entries, level + 1, separator);
        self.close(level, close);
    }

    fn lines(&mut self, forces: bool, lines: &[TextLine], level: usize) {
        self.open(forces, "<<-EOT");
        for line in lines {
            match line {
                TextLine::Line(Sign::Same, text) if text.is_empty() => self.text.push('\n'),
                TextLine::Line(sign, text) => {
                    self.signed(level + 1, *sign);
                    self.text.push_str(text);
                    self.text.push('\n');
                }
                TextLine::Hidden(count) => {
                    let plural = if *count == 1 { "" } else { "s" };
                    self.remark(
                        level + 1,
                        2,
                        &format!("# ({count} unchanged line{plural} hidden)"),
                    );
                }
            }
        }
        self.close(level, "EOT");
    }

    fn open(&mut self, forces: bool, bracket: &str) {
        self.text.push_str(bracket);
        if forces {
            self.forces();
        }
        self.text.push('\n');
    }

    fn close(&mut self, level: usize, bracket: &str) {
        self.text.push_str(&" ".repeat(4 * level + 4));
        self.text.push_str(bracket);
    }

    fn forces(&mut self) {
        self.text.push(' ');
        self.text
            .push_str(&self.palette.danger("# forces replacement"));
    }

    /// The sign of a line, where it stands.
    fn signed(&mut self, level: usize, sign: Sign) {
        self.text.push_str(&" ".repeat(4 * level + 2));
        self.text.push_str(&self.palette.sign(sign));
        self.text.push(' ');
    }

    fn remark(&mut self, level: usize, further: usize, text: &str) {
        self.text.push_str(&" ".repeat(4 * level + 2 + further));
        self.text.push_str(&self.palette.faint(text));
        self.text.push('\n');
    }
}

/// In a map a comma follows objects and nothing else, as in Terraform.
fn behind_an_object(body: &Body) -> &'static str {
    match body {
        Body::Object(_) => ",",
        Body::Line(_)
        | Body::List(_)
        | Body::Map(_)
        | Body::Text(_)
        | Body::Switch(..)
        | Body::Document(..) => "",
    }
}

fn label_width(entry: &Entry) -> usize {
    match entry {
        Entry::Item(Item {
            label: Label::Attribute(name),
            ..
        }) => name.chars().count(),
        Entry::Item(_) | Entry::Hidden(..) | Entry::Gap => 0,
    }
}
