//! The explanation as Markdown, with a picture of who can assume what.

use super::human::{STOPPED, lines, stopped, title, verdict};
use super::steps::{Look, look, steps};
use crate::trust::{Entrance, Explained, Story, Verdict, shown};
use std::collections::BTreeMap;

/// The explanation as a comment for a pull request; it ends with a newline.
pub fn explained_markdown(explained: &Explained) -> String {
    let mut text = picture(explained);
    for story in &explained.stories {
        text.push_str(&told(story));
    }
    for role in &explained.roles {
        text.extend([format!("\n### Who can assume {}\n\n", code(&role.role))]);
        for entrance in &role.clusters {
            for line in lines(entrance) {
                text.extend([format!("- {}\n", code(&line))]);
            }
        }
        if let Some(open) = &role.open {
            text.extend([format!("- not decided: {}\n", code(open))]);
        }
    }
    explained.witnesses.display(&text)
}

fn told(story: &Story) -> String {
    let subject = shown(&story.chain.facts.subject);
    let sign = match look(story) {
        Look::Good => "✅",
        Look::Bad => "❌",
        Look::Plain | Look::Faint => "❔",
    };
    let mut text = format!(
        "\n### {}\n\n{sign} {}\n",
        code(&title(story, &subject)),
        code(&verdict(story))
    );
    if stopped(story) {
        text.extend([format!("\n❌ {STOPPED}\n")]);
    }
    for (position, step) in steps(story).iter().enumerate() {
        text.extend([format!("\n**{}. {}**\n", position + 1, step.heading)]);
        if !step.lines.is_empty() {
            // A difference is set as one, so that what is new is seen.
            let marked = step
                .lines
                .iter()
                .any(|(look, _)| *look == Look::Good || *look == Look::Bad);
            let language = if marked { "diff" } else { step.language };
            text.extend([format!("\n```{language}\n")]);
            for (look, line) in &step.lines {
                let sign = match (marked, look) {
                    (false, _) => "",
                    (true, Look::Good) => "+ ",
                    (true, Look::Bad) => "- ",
                    (true, Look::Plain | Look::Faint) => "  ",
                };
                text.extend([format!("{sign}{}\n", line.replace("```", "'''"))]);
            }
            text.push_str("```\n");
        }
        if !step.remarks.is_empty() {
            text.push('\n');
        }
        for (_, remark) in &step.remarks {
            text.extend([format!("- {}\n", code(remark))]);
        }
    }
    text
}

/// Who can assume what, in the language of Mermaid.
fn picture(explained: &Explained) -> String {
    let mut picture = Picture::default();
    for story in &explained.stories {
        let subject = shown(&story.chain.facts.subject);
        let account = picture.node(&format!("{subject} of {}", story.cluster), ('[', ']'));
        let Some(role) = &story.role else { continue };
        let role = picture.node(role, ('(', ')'));
        picture.edge(format!("{account} {} {role}", arrow(story)));
    }
    for entrances in &explained.roles {
        let role = picture.node(&entrances.role, ('(', ')'));
        for Entrance {
            cluster, admitted, ..
        } in &entrances.clusters
        {
            for subject in admitted.accounts.iter().chain(&admitted.others) {
                let account = picture.node(&format!("{} of {cluster}", shown(subject)), ('[', ']'));
                if !picture.has_edge(&account, &role) {
                    picture.edge(format!("{account} --> {role}"));
                }
            }
            for subject in admitted.perhaps.keys() {
                let account = picture.node(&format!("{} of {cluster}", shown(subject)), ('[', ']'));
                if !picture.has_edge(&account, &role) {
                    picture.edge(format!("{account} -.->|not decided| {role}"));
                }
            }
            for broad in &admitted.beyond {
                let who = picture.node(&format!("{} ({cluster})", broad.breadth), ('{', '}'));
                picture.edge(format!("{who} ==> {role}"));
            }
        }
    }
    picture.drawn()
}

/// From a service account to its role.
fn arrow(story: &Story) -> &'static str {
    match story.chain.facts.finding.as_ref().map(|one| &one.verdict) {
        Ok(Verdict::Proved) if stopped(story) => "--x|pods in their own way|",
        Ok(Verdict::Proved) => "-->|proved|",
        Ok(Verdict::Refuted(_)) => "--x|refuted|",
        Ok(Verdict::Invalid(_)) => "--x|refused by IAM|",
        Ok(Verdict::Undecided(_)) | Err(_) => "-.->|not decided|",
    }
}

#[derive(Default)]
struct Picture {
    nodes: BTreeMap<String, String>,
    lines: Vec<String>,
}

impl Picture {
    fn node(&mut self, label: &str, (open, close): (char, char)) -> String {
        if let Some(known) = self.nodes.get(label) {
            return known.clone();
        }
        let id = format!("n{}", self.nodes.len());
        let text = label.replace('"', "#quot;").replace('`', "'");
        self.lines.push(format!("{id}{open}\"{text}\"{close}"));
        self.nodes.insert(label.to_owned(), id.clone());
        id
    }

    fn edge(&mut self, edge: String) {
        self.lines.push(edge);
    }

    fn has_edge(&self, from: &str, to: &str) -> bool {
        let (from, to) = (format!("{from} "), format!(" {to}"));
        let mut lines = self.lines.iter();
        lines.any(|line| line.starts_with(&from) && line.ends_with(&to))
    }

    fn drawn(&self) -> String {
        let lines = self.lines.iter().map(|line| format!("  {line}\n"));
        let lines: Vec<String> = lines.collect();
        format!("```mermaid\nflowchart LR\n{}```\n", lines.concat())
    }
}

/// A text that means nothing to Markdown.
fn code(text: &str) -> String {
    let text = text.replace('\n', " ");
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}
