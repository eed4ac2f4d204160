//! The order of a graph, or the cycles that leave it without one.

use super::{DependencyGraph, Node, NodeId};
use crate::config::{Configuration, Repetition};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Reference, Step, Subject};
use crate::source::Span;
use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

/// All nodes, each after what it depends on; every cycle is an error that names its steps.
pub(super) fn order(
    graph: &DependencyGraph,
    configuration: &Configuration,
) -> Result<Vec<NodeId>, Diagnostics> {
    let edges = (0..graph.len()).map(NodeId::new).flat_map(|id| {
        let to = NodeIndex::new(id.index());
        graph
            .dependencies(id)
            .iter()
            .map(move |on| (NodeIndex::new(on.index()), to))
    });
    let mut shape: DiGraph<(), ()> = DiGraph::with_capacity(graph.len(), graph.len());
    for _ in 0..graph.len() {
        shape.add_node(());
    }
    shape.extend_with_edges(edges);
    match toposort(&shape, None) {
        Ok(order) => Ok(order
            .into_iter()
            .map(|index| NodeId::new(index.index()))
            .collect()),
        Err(_) => Err(cycles(graph, configuration, &shape)),
    }
}

fn cycles(
    graph: &DependencyGraph,
    configuration: &Configuration,
    shape: &DiGraph<(), ()>,
) -> Diagnostics {
    let components = tarjan_scc(shape)
        .into_iter()
        .filter(|component| component.len() > 1);
    let mut diagnostics: Diagnostics = components
        .map(|component| {
            let members: Vec<NodeId> = component
                .into_iter()
                .map(|i| NodeId::new(i.index()))
                .collect();
            describe(graph, configuration, &round(graph, &members))
        })
        .collect();
    for id in (0..graph.len()).map(NodeId::new) {
        if graph.dependencies(id).contains(&id) {
            diagnostics.push(describe(graph, configuration, &[id]));
        }
    }
    diagnostics
}

/// One way round a strongly connected component, starting at its first node.
fn round(graph: &DependencyGraph, members: &[NodeId]) -> Vec<NodeId> {
    let Some(start) = members.iter().min().copied() else {
        return Vec::new();
    };
    let mut path = vec![start];
    let mut seen = std::collections::BTreeSet::from([start]);
    let mut current = start;
    loop {
        let dependencies = graph.dependencies(current);
        if path.len() > 1 && dependencies.contains(&start) {
            return path;
        }
        let next = dependencies
            .iter()
            .find(|id| members.contains(id) && !seen.contains(id));
        let Some(next) = next.copied() else {
            return path;
        };
        seen.insert(next);
        path.push(next);
        current = next;
    }
}

fn describe(graph: &DependencyGraph, configuration: &Configuration, path: &[NodeId]) -> Diagnostic {
    let names: Vec<String> = path
        .iter()
        .filter_map(|id| graph.node(*id))
        .map(ToString::to_string)
        .collect();
    let first = names.first().cloned().unwrap_or_default();
    if path.len() == 1 {
        return self_reference(graph, configuration, path, &first);
    }
    let detail = format!(
        "{} → {first}: each needs the next before it can be evaluated.",
        names.join(" → ")
    );
    let mut diagnostic = Diagnostic::error(Code::Cycle, detail).with_summary("Cycle");
    let needed = names.iter().cycle().skip(1);
    let steps = path.iter().zip(names.iter().zip(needed));
    let places = steps.filter_map(|(id, (name, next))| {
        let span = place(graph.node(*id)?, configuration)?;
        Some((span, format!("{name} needs {next}")))
    });
    for (position, (span, text)) in places.enumerate() {
        diagnostic = if position == 0 {
            diagnostic.labelled(span, text)
        } else {
            diagnostic.also(span, text)
        };
    }
    diagnostic.hint("Break the cycle by removing one of these references.")
}

fn self_reference(
    graph: &DependencyGraph,
    configuration: &Configuration,
    path: &[NodeId],
    name: &str,
) -> Diagnostic {
    let node = path.first().and_then(|id| graph.node(*id));
    let (detail, summary) = match node {
        Some(Node::Local(..)) => (
            format!("The value of {name} may not refer to itself."),
            "Self-referencing local value",
        ),
        _ => (
            format!("Configuration for {name} may not refer to itself."),
            "Self-referential block",
        ),
    };
    let diagnostic = Diagnostic::error(Code::Cycle, detail).with_summary(summary);
    match node.and_then(|node| own_name(node, configuration).or_else(|| place(node, configuration)))
    {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}

/// Where a declaration names itself.
fn own_name(node: &Node, configuration: &Configuration) -> Option<Span> {
    let module = configuration.module(node.module())?;
    let mut found = None;
    match node {
        Node::Local(_, name) => {
            let own = Subject::Local(name.clone());
            module.locals.get(name)?.value.each_reference(&mut |it, _| {
                found = found.or((it.subject == own).then_some(it.span));
            });
        }
        Node::Resource(address) => {
            let resource = module.resources.get(&address.resource)?;
            let own = Subject::Resource(resource.name.clone());
            let mut visit = |it: &Reference, _: &[Step]| {
                found = found.or((it.subject == own).then_some(it.span));
            };
            if let Repetition::Count(value) | Repetition::ForEach(value) = &resource.repetition {
                value.each_reference(&mut visit);
            }
            resource.body.each_reference(&mut visit);
            for trigger in &resource.lifecycle.replace_triggered_by {
                visit(&trigger.reference, &trigger.steps);
            }
        }
        Node::Variable(..)
        | Node::Output(..)
        | Node::Call(..)
        | Node::Whole(_)
        | Node::Provider(..) => {}
    }
    found
}

/// Where a node is declared.
fn place(node: &Node, configuration: &Configuration) -> Option<Span> {
    let module = configuration.module(node.module())?;
    match node {
        Node::Variable(path, name) => {
            // The step from a variable to what it depends on is the argument of the call.
            let caller = path
                .parent()
                .and_then(|parent| configuration.module(&parent))?;
            let call = caller.calls.get(path.names().last()?)?;
            Some(
                call.arguments
                    .iter()
                    .find(|a| a.name == *name)
                    .map_or(call.span, |a| a.span),
            )
        }
        Node::Local(_, name) => module.locals.get(name).map(|local| local.span),
        Node::Output(_, name) => module.outputs.get(name).map(|output| output.span),
        Node::Call(_, name) => module.calls.get(name).map(|call| call.span),
        Node::Whole(_) => None,
        Node::Resource(address) => module.resources.get(&address.resource).map(|r| r.span),
        Node::Provider(_, name, alias) => module
            .providers
            .iter()
            .find(|block| block.local_name == *name && block.alias == *alias)
            .map(|block| block.span),
    }
}
