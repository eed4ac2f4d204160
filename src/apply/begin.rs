//! Beginning one operation: evaluating what it needs, and starting its call.

use super::complete::{self, Block};
use super::events::Event;
use super::finish::{Finished, Reply, refused};
use super::store::{StateStore, object_address};
use super::walk::Walk;
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Change, DataChange, Operation, OperationId, OperationKind, ProviderKey, differences,
    provider_config, sensitive_paths,
};
use crate::provider::{ProviderContext, ProviderError, Recorded, ResourceKind};
use crate::schema::Facts;
use crate::value::{Marks, Value};
use std::time::Instant;
use trustform_state::journal::{Effect, OutcomeStatus};
use trustform_state::snapshot::DeposedKey;

impl<'a> Walk<'a> {
    pub(super) async fn begin_read(
        &mut self,
        id: OperationId,
        data: &DataChange,
    ) -> Result<(), Diagnostics> {
        let block = self.block(&data.address)?;
        self.may_begin(&block, &data.address)?;
        let (config, _) = complete::config(self.run.evaluation, &block, &data.address)?;
        let facts = self
            .facts(
                &data.provider,
                block.entry.rules.needs_facts(),
                &data.address,
            )
            .await?;
        if let Some(computed) = block.entry.rules.compute(&config, &facts) {
            let value = computed.map_err(|problem| {
                Diagnostic::error(Code::InvalidValue, problem.detail)
                    .with_summary(problem.summary)
                    .about(&data.address)
            })?;
            let known = complete::certain(&value, &data.address)?;
            self.reply(id, Reply::Data(known), Instant::now());
            return Ok(());
        }
        let arguments = complete::certain(&config, &data.address)?;
        let context = self.context(&data.provider, &data.address).await?;
        let source = self
            .run
            .connections
            .connector()
            .data(&data.address.resource.resource_type);
        let source = source.ok_or_else(|| internal(&data.address))?;
        self.started(id, &data.address, &OperationKind::Read, None);
        let started = Instant::now();
        self.running.spawn(async move {
            let result = source.read(&context, &arguments).await.map(Reply::Data);
            Finished {
                id,
                result,
                partial: None,
                started,
            }
        });
        Ok(())
    }

    pub(super) async fn begin_change(
        &mut self,
        id: OperationId,
        operation: &Operation,
        change: &Change,
        store: &mut StateStore,
    ) -> Result<(), Diagnostics> {
        match &operation.kind {
            OperationKind::Create { depose } => {
                self.begin_create(id, operation, change, *depose, store)
                    .await
            }
            OperationKind::Update => self.begin_update(id, operation, change, store).await,
            OperationKind::Delete(_) => self.begin_delete(id, operation, change, store).await,
            OperationKind::Adopt => {
                if let Some(before) = change.before.clone() {
                    let object = Recorded {
                        object: before.object,
                        private: before.private,
                    };
                    self.reply(id, Reply::Object(object), Instant::now());
                }
                Ok(())
            }
            OperationKind::Forget => {
                self.reply(id, Reply::Gone, Instant::now());
                Ok(())
            }
            OperationKind::Read | OperationKind::Open | OperationKind::Close => Ok(()),
        }
    }

    pub(super) async fn begin_create(
        &mut self,
        id: OperationId,
        operation: &Operation,
        change: &Change,
        depose: bool,
        store: &mut StateStore,
    ) -> Result<(), Diagnostics> {
        let block = self.block(&change.address)?;
        self.may_begin(&block, &change.address)?;
        let facts = self
            .facts(
                &change.provider,
                block.entry.rules.needs_facts(),
                &change.address,
            )
            .await?;
        let planned = complete::planned(self.run.evaluation, &block, change, &facts)?;
        let context = self.context(&change.provider, &change.address).await?;
        let kind = self.kind(&change.address)?;
        if depose {
            let key = DeposedKey::random();
            let effect = Effect::Depose {
                object: object_address(&change.address, None),
                key: key.clone(),
            };
            store.apply(&effect);
            self.deposed.insert(operation.entry, key);
            self.note(id, OutcomeStatus::Running, vec![effect]);
        }
        self.started(id, &change.address, &operation.kind, None);
        self.planned.insert(id, planned.clone());
        let started = Instant::now();
        self.running.spawn(async move {
            let outcome = kind.create(&context, &planned).await;
            finished(id, outcome, started)
        });
        Ok(())
    }

