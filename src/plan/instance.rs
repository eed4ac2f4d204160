//! Planning one managed instance: what it should be, what it is, and what has to be done.

use super::change::{Change, Drift, NotRead};
use super::differences::differences;
use super::planner::{Planner, ProviderStatus, Subject};
use super::prior::PriorObject;
use super::propose::{ignore_changes, propose, unknown_ignored};
use super::reads::{Answer, LiveObject, Read, ReadFailure, ReadKey};
use super::secret::{mark_sensitive, marked, sensitive_paths};
use super::{Action, ActionReason, ReplaceOrder};
use crate::address::{AttributePath, InstanceAddress, Name, PathStep};
use crate::config::Resource;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Evaluated, Halt};
use crate::schema::{Block, Facts, Identity, Problem};
use crate::value::{Marks, Value};

/// What was found of a recorded object.
pub(super) enum Live {
    Found(LiveObject),
    Gone,
    NotRead(ReadFailure),
}

impl Planner<'_> {
    /// Plans an instance and returns its object for those that refer to it.
    pub(super) fn managed(&mut self, subject: &Subject<'_>) -> Evaluated {
        let block = &subject.entry.schema.block;
        let prior = self.prior.instances.get(&subject.address);
        let recorded = prior.and_then(|prior| prior.current.as_ref());
        // Asked before what the configuration waits for is known: the question is the same whatever it says.
        let live = recorded
            .and_then(|recorded| recorded.object.as_ref())
            .map(|object| (object, self.live(subject, object)));
        let config = self
            .evaluation
            .resource_config(subject.resource, block, &subject.place);
        let config = self.after_preconditions(subject, config)?;
        Self::lasting(subject, &config)?;
        Self::problems(subject, subject.entry.rules.validate(&config))?;
        Self::ignorable(subject)?;
        if self.is_triggered(subject)? {
            self.triggered.insert(subject.address.clone());
        }
        let facts = self.facts(subject)?;
        if let Some(prior) = prior {
            self.deposed(subject, prior)?;
        }
        match recorded {
            None => self.absent(subject, &config, &facts),
            Some(recorded) => {
                let (object, live) = live.ok_or(Halt::Blocked)?;
                match live? {
                    Live::Found(live) => {
                        self.present(subject, &config, &facts, &live, Some(recorded))
                    }
                    Live::Gone => self.create(subject, &config, &facts),
                    Live::NotRead(failure) => Ok(self.not_read(subject, object, failure)),
                }
            }
        }
    }

    /// What became of a recorded object.
    pub(super) fn live(
        &mut self,
        subject: &Subject<'_>,
        object: &LiveObject,
    ) -> Result<Live, Halt> {
        if subject.entry.rules.is_local() || self.options.skip_refresh {
            return Ok(Live::Found(object.clone()));
        }
        let config = match self.provider_status(&subject.provider) {
            ProviderStatus::Known(config) => config,
            // Nobody can be asked: what is recorded is all there is to go by.
            ProviderStatus::Unknown => return Ok(Live::Found(object.clone())),
            ProviderStatus::Blocked => return Err(Halt::Blocked),
        };
        let read = Read::Object {
            address: subject.address.clone(),
            deposed: None,
            provider: subject.provider.clone(),
            recorded: object.clone(),
        };
        match self.ask(ReadKey::object(&subject.address, None), &config, read) {
            None
            | Some(Answer::Data(_) | Answer::Opened(_) | Answer::Names(_) | Answer::Facts(_)) => {
                Err(Halt::Blocked)
            }
            Some(Answer::NotRead(failure)) => Ok(Live::NotRead(failure.clone())),
            Some(Answer::Object(found)) => {
                self.drift(subject, object, found.as_ref());
                Ok(found.clone().map_or(Live::Gone, Live::Found))
            }
        }
    }

    fn drift(&mut self, subject: &Subject<'_>, recorded: &LiveObject, live: Option<&LiveObject>) {
        let others = subject.entry.rules.incidental().iter();
        let others: Vec<Name> = others
            .filter(|name| !writes(subject.resource, name))
            .map(|name| Name::from(*name))
            .collect();
        let matters = |path: &AttributePath| match path.steps().first() {
            Some(PathStep::Attribute(name)) => !others.contains(name),
            _ => true,
        };
        let same = live.is_some_and(|live| {
            let found = differences(recorded.object.value(), live.object.value());
            !found.iter().any(matters)
        });
        if !same {
            self.plan.drift.push(Drift {
                address: subject.address.clone(),
                moved_from: self.prior.moves.previous(&subject.address).cloned(),
                recorded: recorded.object.value().clone(),
                live: live.map(|live| live.object.value().clone()),
            });
        }
    }

    /// Notes that a recorded object could not be read; what is recorded stands for it.
    pub(super) fn not_read(
        &mut self,
        subject: &Subject<'_>,
        recorded: &LiveObject,
        failure: ReadFailure,
    ) -> Value {
        self.plan.not_read.push(NotRead {
            address: subject.address.clone(),
            failure,
        });
        let object = self.as_recorded(subject, recorded.object.value());
        let mut change = self.blank(subject, Action::NoOp);
        change.before = Some(recorded.clone());
        change.after = Some(object.clone());
        self.change(Some(subject.node), change);
        object
    }

    /// An instance that the state does not record: it is taken over where that is asked for, else made.
    fn absent(&mut self, subject: &Subject<'_>, config: &Value, facts: &Facts) -> Evaluated {
        let wanted = self.imports.get(&subject.address).cloned();
        let identity = match &wanted {
            Some(wanted) => {
                self.can_look(subject, wanted)?;
                Some(wanted.identity.clone())
            }
            None => self.adopted(subject)?,
        };
        let Some(identity) = identity else {
            return self.create(subject, config, facts);
        };
        match (self.existing(subject, &identity)?, wanted) {
            (Live::Gone, Some(wanted)) => Err(wanted.not_there(subject)),
            (Live::NotRead(failure), Some(wanted)) if failure.malformed => {
                Err(wanted.malformed(subject, &failure))
            }
            (found, _) => self.taken_over(subject, config, facts, (identity, found)),
        }
    }

    /// What the linker wants to be taken over: an object that a noun only read until now.
    fn adopted(&self, subject: &Subject<'_>) -> Result<Option<Identity>, Halt> {
        let Some(expression) = &subject.resource.internals.adopt else {
            return Ok(None);
        };
        let id = self.evaluation.evaluate(expression, &subject.place)?;
        Ok(id.as_str().map(|id| Identity(id.to_owned())))
    }

    fn taken_over(
        &mut self,
        subject: &Subject<'_>,
        config: &Value,
        facts: &Facts,
        (identity, found): (Identity, Live),
    ) -> Evaluated {
        match found {
            Live::Found(live) => {
                let object = self.present(subject, config, facts, &live, None)?;
                if let Some(change) = self.plan.changes.last_mut() {
                    change.importing = Some(identity);
                }
                self.pending.insert(subject.node);
                Ok(object)
            }
            Live::NotRead(failure) => Ok(self.maybe_there(subject, config, facts, failure)),
            // It went away in the meantime, or is new beside one that is taken over.
            Live::Gone => self.create(subject, config, facts),
        }
    }

    /// The object of an identity, if there is one. It counts as gone also while nobody can be asked.
    pub(super) fn existing(
        &mut self,
        subject: &Subject<'_>,
        identity: &Identity,
    ) -> Result<Live, Halt> {
        self.found(subject, identity)?.ok_or(Halt::Blocked)
    }

    /// As [`Planner::existing`] for what is to be made: `None` while nobody has answered.
    fn found(&mut self, subject: &Subject<'_>, identity: &Identity) -> Result<Option<Live>, Halt> {
        let config = match self.provider_status(&subject.provider) {
            ProviderStatus::Known(config) => config,
            ProviderStatus::Unknown => return Ok(Some(Live::Gone)),
            ProviderStatus::Blocked => return Err(Halt::Blocked),
        };
        let resource_type = subject.entry.name;
        let key = ReadKey::existing(&subject.provider, resource_type, identity);
        let read = Read::Existing {
            resource_type: resource_type.into(),
            provider: subject.provider.clone(),
            identity: identity.clone(),
        };
        match self.ask(key, &config, read) {
            Some(Answer::Object(found)) => Ok(Some(found.clone().map_or(Live::Gone, Live::Found))),
            Some(Answer::NotRead(failure)) => Ok(Some(Live::NotRead(failure.clone()))),
            Some(Answer::Data(_) | Answer::Opened(_) | Answer::Names(_) | Answer::Facts(_)) => {
                Err(Halt::Blocked)
            }
            None => Ok(None),
        }
    }

    /// What is to be created is there: because of somebody else, or under another address of the state.
    fn already_exists(&self, subject: &Subject<'_>, identity: &Identity, facts: &Facts) -> Halt {
        let exists = format!(
            "{} is to be created, but an object of that identity exists already: `{}`.",
            subject.address, identity.0
        );
        let (why, hint) = match self.recorded_as(subject, identity, facts) {
            Some(recorded) => (
                format!("The state records it as {recorded}."),
                format!(
                    "If it is the same object, write a `moved` block with `from = {recorded}` and `to = {}`. Else give the \
                     new one another name.",
                    subject.address
                ),
            ),
            None => (
                "It is not in the state, so somebody or something else made it.".to_owned(),
                format!(
                    "{} To take it over: trustform import '{}' '{}'",
                    without_making_it(subject),
                    subject.address,
                    identity.0
                ),
            ),
        };
        Diagnostic::error(
            super::codes::of_existing(subject),
            format!("{exists} {why}"),
        )
        .at(subject.resource.span)
        .about(&subject.address)
        .hint(hint)
        .into()
    }

    /// The address under which the state records an object of an identity.
    fn recorded_as(
        &self,
        subject: &Subject<'_>,
        identity: &Identity,
        facts: &Facts,
    ) -> Option<&InstanceAddress> {
        let resource_type = &subject.address.resource.resource_type;
        let mut recorded = self.prior.instances.iter().filter(|(address, _)| {
            address.resource.resource_type == *resource_type && **address != subject.address
        });
        let found = recorded.find(|(_, instance)| {
            let current = instance.current.as_ref();
            let object = current.and_then(|current| current.object.as_ref());
            let own =
                object.and_then(|live| subject.entry.rules.identity(live.object.value(), facts));
            own.as_ref() == Some(identity)
        });
        found.map(|(address, _)| address)
    }

    fn create(&mut self, subject: &Subject<'_>, config: &Value, facts: &Facts) -> Evaluated {
        let planned = Self::planned_anew(subject, config, facts);
        // Also where nobody is asked: files that the settings need are read while planning, or not at all.
        if !subject.entry.rules.is_local()
            && matches!(
                self.provider_status(&subject.provider),
                ProviderStatus::Blocked
            )
        {
            return Err(Halt::Blocked);
        }
        if let Some(identity) = subject.entry.rules.identity(&planned, facts) {
            match self.found(subject, &identity)? {
                Some(Live::Found(_)) => return Err(self.already_exists(subject, &identity, facts)),
                Some(Live::NotRead(failure)) => {
                    return Ok(self.maybe_there(subject, config, facts, failure));
                }
                // Whatever the answer, those that refer to the object see the planned one, so they need not wait for it
                // with their own questions.
                Some(Live::Gone) | None => {}
            }
        }
        let mut change = self.blank(subject, Action::Create);
        if self.triggered.contains(&subject.address) {
            change.reason = ActionReason::Triggered;
        }
        change.after = Some(planned.clone());
        self.change(Some(subject.node), change);
        Ok(planned)
    }

    /// An instance of which nobody can say whether it exists: nothing is planned for it.
    fn maybe_there(
        &mut self,
        subject: &Subject<'_>,
        config: &Value,
        facts: &Facts,
        failure: ReadFailure,
    ) -> Value {
        self.plan.not_read.push(NotRead {
            address: subject.address.clone(),
            failure,
        });
        self.pending.insert(subject.node);
        Self::planned_anew(subject, config, facts)
    }

    /// The planned object when nothing of it exists yet.
    fn planned_anew(subject: &Subject<'_>, config: &Value, facts: &Facts) -> Value {
        let block = &subject.entry.schema.block;
        let proposed = propose(block, config, None);
        let planned = subject.entry.rules.plan(config, None, proposed, facts);
        mark_sensitive(block, &planned)
    }

    /// An instance whose object exists: nothing, an update, or a replacement.
    fn present(
        &mut self,
        subject: &Subject<'_>,
        config: &Value,
        facts: &Facts,
        live: &LiveObject,
        recorded: Option<&PriorObject>,
    ) -> Evaluated {
        let block = &subject.entry.schema.block;
        let before = live.object.value();
        let secrets = recorded.map_or(&[][..], |recorded| &recorded.sensitive);
        let was = marked(before, secrets);
        let ignoring = ignore_changes(
            config,
            &was,
            &subject.resource.lifecycle.ignore_changes,
            block,
        );
        let proposed = propose(block, &ignoring, Some(before));
        let planned = subject
            .entry
            .rules
            .plan(&ignoring, Some(before), proposed, facts);
        let planned = mark_sensitive(block, &planned);
        let changed = differences(before, &planned);
        let mut change = self.blank(subject, Action::NoOp);
        change.before = Some(live.clone());
        let requested = self.options.replace.contains(&subject.address);
        let tied = self.made_again.contains(&subject.address);
        let triggered = self.triggered.contains(&subject.address);
        let asked = requested || tied || triggered;
        let tainted = recorded.is_some_and(|recorded| recorded.tainted);
        if changed.is_empty() && !tainted && !asked {
            // What was only predicted is now recorded, so it is simply known.
            let object = planned.without(Marks::PREDICTED);
            if sensitive_paths(&mark_sensitive(block, &was)) != sensitive_paths(&object) {
                // What is a secret is recorded too, and only what is changed is recorded anew.
                change.action = Action::Update;
            }
            change.after = Some(object.clone());
            self.change(Some(subject.node), change);
            return Ok(object);
        }
        // A tainted object is made anew whatever it is like, so that nothing in particular asks for it.
        if !tainted {
            change.replace_paths = replacing(subject, block, before, &planned, &changed);
        }
        if !tainted && !asked && change.replace_paths.is_empty() {
            Self::problems(subject, subject.entry.rules.refusals(before, &planned))?;
            change.action = Action::Update;
            change.after = Some(planned.clone());
            self.change(Some(subject.node), change);
            return Ok(planned);
        }
        change.reason = match (tainted, requested, change.replace_paths.is_empty()) {
            _ if triggered => ActionReason::Triggered,
            (true, _, _) => ActionReason::Tainted,
            (false, true, _) => ActionReason::ByRequest,
            (false, false, true) => ActionReason::Tied,
            (false, false, false) => ActionReason::CannotUpdate,
        };
        // A new object is what the configuration says, whatever is ignored of one that exists.
        self.replacement(subject, config, facts, change)
    }

    fn replacement(
        &mut self,
        subject: &Subject<'_>,
        config: &Value,
        facts: &Facts,
        mut change: Change,
    ) -> Evaluated {
        Self::protected(subject.resource, &subject.address, "replaced")?;
        let planned = Self::planned_anew(subject, config, facts);
        let order = if self.creates_first(subject.node) {
            ReplaceOrder::CreateThenDelete
        } else {
            ReplaceOrder::DeleteThenCreate
        };
        let rules = subject.entry.rules;
        let old = change
            .before
            .as_ref()
            .and_then(|live| rules.identity(live.object.value(), facts));
        let new = rules.identity(&planned, facts);
        match (new, order) {
            (Some(new), ReplaceOrder::CreateThenDelete) if Some(&new) == old.as_ref() => {
                let detail = format!(
                    "{} must be replaced and has `create_before_destroy`, but the new object would have the identity of \
                     the old one: `{}`. Both cannot exist at once.",
                    subject.address, new.0
                );
                return Err(Diagnostic::error(Code::InvalidValue, detail)
                    .with_summary("Replacement has the name of the object it replaces")
                    .at(subject.resource.span)
                    .hint("Give the new object another name (or a `name_prefix`), or drop `create_before_destroy`.")
                    .into());
            }
            (Some(new), _) if Some(&new) != old.as_ref() => match self.existing(subject, &new)? {
                Live::Found(_) => return Err(self.already_exists(subject, &new, facts)),
                Live::NotRead(failure) => {
                    return Ok(self.maybe_there(subject, config, facts, failure));
                }
                Live::Gone => {}
            },
            _ => {}
        }
        change.action = Action::Replace(order);
        change.after = Some(planned.clone());
        self.change(Some(subject.node), change);
        Ok(planned)
    }

    /// Refuses to destroy an instance of a block that `prevent_destroy` protects.
    pub(super) fn protected(
        resource: &Resource,
        address: &InstanceAddress,
        what: &str,
    ) -> Result<(), Halt> {
        let Some(span) = resource.lifecycle.prevent_destroy else {
            return Ok(());
        };
        let detail = format!(
            "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be {what}."
        );
        Err(Diagnostic::error(Code::PreventDestroy, detail)
            .about(address)
            .at(resource.span)
            .also(span, "set here")
            .hint("Remove `prevent_destroy` if the object may go, or change the configuration so that it need not.")
            .into())
    }

    /// A change of this instance with nothing filled in.
    pub(super) fn blank(&mut self, subject: &Subject<'_>, action: Action) -> Change {
        Change {
            address: subject.address.clone(),
            deposed: None,
            action,
            reason: ActionReason::None,
            provider: subject.provider.clone(),
            before: None,
            after: None,
            replace_paths: Vec::new(),
            dependencies: self.dependencies_of(subject.node),
            create_before_destroy: self.creates_first(subject.node),
            moved_from: None,
            importing: None,
        }
    }

    fn ignorable(subject: &Subject<'_>) -> Result<(), Halt> {
        let block = &subject.entry.schema.block;
        let ignored = &subject.resource.lifecycle.ignore_changes;
        let Some((path, span)) = unknown_ignored(ignored, block) else {
            return Ok(());
        };
        let detail = format!("`{path}` is not an attribute of {}.", subject.entry.name);
        Err(Diagnostic::error(Code::UnknownAttribute, detail)
            .at(span)
            .suggest(&path.to_string(), block.names())
            .into())
    }

    /// Turns what a type's rules found into diagnostics at the argument they are about.
    pub(super) fn problems(subject: &Subject<'_>, problems: Vec<Problem>) -> Result<(), Halt> {
        if problems.is_empty() {
            return Ok(());
        }
        let body = &subject.resource.body;
        let diagnostics = problems.into_iter().map(|problem| {
            let span = super::record::argument_span(body, &problem.path);
            Diagnostic::error(
                super::codes::of_problem(subject, &problem.path),
                problem.detail,
            )
            .with_summary(problem.summary)
            .at(span)
            .about(&subject.address)
        });
        Err(Halt::Failed(Box::new(diagnostics.collect())))
    }
}

