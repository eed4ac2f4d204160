//! One change: what is done to which object and why, and what becomes of its attributes.

use super::Scene;
use super::order::ordered;
use crate::address::{InstanceAddress, InstanceKey};
use crate::plan::{Action, ActionReason, Change, DataChange};
use crate::review::compare::{Comparer, attribute_paths, object};
use crate::review::display::display_address;
use crate::review::draw::draw;
use crate::review::secrets::planned;
use crate::schema::Block;
use crate::value::Value;
use std::collections::BTreeSet;

/// The signs of actions in the order of the legend, with what they mean.
const LEGEND: [(&str, &str); 7] = [
    ("+", "create"),
    ("~", "update in-place"),
    ("-", "destroy"),
    ("-/+", "destroy and then create replacement"),
    ("+/-", "create replacement and then destroy"),
    ("<=", "read (data resources)"),
    (".", "forget, without destroying"),
];

impl Scene<'_> {
    /// The changes of objects, and the data sources that wait; empty when there are none.
    pub(super) fn changes(&self) -> String {
        let plan = self.review.plan;
        let groups = ordered(&plan.changes);
        if groups.is_empty() && plan.deferred.is_empty() {
            return String::new();
        }
        let mut text = self.legend();
        text.push_str("Trustform will perform the following actions:\n");
        for data in &plan.deferred {
            text.push_str(&self.deferred(data));
        }
        for (noun, changes) in groups {
            if let Some(noun) = noun {
                text.extend([format!("\n{}\n", self.palette.strong(&noun))]);
            }
            for change in changes {
                text.push_str(&self.change(change));
            }
        }
        text
    }

    /// The signs that occur, and what they mean.
    fn legend(&self) -> String {
        let plan = self.review.plan;
        let shown = plan
            .changes
            .iter()
            .filter(|change| change.action.is_change());
        let mut signs: BTreeSet<&str> = shown.map(|change| change.action.sign().trim()).collect();
        if !plan.deferred.is_empty() {
            signs.insert(Action::Read.sign().trim());
        }
        if signs.is_empty() {
            return String::new();
        }
        let mut text = "Resource actions are indicated with the following symbols:\n".to_owned();
        for (sign, meaning) in LEGEND {
            if signs.contains(sign) {
                let space = " ".repeat(3 - sign.len());
                text.extend([format!("{space}{} {meaning}\n", self.palette.action(sign))]);
            }
        }
        text.push('\n');
        text
    }

    /// One change: what is done to which object and why, and what becomes of its attributes.
    pub(in crate::review) fn change(&self, change: &Change) -> String {
        let block = self.block(&change.address);
        let before = change.before.as_ref().map(|live| {
            let object = live.object.value();
            let deposed = change.deposed.as_ref();
            self.secrets.marked(&change.address, deposed, block, object)
        });
        let after = match change.action {
            Action::Delete => None,
            // Nothing becomes of it: it is only no longer recorded.
            Action::Forget => before.clone(),
            Action::NoOp | Action::Create | Action::Read | Action::Update | Action::Replace(_) => {
                change.after.as_ref().map(|after| planned(block, after))
            }
        };
        let before = before.filter(|_| change.action != Action::Create);
        let mut text = format!("\n  # {}", self.sentence(change));
        for reason in reasons(change) {
            text.extend([format!("\n  # ({reason})")]);
        }
        text.push('\n');
        let replaced = if matches!(change.action, Action::Replace(_)) {
            attribute_paths(block.unwrap_or(&Block::default()), &change.replace_paths)
        } else {
            Vec::new()
        };
        let sides = (before.as_ref(), after.as_ref());
        text.push_str(&self.body(change.action, &change.address, sides, &replaced));
        text
    }

    /// One data source that waits.
    pub(in crate::review) fn deferred(&self, data: &DataChange) -> String {
        let reason = if data.reason == ActionReason::DependencyPending {
            "depends on a resource or a module with changes pending"
        } else if data.reason == ActionReason::CheckNested {
            "config will be reloaded to verify a check block"
        } else {
            "config refers to values not yet known"
        };
        let name = self.palette.strong(&display_address(&data.address));
        let value = planned(self.block(&data.address), &data.value);
        let body = self.body(Action::Read, &data.address, (None, Some(&value)), &[]);
        format!("\n  # {name} will be read during apply\n  # ({reason})\n{body}")
    }

    /// The braces of an object and what stands in them.
    pub(super) fn body(
        &self,
        action: Action,
        address: &InstanceAddress,
        (before, after): (Option<&Value>, Option<&Value>),
        replaced: &[crate::address::AttributePath],
    ) -> String {
        let empty = Block::default();
        let block = self.block(address).unwrap_or(&empty);
        let entries = object(Comparer::new(replaced), block, before, after);
        let keyword = address.resource.mode.block_type();
        let sign = action.sign();
        let bare = sign.trim();
        let space = " ".repeat(sign.len().saturating_sub(bare.len()));
        format!(
            "{space}{} {keyword} \"{}\" \"{}\" {{\n{}    }}\n",
            self.palette.action(bare),
            address.resource.resource_type,
            address.resource.name,
            draw(&entries, 1, self.palette)
        )
    }

    pub(super) fn block(&self, address: &InstanceAddress) -> Option<&'static Block> {
        let resource = &address.resource;
        let entry = self
            .review
            .schemas
            .find(resource.mode, &resource.resource_type)?;
        Some(&entry.schema.block)
    }

    /// What becomes of an object to which nothing is done.
    fn kept(&self, change: &Change, name: &str) -> String {
        match (&change.importing, &change.moved_from) {
            (Some(_), _) => format!("{name} will be imported"),
            (None, Some(from)) => {
                let from = self.palette.strong(&display_address(from));
                format!("{from} has moved to {name}")
            }
            (None, None) => format!("{name} stays as it is"),
        }
    }

    /// What is done to which object.
    fn sentence(&self, change: &Change) -> String {
        let mut name = display_address(&change.address);
        if let Some(key) = &change.deposed {
            name.extend([format!(" (deposed object {key})")]);
        }
        let name = self.palette.strong(&name);
        let gone = self.palette.danger("destroyed");
        match change.action {
            Action::NoOp => self.kept(change, &name),
            Action::Create => format!("{name} will be created"),
            Action::Read => format!("{name} will be read during apply"),
            Action::Update => format!("{name} will be updated in-place"),
            Action::Replace(_) if change.reason == ActionReason::Tainted => {
                format!(
                    "{name} is tainted, so must be {}",
                    self.palette.danger("replaced")
                )
            }
            Action::Replace(_) if change.reason == ActionReason::ByRequest => {
                format!(
                    "{name} will be {}, as requested",
                    self.palette.danger("replaced")
                )
            }
            Action::Replace(_) if change.reason == ActionReason::Triggered => {
                format!(
                    "{name} will be {} due to changes in replace_triggered_by",
                    self.palette.danger("replaced")
                )
            }
            Action::Replace(_) => format!("{name} must be {}", self.palette.danger("replaced")),
            Action::Delete => format!("{name} will be {gone}"),
            Action::Forget => {
                format!("{name} will no longer be managed by Trustform, but will not be {gone}")
            }
        }
    }
}

