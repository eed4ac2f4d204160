//! One mistake in a case that would be right: both tools have to refuse it.

use std::path::Path;

use super::case::{Case, Step};
use crate::common::random::Random;

/// Puts a mistake into the last step of one case in ten.
pub(super) fn perhaps(random: &mut Random, case: &mut Case) {
    if !random.chance(10) {
        return;
    }
    if let Some(step) = case.steps.last_mut() {
        let (from, to) = *random.of(&MISTAKES);
        replace_one(random, step, from, to);
    }
}

/// What is replaced by what, once, wherever it stands in a line.
const MISTAKES: [(&str, &str); 17] = [
    ("  input = ", "  inptu = "),
    ("  input = ", "  input = var.none\n  triggers_replace = "),
    ("  input = ", "  input = local.none ; "),
    (
        "  input = ",
        "  input = terraform_data.none.id\n  triggers_replace = ",
    ),
    (
        "  input = ",
        "  input = module.none.id\n  triggers_replace = ",
    ),
    ("  input = ", "  input = each.none\n  triggers_replace = "),
    ("  for_each = toset(", "  for_each = ("),
    ("  count = ", "  count = -"),
    ("  count = ", "  count = \"x\" == "),
    ("  value = ", "  valeu = "),
    ("  value = ", "  value = nope(1) == "),
    ("variable \"", "variable \"1"),
    ("resource \"terraform_data\"", "resource \"terraform_date\""),
    ("  source = \"", "  source = \"./none"),
    ("    condition = ", "    condition = 1 + "),
    ("  depends_on = [", "  depends_on = [\"a\", "),
    ("  to = ", "  to = module.none."),
];

fn replace_one(random: &mut Random, step: &mut Step, from: &str, to: &str) {
    let found: Vec<(String, usize)> = step
        .files
        .iter()
        .filter(|(name, _)| {
            Path::new(name)
                .extension()
                .is_some_and(|ending| ending == "tf")
        })
        .flat_map(|(name, text)| {
            let places = text.match_indices(from);
            places.map(|(at, _)| (name.clone(), at))
        })
        .collect();
    if found.is_empty() {
        return;
    }
    let (name, at) = random.of(&found).clone();
    if let Some(text) = step.files.get_mut(&name) {
        text.replace_range(at..at + from.len(), to);
    }
}
