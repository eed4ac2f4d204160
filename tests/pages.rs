//! The reference pages of `docs/resources` and `docs/data-sources`: they are what the kinds say, and their examples hold.
//!
//! A page is made from the `//!` lines that open the file of a kind and from its schema;
//! `cargo cases pages -- --update` writes the pages again.

use std::fs;

use libtest_mimic::Trial;

use crate::common::pages::manual::Manual;
use crate::common::pages::{Page, example, present, wanted};
use crate::common::{UPDATE, finds_nothing, repository};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        finds_nothing("pages::are_what_the_kinds_say", compare),
        finds_nothing("pages::examples_are_valid", examples),
    ]
}

/// Compares the pages with what they have to be, or writes them.
fn compare() -> Vec<String> {
    let wanted = match wanted() {
        Ok(wanted) => wanted,
        Err(lacking) => return lacking,
    };
    let present = present();
    if std::env::args().any(|argument| argument == UPDATE) {
        for path in present.keys().filter(|path| !wanted.contains_key(*path)) {
            fs::remove_file(repository().join(path)).expect("a page that is removed");
        }
        for (path, text) in &wanted {
            let path = repository().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of pages");
            fs::write(path, text).expect("a page that is written");
        }
        return Vec::new();
    }
    let paths = wanted.keys().chain(present.keys());
    let mut differing: Vec<String> = paths
        .filter(|path| wanted.get(*path) != present.get(*path))
        .map(|path| {
            let path = path.display();
            format!("{path} is not what its kind says; `cargo cases pages -- {UPDATE}` writes it")
        })
        .collect();
    differing.sort();
    differing.dedup();
    differing
}

fn examples() -> Vec<String> {
    let manuals = Manual::all();
    let pages = Page::all().into_iter();
    pages
        .filter_map(|page| example::problems(&page, &manuals))
        .collect()
}
