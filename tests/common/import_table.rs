//! The import table of `docs/architecture.md`, read as data.

use std::collections::{BTreeMap, BTreeSet};

use super::repository;

/// One row: what a module may use.
#[derive(Debug, Clone)]
pub struct Row {
    /// The name of the module.
    pub module: String,
    /// The modules it may use.
    pub may_use: BTreeSet<String>,
    /// The outside crates it may use.
    pub crates: Vec<OutsideCrate>,
    /// Whether it does no I/O.
    pub is_pure: bool,
}

/// An outside crate, or several whose names begin alike, allowed in a module or a part of it.
#[derive(Debug, Clone)]
pub struct OutsideCrate {
    /// The name in the manifest; a `*` at the end stands for any ending.
    pub name: String,
    /// The file or folder within the module, or everything in it.
    pub part: Option<String>,
}

impl OutsideCrate {
    /// Whether this names `outside`, as written in a manifest.
    pub fn names(&self, outside: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(beginning) => outside.starts_with(beginning),
            None => self.name == outside,
        }
    }
}

/// The table and the list of crates that are free everywhere.
#[derive(Debug, Clone)]
pub struct ImportTable {
    /// In the order of the page.
    pub rows: Vec<Row>,
    free: Vec<String>,
}

impl ImportTable {
    /// Reads the page.
    pub fn read() -> Self {
        let page = repository().join("docs/architecture.md");
        Self::of(&std::fs::read_to_string(page).expect("docs/architecture.md"))
    }

    fn of(page: &str) -> Self {
        let rows: Vec<[&str; 4]> = page.lines().filter_map(cells).collect();
        let all: BTreeSet<String> = rows.iter().flat_map(|row| quoted(row[0])).collect();
        let free = page
            .lines()
            .find_map(|line| line.strip_prefix("Free everywhere:"))
            .map(quoted)
            .unwrap_or_default();
        Self {
            rows: rows.iter().map(|cells| row(cells, &all)).collect(),
            free,
        }
    }

    /// The row of a module.
    pub fn row(&self, module: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.module == module)
    }

    /// Why a file of `module` at `part` (its path within the module) may not use the crate `outside`.
    pub fn refusal(&self, module: &str, part: &str, outside: &str) -> Option<String> {
        if self.free.iter().any(|free| free == outside) {
            return None;
        }
        let allowed = self.homes(outside);
        if allowed.is_empty() {
            return Some(format!("`{outside}` stands in no row of the import table"));
        }
        let parts = allowed.get(module).map_or(&[][..], Vec::as_slice);
        let is_allowed = parts
            .iter()
            .any(|allowed| allowed.is_empty() || is_within(part, allowed));
        (!is_allowed).then(|| format!("`{outside}` is allowed only in {}", list(&allowed)))
    }

    /// The modules, and the parts of them, that name a crate.
    fn homes(&self, outside: &str) -> BTreeMap<String, Vec<String>> {
        let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in &self.rows {
            for named in row.crates.iter().filter(|named| named.names(outside)) {
                let part = named.part.clone().unwrap_or_default();
                homes.entry(row.module.clone()).or_default().push(part);
            }
        }
        homes
    }
}

fn is_within(part: &str, allowed: &str) -> bool {
    part.strip_prefix(allowed)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn list(homes: &BTreeMap<String, Vec<String>>) -> String {
    let mut names = Vec::new();
    for (module, parts) in homes {
        for part in parts {
            names.push(format!(
                "`{}`",
                format!("{module}/{part}").trim_end_matches('/')
            ));
        }
    }
    names.join(", ")
}

fn cells(line: &str) -> Option<[&str; 4]> {
    let inner = line.strip_prefix("| `")?.strip_suffix('|')?;
    let cells: Vec<&str> = line[line.len() - inner.len() - 2..].split('|').collect();
    let &[module, may_use, crates, pure, _] = cells.as_slice() else {
        return None;
    };
    Some([module, may_use, crates, pure])
}

fn row(&[module, may_use, crates, pure]: &[&str; 4], all: &BTreeSet<String>) -> Row {
    let named: BTreeSet<String> = quoted(may_use).into_iter().collect();
    let may_use = if may_use.trim_start().starts_with("all") {
        all.difference(&named).cloned().collect()
    } else {
        named
    };
    Row {
        module: quoted(module).concat(),
        may_use,
        crates: crates.split(',').filter_map(outside_crate).collect(),
        is_pure: pure.trim() == "yes",
    }
}

fn outside_crate(text: &str) -> Option<OutsideCrate> {
    let mut names = quoted(text).into_iter();
    Some(OutsideCrate {
        name: names.next()?,
        part: names.next(),
    })
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
