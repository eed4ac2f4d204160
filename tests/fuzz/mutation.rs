//! Damaged inputs: tokens left out, put in, repeated, moved between files; nesting without measure; odd bytes.
//!
//! What a target says of an input takes the place of coverage: an input of which it says something new is damaged further.

use super::targets::Target;
use crate::common::random::Random;
use std::collections::BTreeSet;
use std::ops::Range;

/// The most inputs that are remembered besides the seeds.
const REMEMBERED: usize = 2_000;

/// Longer inputs are not damaged further, in bytes.
const LONGEST: usize = 30_000;

/// The longest input, in bytes.
const LIMIT: usize = 4 << 20;

/// What can be put around something, over and over.
const AROUND: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{ a = ", " }"),
    ("{\"a\": ", "}"),
    ("\"${", "}\""),
    ("${", "}"),
    ("!", ""),
    ("-", ""),
    ("a ? ", " : 1"),
    ("true ? 1 : ", ""),
    ("1 + ", ""),
    ("1 == ", ""),
    ("", " && true"),
    ("f(", ")"),
    ("try(", ", 1)"),
    ("jsonencode(", ")"),
    ("sensitive(", ")"),
    ("[for x in ", " : x]"),
    ("{for k, v in ", " : k => v}"),
    ("[for x in [1] : ", "]"),
    ("x {\n", "\n}\n"),
    ("dynamic \"a\" {\n content {\n", "\n}\n}\n"),
    ("%{ if true }", "%{ endif }"),
    ("%{ for x in [1] }", "%{ endfor }"),
    ("list(", ")"),
    ("object({ a = ", " })"),
    ("optional(", ")"),
    ("", ".a"),
    ("", "[0]"),
    ("", "[*]"),
    ("", ".*"),
    ("<<E\n", "\nE\n"),
    ("/*", "*/"),
    ("# ", "\n"),
    ("- ", ""),
    ("? ", ""),
    ("a: ", ""),
    ("&a ", ""),
    ("\"", "\""),
    ("module.a.", ""),
    ("\\", ""),
    (" ", ""),
    ("\n", ""),
    ("é", ""),
    ("{\"Statement\": ", "}"),
];

/// How often.
const TIMES: &[usize] = &[
    2, 3, 10, 30, 60, 70, 100, 130, 200, 300, 1_000, 1_000, 3_000, 10_000, 30_000, 100_000,
];

/// What is put in anywhere.
const WORDS: &[&str] = &[
    "0",
    "-1",
    "1e400",
    "1e999999",
    "1e-999999",
    "1e-400",
    "99999999999999999999999999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "4294967296",
    "0x10",
    "0.1",
    "1.",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\u{feff}",
    "\u{0}",
    "\r",
    "\r\n",
    "\t",
    "\u{a0}",
    "\u{2028}",
    "é",
    "e\u{301}",
    "👩‍👩‍👧",
    "\u{202e}",
    "\u{fffd}",
    "\\u0000",
    "\\U0010FFFF",
    "\\U00110000",
    "\\ud800",
    "$${",
    "%%{",
    "${~",
    "~}",
    "%{ else }",
    "%{ endif }",
    "...",
    "=>",
    "::",
    "core::",
    "<<E\n",
    "<<-E\n",
    "E\n",
    "each.key",
    "each.value",
    "count.index",
    "self",
    "path.module",
    "local.a",
    "var.a",
    "module.a",
    "data.a.b",
    "terraform_data.a",
    "count = 2\n",
    "for_each = toset([\"a\", \"b\"])\n",
    "lifecycle {\n}\n",
    "ephemeral = true\n",
    "sensitive = true\n",
    "depends_on = []\n",
    "provider = a.b\n",
];

/// The inputs of a target, each by its number.
pub(super) struct Pool {
    inputs: Vec<Vec<u8>>,
    generate: Option<fn(u64) -> String>,
    words: &'static [&'static str],
    outcomes: BTreeSet<String>,
    remembered: usize,
    seed: u64,
}

impl Pool {
    /// The seeds of a target.
    pub(super) fn new(target: &Target, seed: u64) -> Self {
        let mut inputs = (target.seeds)();
        if inputs.is_empty() {
            inputs.push(Vec::new());
        }
        Self {
            inputs,
            generate: target.generate,
            words: target.words,
            outcomes: BTreeSet::new(),
            remembered: 0,
            seed,
        }
    }

