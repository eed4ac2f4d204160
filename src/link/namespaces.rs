//! `create_namespace`: one namespace for each cluster and name, whoever asks for it.

use super::build::Make;
use super::calls::{blank_call, made, number, plain_provider};
use super::instantiate::{Places, instantiate};
use super::references::Target;
use super::subjects::{iterated, list_over_instances};
use super::{Linker, NAMESPACES_OF};
use crate::address::Name;
use crate::config::{ModuleCall, NounBlock, NounKind, Repetition};
use crate::lang::{EachPart, Expression, Step, Subject};
use crate::prelude::PreludeModule;
use crate::source::{FileId, Span};
use crate::value::{Type, Value};
use std::collections::BTreeMap;

impl<'a> Linker<'a> {
    /// The call that makes the namespaces of a cluster, if any account asks for one.
    pub(super) fn namespaces_call(&self, cluster: &str) -> Option<Name> {
        let asked = !self.accounts.asking(cluster).is_empty();
        asked.then(|| call_of(cluster))
    }

    fn asking(&self, cluster: &str) -> Vec<(&'a NounBlock, &'a Target)> {
        let accounts = self.accounts.asking(cluster).iter().filter_map(|label| {
            let block = self.block(NounKind::ServiceAccount, label)?;
            Some((block, self.accounts.cluster(label)?))
        });
        accounts.collect()
    }

    /// Adds the namespaces of a cluster.
    pub(super) fn add_namespaces(&mut self, cluster: &NounBlock) {
        let asking = self.asking(&cluster.name);
        let Some((first, _)) = asking.first() else {
            return;
        };
        let make = Make(
            first
                .body
                .argument("create_namespace")
                .map_or(first.span, |argument| argument.span),
        );
        let lists = asking
            .iter()
            .filter_map(|(block, target)| entries_of(block, target));
        let entries = make.call("concat", lists.collect());
        let part = |name: &str| make.variable("entry", vec![make.step(name)]);
        let repeated = !matches!(cluster.repetition, Repetition::None);
        let key = if repeated {
            let parts = make.tuple(vec![part("cluster"), part("name")]);
            make.call("join", vec![make.text("/"), parts])
        } else {
            part("name")
        };
        let entry = make.variable("entry", Vec::new());
        let by_key = make.for_object((None, "entry"), entries, (key, entry), true);
        let chosen = |name: &str| {
            let steps = vec![Step::Index(make.value(number(0)), make.0), make.step(name)];
            make.reference(Subject::Each(EachPart::Value), steps)
        };
        let key = repeated.then(|| chosen("cluster"));
        self.add_namespaces_call(&cluster.name, by_key, chosen("name"), key, make);
    }

    /// Keeps the calls whose namespaces are recorded though nobody asks for them any more: a namespace is deleted only when
    /// nothing else is in it, and its block is what says so.
    pub(super) fn keep_namespaces(&mut self) {
        for call in self.prior.namespaces().clone() {
            let Some(cluster) = call.strip_prefix(NAMESPACES_OF) else {
                continue;
            };
            if self.root.calls.contains_key(&call) {
                continue;
            }
            let block = self.block(NounKind::Cluster, &cluster.into());
            let nowhere = Span::new(FileId::default(), 0..0);
            let make = Make(block.map_or(nowhere, |block| block.span));
            let none = make.value(Value::map(Type::String, BTreeMap::new()));
            let name = make.reference(Subject::Each(EachPart::Value), Vec::new());
            self.add_namespaces_call(cluster, none, name, None, make);
        }
    }

    fn add_namespaces_call(
        &mut self,
        cluster: &str,
        for_each: Expression,
        name: Expression,
        key: Option<Expression>,
        make: Make,
    ) {
        let inner = plain_provider("kubernetes", make.0);
        let outer = self.connection_reference(cluster, key, make.0);
        let places = Places {
            header: make.0,
            written: BTreeMap::new(),
        };
        let module = instantiate(PreludeModule::Namespaces, &places);
        let call = ModuleCall {
            arguments: vec![made("name", name)],
            repetition: Repetition::ForEach(for_each),
            providers: vec![(inner, outer)],
            ..blank_call(call_of(cluster), PreludeModule::Namespaces, make.0)
        };
        let what = format!("cluster.{cluster} (for `create_namespace`)");
        self.add_call(call, module, &what);
    }
}

fn call_of(cluster: &str) -> Name {
    format!("{NAMESPACES_OF}{cluster}").into()
}

/// A list of what each instance of an account asks for: the cluster's key and the namespace.
fn entries_of(account: &NounBlock, cluster: &Target) -> Option<Expression> {
    let asked = account.body.argument("create_namespace")?;
    let make = Make(asked.span);
    let name = account.body.argument("namespace")?.value.clone();
    let key = match &cluster.key {
        None => make.text(""),
        Some(key) => make.call("tostring", vec![key.clone()]),
    };
    let element = make.object([("cluster", key), ("name", name)]);
    let is_constant = super::nouns::is_true(account, "create_namespace");
    let condition = (!is_constant).then(|| {
        let no = make.value(Value::bool(false));
        make.call("coalesce", vec![asked.value.clone(), no])
    });
    if matches!(account.repetition, Repetition::None) && is_constant {
        return Some(make.tuple(vec![iterated(&element)]));
    }
    Some(list_over_instances(
        &account.repetition,
        &element,
        condition.as_ref(),
        make,
    ))
}