/// What to write for an object that exists already.
fn without_making_it(subject: &Subject<'_>) -> &'static str {
    let is_of_a_noun = subject.resource.internals.forget.is_some();
    match (is_of_a_noun, &*subject.address.resource.resource_type) {
        (true, "kubernetes_namespace_v1") => {
            "To use it without owning it, leave `create_namespace` out."
        }
        (true, _) => "To use it without owning it, set `existing = true` on the noun.",
        (false, _) => "To use it without owning it, read it with a `data` block.",
    }
}

/// The changed attributes that cannot change in place.
fn replacing(
    subject: &Subject<'_>,
    block: &Block,
    before: &Value,
    planned: &Value,
    changed: &[AttributePath],
) -> Vec<AttributePath> {
    let by_schema = changed.iter().filter(|path| {
        block
            .attribute_at(path)
            .is_some_and(|attribute| attribute.requires_replacement)
    });
    let mut paths: Vec<AttributePath> = by_schema.cloned().collect();
    paths.extend(subject.entry.rules.replacements(before, planned));
    paths.sort();
    paths.dedup();
    paths
}

/// Whether a block says anything of an attribute or of nested blocks of this name.
fn writes(resource: &Resource, name: &str) -> bool {
    let body = &resource.body;
    let is = |written: &Name| written.as_ref() == name;
    body.arguments.iter().any(|argument| is(&argument.name))
        || body.blocks.iter().any(|block| is(&block.name))
}
