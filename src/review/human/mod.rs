//! A plan as people read it.

mod access;
mod change;
mod counts;
mod order;
mod sections;

pub use counts::Counts;

use super::palette::Palette;
use super::secrets::Secrets;
use crate::diagnostic::Style;
use crate::plan::{Change, Mode, Plan};
use crate::schema::Schemas;
use std::collections::BTreeMap;
use trustform_state::snapshot::Snapshot;

/// What a review is made from.
#[derive(Clone, Copy)]
pub struct Review<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The types, for their blocks and secrets.
    pub schemas: &'a dyn Schemas,
    /// The state that was planned from, which says what is sensitive in the objects that exist.
    pub snapshot: &'a Snapshot,
    /// The calls that were made to plan, by service.
    pub calls: &'a BTreeMap<&'static str, u64>,
}

/// What a plan does, in numbers.
pub fn counts(plan: &Plan) -> Counts {
    Counts::of(plan)
}

/// The plan as text. It ends with a newline.
pub fn human(review: Review<'_>, style: Style) -> String {
    let palette = Palette::new(style);
    let scene = Scene::new(review, palette);
    let changes = scene.changes();
    let outputs = scene.outputs();
    let mut parts = vec![scene.drift(), scene.access()];
    if changes.is_empty() && outputs.is_empty() {
        if review.plan.not_read.is_empty() && !review.plan.has_changes() {
            parts.push(nothing(palette, review.plan.options.mode));
        }
    } else {
        parts.push(changes);
        if !scene.is_quiet() {
            parts.push(format!("{}\n", counts(review.plan).sentence(palette)));
        }
        parts.push(outputs);
    }
    parts.push(scene.not_read());
    parts.push(scene.calls());
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn nothing(palette: Palette, mode: Mode) -> String {
    let fact = palette.strong(&palette.success("No changes."));
    let text = match mode {
        Mode::Normal | Mode::Destroy | Mode::Import => {
            "Your infrastructure matches the configuration."
        }
        Mode::RefreshOnly => "Your infrastructure still matches the configuration.",
    };
    format!("{fact} {}\n", palette.strong(text))
}

/// A review with what all of its sections need.
pub(in crate::review) struct Scene<'a> {
    pub(in crate::review) review: Review<'a>,
    palette: Palette,
    secrets: Secrets,
}

impl<'a> Scene<'a> {
    /// A review drawn with a palette.
    pub(in crate::review) fn new(review: Review<'a>, palette: Palette) -> Self {
        Scene {
            review,
            palette,
            secrets: Secrets::of(review.snapshot),
        }
    }

    /// The changes that are shown, in their order.
    pub(in crate::review) fn ordered(&self) -> Vec<&'a Change> {
        let groups = order::ordered(&self.review.plan.changes);
        groups
            .into_iter()
            .flat_map(|(_, changes)| changes)
            .collect()
    }

    /// Whether nothing but outputs changes.
    fn is_quiet(&self) -> bool {
        let plan = self.review.plan;
        let idle = |change: &crate::plan::Change| !change.is_change();
        plan.deferred.is_empty() && plan.changes.iter().all(idle)
    }
}
