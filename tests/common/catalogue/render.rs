//! Pages of the catalogue as Markdown.

use std::fmt::Write as _;

use similar::TextDiff;
use trustform::diagnostic::Code;

use super::Mistake;

/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

/// What every page begins with.
const MADE: &str = "<!-- Made by `cargo cases catalogue -- --update`. -->\n";

/// The page of a mistake.
pub fn page(mistake: &Mistake) -> String {
    let (name, summary) = (mistake.code.name(), mistake.code.summary());
    let about = mistake.about.trim();
    let mut page = format!("{MADE}\n# {name}: {summary}\n\n{about}\n\n## Fails\n");
    for (extension, text) in &mistake.fails {
        let language = language(extension);
        write!(page, "\n```{language}\n{}\n```\n", text.trim()).expect("text");
    }
    let told = mistake.told().unwrap_or_default();
    write!(page, "\n```text\n{}\n```\n\n## Mended\n", told.trim_end()).expect("text");
    for (extension, mended) in &mistake.mended {
        let fails = mistake.fails.get(extension).map_or("", String::as_str);
        write!(page, "\n```diff\n{}```\n", difference(fails, mended)).expect("text");
    }
    page
}

/// The list of all codes: those of the catalogue with their pages, then the others.
pub fn index<'a>(mistakes: impl Iterator<Item = &'a Mistake>) -> String {
    let mut index = format!(
        "{MADE}\n# Diagnostics\n\nEvery problem has a code that stays: it stands in brackets after `error` or `warning`, and as `code` in JSON.\n\n\
         ## Found before apply\n\n\
         What a pod would meet as an error of AWS, or never notice, found while planning. T: trust and provider; W: annotation, webhook and pod; R: what runs.\n\n\
         | code | |\n|---|---|\n"
    );
    let mut with_page = Vec::new();
    for mistake in mistakes {
        let (name, summary) = (mistake.code.name(), mistake.code.summary());
        writeln!(index, "| [{name}]({name}.md) | {summary} |").expect("text");
        with_page.push(mistake.code);
    }
    index.push_str("\n## Others\n\n| code | summary | |\n|---|---|---|\n");
    for code in Code::ALL.iter().filter(|code| !with_page.contains(code)) {
        let words: Vec<&str> = code.documentation().split_whitespace().collect();
        let words = words.join(" ");
        writeln!(
            index,
            "| `{}` | {} | {words} |",
            code.name(),
            code.summary()
        )
        .expect("text");
    }
    index
}

fn language(extension: &str) -> &str {
    match extension {
        "tf" => "hcl",
        other => other,
    }
}

/// The lines that differ, with some around them.
fn difference(fails: &str, mended: &str) -> String {
    let difference = TextDiff::from_lines(fails, mended);
    let mut difference = difference.unified_diff();
    difference.context_radius(CONTEXT).to_string()
}