    pub(super) async fn begin_update(
        &mut self,
        id: OperationId,
        operation: &Operation,
        change: &Change,
        store: &StateStore,
    ) -> Result<(), Diagnostics> {
        let block = self.block(&change.address)?;
        self.may_begin(&block, &change.address)?;
        let facts = self
            .facts(
                &change.provider,
                block.entry.rules.needs_facts(),
                &change.address,
            )
            .await?;
        let planned = complete::planned(self.run.evaluation, &block, change, &facts)?;
        let before = recorded(change)?;
        self.planned.insert(id, planned.clone());
        if differences(before.object.value(), &planned).is_empty() {
            // What it came to is what is there: no call is made. What must not be shown may still be another part.
            if !store.has_secrets(&change.address, &sensitive_paths(&planned)) {
                let name = identity(before.object.value());
                self.started(id, &change.address, &operation.kind, name);
            }
            self.reply(id, Reply::Object(before), Instant::now());
            return Ok(());
        }
        let context = self.context(&change.provider, &change.address).await?;
        let kind = self.kind(&change.address)?;
        self.started(
            id,
            &change.address,
            &operation.kind,
            identity(before.object.value()),
        );
        let started = Instant::now();
        self.running.spawn(async move {
            let outcome = kind.update(&context, &before, &planned).await;
            finished(id, outcome, started)
        });
        Ok(())
    }

    pub(super) async fn begin_delete(
        &mut self,
        id: OperationId,
        operation: &Operation,
        change: &Change,
        store: &StateStore,
    ) -> Result<(), Diagnostics> {
        let before = recorded(change)?;
        let steps = self.last_steps(operation, change, store)?;
        let context = self.context(&change.provider, &change.address).await?;
        let kind = self.kind(&change.address)?;
        self.started(
            id,
            &change.address,
            &operation.kind,
            identity(before.object.value()),
        );
        let started = Instant::now();
        let spares = self.spares_content(&change.address);
        self.running.spawn(async move {
            if let Some(steps) = steps
                && let Err(problem) = steps.run().await
            {
                return Finished {
                    id,
                    result: Ok(Reply::Stays(Box::new(problem))),
                    partial: None,
                    started,
                };
            }
            let result = delete(kind, &context, &before, spares).await;
            Finished {
                id,
                result,
                partial: None,
                started,
            }
        });
        Ok(())
    }

    /// Whether the block of an instance says that an object in which others have something stays.
    fn spares_content(&self, address: &InstanceAddress) -> bool {
        let configuration = &self.run.evaluation.program().configuration;
        let module = configuration.module(&address.module.path());
        let resource = module.and_then(|module| module.resources.get(&address.resource));
        resource.is_some_and(|resource| resource.internals.spares_content)
    }

