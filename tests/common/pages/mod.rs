//! The reference pages of resource and data types, made from the kinds themselves.

pub mod example;
pub mod manual;
pub mod render;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use trustform::address::ResourceMode;
use trustform::provider::registry::Registry;
use trustform::schema::{Schemas as _, TypeEntry};

use super::repository;
use manual::Manual;

/// The modes, in the order of the index.
pub const MODES: [ResourceMode; 3] = [
    ResourceMode::Managed,
    ResourceMode::Data,
    ResourceMode::Ephemeral,
];

/// A type that has a page.
pub struct Page {
    /// Whether it is a resource, a data or an ephemeral type.
    pub mode: ResourceMode,
    /// The type.
    pub entry: TypeEntry,
    /// The other names of it.
    pub aliases: Vec<&'static str>,
}

impl Page {
    /// Every type of the registry once, in the order of modes and names.
    pub fn all() -> Vec<Self> {
        MODES.into_iter().flat_map(Self::of_mode).collect()
    }

    fn of_mode(mode: ResourceMode) -> Vec<Self> {
        let mut pages: BTreeMap<&'static str, Self> = BTreeMap::new();
        for name in Registry.names(mode) {
            let entry = Registry.find(mode, name).expect("a type of that name");
            let page = pages.entry(entry.name).or_insert_with(|| Self {
                mode,
                entry,
                aliases: Vec::new(),
            });
            if name != entry.name {
                page.aliases.push(name);
            }
        }
        pages.into_values().collect()
    }

    /// What its kind says of it.
    pub fn manual<'a>(&self, manuals: &'a [Manual]) -> Option<&'a Manual> {
        let mine = |(mode, name): &(ResourceMode, String)| {
            *mode == self.mode && name.as_str() == self.entry.name
        };
        manuals.iter().find(|manual| manual.types.iter().any(mine))
    }

    /// Where it stands, from the root of the repository.
    pub fn path(&self) -> PathBuf {
        Path::new("docs")
            .join(folder(self.mode))
            .join(format!("{}.md", self.entry.name))
    }
}

/// The folder of `docs/` with the pages of a mode, called as in Terraform's providers.
pub fn folder(mode: ResourceMode) -> &'static str {
    match mode {
        ResourceMode::Managed => "resources",
        ResourceMode::Data => "data-sources",
        ResourceMode::Ephemeral => "ephemeral-resources",
    }
}

/// The files that stand for the pages now, from the root of the repository.
pub fn present() -> BTreeMap<PathBuf, String> {
    let folders = MODES.map(folder);
    let mut found = BTreeMap::new();
    for folder in folders {
        let inside = Path::new("docs").join(folder);
        let entries = fs::read_dir(repository().join(&inside));
        for entry in entries.into_iter().flatten().flatten() {
            let text = fs::read_to_string(entry.path()).expect("a page");
            found.insert(inside.join(entry.file_name()), text);
        }
    }
    found
}

/// The files as they have to be; a type whose kind says too little is named instead.
pub fn wanted() -> Result<BTreeMap<PathBuf, String>, Vec<String>> {
    let manuals = Manual::all();
    let pages = Page::all();
    let lacking: Vec<String> = pages
        .iter()
        .filter_map(|page| lacking(page, page.manual(&manuals)))
        .collect();
    if !lacking.is_empty() {
        return Err(lacking);
    }
    let mut wanted = BTreeMap::new();
    for page in &pages {
        if let Some(manual) = page.manual(&manuals) {
            wanted.insert(page.path(), render::page(page, manual));
        }
    }
    wanted.insert(
        PathBuf::from("docs/resources/README.md"),
        render::index(&pages),
    );
    Ok(wanted)
}

fn lacking(page: &Page, manual: Option<&Manual>) -> Option<String> {
    let (keyword, name) = (page.mode.block_type(), page.entry.name);
    let Some(manual) = manual else {
        return Some(format!(
            "{keyword} {name}: no file of src/provider opens with `//! \\`{name}\\`: …` (data types: `//! \\`data \"{name}\"\\`: …`)"
        ));
    };
    let what = match (render::examples(page, manual).is_empty(), &manual.import) {
        (true, _) => "a block of `hcl` that shows it",
        (false, None) if page.mode == ResourceMode::Managed => "a paragraph `Import: …`",
        (false, _) => return None,
    };
    Some(format!("{}: {keyword} {name} lacks {what}", manual.file))
}
