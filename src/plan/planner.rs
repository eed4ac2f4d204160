//! The walk: every declaration in order, every instance of it, and what is left of the state at the end.

use super::Action;
use super::change::{Change, Plan};
use super::checks::Checks;
use super::creates_first::create_before_destroy;
use super::focus::Focus;
use super::imported::{self, ImportBlocks, Wanted};
use super::opened::without_withheld;
use super::options::{Mode, Options};
use super::prior::PriorState;
use super::provider::{ProviderKey, provider_config};
use super::reads::{Answer, Answers, Needs, Read, ReadKey};
use crate::address::{InstanceAddress, ModuleInstance, ResourceAddress, ResourceMode};
use crate::config::{Resource, unknown_type};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::eval::{Evaluation, Place, Program, Stage};
use crate::graph::{Node, NodeId};
use crate::lang::Halt;
use crate::schema::{Facts, TypeEntry};
use crate::value::{Known, Marks, Type, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How far one round came.
#[derive(Clone, Debug)]
pub enum Step {
    /// Facts are missing: answer these and plan again.
    Needs(Needs),
    /// The plan.
    Planned(Box<Plan>),
    /// The configuration cannot be planned; the diagnostics say why.
    Failed,
}

/// Plans one round. Warnings come with a plan, errors with [`Step::Failed`].
pub fn plan<'p>(
    program: &'p Program,
    prior: &'p PriorState,
    answers: &'p Answers,
    options: &Options,
) -> (Step, Diagnostics) {
    let judge = |unjudged: &BTreeSet<NodeId>, planned: (Step, Diagnostics)| {
        super::early::judged(program, answers, options.mode, unjudged, planned)
    };
    let mut split = super::focus::split_moves(prior, options);
    if split.has_errors() {
        split.extend(Focus::new(program, prior, options).warning());
        return judge(&BTreeSet::new(), (Step::Failed, split));
    }
    let gone = prior.gone_blocks(program);
    let mut made_again = BTreeSet::new();
    loop {
        let evaluation = Evaluation::new(program, &answers.files, Stage::Plan);
        let focus = Focus::new(program, prior, options);
        let mut planner = Planner {
            program,
            evaluation,
            prior,
            answers,
            options: options.clone(),
            plan: Plan {
                checks: Checks::of(&program.configuration, options.mode),
                ..Plan::default()
            },
            needs: Needs::default(),
            diagnostics: Diagnostics::new(),
            pending: BTreeSet::new(),
            failed: BTreeSet::new(),
            unjudged: BTreeSet::new(),
            made: BTreeSet::new(),
            planned: BTreeSet::new(),
            import_blocks: imported::blocks_of(program),
            imports: BTreeMap::new(),
            scope: imported::scope(program, options.mode),
            made_again: made_again.clone(),
            triggered: BTreeSet::new(),
            providers: BTreeMap::new(),
            dependencies: vec![None; program.graph.len()],
            gone: gone.clone(),
            create_before_destroy: [
                create_before_destroy(program, |node| focus.has_node(node)),
                create_before_destroy(program, |_| true),
            ],
            focus,
        };
        // Where nothing is destroyed, nothing of the configuration has to have a value, and nothing is read.
        if options.mode != Mode::Destroy || !prior.instances.is_empty() {
            planner.walk();
        }
        let tied = planner.tied();
        if tied.is_subset(&made_again) {
            let mut unjudged = std::mem::take(&mut planner.unjudged);
            unjudged.extend(planner.focus.left_out.iter().copied());
            return judge(&unjudged, planner.finish());
        }
        // What goes with them may refer to them and may be planned before them, so all is planned once more.
        made_again.extend(tied);
    }
}

