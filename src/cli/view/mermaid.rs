//! Graphs in the language of Mermaid, which GitHub draws in Markdown.

use super::dot::{label, ordered};
use crate::address::{ModulePath, ResourceAddress, ResourceMode};
use crate::engine::dependencies_of_resources;
use crate::eval::Program;
use crate::link::display::Display;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The resources of a configuration, those of a module together, each with what it needs directly. A noun is one node
/// with all that it consists of, what is only read a round one.
pub(in crate::cli) fn resources(program: &Program) -> String {
    let needs = dependencies_of_resources(&program.graph);
    let display = Display::new(&program.configuration);
    let mut drawing = Drawing::default();
    let mut modules: BTreeMap<&ModulePath, Vec<&ResourceAddress>> = BTreeMap::new();
    for block in needs.keys() {
        modules.entry(&block.module).or_default().push(block);
    }
    for (module, blocks) in &modules {
        let name = label(module, &display);
        if name == module.to_string() || module.is_root() {
            drawing.module(module, blocks);
        } else {
            drawing.noun(&name, blocks);
        }
    }
    for (_, blocks) in modules {
        for block in ordered(&blocks) {
            for on in needs.get(block).into_iter().flatten() {
                drawing.edge(block, on);
            }
        }
    }
    format!("flowchart RL\n{}{}", drawing.nodes, drawing.edges)
        .trim_end()
        .to_owned()
}

#[derive(Default)]
struct Drawing<'a> {
    nodes: String,
    edges: String,
    /// The number of the node that stands for a block.
    of_block: BTreeMap<&'a ResourceAddress, usize>,
    drawn: BTreeSet<(usize, usize)>,
    count: usize,
}

impl<'a> Drawing<'a> {
    fn module(&mut self, module: &ModulePath, blocks: &[&'a ResourceAddress]) {
        let indent = if module.is_root() { "  " } else { "    " };
        if !module.is_root() {
            let title = quoted(&module.to_string());
            let _infallible = writeln!(self.nodes, "  subgraph m{} [{title}]", self.count);
        }
        for block in ordered(blocks) {
            let name = quoted(&block.resource.to_string());
            let (open, close) = match block.resource.mode {
                ResourceMode::Data | ResourceMode::Ephemeral => ("([", "])"),
                ResourceMode::Managed => ("[", "]"),
            };
            let id = self.next();
            let _infallible = writeln!(self.nodes, "{indent}n{id}{open}{name}{close}");
            self.of_block.insert(block, id);
        }
        if !module.is_root() {
            self.nodes.push_str("  end\n");
        }
    }

    fn noun(&mut self, name: &str, blocks: &[&'a ResourceAddress]) {
        let id = self.next();
        let _infallible = writeln!(self.nodes, "  n{id}[[{}]]", quoted(name));
        self.of_block
            .extend(blocks.iter().map(|block| (*block, id)));
    }

    /// An arrow, once for all that leads from one node to another.
    fn edge(&mut self, from: &ResourceAddress, to: &ResourceAddress) {
        let (Some(from), Some(to)) = (self.of_block.get(from), self.of_block.get(to)) else {
            return;
        };
        if from != to && self.drawn.insert((*from, *to)) {
            let _infallible = writeln!(self.edges, "  n{from} --> n{to}");
        }
    }

    fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}

/// A text in quotes; Mermaid has entities in place of escapes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('#', "#35;").replace('"', "#quot;"))
}
