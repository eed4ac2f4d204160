//! Ephemeral objects: opened while planning where all that they need is known, and again by apply for those who use them.
//! And the places where an ephemeral value may not stand.

#[cfg(test)]
mod tests;

use crate::address::{AttributePath, InstanceAddress, PathStep};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Evaluated, Halt, Subject as Named};
use crate::plan::Mode;
use crate::plan::planner::{Planner, ProviderStatus, Subject};
use crate::plan::propose::propose;
use crate::plan::reads::{Answer, Read, ReadKey};
use crate::plan::{ProviderKey, secret::mark_sensitive};
use crate::schema::Block;
use crate::value::{Known, Marks, Value};

/// An instance of an `ephemeral` block.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The instance.
    pub address: InstanceAddress,
    /// The provider configuration that opens it.
    pub provider: ProviderKey,
    /// Its value as far as it is known; never to be stored or shown.
    pub value: Value,
    /// Whether it was left to apply, because something that it needs is known only then.
    pub deferred: bool,
}

/// The object of an ephemeral block as expressions see it: what its provider opened, with the marks of the schema and of the
/// arguments, and marked as ephemeral.
pub fn opened_object(block: &Block, opened: &Value, config: &Value) -> Value {
    mark_sensitive(block, opened).marked(config.marks | Marks::EPHEMERAL)
}

impl Planner<'_> {
    /// The value of an ephemeral instance, opened where that is possible now.
    pub(super) fn opened(&mut self, subject: &Subject<'_>) -> Evaluated {
        let block = &subject.entry.schema.block;
        let config = self
            .evaluation
            .resource_config(subject.resource, block, &subject.place);
        let config = match config {
            // What is being destroyed may refer to what never existed.
            Err(Halt::Failed(_)) if self.options.mode == Mode::Destroy => {
                return Ok(Value::unknown(block.ty()).marked(Marks::EPHEMERAL));
            }
            other => self.after_preconditions(subject, other)?,
        };
        Self::problems(subject, subject.entry.rules.validate(&config))?;
        let asked_for = opened_object(block, &propose(block, &config, None), &config);
        let key = ReadKey::open(&subject.address);
        if self.answers.reads.get(&key) == Some(&Answer::Opened(None)) {
            return Ok(self.take_note(subject, asked_for.marked(Marks::WITHHELD), false));
        }
        let status = self.provider_status(&subject.provider);
        match (Known::certain(&config), status) {
            (_, ProviderStatus::Blocked) => Err(Halt::Blocked),
            (Ok(arguments), ProviderStatus::Known(settings)) if !self.is_made_first(subject) => {
                let opened = self.open_now(subject, arguments, &settings)?;
                let object = opened_object(block, opened.value(), &config);
                Ok(self.take_note(subject, object, false))
            }
            (_, ProviderStatus::Known(_) | ProviderStatus::Unknown) => {
                Ok(self.take_note(subject, asked_for, true))
            }
        }
    }

    /// What the provider opens for these arguments.
    fn open_now(
        &mut self,
        subject: &Subject<'_>,
        config: Known,
        settings: &Known,
    ) -> Result<Known, Halt> {
        let read = Read::Open {
            provider: subject.provider.clone(),
            config,
            address: subject.address.clone(),
        };
        match self.ask(ReadKey::open(&subject.address), settings, read) {
            Some(Answer::Opened(Some(opened))) => Ok(opened.clone()),
            Some(Answer::NotRead(failure)) => {
                let problem = Diagnostic::error(Code::NotRead, failure.message.clone())
                    .with_summary("Failed to open ephemeral resource")
                    .at(subject.resource.span);
                Err(problem.into())
            }
            Some(
                Answer::Opened(None)
                | Answer::Object(_)
                | Answer::Data(_)
                | Answer::Names(_)
                | Answer::Facts(_),
            )
            | None => Err(Halt::Blocked),
        }
    }

    /// Whether an object that the block speaks of is made by this plan: until it is there, nothing can be opened for it,
    /// although its name is known.
    fn is_made_first(&self, subject: &Subject<'_>) -> bool {
        let Some(index) = self.program.graph.module(&subject.address.module.path()) else {
            return false;
        };
        let is_made = |named: &Named| {
            let Named::Resource(name) = named else {
                return false;
            };
            let node = index.resources.get(name);
            node.is_some_and(|node| self.made.contains(node))
        };
        let mut waits = false;
        subject.resource.body.each_reference(&mut |reference, _| {
            waits |= is_made(&reference.subject);
        });
        let mut dependencies = subject.resource.depends_on.iter();
        waits || dependencies.any(|dependency| is_made(&dependency.reference.subject))
    }

    fn take_note(&mut self, subject: &Subject<'_>, value: Value, deferred: bool) -> Value {
        self.plan.opened.push(Opened {
            address: subject.address.clone(),
            provider: subject.provider.clone(),
            value: value.clone(),
            deferred,
        });
        value
    }

    /// Refuses ephemeral values among the arguments of what states record.
    pub(super) fn lasting(subject: &Subject<'_>, config: &Value) -> Result<(), Halt> {
        if !config.deep_marks().intersects(Marks::EPHEMERAL) {
            return Ok(());
        }
        let mut found = Vec::new();
        ephemeral_parts(
            config,
            &subject.entry.schema.block,
            &AttributePath::root(),
            &mut found,
        );
        let body = &subject.resource.body;
        let diagnostics: Diagnostics = found
            .into_iter()
            .map(|(path, name)| {
                let detail = format!(
                    "Ephemeral values are not valid for \"{name}\", because it is not a write-only attribute and must be \
                     persisted to state."
                );
                Diagnostic::error(Code::InvalidValue, detail)
                    .with_summary("Invalid use of ephemeral value")
                    .at(crate::plan::record::argument_span(body, &path))
                    .about(&subject.address)
            })
            .collect();
        Err(Halt::Failed(Box::new(diagnostics)))
    }
}

/// The attributes of a block's value that are ephemeral, each with its path and its name; a block whose number is ephemeral
/// counts as an attribute.
fn ephemeral_parts(
    value: &Value,
    block: &Block,
    path: &AttributePath,
    found: &mut Vec<(AttributePath, &'static str)>,
) {
    for attribute in &block.attributes {
        let part = value.get(attribute.name);
        if part.is_some_and(|part| part.deep_marks().intersects(Marks::EPHEMERAL)) {
            let place = path.then(PathStep::Attribute(attribute.name.into()));
            found.push((place, attribute.name));
        }
    }
    for nested in &block.blocks {
        let Some(part) = value.get(nested.name) else {
            continue;
        };
        let place = path.then(PathStep::Attribute(nested.name.into()));
        if part.marks.intersects(Marks::EPHEMERAL) {
            found.push((place, nested.name));
            continue;
        }
        let elements = match part.as_elements() {
            Some(elements) => elements,
            None => std::slice::from_ref(part),
        };
        for (index, element) in (0..).zip(elements) {
            let place = place.then(PathStep::Index(index));
            if element.marks.intersects(Marks::EPHEMERAL) {
                found.push((place, nested.name));
            } else {
                ephemeral_parts(element, &nested.block, &place, found);
            }
        }
    }
}

/// The settings of a provider configuration where what was withheld is left out: it was known when the plan was made.
pub(super) fn without_withheld(settings: &Value) -> Value {
    if !settings.deep_marks().intersects(Marks::WITHHELD) {
        return settings.clone();
    }
    if settings.is_unknown() && settings.marks.intersects(Marks::WITHHELD) {
        return Value::null(settings.ty());
    }
    settings.map_parts(&mut without_withheld)
}