/// The state of one round.
pub(super) struct Planner<'p> {
    pub(super) program: &'p Program,
    pub(super) evaluation: Evaluation<'p>,
    pub(super) prior: &'p PriorState,
    pub(super) answers: &'p Answers,
    pub(super) options: Options,
    pub(super) focus: Focus,
    pub(super) plan: Plan,
    pub(super) needs: Needs,
    pub(super) diagnostics: Diagnostics,
    /// Nodes behind which something changes.
    pub(super) pending: BTreeSet<NodeId>,
    /// Blocks of which something is made, new or anew.
    pub(super) made: BTreeSet<NodeId>,
    /// Instances that the configuration has.
    pub(super) planned: BTreeSet<InstanceAddress>,
    /// What failed, and what is behind it.
    pub(super) failed: BTreeSet<NodeId>,
    /// Declarations that are not evaluated, or not all of them, since they have no instances or are not looked at.
    unjudged: BTreeSet<NodeId>,
    /// The `import` blocks, by the block that they are for.
    pub(super) import_blocks: ImportBlocks<'p>,
    /// What they come to: the objects that instances are to take over.
    pub(super) imports: BTreeMap<InstanceAddress, Wanted>,
    /// The nodes that are gone through; `None` for all of them.
    scope: Option<BTreeSet<NodeId>>,
    /// Instances that are made again because of what they are tied to.
    pub(super) made_again: BTreeSet<InstanceAddress>,
    /// Instances that are made again because of what their blocks look at.
    pub(super) triggered: BTreeSet<InstanceAddress>,
    providers: BTreeMap<ProviderKey, ProviderStatus>,
    dependencies: Vec<Option<Arc<[ResourceAddress]>>>,
    /// The recorded blocks that the configuration no longer has.
    pub(super) gone: BTreeSet<ResourceAddress>,
    /// What is created first as far as the plan looks, and in the whole configuration.
    create_before_destroy: [BTreeSet<NodeId>; 2],
}

/// What is known of a provider configuration's settings.
#[derive(Clone, Debug)]
pub(super) enum ProviderStatus {
    /// Everything.
    Known(Known),
    /// Some setting is known only after apply.
    Unknown,
    /// Something it refers to is not planned yet, or failed.
    Blocked,
}

/// One instance about to be planned.
pub(super) struct Subject<'p> {
    pub(super) node: NodeId,
    pub(super) resource: &'p Resource,
    pub(super) entry: TypeEntry,
    pub(super) address: InstanceAddress,
    pub(super) place: Place,
    pub(super) provider: ProviderKey,
}

impl<'p> Planner<'p> {
    fn walk(&mut self) {
        for node in self.program.graph.order() {
            let within = self.scope.as_ref().is_none_or(|scope| scope.contains(node));
            if !within || !self.focus.has_node(*node) {
                self.not_judged(*node);
                self.unjudged.insert(*node);
                continue;
            }
            let before = self.diagnostics.iter().count();
            match self.program.graph.node(*node) {
                Some(Node::Resource(address)) => self.resource(*node, address),
                Some(Node::Variable(module, name)) => {
                    self.each_instance(*node, module, |this, instance| {
                        this.evaluation.result(*node, instance)?;
                        this.validate(*node, name, instance)
                    });
                }
                Some(Node::Local(module, _)) => {
                    self.each_instance(*node, module, |this, instance| {
                        this.evaluation.result(*node, instance).map(drop)
                    });
                }
                Some(Node::Output(module, name)) if module.is_root() => self.output(*node, name),
                Some(Node::Output(module, name)) => {
                    self.each_instance(*node, module, |this, instance| {
                        this.output_conditions(name, instance)?;
                        this.evaluation.result(*node, instance).map(drop)
                    });
                }
                Some(Node::Call(module, _)) => {
                    self.each_instance(*node, module, |this, instance| {
                        this.evaluation.expansion(*node, instance).map(drop)
                    });
                }
                // Only those that something is asked of are evaluated.
                Some(Node::Provider(..)) => {
                    self.unjudged.insert(*node);
                }
                Some(Node::Whole(_)) | None => {}
            }
            // In this order each list is made of ones that are there already, so chains of any length take no stack.
            self.dependencies_of(*node);
            self.spread_pending(*node);
            self.spread_failed(*node, before);
        }
        self.assertions();
    }

    /// A node is pending when something behind it is.
    fn spread_pending(&mut self, node: NodeId) {
        if matches!(self.program.graph.node(node), Some(Node::Resource(_))) {
            return;
        }
        if self
            .program
            .graph
            .dependencies(node)
            .iter()
            .any(|on| self.pending.contains(on))
        {
            self.pending.insert(node);
        }
    }

    /// A node has failed when an error was told of it, after so many diagnostics, or of something behind it.
    fn spread_failed(&mut self, node: NodeId, before: usize) {
        let mut told = self.diagnostics.iter().skip(before);
        let mut behind = self.program.graph.dependencies(node).iter();
        if told.any(|problem| problem.severity == Severity::Error)
            || behind.any(|on| self.failed.contains(on))
        {
            self.failed.insert(node);
        }
    }

