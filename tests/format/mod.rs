//! The layout of files, against what `terraform fmt` makes of the same ones.
//!
//! `cases/` holds files before and after, recorded from the real program; generated files and all of this repository are
//! compared with it where it is there.

mod command;
mod generated;
mod live;
mod places;
mod recorded;
mod writer;

use libtest_mimic::Trial;
use trustform::source::SourceMap;

pub fn trials() -> Vec<Trial> {
    [recorded::trials(), generated::trials(), command::trials()]
        .into_iter()
        .flatten()
        .collect()
}

/// A random file, the same for the same number.
pub(crate) fn random_file(number: u64) -> String {
    writer::file(number, true)
}

/// The text in canonical layout; the text as it is if it is not well formed.
fn ours(text: &str) -> String {
    formatted(text).unwrap_or_else(|_| text.to_owned())
}

/// The text in canonical layout, or its first error and the line it is on.
fn formatted(text: &str) -> Result<String, live::Refusal> {
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", text);
    trustform::lang::formatted(text, file).map_err(|problems| {
        let problem = problems.into_iter().next().expect("a problem");
        let place = problem.primary.expect("a place").span;
        let file = sources.file(place.file).expect("the file");
        (problem.summary, file.position(place.range().start).line)
    })
}
