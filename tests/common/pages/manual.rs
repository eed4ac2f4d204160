//! The pages that kinds write of themselves: the `//!` lines of the file that holds them.
//!
//! The first paragraph names the types and says what they are. `Calls:` and `Import:` begin paragraphs of their own;
//! the blocks of `hcl` are examples.

use std::fs;

use trustform::address::ResourceMode;

use crate::common::{repository, rust_files};

/// What one file says of the types it holds.
#[derive(Debug, Clone, Default)]
pub struct Manual {
    /// The file, from the root of the repository.
    pub file: String,
    /// The types, as the first line names them.
    pub types: Vec<(ResourceMode, String)>,
    /// The paragraphs without headings of their own; the first is one sentence or more on what the type is.
    pub text: Vec<String>,
    /// The calls it makes.
    pub calls: Option<String>,
    /// How an existing object is imported.
    pub import: Option<String>,
    /// The examples.
    pub examples: Vec<String>,
}

impl Manual {
    /// The manuals of all kinds, in the order of their files.
    pub fn all() -> Vec<Self> {
        let files = rust_files(&repository().join("src/provider")).into_iter();
        files
            .filter_map(|file| {
                let text = fs::read_to_string(&file).expect("a source file");
                let inside = file.strip_prefix(repository()).expect("a file of it");
                Self::of(&inside.to_string_lossy(), &text)
            })
            .collect()
    }

    /// The manual that a source file opens with; `None` where it opens with something else.
    pub fn of(file: &str, source: &str) -> Option<Self> {
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<&str> = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let mut manual = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        for paragraph in paragraphs(&lines) {
            manual.take(paragraph);
        }
        let (names, sentence) = manual.text.first()?.split_once(": ")?;
        let (types, sentence) = (types(names)?, capitalised(sentence));
        manual.types = types;
        manual.text[0] = sentence;
        Some(manual)
    }

    fn take(&mut self, paragraph: String) {
        if let Some(code) = paragraph.strip_prefix("```hcl\n") {
            let code = code.trim_end_matches("```").trim_end();
            self.examples.push(code.to_owned());
        } else if let Some(calls) = paragraph.strip_prefix("Calls:") {
            self.calls = Some(calls.trim().to_owned());
        } else if let Some(import) = paragraph.strip_prefix("Import:") {
            self.import = Some(import.trim().to_owned());
        } else {
            self.text.push(paragraph);
        }
    }
}

/// The types that the beginning of the first line names: `` `a` and `b` ``, or `` `data "a"` ``.
fn types(names: &str) -> Option<Vec<(ResourceMode, String)>> {
    let quoted = names.split(" and ").flat_map(|part| part.split(", "));
    quoted
        .map(|quoted| {
            let name = quoted.strip_prefix('`')?.strip_suffix('`')?;
            let of_mode = |mode: ResourceMode| {
                let rest = name.strip_prefix(mode.block_type())?;
                let name = rest.strip_prefix(" \"")?.strip_suffix('"')?;
                Some((mode, name.to_owned()))
            };
            let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let marked = of_mode(ResourceMode::Data).or_else(|| of_mode(ResourceMode::Ephemeral));
            marked.or_else(|| is_name(name).then(|| (ResourceMode::Managed, name.to_owned())))
        })
        .collect()
}

/// Paragraphs and blocks of code, which blank lines do not part.
fn paragraphs(lines: &[&str]) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut in_code = false;
    for line in lines {
        let fence = line.starts_with("```");
        if !in_code && (line.is_empty() || fence) {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut() {
            if !last.is_empty() {
                last.push('\n');
            }
            last.push_str(line);
        }
        in_code ^= fence;
        if fence && !in_code {
            found.push(String::new());
        }
    }
    found.retain(|paragraph| !paragraph.is_empty());
    found
}

/// A text whose first letter is a capital one.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
