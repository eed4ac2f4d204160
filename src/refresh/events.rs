//! What refresh tells while it reads.

use crate::address::InstanceAddress;
use crate::plan::{Answer, Read};
use std::time::Duration;

/// An object that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The instance.
    pub address: InstanceAddress,
    /// The identity of the object, where it has one.
    pub id: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum ReadEvent {
    /// A read begins.
    Started(Subject),
    /// A read is over, and there was an answer.
    Finished(Subject, Duration),
}

/// Who listens. Called between reads, so it must not block.
pub type ReadEvents<'a> = &'a dyn Fn(&ReadEvent);

/// What a read is about; `None` for questions of the planner's own.
pub(super) fn subject(read: &Read) -> Option<Subject> {
    match read {
        Read::Object {
            address,
            deposed: None,
            recorded,
            ..
        } => Some(Subject {
            address: address.clone(),
            id: id(recorded.object.value()),
        }),
        Read::Data { address, .. } | Read::Open { address, .. } => Some(Subject {
            address: address.clone(),
            id: None,
        }),
        Read::Object { .. } | Read::Existing { .. } | Read::Names { .. } | Read::Facts { .. } => {
            None
        }
    }
}

/// The subject as an answer leaves it; `None` when it was not read.
pub(super) fn answered(subject: Subject, answer: &Answer) -> Option<Subject> {
    let id = match answer {
        Answer::NotRead(_) => return None,
        Answer::Object(_) | Answer::Opened(_) | Answer::Names(_) | Answer::Facts(_) => subject.id,
        Answer::Data(value) => id(value.value()),
    };
    Some(Subject { id, ..subject })
}

fn id(object: &crate::value::Value) -> Option<String> {
    object.get("id")?.as_str().map(str::to_owned)
}
