//! What reads an input, one line each.

use super::{configurations, seeds, texts};

/// Something that reads an input.
pub(super) struct Target {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// How files of its inputs end.
    pub(super) ending: &'static str,
    /// The inputs that are damaged.
    pub(super) seeds: fn() -> Vec<Vec<u8>>,
    /// Makes further ones up, each from a number.
    pub(super) generate: Option<fn(u64) -> String>,
    /// What is put in besides.
    pub(super) words: &'static [&'static str],
    /// Reads an input and panics when something does not hold that has to; what it says is the same for inputs that
    /// are treated alike.
    pub(super) run: fn(&[u8]) -> String,
}

/// All targets.
pub(super) const TARGETS: &[Target] = &[
    Target {
        name: "parser",
        ending: "tf",
        seeds: || seeds::ending(&["tests/format/cases", "examples", "tests/cases"], &[".tf"]),
        generate: Some(texts::file),
        words: &[],
        run: texts::parser,
    },
    Target {
        name: "formatter",
        ending: "tf",
        seeds: || seeds::ending(&["tests/format/cases", "examples"], &[".tf"]),
        generate: Some(texts::file),
        words: &[],
        run: texts::formatter,
    },
    Target {
        name: "evaluator",
        ending: "txt",
        seeds: texts::expressions,
        generate: Some(crate::language::expression),
        words: texts::NAMES,
        run: texts::evaluator,
    },
    Target {
        name: "functions",
        ending: "txt",
        seeds: texts::calls,
        generate: None,
        words: texts::NAMES,
        run: texts::functions,
    },
    Target {
        name: "types",
        ending: "txt",
        seeds: texts::types,
        generate: None,
        words: &["any", "map(", "optional(string, \"x\")", "tuple([", "null"],
        run: texts::type_constraint,
    },
    Target {
        name: "decoder",
        ending: "txt",
        seeds: seeds::projects,
        generate: None,
        words: configurations::WORDS,
        run: configurations::decoder,
    },
    Target {
        name: "planner",
        ending: "txt",
        seeds: configurations::seeds,
        generate: None,
        words: configurations::WORDS,
        run: configurations::planner,
    },
    Target {
        name: "json",
        ending: "txt",
        seeds: configurations::json,
        generate: None,
        words: configurations::WORDS,
        run: configurations::planner,
    },
    Target {
        name: "variables",
        ending: "txt",
        seeds: configurations::variables,
        generate: None,
        words: &[],
        run: configurations::inputs,
    },
    Target {
        name: "state",
        ending: "tfstate",
        seeds: || {
            seeds::ending(
                &["state/testdata", "tests/cases", "tests/lives"],
                &[".tfstate", "state.json"],
            )
        },
        generate: None,
        words: &[],
        run: configurations::state,
    },
    Target {
        name: "planfile",
        ending: "json",
        seeds: configurations::plan_files,
        generate: None,
        words: &[],
        run: configurations::plan_file,
    },
    Target {
        name: "policy",
        ending: "json",
        seeds: texts::policies,
        generate: None,
        words: texts::POLICY_WORDS,
        run: texts::policy,
    },
    Target {
        name: "addresses",
        ending: "txt",
        seeds: texts::addresses,
        generate: None,
        words: &[],
        run: texts::address,
    },
];
