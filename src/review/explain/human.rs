//! The explanation for a terminal.

use super::steps::{Look, Step, steps};
use super::verdict::{coloured, decision_text};
use crate::diagnostic::Style;
use crate::review::palette::Palette;
use crate::trust::{
    Admitted, Entrance, Entrances, Explained, Outcome, Story, Subject, Verdict, shown,
};

/// The explanation as text; it ends with a newline.
pub fn explained_text(explained: &Explained, style: Style) -> String {
    let palette = Palette::new(style);
    let mut parts: Vec<String> = explained
        .stories
        .iter()
        .map(|story| told(story, style, palette))
        .collect();
    let roles = explained.roles.iter();
    parts.extend(roles.map(|role| entrances(role, explained.about_roles, palette)));
    explained.witnesses.display(&parts.join("\n"))
}

fn told(story: &Story, style: Style, palette: Palette) -> String {
    let subject = shown(&story.chain.facts.subject);
    let mut text = format!("{}\n", palette.strong(&title(story, &subject)));
    for (position, step) in steps(story).iter().enumerate() {
        let heading = format!("{}. {}", position + 1, step.heading);
        text.extend([format!("\n{}\n", palette.strong(&heading))]);
        text.push_str(&set(step, palette));
    }
    text.extend([format!("\n{}\n", palette.strong("Verdict"))]);
    let verdict = match &story.chain.facts.finding {
        Ok(decision) => decision_text(decision, style),
        Err(reason) => format!("UNDECIDED: {reason}\n"),
    };
    text.push_str(&indented(&verdict));
    if stopped(story) {
        text.extend([format!("  {} {STOPPED}\n", palette.danger("✗"))]);
    }
    text
}

/// What is said of a proved binding whose pods stand in its way.
pub(super) const STOPPED: &str = "these pods will not get that far: see what is said of them above";

/// Whether a pod keeps itself from a role it could assume.
pub(super) fn stopped(story: &Story) -> bool {
    let decision = story.chain.facts.finding.as_ref();
    decision.is_ok_and(|decision| decision.verdict == Verdict::Proved)
        && story.chain.outcome() == Outcome::Fails
}

/// Who is spoken of.
pub(super) fn title(story: &Story, subject: &str) -> String {
    let role = story.role.as_deref().unwrap_or("no role");
    let account = match story.account.as_str() {
        account if account == subject => format!("{account} of {}", story.cluster),
        account => format!("{account} ({subject} of {})", story.cluster),
    };
    let undeclared = if story.declared {
        ""
    } else {
        ", which is not in the configuration,"
    };
    format!("{account}{undeclared} → {role}")
}

fn set(step: &Step, palette: Palette) -> String {
    let mut text = String::new();
    for (look, line) in &step.lines {
        let line = match look {
            Look::Good => palette.success(&format!("+ {line}")),
            Look::Bad => palette.danger(&format!("- {line}")),
            Look::Faint => palette.faint(&format!("  {line}")),
            Look::Plain => format!("  {line}"),
        };
        text.extend([format!("  {line}\n")]);
    }
    for (look, remark) in &step.remarks {
        let remark = match look {
            Look::Good => palette.success(remark),
            Look::Bad => palette.danger(remark),
            Look::Faint => palette.faint(remark),
            Look::Plain => remark.clone(),
        };
        text.extend([format!("  → {remark}\n")]);
    }
    text
}

fn entrances(role: &Entrances, whole: bool, palette: Palette) -> String {
    let mut text = format!(
        "{}\n",
        palette.strong(&format!("Who can assume {}", role.role))
    );
    for entrance in &role.clusters {
        for line in lines(entrance) {
            text.extend([format!("  {line}\n")]);
        }
    }
    if let Some(open) = &role.open {
        text.extend([format!("  {} not decided: {open}\n", palette.faint("?"))]);
    } else if role
        .clusters
        .iter()
        .all(|entrance| is_nobody(&entrance.admitted))
    {
        text.push_str("  no service account of the known clusters\n");
    }
    if let (true, Some(policy)) = (whole, &role.policy) {
        let lines = super::policy::lines(policy, &[]);
        let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        text.extend([format!(
            "\n{}\n{}",
            palette.strong("Its trust policy"),
            indented(&lines.join("\n"))
        )]);
    }
    text
}

pub(super) fn is_nobody(admitted: &Admitted) -> bool {
    *admitted == Admitted::default()
}

/// How many accounts that are in no configuration are named.
const NAMED: usize = 10;

/// Who comes in from a cluster, whoever is not named first.
pub(super) fn lines(entrance: &Entrance) -> Vec<String> {
    let Entrance {
        cluster, admitted, ..
    } = entrance;
    let mut lines = Vec::new();
    for broad in &admitted.beyond {
        let (breadth, witness) = (&broad.breadth, &broad.witness);
        lines.push(format!("! {breadth} ({cluster}), such as {witness} (T19)"));
    }
    let (live, declared): (Vec<&Subject>, Vec<&Subject>) = admitted
        .accounts
        .iter()
        .partition(|subject| entrance.live_only.contains(subject));
    for subject in declared {
        lines.push(format!("✓ {} of {cluster}", shown(subject)));
    }
    for subject in live.iter().take(NAMED) {
        let subject = shown(subject);
        lines.push(format!(
            "✓ {subject} of {cluster}, which is not in the configuration"
        ));
    }
    if let Some(more @ 1..) = live.len().checked_sub(NAMED) {
        lines.push(format!(
            "✓ {more} more of {cluster}, which are not in the configuration"
        ));
    }
    for (subject, reasons) in &admitted.perhaps {
        let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "? {} of {cluster}: {}",
            shown(subject),
            reasons.join("; ")
        ));
    }
    for subject in &admitted.others {
        let subject = shown(subject);
        lines.push(match entrance.is_listed {
            true => format!("✓ {subject} of {cluster}, which does not exist"),
            false => format!("✓ {subject} of {cluster}, which is not in the configuration"),
        });
    }
    lines
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("  {line}\n"));
    lines.collect()
}

/// The verdict in one line, without colours.
pub(super) fn verdict(story: &Story) -> String {
    match &story.chain.facts.finding {
        Ok(decision) => coloured(&decision.verdict, Palette::new(Style::Plain)),
        Err(reason) => format!("UNDECIDED: {reason}"),
    }
}
