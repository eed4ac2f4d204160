//! Graphs in the language of Graphviz.

use crate::address::{ModuleInstance, ModulePath, ResourceAddress};
use crate::engine::dependencies_of_resources;
use crate::eval::Program;
use crate::graph::{DependencyGraph, Node, NodeId};
use crate::link::display::Display;
use crate::plan::{Operation, OperationKind, Plan};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The resources of a configuration, those of a module together, each with the resources that it needs directly, as
/// Terraform draws them. A noun's module is labelled as the noun.
pub(in crate::cli) fn resources(program: &Program) -> String {
    let needs = dependencies_of_resources(&program.graph);
    let display = Display::new(&program.configuration);
    let mut modules: BTreeMap<&ModulePath, Vec<&ResourceAddress>> = BTreeMap::new();
    for block in needs.keys() {
        modules.entry(&block.module).or_default().push(block);
    }
    let mut text = String::from(
        "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n",
    );
    for (module, blocks) in &modules {
        if module.is_root() {
            text.push_str(&boxes(blocks, "  "));
            continue;
        }
        let label = label(module, &display);
        let _infallible = write!(
            text,
            "  subgraph {} {{\n    label = {}\n    fontname = \"sans-serif\"\n{}  }}\n",
            quoted(&format!("cluster_{module}")),
            quoted(&label),
            boxes(blocks, "    ")
        );
    }
    for (_, blocks) in modules {
        for block in ordered(&blocks) {
            for on in needs.get(block).into_iter().flatten() {
                text.push_str(&edge(&block.to_string(), &on.to_string(), "  "));
            }
        }
    }
    text.push('}');
    text
}

/// All declarations of a configuration; backwards for a plan to destroy.
pub(in crate::cli) fn declarations(graph: &DependencyGraph, backwards: bool) -> String {
    let nodes = graph
        .order()
        .iter()
        .filter_map(|id| Some((*id, graph.node(*id)?)));
    let mut boxes: Vec<String> = Vec::new();
    let mut edges: Vec<String> = Vec::new();
    let name = |id: NodeId| {
        graph
            .node(id)
            .map(|node| format!("[root] {}", expanded(node)))
    };
    for (id, node) in nodes {
        let shape = match node {
            Node::Resource(_) => Some("box"),
            Node::Provider(..) => Some("diamond"),
            Node::Output(..) | Node::Variable(..) | Node::Local(..) => Some("note"),
            Node::Call(..) | Node::Whole(_) => None,
        };
        let from = format!("[root] {}", expanded(node));
        if let Some(shape) = shape {
            let label = quoted(&node.to_string());
            boxes.push(format!(
                "\t\t{} [label = {label}, shape = \"{shape}\"]\n",
                quoted(&from)
            ));
        }
        for to in graph.dependencies(id).iter().filter_map(|on| name(*on)) {
            let (from, to) = if backwards {
                (&to, &from)
            } else {
                (&from, &to)
            };
            edges.push(format!("\t\t{} -> {}\n", quoted(from), quoted(to)));
        }
    }
    boxes.sort();
    edges.sort();
    edges.dedup();
    within(&format!("{}{}", boxes.concat(), edges.concat()))
}

/// The operations of a plan, each pointing at those that must be over before it.
pub(in crate::cli) fn operations(plan: &Plan) -> String {
    let nodes = plan.execution.nodes();
    let mut text = String::new();
    for (index, node) in nodes.iter().enumerate() {
        let shape = match &node.operation {
            Some(operation) => format!(
                "label = {}, shape = \"box\"",
                quoted(&operated(plan, operation))
            ),
            None => "label = \"\", shape = \"point\"".to_owned(),
        };
        let _infallible = writeln!(text, "\t\t\"{index}\" [{shape}]");
    }
    for (index, node) in nodes.iter().enumerate() {
        for before in &node.after {
            let _infallible = writeln!(text, "\t\t\"{index}\" -> \"{}\"", before.0);
        }
    }
    within(&text)
}

fn operated(plan: &Plan, operation: &Operation) -> String {
    let suffix = match &operation.kind {
        OperationKind::Create { .. } => "create",
        OperationKind::Update => "update",
        OperationKind::Delete(_) => "destroy",
        OperationKind::Read => "read",
        OperationKind::Open => "open",
        OperationKind::Close => "close",
        OperationKind::Adopt => "import",
        OperationKind::Forget => "forget",
    };
    let address = operation.address(plan);
    let address = address.map(ToString::to_string).unwrap_or_default();
    format!("{address} ({suffix})")
}

fn within(content: &str) -> String {
    format!(
        "digraph {{\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {{\n{content}\t}}\n}}"
    )
}

fn expanded(node: &Node) -> String {
    match node {
        Node::Provider(..) => node.to_string(),
        Node::Whole(_) => format!("{node} (close)"),
        Node::Variable(..)
        | Node::Local(..)
        | Node::Output(..)
        | Node::Call(..)
        | Node::Resource(_) => format!("{node} (expand)"),
    }
}

/// What a module is called: a noun as it is written, any other by its path.
pub(super) fn label(module: &ModulePath, display: &Display) -> String {
    let root = ModuleInstance::root();
    let names = module.names().iter().cloned();
    let instance = names.fold(root, |module, name| {
        module.child(name, crate::address::InstanceKey::None)
    });
    display.module(&instance)
}

fn boxes(blocks: &[&ResourceAddress], indent: &str) -> String {
    let lines = ordered(blocks).into_iter().map(|block| {
        let (name, label) = (block.to_string(), block.resource.to_string());
        format!("{indent}{} [label={}];\n", quoted(&name), quoted(&label))
    });
    lines.collect()
}

/// Data sources first, as Terraform orders them.
pub(super) fn ordered<'a>(blocks: &[&'a ResourceAddress]) -> Vec<&'a ResourceAddress> {
    let mut blocks = blocks.to_vec();
    blocks.sort_by_key(|block| block.resource.to_string());
    blocks.sort_by_key(|block| block.resource.mode == crate::address::ResourceMode::Managed);
    blocks
}

fn edge(from: &str, to: &str, indent: &str) -> String {
    format!("{indent}{} -> {};\n", quoted(from), quoted(to))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
