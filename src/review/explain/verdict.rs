//! A decision alone: as a few lines for people, and as the JSON object that scripts read.

use crate::diagnostic::Style;
use crate::review::palette::Palette;
use crate::trust::{Decision, OverBroad, Unknown, Verdict};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The members of a decision: `verdict`, `gate`, `code`, `explanation`, `unknown_keys`, `overbroad`, `witness`.
///
/// `gate` and `code` are texts for a refuted binding, else null; `witness` is the subject that shows how far a proved policy reaches, else null.
pub fn decision_json(decision: &Decision) -> Json {
    let refuted = decision.verdict.refuted_at();
    json!({
        "verdict": decision.verdict.as_str(),
        "gate": refuted.map(|(gate, _)| gate.as_str()),
        "code": refuted.map(|(_, code)| code.as_str()),
        "explanation": explanation(decision),
        "unknown_keys": unknown_keys(&decision.verdict),
        "overbroad": !decision.over_broad.is_empty(),
        "witness": decision.over_broad.first().map(|broad| broad.witness.clone()),
    })
}

/// A decision for people: the verdict in its colour, and what a reviewer should know besides.
pub fn decision_text(decision: &Decision, style: Style) -> String {
    let palette = Palette::new(style);
    let mut text = format!("{}\n", coloured(&decision.verdict, palette));
    for broad in &decision.over_broad {
        text.extend([format!("  {} {broad}\n", palette.danger("!"))]);
    }
    for note in &decision.notes {
        text.extend([format!("  {} {note}\n", palette.faint("-"))]);
    }
    text
}

/// The verdict with its explanation, in its colour.
pub(super) fn coloured(verdict: &Verdict, palette: Palette) -> String {
    let name = verdict.as_str();
    let whole = verdict.to_string();
    let rest = whole.strip_prefix(name).unwrap_or_default();
    let name = palette.strong(&match verdict {
        Verdict::Proved => palette.success(name),
        Verdict::Refuted(_) | Verdict::Invalid(_) => palette.danger(name),
        Verdict::Undecided(_) => name.to_owned(),
    });
    format!("{name}{rest}")
}

/// Why, in one line.
pub(super) fn explanation(decision: &Decision) -> String {
    let why = match &decision.verdict {
        Verdict::Proved => "the trust policy admits the token".to_owned(),
        Verdict::Refuted(refutation) => refutation.to_string(),
        Verdict::Undecided(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            reasons.join("; ")
        }
        Verdict::Invalid(error) => error.to_string(),
    };
    let broad = decision.over_broad.iter().map(OverBroad::to_string);
    let notes = decision.notes.iter().map(ToString::to_string);
    let all: Vec<String> = std::iter::once(why).chain(broad).chain(notes).collect();
    all.join("; ")
}

/// The condition keys that an undecided verdict hangs on.
pub(super) fn unknown_keys(verdict: &Verdict) -> BTreeSet<String> {
    match verdict {
        Verdict::Undecided(reasons) => {
            let keys = reasons.iter().filter_map(Unknown::key);
            keys.map(ToString::to_string).collect()
        }
        Verdict::Proved | Verdict::Refuted(_) | Verdict::Invalid(_) => BTreeSet::new(),
    }
}