/// Why, in the words of Terraform.
fn reasons(change: &Change) -> Vec<String> {
    let mut reasons = Vec::new();
    if change.deposed.is_some() {
        reasons.push("left over from a partially-failed replacement of this instance".to_owned());
    }
    if change.action != Action::NoOp {
        let moved = change.moved_from.iter();
        reasons.extend(moved.map(|from| format!("moved from {}", display_address(from))));
        let imported = change.importing.iter();
        reasons.extend(imported.map(|from| format!("imported from \"{}\"", from.0)));
        if change.importing.is_some() && matches!(change.action, Action::Replace(_)) {
            reasons.push("warning: this will destroy the imported object".to_owned());
        }
    }
    if change.deposed.is_none() {
        reasons.extend(why(change));
    }
    reasons
}

fn why(change: &Change) -> Option<String> {
    let address = &change.address;
    Some(match change.reason {
        ActionReason::NoConfiguration | ActionReason::NoMoveTarget | ActionReason::NoModule
            if change.action == Action::Forget =>
        {
            "destroy = false is set in the configuration".to_owned()
        }
        ActionReason::NoConfiguration => {
            format!("because {} is not in configuration", address.block())
        }
        ActionReason::NoMoveTarget => {
            let from = change.moved_from.as_ref().unwrap_or(address);
            format!("because {from} was moved to {address}, which is not in configuration")
        }
        ActionReason::NoModule => format!("because {} is not in configuration", address.module),
        ActionReason::NoInstance => match &address.key {
            InstanceKey::None => return None,
            InstanceKey::Int(index) => {
                format!("because index [{index}] is out of range for count")
            }
            key @ InstanceKey::String(_) => {
                format!("because key {key} is not in for_each map")
            }
        },
        ActionReason::WrongRepetition => match &address.key {
            InstanceKey::None => "because resource uses count or for_each".to_owned(),
            InstanceKey::Int(_) => "because resource does not use count".to_owned(),
            InstanceKey::String(_) => "because resource does not use for_each".to_owned(),
        },
        ActionReason::Tied => "because what it was made for, or lies in, is made again".to_owned(),
        ActionReason::None
        | ActionReason::Tainted
        | ActionReason::CannotUpdate
        | ActionReason::ByRequest
        | ActionReason::Triggered
        | ActionReason::Destroy
        | ActionReason::ConfigUnknown
        | ActionReason::DependencyPending
        | ActionReason::CheckNested => return None,
    })
}
