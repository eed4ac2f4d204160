//! A plan as a comment on a pull request: what goes away first, then who may assume what, then everything else, folded.
//!
//! The first line is a comment that no reader sees, by which a job finds the comment it wrote before and replaces it. The
//! whole stays below what GitHub takes; what does not fit is counted and said, and is never something that goes away.
//! Names and values of the configuration stand in code, so nothing in them is markup, and secrets are no part of it.

mod access;
mod fold;
mod losses;
mod text;

use super::human::{Counts, Review, Scene, counts};
use super::palette::Palette;
use crate::plan::{Action, Change, Plan};
use fold::Fold;
use losses::{is_loss, losses};
use text::code;

/// The most that GitHub takes as a comment, in characters; bytes are at least as many.
pub const LIMIT: usize = 65_536;
/// Kept free for the last lines.
const RESERVE: usize = 1_024;
/// What the list of losses may take before they stand together.
const LOSSES: usize = LIMIT / 4 * 3;
/// What the section on access may take.
const ACCESS: usize = LIMIT / 8;

/// The plan as a comment of fewer than [`LIMIT`] bytes. `name` tells the plans of one pull request apart.
pub fn markdown(review: Review<'_>, name: Option<&str>) -> String {
    let scene = Scene::new(review, Palette::marked());
    let plan = review.plan;
    let mut text = head(plan, name);
    text.push_str(&not_read(plan));
    text.push_str(&lost(plan));
    text.push_str(&access(plan, LIMIT - RESERVE - text.len()));
    let folds = folds(&scene, LIMIT - RESERVE - text.len());
    for fold in &folds {
        text.push_str(&fold.close());
    }
    text.push_str(&left_out(&folds));
    text
}

fn head(plan: &Plan, name: Option<&str>) -> String {
    let marker = name.map(|name| format!(" {}", plain(name)));
    let of = name.map(|name| format!(" of {}", code(name)));
    let marker = format!("<!-- trustform plan{} -->", marker.unwrap_or_default());
    let of = of.unwrap_or_default();
    if plan.has_changes() || !plan.deferred.is_empty() {
        let counts: Counts = counts(plan);
        let line = counts.line();
        format!("{marker}\n### Plan{of}: {}\n", line.trim_end_matches('.'))
    } else if plan.not_read.is_empty() {
        format!(
            "{marker}\n### Plan{of}: no changes\n\nThe infrastructure matches the configuration.\n"
        )
    } else {
        format!("{marker}\n### Plan{of}: not complete\n")
    }
}

/// A name as it may stand in an HTML comment.
fn plain(name: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/');
    let parts = name.split(|c| !keep(c)).filter(|part| !part.is_empty());
    let whole: String = parts.collect::<Vec<_>>().join("-");
    whole.chars().take(120).collect()
}

fn not_read(plan: &Plan) -> String {
    if plan.not_read.is_empty() {
        return String::new();
    }
    let count = plan.not_read.len();
    let mut text = format!(
        "\n**{count} could not be read**; nothing is planned for them, and the plan cannot be applied.\n\n"
    );
    for missing in plan.not_read.iter().take(10) {
        let (name, why) = (missing.address.to_string(), &missing.failure.message);
        text.extend([format!("- {}: {}\n", code(&name), code(why))]);
    }
    if count > 10 {
        text.extend([format!("- and {} more\n", count - 10)]);
    }
    text
}

fn lost(plan: &Plan) -> String {
    let gone: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|change| is_loss(change))
        .collect();
    if gone.is_empty() {
        return String::new();
    }
    let list = losses(&gone, LOSSES);
    format!(
        "\n**Destroyed, replaced or forgotten ({}):**\n\n{list}",
        gone.len()
    )
}

fn access(plan: &Plan, room: usize) -> String {
    let lines = access::lines(plan);
    if lines.is_empty() {
        return String::new();
    }
    let room = room.min(ACCESS);
    let mut text = "\n**Access:**\n\n".to_owned();
    for (position, line) in lines.iter().enumerate() {
        if text.len() + line.len() + 40 > room {
            text.extend([format!("- and {} more\n", lines.len() - position)]);
            break;
        }
        text.push_str(line);
    }
    text
}

/// The folded sections, in the order in which they get their room.
fn folds(scene: &Scene<'_>, room: usize) -> Vec<Fold> {
    let plan = scene.review.plan;
    let ordered: Vec<&Change> = scene.ordered();
    let is = |wanted: fn(&Change) -> bool| ordered.iter().filter(move |change| wanted(change));
    let differences = |changes: &mut dyn Iterator<Item = &&Change>| -> Vec<String> {
        changes.map(|change| scene.change(change)).collect()
    };
    let sections = [
        (
            "Destroyed, replaced or forgotten",
            differences(&mut is(is_loss)),
        ),
        (
            "Changed in place",
            differences(&mut is(|c| c.action == Action::Update)),
        ),
        (
            "Changed outside",
            plan.drift
                .iter()
                .map(|drift| scene.drifted(drift))
                .collect(),
        ),
        (
            "Created",
            differences(&mut is(|c| c.action == Action::Create)),
        ),
        (
            "Imported or moved",
            differences(&mut is(|c| c.action == Action::NoOp)),
        ),
        (
            "Read during apply",
            plan.deferred
                .iter()
                .map(|data| scene.deferred(data))
                .collect(),
        ),
        (
            "Outputs",
            Some(scene.outputs())
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect(),
        ),
    ];
    let mut left = room;
    let mut folds = Vec::new();
    for (title, differences) in sections {
        let mut fold = Fold::new(title);
        for difference in differences {
            fold.add(&difference, left);
        }
        left = left.saturating_sub(fold.close().len());
        folds.push(fold);
    }
    folds
}

/// What there was no room for.
fn left_out(folds: &[Fold]) -> String {
    let parts: Vec<String> = folds
        .iter()
        .filter_map(Fold::left_out)
        .map(|(count, title)| format!("{count} of “{title}”"))
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(
        "\nNot shown in full, for want of room: {}. `trustform show` shows everything.\n",
        parts.join(", ")
    )
}