    fn each_instance(
        &mut self,
        node: NodeId,
        module: &crate::address::ModulePath,
        evaluate: impl Fn(&mut Self, &ModuleInstance) -> Result<(), Halt>,
    ) {
        let Ok(instances) = self.evaluation.module_instances(module) else {
            return;
        };
        if instances.is_empty() {
            self.unjudged.insert(node);
        }
        for instance in instances.iter() {
            if let Err(halt) = evaluate(self, instance) {
                self.report(halt, None);
            }
        }
    }

    /// Takes note of a failure; blocked is none.
    pub(super) fn report(&mut self, halt: Halt, address: Option<&InstanceAddress>) {
        if let Halt::Failed(diagnostics) = halt {
            self.diagnostics
                .extend(diagnostics.into_iter().map(|diagnostic| match address {
                    Some(address) if diagnostic.address.is_none() => diagnostic.about(address),
                    _ => diagnostic,
                }));
        }
    }

    fn resource(&mut self, node: NodeId, address: &'p ResourceAddress) {
        let program = self.program;
        let Some(module) = program.configuration.module(&address.module) else {
            return;
        };
        let Some(resource) = module.resources.get(&address.resource) else {
            return;
        };
        let Ok(instances) = self.evaluation.module_instances(&address.module) else {
            return;
        };
        if let Err(halt) = self.note_imports(address) {
            return self.report(halt, None);
        }
        let before = self.planned.len();
        for module in instances.iter() {
            match self.evaluation.expansion(node, module) {
                Ok(expansion) if expansion.each.is_empty() => {}
                Ok(expansion) => match program
                    .schemas
                    .find(resource.name.mode, &resource.name.resource_type)
                {
                    Some(entry) => {
                        for (key, each) in &expansion.each {
                            let place = Place {
                                module: module.clone(),
                                key: key.clone(),
                                each: Some(each.clone()),
                                own: None,
                            };
                            self.instance(node, resource, entry, place);
                        }
                    }
                    // There is nothing to destroy, so nobody has to know the type.
                    None if self.options.mode == Mode::Destroy && !self.is_recorded(address) => {
                        for key in expansion.each.keys() {
                            let nothing = Value::unknown(Type::Dynamic);
                            self.evaluation
                                .set_object(node, module, key.clone(), nothing);
                        }
                    }
                    None => self
                        .diagnostics
                        .push(unknown_type(resource, program.schemas.as_ref())),
                },
                Err(halt) => self.report(halt, None),
            }
        }
        let has_more =
            !resource.provisioning.provisioners.is_empty() || resource.body.has_dynamic();
        if self.planned.len() == before || has_more {
            self.unjudged.insert(node);
        }
    }

    fn is_recorded(&self, block: &ResourceAddress) -> bool {
        let mut recorded = self.prior.instances.keys();
        recorded.any(|address| address.block() == *block)
    }

    fn instance(&mut self, node: NodeId, resource: &'p Resource, entry: TypeEntry, place: Place) {
        let address = InstanceAddress {
            module: place.module.clone(),
            resource: resource.name.clone(),
            key: place.key.clone(),
        };
        self.planned.insert(address.clone());
        let provider = match super::provider_of(&self.evaluation, &place.module, resource) {
            Ok(provider) => provider,
            Err(halt) => return self.report(halt, Some(&address)),
        };
        let subject = Subject {
            node,
            resource,
            entry,
            address,
            place,
            provider,
        };
        let looked_at = self.focus.has_instance(Some(node), &subject.address);
        let planned = match (resource.name.mode, self.options.mode) {
            (ResourceMode::Managed, _) if !looked_at => {
                self.focus.left_out.insert(node);
                self.leave_open(&subject);
                Ok(self.left_alone(&subject))
            }
            (ResourceMode::Managed, Mode::Normal) => self.managed(&subject),
            (ResourceMode::Managed, Mode::Import) => self.looked_for(&subject),
            (ResourceMode::Managed, Mode::Destroy) => self.destroyed(&subject),
            (ResourceMode::Managed, Mode::RefreshOnly) => self.refreshed(&subject),
            (ResourceMode::Data, _) if self.focus.is_excluded(node, &subject.address) => {
                self.focus.left_out.insert(node);
                Ok(self.left_alone(&subject))
            }
            (ResourceMode::Data, _) => self.data(&subject),
            (ResourceMode::Ephemeral, _) => self.opened(&subject),
        };
        let holds = |this: &mut Self, object: Value| {
            this.postconditions(&subject, &object)?;
            Ok(object)
        };
        match planned.and_then(|object| holds(self, object)) {
            Ok(object) => {
                let key = subject.address.key.clone();
                self.evaluation
                    .set_object(node, &subject.address.module, key, object);
            }
            Err(halt) => self.report(halt, Some(&subject.address)),
        }
    }

