//! Progress of an apply: a line when an operation begins, every ten seconds, and when it is over; on a terminal also a
//! line that is always up to date.

use super::stream;
use super::verbs::{elapsed, generation, verbs};
use super::{View, note};
use crate::address::InstanceAddress;
use crate::apply::Event;
use crate::plan::OperationKind;
use crate::review::display_address;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// So often it is told that an operation is still under way.
const REMINDER: Duration = Duration::from_secs(10);
/// So often the clock is looked at.
const TICK: Duration = Duration::from_millis(250);

/// Shows what apply does, from its creation until it is dropped.
pub(in crate::cli) struct Progress {
    shared: Arc<Shared>,
    stop: Option<Sender<()>>,
    ticker: Option<JoinHandle<()>>,
}

struct Shared {
    view: View,
    running: Mutex<BTreeMap<String, Running>>,
    line: Option<ProgressBar>,
}

/// An operation that is under way.
struct Running {
    address: InstanceAddress,
    kind: OperationKind,
    id: Option<String>,
    since: Instant,
    reminders: u32,
}

impl Progress {
    /// Begins to show; `total` is the number of operations that are planned.
    pub(in crate::cli) fn new(view: View, total: usize) -> Self {
        let line = (view.terminal.lively && !view.json).then(|| live_line(total));
        let shared = Arc::new(Shared {
            view,
            running: Mutex::default(),
            line,
        });
        let (stop, stopped) = channel();
        let ticking = shared.clone();
        let ticker = std::thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    ticking.tick();
                }
            });
        Progress {
            shared,
            stop: Some(stop),
            ticker: ticker.ok(),
        }
    }

    /// Shows something that happened.
    pub(in crate::cli) fn event(&self, event: &Event) {
        self.shared.event(event);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(ticker) = self.ticker.take() {
            let _ended = ticker.join();
        }
        if let Some(line) = &self.shared.line {
            line.finish_and_clear();
        }
    }
}

impl Shared {
    fn event(&self, event: &Event) {
        match event {
            Event::Started { address, kind, id } => {
                let started = Running {
                    address: address.clone(),
                    kind: kind.clone(),
                    id: id.clone(),
                    since: Instant::now(),
                    reminders: 0,
                };
                self.say(&started_line(address, kind, id.as_deref()), || {
                    stream::apply_start(address, kind, id.as_deref())
                });
                self.running().insert(name(address, kind), started);
            }
            Event::Finished {
                address,
                kind,
                id,
                elapsed,
            } => {
                _ = self.forget(address, kind);
                self.say(
                    &finished_line(address, kind, id.as_deref(), *elapsed),
                    || stream::apply_complete(address, kind, id.as_deref(), *elapsed),
                );
            }
            Event::Provisioning {
                address,
                provisioner,
            } => self.say(
                &format!("{address}: Provisioning with '{provisioner}'..."),
                || stream::provision_start(address, provisioner),
            ),
            Event::Said {
                address,
                provisioner,
                line,
            } => self.say(&format!("{address} ({provisioner}): {line}"), || {
                stream::provision_progress(address, provisioner, line)
            }),
            Event::Provisioned {
                address,
                provisioner,
                failed,
            } => {
                // People hear how the whole operation ended.
                if self.view.json {
                    stream::send(&stream::provision_over(address, provisioner, *failed));
                }
            }
            Event::Failed { address, kind } => {
                let took = self.forget(address, kind);
                self.say(&failed_line(address, kind, took), || {
                    stream::apply_errored(address, kind, took)
                });
            }
        }
    }

    /// The operation is over; tells how long it ran.
    fn forget(&self, address: &InstanceAddress, kind: &OperationKind) -> Duration {
        if let Some(line) = &self.line {
            line.inc(1);
        }
        let removed = self.running().remove(&name(address, kind));
        removed
            .map(|running| running.since.elapsed())
            .unwrap_or_default()
    }

    fn tick(&self) {
        let mut due = Vec::new();
        let mut longest = None;
        for running in self.running().values_mut() {
            let took = running.since.elapsed();
            if took >= REMINDER * (running.reminders + 1) {
                running.reminders += 1;
                let round = REMINDER * running.reminders;
                due.push((
                    running.address.clone(),
                    running.kind.clone(),
                    running.id.clone(),
                    round,
                ));
            }
            if longest.as_ref().is_none_or(|(_, most)| took > *most) {
                longest = Some((
                    format!("{}{}", running.address, generation(&running.kind)),
                    took,
                ));
            }
        }
        for (address, kind, id, took) in due {
            self.say(&still_line(&address, &kind, id.as_deref(), took), || {
                stream::apply_progress(&address, &kind, took)
            });
        }
        if let Some(line) = &self.line {
            let message = longest.map(|(name, took)| format!("{name} {}", elapsed(took)));
            line.set_message(message.unwrap_or_default());
            line.tick();
        }
    }

    fn say(&self, text: &str, message: impl FnOnce() -> serde_json::Value) {
        if self.view.json {
            stream::send(&message());
            return;
        }
        match &self.line {
            Some(line) => line.suspend(|| note(text)),
            None => note(text),
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn live_line(total: usize) -> ProgressBar {
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    let line = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}") {
        line.set_style(style);
    }
    line
}

fn name(address: &InstanceAddress, kind: &OperationKind) -> String {
    format!("{address}{} {}", generation(kind), verbs(kind).action)
}

fn bracketed(id: Option<&str>) -> String {
    id.map(|id| format!(" [id={id}]")).unwrap_or_default()
}

/// `aws_iam_role.x: Modifying... [id=x]`
pub(super) fn started_line(
    address: &InstanceAddress,
    kind: &OperationKind,
    id: Option<&str>,
) -> String {
    let id = bracketed(id.filter(|_| !matches!(kind, OperationKind::Create { .. })));
    format!(
        "{}{}: {}...{id}",
        display_address(address),
        generation(kind),
        verbs(kind).doing
    )
}

/// `aws_iam_role.x: Still modifying... [id=x, 10s elapsed]`
pub(super) fn still_line(
    address: &InstanceAddress,
    kind: &OperationKind,
    id: Option<&str>,
    took: Duration,
) -> String {
    let id = id.map(|id| format!("id={id}, ")).unwrap_or_default();
    let doing = verbs(kind).doing.to_lowercase();
    format!(
        "{}{}: Still {doing}... [{id}{} elapsed]",
        display_address(address),
        generation(kind),
        elapsed(took)
    )
}

/// `aws_iam_role.x: Creation complete after 1s [id=x]`
pub(super) fn finished_line(
    address: &InstanceAddress,
    kind: &OperationKind,
    id: Option<&str>,
    took: Duration,
) -> String {
    let id = bracketed(id.filter(|_| !matches!(kind, OperationKind::Delete(_))));
    let noun = verbs(kind).noun;
    format!(
        "{}{}: {noun} complete after {}{id}",
        display_address(address),
        generation(kind),
        elapsed(took)
    )
}

/// `aws_iam_role.x: Creation errored after 1s`
pub(super) fn failed_line(
    address: &InstanceAddress,
    kind: &OperationKind,
    took: Duration,
) -> String {
    let noun = verbs(kind).noun;
    format!(
        "{}{}: {noun} errored after {}",
        display_address(address),
        generation(kind),
        elapsed(took)
    )
}