    /// The input of a number, which depends on what was learned too.
    pub(super) fn input(&self, number: u64) -> Vec<u8> {
        let mut random = Random(self.seed.wrapping_mul(0x1_0000_0001) ^ (number << 20));
        let mut input = match self.generate {
            Some(generate) if random.one_in(4) => {
                let made = generate(self.seed.wrapping_mul(1_000_003).wrapping_add(number));
                if random.one_in(3) {
                    return made.into_bytes();
                }
                made.into_bytes()
            }
            _ => self.any(&mut random).to_vec(),
        };
        for _ in 0..=random.below(4) {
            input = self.damaged(&input, &mut random);
        }
        input.truncate(LIMIT);
        input
    }

    /// Remembers an input of which the target said what it never said before.
    pub(super) fn learn(&mut self, input: &[u8], outcome: String) {
        if input.len() <= LONGEST && self.remembered < REMEMBERED && self.outcomes.insert(outcome) {
            self.inputs.push(input.to_vec());
            self.remembered += 1;
        }
    }

    fn any(&self, random: &mut Random) -> &[u8] {
        &self.inputs[random.below(self.inputs.len())]
    }

    fn word(&self, random: &mut Random) -> &'static str {
        let all = WORDS.len() + self.words.len();
        let chosen = random.below(all);
        let own = || self.words[chosen - WORDS.len()];
        WORDS.get(chosen).copied().unwrap_or_else(own)
    }

    fn damaged(&self, input: &[u8], random: &mut Random) -> Vec<u8> {
        let tokens = tokens(input);
        if tokens.is_empty() {
            return self.word(random).as_bytes().to_vec();
        }
        let first = random.below(tokens.len());
        let last = (first + random.below(4)).min(tokens.len() - 1);
        let place = tokens[first].start..tokens[last].end;
        let replaced = |place: Range<usize>, with: &[u8]| {
            [&input[..place.start], with, &input[place.end..]].concat()
        };
        match random.below(16) {
            0 | 1 => replaced(place, b""),
            2 => {
                let again = input[place.clone()].repeat(1 + random.below(5));
                replaced(place.end..place.end, &again)
            }
            3 => {
                let other = tokens[random.below(tokens.len())].clone();
                let token = input[other].to_vec();
                replaced(place, &token)
            }
            4..=6 => {
                let other = self.any(random);
                replaced(place, &piece(other, random))
            }
            7 | 8 => replaced(place, self.word(random).as_bytes()),
            9 | 10 => replaced(place.start..place.start, self.word(random).as_bytes()),
            11 | 12 => {
                let (before, after) = AROUND[random.below(AROUND.len())];
                let times = TIMES[random.below(TIMES.len())];
                let bytes = |text: &str| text.as_bytes().repeat(times);
                let inside = input[place.clone()].to_vec();
                replaced(place, &[bytes(before), inside, bytes(after)].concat())
            }
            13 => {
                let at = random.below(input.len());
                let byte = u8::try_from(random.below(256)).unwrap_or_default();
                replaced(at..at + 1, &[byte])
            }
            14 => match random.below(4) {
                0 => input[..place.start].to_vec(),
                1 => with_returns(input),
                2 => ["\u{feff}".as_bytes(), input].concat(),
                _ => [input, self.any(random)].concat(),
            },
            _ => {
                let times = TIMES[random.below(TIMES.len())].min(1_000);
                let again = input[place.clone()].repeat(times);
                replaced(place, &again)
            }
        }
    }
}

/// A few tokens of an input.
fn piece(input: &[u8], random: &mut Random) -> Vec<u8> {
    let tokens = tokens(input);
    if tokens.is_empty() {
        return Vec::new();
    }
    let first = random.below(tokens.len());
    let last = (first + random.below(40)).min(tokens.len() - 1);
    input[tokens[first].start..tokens[last].end].to_vec()
}

fn with_returns(input: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
    lines.join(&b"\r\n"[..])
}

/// Runs of letters and digits, of blanks, and single other bytes; long inputs in fewer, longer ones.
fn tokens(input: &[u8]) -> Vec<Range<usize>> {
    let class = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | 128.. => 0,
        b' ' | b'\t' | b'\n' => 1,
        _ => 2,
    };
    let mut tokens: Vec<Range<usize>> = Vec::new();
    let mut last = 2;
    for (at, byte) in input.iter().enumerate() {
        let class = class(*byte);
        match tokens.last_mut() {
            Some(token) if class == last && class < 2 => token.end = at + 1,
            _ => tokens.push(at..at + 1),
        }
        last = class;
    }
    tokens
}