    /// Checks what must hold of the planned object, as far as it is known; the rest is left to apply. An object of which
    /// it does not hold is withheld from those that refer to it.
    fn postconditions(&mut self, subject: &Subject<'_>, object: &Value) -> Result<(), Halt> {
        let conditions = &subject.resource.lifecycle.postconditions;
        if !matches!(self.options.mode, Mode::Normal | Mode::RefreshOnly) {
            return Ok(());
        }
        let place = Place {
            own: Some(object.clone()),
            ..subject.place.clone()
        };
        let broken = self.check_resource(subject, conditions, "Resource postcondition", &place);
        if broken.has_errors() {
            return Err(Halt::Failed(Box::new(broken)));
        }
        Ok(())
    }

    /// The settings of a provider configuration, as far as they are known.
    pub(super) fn provider_status(&mut self, provider: &ProviderKey) -> ProviderStatus {
        if let Some(status) = self.providers.get(provider) {
            return status.clone();
        }
        let status = match provider_config(&self.evaluation, provider) {
            Ok(value) => {
                if value.deep_marks().intersects(Marks::EPHEMERAL) {
                    self.plan.renewed.insert(provider.clone());
                }
                Known::certain(&without_withheld(&value))
                    .map_or(ProviderStatus::Unknown, ProviderStatus::Known)
            }
            Err(Halt::Blocked) => return ProviderStatus::Blocked,
            Err(halt) => {
                self.report(halt, None);
                ProviderStatus::Blocked
            }
        };
        if let ProviderStatus::Known(config) = &status {
            self.plan.providers.insert(provider.clone(), config.clone());
        }
        self.providers.insert(provider.clone(), status.clone());
        status
    }

