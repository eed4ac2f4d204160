//! What stands around the changes: drift, outputs, what could not be read, and the calls that were made.

use super::Scene;
use crate::address::AttributePath;
use crate::plan::{Action, Drift, Mode, OutputChange};
use crate::review::compare::{Comparer, untyped, whole};
use crate::review::display::display_address;
use crate::review::draw::draw;
use crate::review::tree::{Body, Entry, Item, Label, Sign};
use crate::review::words::{SENSITIVE, key};
use crate::value::Value;

/// The services in the order of the last line; others follow by name.
const SERVICES: [&str; 4] = ["IAM", "EKS", "STS", "Kubernetes"];

impl Scene<'_> {
    /// Objects that were changed by somebody else; empty when there are none.
    pub(super) fn drift(&self) -> String {
        let drift = &self.review.plan.drift;
        if drift.is_empty() {
            return String::new();
        }
        let title = self
            .palette
            .strong("Note: Objects have changed outside of Trustform");
        let mut text = format!(
            "{title}\n\nThese differ from what the state recorded when it was last applied:\n"
        );
        for drifted in drift {
            text.push_str(&self.drifted(drifted));
        }
        text.push_str(match self.review.plan.options.mode {
            Mode::Normal | Mode::Destroy | Mode::Import => {
                "\nWhat the configuration sets is put right by the changes below. To keep a value, write it into the \
                 configuration\nor into `ignore_changes`.\n"
            }
            Mode::RefreshOnly => {
                "\nThis is a refresh-only plan, so nothing will be done to undo these. Applying it records them in the \
                 state, and\nchanges no object.\n"
            }
        });
        text
    }

    /// One object that was changed by somebody else.
    pub(in crate::review) fn drifted(&self, drift: &Drift) -> String {
        let block = self.block(&drift.address);
        let mark = |value| self.secrets.marked(&drift.address, None, block, value);
        let recorded = mark(&drift.recorded);
        let live = drift.live.as_ref().map(mark);
        let name = self.palette.strong(&display_address(&drift.address));
        let (what, action) = match live {
            Some(_) if drift.is_change() => ("has changed", Action::Update),
            Some(_) => ("has moved", Action::NoOp),
            None => ("has been deleted", Action::Delete),
        };
        let sides = (Some(&recorded), live.as_ref());
        let body = self.body(action, &drift.address, sides, &[]);
        match &drift.moved_from {
            Some(from) if !drift.is_change() => {
                let from = self.palette.strong(&display_address(from));
                format!("\n  # {from} has moved to {name}\n{body}")
            }
            _ => format!("\n  # {name} {what}\n{body}"),
        }
    }

    /// Outputs that change; empty when none does.
    pub(in crate::review) fn outputs(&self) -> String {
        let outputs = self.review.plan.outputs.iter();
        let entries: Vec<Entry> = outputs
            .filter(|(_, output)| output.action.is_change())
            .filter_map(|(name, output)| {
                let item = output_item(output)?;
                Some(Entry::Item(item.labelled(Label::Attribute(key(name)))))
            })
            .collect();
        if entries.is_empty() {
            return String::new();
        }
        let drawn = draw(&entries, 0, self.palette);
        let note = if self.is_quiet() {
            "\nYou can apply this plan to save these new output values to the state, without changing any real \
             infrastructure.\n"
        } else {
            ""
        };
        format!("Changes to Outputs:\n{drawn}{note}")
    }

    /// What could not be read, and why.
    pub(super) fn not_read(&self) -> String {
        let not_read = &self.review.plan.not_read;
        if not_read.is_empty() {
            return String::new();
        }
        let title = self.palette.strong("Note: Objects could not be read");
        let mut text = format!("{title}\n\n");
        for missing in not_read {
            let name = display_address(&missing.address);
            text.extend([format!("  # {}\n", self.palette.strong(&name))]);
            let mut message = missing.failure.message.lines();
            text.extend([format!("    {}\n", message.next().unwrap_or_default())]);
            for line in message {
                text.extend([format!("    {line}\n")]);
            }
        }
        text.push_str(
            "\nNothing is planned for them: it is not known whether they exist. This plan cannot be applied.\n",
        );
        text
    }

    /// How many calls planning took.
    pub(super) fn calls(&self) -> String {
        let calls = self.review.calls;
        let first = SERVICES.iter().filter_map(|name| calls.get_key_value(name));
        let others = calls.iter().filter(|(name, _)| !SERVICES.contains(name));
        let parts: Vec<String> = first
            .chain(others)
            .filter(|(_, count)| **count > 0)
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        if parts.is_empty() {
            return String::new();
        }
        let noun = match calls.values().sum::<u64>() {
            1 => "call",
            _ => "calls",
        };
        format!("refresh: {} {noun}\n", parts.join(", "))
    }
}

fn output_item(output: &OutputChange) -> Option<Item> {
    let sign = match output.action {
        Action::Create => Sign::Add,
        Action::Delete => Sign::Remove,
        Action::NoOp | Action::Read | Action::Update | Action::Replace(_) | Action::Forget => {
            Sign::Change
        }
    };
    let tail = if sign == Sign::Remove { " -> null" } else { "" };
    let side = |value: &Option<Value>| value.as_ref().map(untyped);
    let mut item = if output.sensitive {
        Item::new(sign, Label::None, Body::Line(SENSITIVE.to_owned()))
    } else {
        match (side(&output.before), side(&output.after)) {
            (Some(before), Some(after)) => {
                Comparer::new(&[]).value(&before, &after, &AttributePath::root())?
            }
            (Some(value), None) | (None, Some(value)) => whole(&value, sign),
            (None, None) => return None,
        }
    };
    item.tail.push_str(tail);
    Some(item)
}
