//! Ephemeral objects while applying: opened again before the first that needs one, closed after the last.

use super::begin::internal;
use super::complete;
use super::events::Event;
use super::finish::{Finished, Reply};
use super::walk::{Outcome, Walk};
use crate::diagnostic::Diagnostics;
use crate::plan::{Opened, Operation, OperationId, OperationKind, opened_object};
use crate::value::Value;
use std::time::{Duration, Instant};

impl Walk<'_> {
    pub(super) async fn begin_open(
        &mut self,
        id: OperationId,
        opened: &Opened,
    ) -> Result<(), Diagnostics> {
        let block = self.block(&opened.address)?;
        self.may_begin(&block, &opened.address)?;
        let (config, _) = complete::config(self.run.evaluation, &block, &opened.address)?;
        let arguments = complete::certain(&config, &opened.address)?;
        let context = self.context(&opened.provider, &opened.address).await?;
        let connector = self.run.connections.connector();
        let kind = connector.ephemeral(&opened.address.resource.resource_type);
        let kind = kind.ok_or_else(|| internal(&opened.address))?;
        self.started(id, &opened.address, &OperationKind::Open, None);
        let started = Instant::now();
        let shape = &block.entry.schema.block;
        self.running.spawn(async move {
            let result = kind.open(&context, &arguments).await;
            let result = result.map(|object| opened_object(shape, object.value(), &config));
            Finished {
                id,
                result: result.map(Reply::Opened),
                partial: None,
                started,
            }
        });
        Ok(())
    }

    /// Hands an object that was opened to those who use it.
    pub(super) fn opened(
        &mut self,
        id: OperationId,
        operation: &Operation,
        object: Value,
        started: Instant,
    ) {
        let Some(opened) = self.run.plan.opened.get(operation.entry) else {
            return;
        };
        self.open.insert(operation.entry);
        let broken = self.put_object(&opened.address, object);
        if broken.has_errors() {
            return self.broken_promise(id, operation, Vec::new(), broken);
        }
        self.done(id, operation, &opened.address, Vec::new(), None, started);
    }

    /// Closes an object, whatever became of those who used it. No kind has anything to do for it.
    pub(super) fn closed(&mut self, id: OperationId, operation: &Operation) {
        let opened = self.run.plan.opened.get(operation.entry);
        if let Some(opened) = opened.filter(|_| self.open.remove(&operation.entry)) {
            let (address, kind) = (opened.address.clone(), OperationKind::Close);
            self.started(id, &address, &kind, None);
            (self.run.events)(&Event::Finished {
                address,
                kind,
                id: None,
                elapsed: Duration::ZERO,
            });
        }
        self.applied.outcomes.insert(id, Outcome::Done);
        self.over(id.0, None);
    }
}
