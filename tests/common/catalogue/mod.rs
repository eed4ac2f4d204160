//! The catalogue of mistakes that are found before apply: a folder of `tests/catalogue` and a page of `docs/diagnostics` each.

mod render;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use trustform::diagnostic::Code;

use super::{folders_in, life};

pub use render::{index, page};

/// The line of a transcript after which the mistake is there.
const FAILS: &str = "-- Fails";

/// The line of a transcript after which it is mended.
const MENDED: &str = "-- Mended";

/// A mistake as its folder tells it.
pub struct Mistake {
    /// Its code.
    pub code: Code,
    /// The words about it: the cause, what AWS says of it, how it is found.
    pub about: String,
    /// The files with the mistake, by name.
    pub fails: BTreeMap<String, String>,
    /// The files without it, by the same names.
    pub mended: BTreeMap<String, String>,
    /// What the program does with both.
    pub transcript: String,
}

impl Mistake {
    /// What the folder of a code holds, or what it lacks.
    pub fn read(name: &str, folder: &PathBuf) -> Result<Self, String> {
        let code = codes().find(|code| code.name() == name);
        let code = code.ok_or_else(|| format!("{name} is no code of the catalogue"))?;
        let text = |file: &str| {
            let path = folder.join(file);
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let mistake = Self {
            code,
            about: text("about.md")?,
            fails: files(folder, "fails."),
            mended: files(folder, "mended."),
            transcript: text(life::LIFE)?,
        };
        if mistake.fails.is_empty() || !mistake.fails.keys().eq(mistake.mended.keys()) {
            return Err(format!(
                "{name} needs `fails.…` and `mended.…` of the same kinds"
            ));
        }
        Ok(mistake)
    }

    /// What the program says of the mistake: the remarks that end with its code, after their command, else the paragraph with it.
    pub fn told(&self) -> Option<String> {
        let part = self.part(FAILS)?;
        self.remarked(part).or_else(|| {
            let mut paragraphs = part.split("\n\n").flat_map(unbarred);
            paragraphs.find(|paragraph| paragraph.contains(self.code.name()))
        })
    }

    /// The lines of a part that end with the code in brackets, as `explain` and `verify` write it, after the last command before them.
    fn remarked(&self, part: &str) -> Option<String> {
        let name = self.code.name();
        let endings = [format!("({name})"), format!("[{name}]")];
        let is_remark = |line: &&str| endings.iter().any(|ending| line.ends_with(ending));
        let (before, _) = part.split_once(part.lines().find(is_remark)?)?;
        let mut commands = before.lines().rev();
        let command = commands.find(|line| line.starts_with(life::PROMPT))?;
        let remarks: Vec<&str> = part.lines().filter(is_remark).collect();
        Some(format!("{command}\n…\n{}", remarks.join("\n")))
    }

    /// What is wrong with the transcript: the code must appear with the mistake, and only with it.
    pub fn problem(&self) -> Option<String> {
        let name = self.code.name();
        if self.told().is_none() {
            return Some(format!("nothing after `{FAILS}` tells {name}"));
        }
        match self.part(MENDED) {
            None => Some(format!("{name} has no part `{MENDED}`")),
            Some(mended) if mended.contains(name) => {
                Some(format!("{name} is told after `{MENDED}` too"))
            }
            Some(mended) if !mended.contains(life::PROMPT) => {
                Some(format!("nothing is run after `{MENDED}`"))
            }
            Some(_) => None,
        }
    }

    /// The part of the transcript under a heading, up to the next.
    fn part(&self, heading: &str) -> Option<&str> {
        let (_, part) = self.transcript.split_once(&format!("{heading}\n"))?;
        Some(part.split_once("\n-- ").map_or(part, |(part, _)| part))
    }
}

/// The codes that need a page: those that begin with a letter for where the failure is met and a number.
pub fn codes() -> impl Iterator<Item = Code> {
    let all = Code::ALL.iter().copied();
    all.filter(|code| {
        code.name()
            .starts_with(|first: char| first.is_ascii_uppercase())
    })
}

/// Every folder of the catalogue, read.
pub fn all() -> Vec<Result<Mistake, String>> {
    let folders = folders_in("tests/catalogue").into_iter();
    folders
        .map(|(name, folder)| Mistake::read(&name, &folder))
        .collect()
}

fn files(folder: &PathBuf, prefix: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).expect("a folder of the catalogue");
    let mut found = BTreeMap::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(extension) = name.strip_prefix(prefix) {
            let text = fs::read_to_string(&path).expect("a file of the catalogue");
            found.insert(extension.to_owned(), text);
        }
    }
    found
}

/// The paragraphs of a part in which what was said besides has bars before it.
fn unbarred(part: &str) -> Vec<String> {
    let lines = part.lines();
    let bare: Vec<&str> = lines
        .map(|line| {
            line.strip_prefix("| ")
                .or(line.strip_prefix('|'))
                .unwrap_or(line)
        })
        .collect();
    let text = bare.join("\n");
    text.split("\n\n").map(str::to_owned).collect()
}
