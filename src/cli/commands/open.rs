//! Whether what was typed in `console` goes on in the next line.

/// Whether a bracket, a comment or a heredoc of the text is still open. What stands in quotes and comments does not count.
pub(super) fn leaves_open(text: &str) -> bool {
    let mut rest = text;
    let mut depth = 0_i32;
    // The depth at which each template in quotes began, with those of what is written in it.
    let mut templates: Vec<i32> = Vec::new();
    let mut quoted = false;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let skipped = match (character, quoted) {
            (_, true) => Some(quoted_part(rest, &mut quoted, &mut templates, &mut depth)),
            ('"', false) => {
                quoted = true;
                Some(after)
            }
            ('#', false) => Some(behind(rest, "\n")),
            ('/', false) if after.starts_with('/') => Some(behind(rest, "\n")),
            ('/', false) if after.starts_with('*') => match after.split_once("*/") {
                Some((_, rest)) => Some(rest),
                None => return true,
            },
            ('<', false) if after.starts_with('<') => heredoc(after),
            ('(' | '[' | '{', false) => {
                depth += 1;
                Some(after)
            }
            (')' | ']' | '}', false) => {
                depth -= 1;
                if templates.last() == Some(&depth) {
                    templates.pop();
                    quoted = true;
                }
                Some(after)
            }
            _ => Some(after),
        };
        match skipped {
            Some(skipped) => rest = skipped,
            None => return true,
        }
    }
    depth > 0
}

/// Takes one step within quotes: an escape, the end, or the beginning of what is computed.
fn quoted_part<'a>(
    text: &'a str,
    quoted: &mut bool,
    templates: &mut Vec<i32>,
    depth: &mut i32,
) -> &'a str {
    for escape in ["$${", "%%{", "\\\"", "\\\\"] {
        if let Some(rest) = text.strip_prefix(escape) {
            return rest;
        }
    }
    for opening in ["${", "%{"] {
        if let Some(rest) = text.strip_prefix(opening) {
            templates.push(*depth);
            *depth += 1;
            *quoted = false;
            return rest;
        }
    }
    // A text in quotes ends with its line, so that a forgotten quote is told at once.
    *quoted = !(text.starts_with('"') || text.starts_with('\n'));
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}

/// What follows a heredoc whose second `<` is the first character; nothing when it is still open.
fn heredoc(text: &str) -> Option<&str> {
    let text = text.strip_prefix('<').unwrap_or(text);
    let (first, mut rest) = text.split_once('\n').unwrap_or((text, ""));
    let marker = first.strip_prefix('-').unwrap_or(first).trim();
    let is_marker = !marker.is_empty() && marker.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_marker {
        return Some(text);
    }
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if line.trim() == marker {
            return Some(after);
        }
        rest = after;
    }
    None
}

fn behind<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::leaves_open;

    #[test]
    fn brackets_comments_and_heredocs_go_on() {
        for open in [
            "[\n",
            "{ a = (1\n",
            "\"${upper(\n",
            "\"${\"]\"",
            "/* a\n",
            "<<EOT\n",
            "<<EOT\nx\n",
            "<<-EOT\n  x\n",
            "upper(<<EOT\nx\nEOT\n",
            "[ # ]\n",
        ] {
            assert!(leaves_open(open), "{open:?}");
        }
        for whole in [
            "1\n",
            "[1]\n",
            "\"[\"\n",
            "\"\\\"(\"\n",
            "\"$${\"\n",
            "\"${upper(\"a\")}\"\n",
            "\"abc\n",
            "# [\n",
            "// (\n",
            "/* ( */ 1\n",
            "<<EOT\n(\nEOT\n",
            "<<-EOT\n  (\n  EOT\n",
            "upper(<<EOT\nx\nEOT\n)\n",
            "]\n",
            "1 < 2\n",
        ] {
            assert!(!leaves_open(whole), "{whole:?}");
        }
    }
}
