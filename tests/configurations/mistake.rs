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
        let mistake = *random.of(MISTAKES);
        make(random, step, mistake);
    }
}

/// How many kinds there are.
pub(super) fn count() -> u64 {
    MISTAKES.len().try_into().unwrap_or_default()
}

/// Puts the mistake of a number into a step. False where nothing stands for which it could be made.
pub(super) fn numbered(random: &mut Random, step: &mut Step, number: usize) -> bool {
    let mistake = MISTAKES.get(number);
    mistake.is_some_and(|mistake| make(random, step, *mistake))
}

/// What is replaced by what, once, wherever it stands in a line.
const MISTAKES: &[(&str, &str)] = &[
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
    ("  input = ", "  inptu = "),
    ("  input = ", "  input = 1\n  input = "),
    ("  input = ", "  input = upper("),
    ("  input = ", "  input = \"${"),
    ("  input = ", "  input = [ "),
    ("  input = ", "  input = upper([]) == "),
    ("  input = ", "  input = upper(1, 2) == "),
    ("  input = ", "  input = self.id == "),
    ("  input = ", "  input = path.none == "),
    ("  input = ", "  input = terraform.none == "),
    ("  input = ", "  input = none == "),
    ("  input = ", "  provider = terraform.x.y\n  input = "),
    ("  input = ", "  provider = 1\n  input = "),
    ("  input = ", "  none {\n  }\n  input = "),
    ("  input = ", "  locals {\n  }\n  input = "),
    ("  input = ", "  lifecycle = 1\n  input = "),
    (
        "  input = ",
        "  provisioner \"local-exec\" {\n  }\n  input = ",
    ),
    ("  input = ", "  count = 1\n  for_each = {}\n  input = "),
    (
        "  input = ",
        "  depends_on = terraform_data.none\n  input = ",
    ),
    ("  for_each = ", "  for_each = 1 == "),
    ("  for_each = ", "  for_each = each.key == "),
    ("  for_each = toset([", "  for_each = toset([null, "),
    ("  for_each = toset([", "  for_each = toset([1]) == toset(["),
    ("  count = ", "  count = 0.5 + "),
    ("  count = ", "  count = count.index + "),
    ("  depends_on = [", "  depends_on = [terraform_data.none, "),
    ("  depends_on = [", "  depends_on = [1, "),
    (
        "    create_before_destroy = ",
        "    create_before_destroy = var.none == ",
    ),
    ("    ignore_changes = ", "    ignore_changes = 1 + "),
    ("    ignore_changes = [", "    ignore_changes = [none, "),
    (
        "    replace_triggered_by = [",
        "    replace_triggered_by = [var.none, ",
    ),
    (
        "    replace_triggered_by = [",
        "    replace_triggered_by = [terraform_data.none, ",
    ),
    ("  lifecycle {", "  lifecycle {\n    none = 1"),
    ("  lifecycle {", "  lifecycle {\n  }\n  lifecycle {"),
    ("  lifecycle {", "  lifecycle {\n    precondition {\n    }"),
    ("    error_message = ", "    error_mesage = "),
    ("    error_message = ", "    error_message = 1 + "),
    ("    condition = ", "    none = 1\n    condition = "),
    ("variable \"", "variable \"source\" {\n}\nvariable \""),
    ("variable \"", "variable {\n}\nvariable \""),
    ("variable \"", "variable \"x\" \"y\" {\n}\nvariable \""),
    (
        "variable \"",
        "variable \"x\" {\n  default = 1\n}\nvariable \"x\" {\n  default = 1\n}\nvariable \"",
    ),
    (
        "variable \"",
        "variable \"x\" {\n  default = null\n  nullable = false\n}\nvariable \"",
    ),
    ("  type = string", "  type = strin"),
    ("  type = list(string)", "  type = list()"),
    ("  type = map(string)", "  type = map(any, any)"),
    ("  type = object({", "  type = object({ name = any,"),
    ("  default = ", "  default = var.none == "),
    ("  sensitive = ", "  sensitive = \"x\"\n  none = "),
    ("  validation {", "  validation {\n    none = 1"),
    ("output \"", "output \"x\" {\n}\noutput \""),
    (
        "output \"",
        "output \"x\" {\n  value = 1\n}\noutput \"x\" {\n  value = 1\n}\noutput \"",
    ),
    ("output \"", "output \"1\" {\n  value = 1\n}\noutput \""),
    (
        "output \"",
        "output \"x\" {\n  value = 1\n  postcondition {\n  }\n}\noutput \"",
    ),
    ("locals {", "locals {\n  x = local.x"),
    ("locals {", "locals {\n  x {\n  }"),
    ("locals {", "locals \"x\" {"),
    ("module \"", "module \"x\" {\n}\nmodule \""),
    (
        "module \"",
        "module \"1\" {\n  source = \"./m1\"\n}\nmodule \"",
    ),
    ("  source = \"", "  source = \"none"),
    ("moved {", "moved {\n}\nmoved {"),
    ("moved {", "moved \"x\" {"),
    ("  from = ", "  from = data."),
    ("  from = ", "  from = 1 + "),
    ("  from = ", "  none = 1\n  from = "),
    ("  to = ", "  to = 1 + "),
    ("removed {", "removed {\n  none = 1"),
    ("    destroy = ", "    destroy = var.none == "),
    ("import {", "import {\n  none = 1"),
    ("  id = \"imported\"", "  id = null"),
    ("  id = \"imported\"", "  id = \"\""),
    ("  id = \"imported\"", "  id = terraform_data.none.id"),
    ("check \"", "check \"x\" {\n}\ncheck \""),
    ("check \"", "check {\n}\ncheck \""),
    ("output \"", "terraform {\n  none = 1\n}\noutput \""),
    ("output \"", "terraform {\n  none {\n  }\n}\noutput \""),
    (
        "output \"",
        "terraform {\n  required_version = \"x\"\n}\noutput \"",
    ),
    (
        "output \"",
        "terraform {\n  required_version = \"< 1.0\"\n}\noutput \"",
    ),
    (
        "output \"",
        "terraform {\n  required_providers {\n    x = { source = 1 }\n  }\n}\noutput \"",
    ),
    (
        "output \"",
        "terraform {\n  required_providers {\n    x = { source = \"a/b/c/d\" }\n  }\n}\noutput \"",
    ),
    (
        "output \"",
        "terraform {\n  required_providers {\n  }\n  required_providers {\n  }\n}\noutput \"",
    ),
    (
        "output \"",
        "provider \"terraform\" {\n  count = 1\n}\noutput \"",
    ),
    (
        "output \"",
        "provider \"terraform\" {\n  alias = var.x\n}\noutput \"",
    ),
    ("output \"", "provider {\n}\noutput \""),
    ("output \"", "none {\n}\noutput \""),
    ("output \"", "none = 1\noutput \""),
    ("output \"", "}\noutput \""),
    ("output \"", "/*\noutput \""),
    ("output \"", "locals {\n  x = 'y'\n}\noutput \""),
    ("output \"", "locals {\n  x = \"y\n}\noutput \""),
    ("output \"", "locals {\n  x = <<E\n}\noutput \""),
    ("output \"", "locals {\n  x 1\n}\noutput \""),
    ("output \"", "locals {\n  x = 1 y = 2\n}\noutput \""),
    ("    command = ", "    when = never\n    command = "),
    ("    command = ", "    on_failure = none\n    command = "),
    ("    command = ", "    comand = "),
    ("  backend = \"local\"", "  backend = \"none\""),
    ("  backend = ", "  none = 1\n  backend = "),
    (
        "resource \"terraform_data\" \"",
        "resource \"terraform_data\" \"1",
    ),
    (
        "resource \"terraform_data\" \"",
        "resource \"terraform_data\" \"x\" {\n}\nresource \"terraform_data\" \"x\" {\n}\nresource \"terraform_data\" \"",
    ),
];

fn make(random: &mut Random, step: &mut Step, (from, to): (&str, &str)) -> bool {
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
        return false;
    }
    let (name, at) = random.of(&found).clone();
    if let Some(text) = step.files.get_mut(&name) {
        text.replace_range(at..at + from.len(), to);
    }
    true
}
