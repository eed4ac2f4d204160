//! Makes up expressions, each from a number: the same number gives the same expression.
//!
//! `grammar.txt` says of what; it has every function, a test sees to it. Now and then a part is put where its type does
//! not belong, since mistakes have to be the same too.

use crate::common::random::Random;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How many forms lie within each other: two, or up to this many more.
const DEPTH: usize = 4;

/// The expression of a number.
pub(crate) fn expression(number: u64) -> String {
    let mut generator = Generator {
        random: Random(number),
        names: Vec::new(),
        made: 0,
    };
    let depth = 2 + generator.random.below(DEPTH);
    generator.any_of("A", depth)
}

/// A part of a form.
enum Piece {
    Text(&'static str),
    Symbol(&'static str),
    NewName(&'static str),
}

struct Form {
    weight: usize,
    pieces: Vec<Piece>,
}

impl Form {
    fn is_leaf(&self) -> bool {
        !self
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Symbol(_)))
    }
}

/// The forms of each symbol.
static GRAMMAR: LazyLock<BTreeMap<&str, Vec<Form>>> = LazyLock::new(|| {
    let mut grammar: BTreeMap<&str, Vec<Form>> = BTreeMap::new();
    for line in include_str!("grammar.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut parts = line.splitn(3, ' ');
        let mut part = || parts.next().expect("a symbol, a weight and a form");
        let (symbol, weight) = (part(), part().parse().expect("a weight"));
        let pieces = pieces(part());
        grammar
            .entry(symbol)
            .or_default()
            .push(Form { weight, pieces });
    }
    grammar
});

fn pieces(form: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some(at) = rest.find(['<', '@']) {
        let (before, after) = rest.split_at(at);
        let end = after[1..]
            .find(|c: char| !c.is_ascii_alphabetic())
            .map_or(after.len(), |end| end + 1);
        let (name, behind) = (&after[1..end], &after[end..]);
        let is_symbol = name.chars().all(|c| c.is_ascii_uppercase()) && behind.starts_with('>');
        if after.starts_with('@') && matches!(name, "k" | "v") {
            pieces.extend([Piece::Text(before), Piece::NewName(name)]);
            rest = behind;
        } else if after.starts_with('<') && !name.is_empty() && is_symbol {
            pieces.extend([Piece::Text(before), Piece::Symbol(name)]);
            rest = &behind[1..];
        } else {
            pieces.push(Piece::Text(&rest[..=at]));
            rest = &rest[at + 1..];
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

struct Generator {
    random: Random,
    /// The names of the `for`s around.
    names: Vec<String>,
    made: usize,
}

impl Generator {
    /// An expression of a symbol.
    fn any_of(&mut self, symbol: &str, depth: usize) -> String {
        if !matches!(symbol, "K" | "E" | "F" | "RP") && !symbol.starts_with('Q') {
            if !self.names.is_empty() && self.random.chance(35) {
                return self.name();
            }
            if depth > 0 && self.random.chance(4) {
                return self.form("A", depth - 1);
            }
        }
        self.form(symbol, depth)
    }

    fn form(&mut self, symbol: &str, depth: usize) -> String {
        let forms = &GRAMMAR[symbol];
        let usable: Vec<&Form> = forms
            .iter()
            .filter(|form| depth > 0 || form.is_leaf())
            .collect();
        // Where no form is without parts, the parts end it.
        let usable = if usable.is_empty() {
            forms.iter().collect()
        } else {
            usable
        };
        let total = usable.iter().map(|form| form.weight).sum();
        let mut drawn = self.random.below(total);
        for form in usable {
            if drawn < form.weight {
                return self.fill(form, depth.saturating_sub(1));
            }
            drawn -= form.weight;
        }
        String::new()
    }

    fn fill(&mut self, form: &Form, depth: usize) -> String {
        let (outer, mut waiting) = (self.names.len(), Vec::new());
        let mut own: BTreeMap<&str, String> = BTreeMap::new();
        let mut text = String::new();
        for piece in &form.pieces {
            match piece {
                Piece::Text(more) => text.push_str(&more.replace('␤', "\n")),
                Piece::Symbol(symbol) => {
                    text.push_str(&self.any_of(symbol, depth));
                    self.names.append(&mut waiting);
                }
                Piece::NewName(name) => {
                    let new = own.entry(name).or_insert_with(|| {
                        self.made += 1;
                        let new = format!("{name}{}", self.made);
                        waiting.push(new.clone());
                        new
                    });
                    text.push_str(new);
                }
            }
        }
        self.names.truncate(outer);
        text
    }

    /// One of the names around, perhaps with a step.
    fn name(&mut self) -> String {
        let at = self.random.below(self.names.len());
        let step = match self.random.below(10) {
            0 => ".a",
            1 => "[0]",
            _ => "",
        };
        format!("{}{step}", self.names[at])
    }
}

/// The functions that no form has.
pub(super) fn missing_functions() -> Vec<String> {
    let grammar = include_str!("grammar.txt");
    let names = trustform::lang::functions::names();
    names
        // Those have a file of their own in `expressions/`.
        .filter(|name| !name.starts_with("provider::"))
        .filter(|name| !grammar.contains(&format!("{name}(")))
        .map(|name| format!("no form of tests/language/grammar.txt calls `{name}`"))
        .collect()
}