    /// The type of an instance.
    fn kind(&self, address: &InstanceAddress) -> Result<&'static dyn ResourceKind, Diagnostics> {
        let connector = self.run.connections.connector();
        let kind = connector.resource(&address.resource.resource_type);
        kind.ok_or_else(|| internal(address))
    }

    pub(super) fn block(&self, address: &InstanceAddress) -> Result<Block<'a>, Diagnostics> {
        complete::block(self.run.evaluation, address).ok_or_else(|| internal(address))
    }

    /// Checks what must hold before an instance is touched: the variables and outputs behind it, and its preconditions.
    pub(super) fn may_begin(
        &self,
        block: &Block<'_>,
        address: &InstanceAddress,
    ) -> Result<(), Diagnostics> {
        self.still_open
            .judge_behind(self.run.evaluation, block.node, &self.applied.diagnostics)?;
        complete::preconditions(self.run.evaluation, block, address)
    }

    /// The context of a provider configuration, whose settings must be known by now.
    pub(super) async fn context(
        &self,
        provider: &ProviderKey,
        address: &InstanceAddress,
    ) -> Result<ProviderContext, Diagnostics> {
        let plan = self.run.plan;
        let planned = plan.providers.get(provider);
        let settings = match planned.filter(|_| !plan.renewed.contains(provider)) {
            Some(settings) => settings.clone(),
            None => {
                let value = provider_config(self.run.evaluation, provider)
                    .map_err(|halt| complete::failed(halt, address))?;
                complete::certain(&value.without(Marks::PREDICTED), address)?
            }
        };
        self.run
            .connections
            .context(provider, &settings)
            .await
            .map_err(|error| refused(&error, address).into())
    }

    pub(super) async fn facts(
        &mut self,
        provider: &ProviderKey,
        needed: bool,
        address: &InstanceAddress,
    ) -> Result<Facts, Diagnostics> {
        match (needed, self.facts.get(provider)) {
            (false, _) => Ok(Facts::default()),
            (true, Some(facts)) => Ok(facts.clone()),
            (true, None) => {
                let context = self.context(provider, address).await?;
                let facts = self
                    .run
                    .connections
                    .connector()
                    .facts(provider.provider_type(), &context)
                    .await;
                let facts = facts.map_err(|error| refused(&error, address))?;
                self.facts.insert(provider.clone(), facts.clone());
                Ok(facts)
            }
        }
    }

    pub(super) fn started(
        &self,
        _: OperationId,
        address: &InstanceAddress,
        kind: &OperationKind,
        id: Option<String>,
    ) {
        (self.run.events)(&Event::Started {
            address: address.clone(),
            kind: kind.clone(),
            id,
        });
    }

    /// A result that needed no call. It goes through the same door as those that did.
    pub(super) fn reply(&mut self, id: OperationId, reply: Reply, started: Instant) {
        self.running.spawn(async move {
            Finished {
                id,
                result: Ok(reply),
                partial: None,
                started,
            }
        });
    }
}

/// Deletes an object, or leaves it when that is asked for and others have something in it: looked at just before, since
/// others go on working.
async fn delete(
    kind: &dyn ResourceKind,
    context: &ProviderContext,
    before: &Recorded,
    spares_content: bool,
) -> Result<Reply, ProviderError> {
    if spares_content {
        let others = kind.content(context, before).await?;
        if !others.is_empty() {
            return Ok(Reply::Kept(others));
        }
    }
    kind.delete(context, before).await.map(|()| Reply::Gone)
}

fn finished(id: OperationId, outcome: crate::provider::Outcome, started: Instant) -> Finished {
    match (outcome.error, outcome.object) {
        (Some(error), partial) => Finished {
            id,
            result: Err(error),
            partial,
            started,
        },
        (None, Some(object)) => Finished {
            id,
            result: Ok(Reply::Object(object)),
            partial: None,
            started,
        },
        (None, None) => Finished {
            id,
            result: Ok(Reply::Gone),
            partial: None,
            started,
        },
    }
}

/// The object that a change finds, as its provider wants it.
fn recorded(change: &Change) -> Result<Recorded, Diagnostics> {
    let before = change
        .before
        .clone()
        .ok_or_else(|| internal(&change.address))?;
    Ok(Recorded {
        object: before.object,
        private: before.private,
    })
}

pub(super) fn identity(value: &Value) -> Option<String> {
    value
        .get("id")
        .and_then(|id| id.as_str())
        .map(str::to_owned)
}

pub(super) fn internal(address: &InstanceAddress) -> Diagnostics {
    let detail =
        format!("The plan has an operation on {address} that the configuration does not explain.");
    Diagnostic::error(Code::Internal, detail)
        .about(address)
        .into()
}
