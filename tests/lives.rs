//! The lives of objects in the sandbox, as transcripts: a folder a life; adding one takes no Rust.
//!
//! A folder of `tests/lives/` holds configurations and `life.txt`, the commands of a life with what each came to.
//! `README.md` there says how they are written; `cargo cases lives::NAME -- --update` writes what came of them again.

use libtest_mimic::Trial;

use crate::common::{UPDATE, folders_in, life};

/// Every folder as a trial.
pub fn trials() -> Vec<Trial> {
    let update = std::env::args().any(|argument| argument == UPDATE);
    let folders = folders_in("tests/lives").into_iter();
    folders
        .map(|(name, folder)| {
            Trial::test(format!("lives::{name}"), move || {
                life::check(&folder, update).map(drop)
            })
        })
        .collect()
}