    /// Asks a question of a provider configuration that is known; `None` is "not answered yet".
    pub(super) fn ask(&mut self, key: ReadKey, config: &Known, read: Read) -> Option<&'p Answer> {
        let answers = self.answers;
        if let Some(answer) = answers.reads.get(&key) {
            return Some(answer);
        }
        let provider = match &read {
            Read::Object { provider, .. }
            | Read::Existing { provider, .. }
            | Read::Data { provider, .. }
            | Read::Open { provider, .. }
            | Read::Names { provider, .. }
            | Read::Facts { provider } => provider.clone(),
        };
        self.needs.providers.insert(provider, config.clone());
        self.needs.reads.insert(key, read);
        None
    }

    /// The facts of a provider configuration; empty ones while its settings are not known.
    pub(super) fn facts(&mut self, subject: &Subject<'_>) -> Result<Facts, Halt> {
        if !subject.entry.rules.needs_facts() {
            return Ok(Facts::default());
        }
        let config = match self.provider_status(&subject.provider) {
            ProviderStatus::Known(config) => config,
            ProviderStatus::Unknown => return Ok(Facts::default()),
            ProviderStatus::Blocked => return Err(Halt::Blocked),
        };
        let key = ReadKey::facts(&subject.provider);
        let read = Read::Facts {
            provider: subject.provider.clone(),
        };
        match self.ask(key, &config, read) {
            Some(Answer::Facts(facts)) => Ok(facts.clone()),
            Some(Answer::NotRead(failure)) => {
                let code = if failure.credentials {
                    Code::Credentials
                } else if failure.settings {
                    Code::ProviderSettings
                } else {
                    Code::NotRead
                };
                let diagnostic = Diagnostic::error(code, failure.message.clone());
                // The same failure is told once, not for every resource that needs the facts.
                self.diagnostics.push(diagnostic.about(&subject.provider));
                Err(Halt::Blocked)
            }
            Some(Answer::Object(_) | Answer::Data(_) | Answer::Opened(_) | Answer::Names(_))
            | None => Err(Halt::Blocked),
        }
    }

    /// The blocks that a node depends on, directly or through others, as Terraform records them: of a module that is waited
    /// for as a whole also what is still to be destroyed.
    pub(super) fn dependencies_of(&mut self, node: NodeId) -> Arc<[ResourceAddress]> {
        if let Some(Some(known)) = self.dependencies.get(node.index()) {
            return known.clone();
        }
        let mut found = BTreeSet::new();
        if let Some(Node::Whole(module)) = self.program.graph.node(node) {
            let is_within =
                |block: &&ResourceAddress| block.module.names().starts_with(module.names());
            found.extend(self.gone.iter().filter(is_within).cloned());
        }
        let mut behind = Vec::new();
        for on in self.program.graph.dependencies(node) {
            if let Some(Node::Resource(address)) = self.program.graph.node(*on) {
                found.insert(address.clone());
            }
            behind.push(self.dependencies_of(*on));
        }
        behind.retain(|list| !list.is_empty());
        let found: Arc<[ResourceAddress]> = match (behind.as_slice(), found.is_empty()) {
            // Most names stand for one thing, and share its list.
            ([only], true) => only.clone(),
            (lists, _) => {
                found.extend(lists.iter().flat_map(|list| list.iter().cloned()));
                found.into_iter().collect()
            }
        };
        if let Some(slot) = self.dependencies.get_mut(node.index()) {
            *slot = Some(found.clone());
        }
        found
    }

    /// Whether a replacement of the node's objects is created first.
    pub(super) fn creates_first(&self, node: NodeId) -> bool {
        let [planned, _] = &self.create_before_destroy;
        planned.contains(&node)
    }

    /// Notes a change and what follows from it.
    pub(super) fn change(&mut self, node: Option<NodeId>, mut change: Change) {
        if self.options.mode == Mode::Normal {
            change.moved_from = self.prior.moves.previous(&change.address).cloned();
        }
        if let Some(node) = node
            && change.action.is_change()
        {
            self.pending.insert(node);
            if matches!(change.action, Action::Create | Action::Replace(_)) {
                self.made.insert(node);
            }
            if change.action != Action::Delete {
                change.dependencies = self.without_gone(&change.dependencies);
            }
            // The state says what Terraform finds when it applies, which looks at everything.
            let [_, whole] = &self.create_before_destroy;
            change.create_before_destroy |= whole.contains(&node);
        }
        self.plan.changes.push(change);
    }

    /// What is made or changed is recorded when the rest is destroyed.
    fn without_gone(&self, dependencies: &Arc<[ResourceAddress]>) -> Arc<[ResourceAddress]> {
        let is_kept = |on: &&ResourceAddress| !self.gone.contains(*on);
        if dependencies.iter().all(|on| is_kept(&on)) {
            return dependencies.clone();
        }
        dependencies.iter().filter(is_kept).cloned().collect()
    }

    fn finish(mut self) -> (Step, Diagnostics) {
        self.needs.files = self.evaluation.missing_files();
        if !self.diagnostics.has_errors() && self.needs.is_empty() {
            self.imports_without_instance();
            if self.options.mode != Mode::Import {
                self.moved_but_declared();
                self.leftovers();
            }
        }
        if !self.diagnostics.has_errors()
            && self.needs.is_empty()
            && matches!(self.options.mode, Mode::Normal | Mode::Destroy)
        {
            self.prove();
        }
        if self.diagnostics.has_errors() {
            self.diagnostics.extend(self.focus.warning());
            self.diagnostics.extend(self.would_be_forgotten());
            return (Step::Failed, self.diagnostics);
        }
        if !self.needs.is_empty() {
            return (Step::Needs(self.needs), self.diagnostics);
        }
        self.plan
            .changes
            .sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
        self.read_again();
        self.plan.deferred.sort_by(|a, b| a.address.cmp(&b.address));
        self.plan.execution = super::lower::lower(self.program, &self.plan, self.prior);
        self.diagnostics.extend(self.focus.warning().map(|warning| {
            let known = (&self.plan, &self.program.graph, self.prior);
            super::unmatched::naming_nothing(warning, known, &self.options)
        }));
        self.diagnostics
            .extend(super::removed::forgotten(&self.plan));
        super::unmatched::unmatched(&self.plan, &self.options, &mut self.diagnostics);
        self.plan.options = self.options;
        (Step::Planned(Box::new(self.plan)), self.diagnostics)
    }
}
