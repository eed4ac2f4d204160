//! What holds for every configuration, tried on random ones over `terraform_data`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use libtest_mimic::{Failed, Trial};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::common::cases::normal;
use crate::common::project::Project;

/// How many configurations are tried; each takes a few runs of the program.
const CASES: u32 = 24;

/// The most blocks of a configuration.
const BLOCKS: usize = 8;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("properties::applied_means_nothing_left", || {
            for_all(applied_means_nothing_left)
        }),
        Trial::test("properties::plans_are_the_same_bytes", || {
            for_all(plans_are_the_same_bytes)
        }),
    ]
}

/// One block: how it repeats, and which earlier blocks it refers to.
#[derive(Debug, Clone)]
struct Block {
    repetition: Repetition,
    references: Vec<Index>,
    depends_on: Option<Index>,
    create_before_destroy: bool,
}

#[derive(Debug, Clone, Copy)]
enum Repetition {
    Single,
    Count(u8),
    ForEach(u8),
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let repetition = prop_oneof![
        3 => Just(Repetition::Single),
        1 => (0..3_u8).prop_map(Repetition::Count),
        1 => (0..3_u8).prop_map(Repetition::ForEach),
    ];
    let block = (
        repetition,
        vec(any::<Index>(), 0..3),
        proptest::option::weighted(0.3, any::<Index>()),
        proptest::bool::weighted(0.2),
    );
    let block = block.prop_map(
        |(repetition, references, depends_on, create_before_destroy)| Block {
            repetition,
            references,
            depends_on,
            create_before_destroy,
        },
    );
    vec(block, 1..BLOCKS)
}

/// The text of a configuration, and for each block the earlier ones it needs.
struct Configuration {
    text: String,
    needs: Vec<Vec<usize>>,
}

fn configuration(blocks: &[Block]) -> Configuration {
    let mut text = String::new();
    let mut needs = Vec::new();
    for (position, block) in blocks.iter().enumerate() {
        let earlier = |index: &Index| (position > 0).then(|| index.index(position));
        let referred: Vec<usize> = block.references.iter().filter_map(earlier).collect();
        let depended = block.depends_on.as_ref().and_then(earlier);
        write_block(&mut text, position, block, blocks, &referred, depended).expect("text");
        needs.push(referred.into_iter().chain(depended).collect());
    }
    Configuration { text, needs }
}

fn write_block(
    text: &mut String,
    position: usize,
    block: &Block,
    blocks: &[Block],
    referred: &[usize],
    depended: Option<usize>,
) -> std::fmt::Result {
    writeln!(
        text,
        "resource \"terraform_data\" \"{}\" {{",
        name(position)
    )?;
    match block.repetition {
        Repetition::Single => {}
        Repetition::Count(count) => writeln!(text, "  count = {count}")?,
        Repetition::ForEach(count) => {
            let keys: Vec<String> = (0..count).map(|key| format!("\"k{key}\"")).collect();
            writeln!(text, "  for_each = toset([{}])", keys.join(", "))?;
        }
    }
    let inputs: Vec<String> = referred.iter().map(|on| reference(*on, blocks)).collect();
    writeln!(text, "  input = [{}]", inputs.join(", "))?;
    if let Some(on) = depended {
        writeln!(text, "  depends_on = [terraform_data.{}]", name(on))?;
    }
    if block.create_before_destroy {
        writeln!(
            text,
            "  lifecycle {{\n    create_before_destroy = true\n  }}"
        )?;
    }
    writeln!(text, "}}")
}

fn reference(position: usize, blocks: &[Block]) -> String {
    let name = name(position);
    match blocks[position].repetition {
        Repetition::Single => format!("terraform_data.{name}.id"),
        Repetition::Count(_) => format!("terraform_data.{name}[*].id"),
        Repetition::ForEach(_) => format!("values(terraform_data.{name})[*].id"),
    }
}

/// Names whose order is not that of the blocks.
fn name(position: usize) -> String {
    format!("{}{position}", ["m", "c", "x", "a"][position % 4])
}

fn for_all(property: fn(&Configuration) -> Result<(), String>) -> Result<(), Failed> {
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let rng = proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let checked = runner.run(&blocks(), |blocks| {
        let configuration = configuration(&blocks);
        property(&configuration)
            .map_err(|problem| TestCaseError::fail(format!("{problem}\n{}", configuration.text)))
    });
    checked.map_err(|error| Failed::from(error.to_string()))
}

/// Apply follows the dependencies, the plan after it is empty, destroy goes the other way and leaves nothing.
fn applied_means_nothing_left(configuration: &Configuration) -> Result<(), String> {
    let project = Project::of(&configuration.text);
    let applied = project.succeeds(&["apply", "-auto-approve"]);
    follows(
        &configuration.needs,
        &order(&normal::operations(&applied)),
        "applied",
    )?;
    let again = project.run(&["plan", "-detailed-exitcode"]);
    if again.code != 0 {
        return Err(format!("the plan after the apply is not empty\n{again}"));
    }
    let destroyed = project.succeeds(&["destroy", "-auto-approve"]);
    let mut reversed = order(&normal::operations(&destroyed));
    reversed.reverse();
    follows(&configuration.needs, &reversed, "destroyed")?;
    match project.state()["resources"].as_array() {
        Some(left) if !left.is_empty() => Err(format!("left over: {left:?}")),
        _ => Ok(()),
    }
}

/// The blocks of the operations, in their order.
fn order(operations: &str) -> Vec<String> {
    let block = |line: &str| {
        let address = line.split_once("terraform_data.")?.1;
        Some(address.split('[').next()?.to_owned())
    };
    operations.lines().filter_map(block).collect()
}

/// Every operation on a block comes after all on those it needs.
fn follows(needs: &[Vec<usize>], order: &[String], what: &str) -> Result<(), String> {
    let mut first = BTreeMap::new();
    let mut last = BTreeMap::new();
    for (position, block) in order.iter().enumerate() {
        first.entry(block.as_str()).or_insert(position);
        last.insert(block.as_str(), position);
    }
    for (block, needed) in needs.iter().enumerate() {
        for on in needed {
            let (block, on) = (name(block), name(*on));
            if let (Some(begins), Some(ends)) = (first.get(block.as_str()), last.get(on.as_str()))
                && begins < ends
            {
                return Err(format!(
                    "{what} in the wrong order: {block} and {on}\n{order:#?}"
                ));
            }
        }
    }
    Ok(())
}

fn plans_are_the_same_bytes(configuration: &Configuration) -> Result<(), String> {
    let project = Project::of(&configuration.text);
    let plan = || project.succeeds(&["plan"]).stdout;
    let (one, two) = (plan(), plan());
    if one == two {
        Ok(())
    } else {
        Err(format!("two plans of the same differ\n{one}\n{two}"))
    }
}
