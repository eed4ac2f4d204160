//! Locking a state against other processes, Terraform's with `use_lockfile` among them: an object of Terraform's name
//! and content beside the state, which is written only where there is none.

use super::Keys;
use super::error::S3Error;
use super::objects::{Condition, Deleted, Object, Objects, Written};
use crate::lock::{LockError, LockId, LockInfo, Release};

/// So often a lock is tried for that goes away between the refusal and the look at its holder.
const ATTEMPTS: u32 = 5;

/// Takes the lock.
pub(super) async fn lock(
    objects: &Objects,
    keys: &Keys,
    info: LockInfo,
) -> Result<LockInfo, LockError> {
    let info = info.taken_at(format!("{}/{}", objects.settings().bucket, keys.state));
    let bytes = serde_json::to_vec(&info).unwrap_or_default();
    for _ in 0..ATTEMPTS {
        let written = objects
            .put("lock", &keys.lock, &bytes, Condition::Absent)
            .await?;
        if let Written::Done(_) = written {
            prove_conditions(objects, keys, &bytes).await?;
            return Ok(info);
        }
        let Some(object) = objects.get(&keys.lock).await? else {
            continue;
        };
        match parsed(&object) {
            // The answer to our first sending was lost, and the second was refused because of the first.
            Some(found) if found.id == info.id => return Ok(info),
            found => return Err(held(objects, keys, found)),
        }
    }
    Err(held(objects, keys, None))
}

/// Removes the lock that has this id, and no other, also when it is replaced at this very moment.
pub(super) async fn unlock(objects: &Objects, keys: &Keys, id: &LockId) -> Result<(), LockError> {
    let Some(object) = objects.get(&keys.lock).await? else {
        return Err(LockError::NotHeld {
            location: objects.location(&keys.state),
        });
    };
    match parsed(&object) {
        Some(info) if info.id == *id => {}
        Some(info) => {
            return Err(LockError::OtherId {
                location: objects.location(&keys.state),
                given: id.clone(),
                info: Box::new(info),
            });
        }
        None => return Err(held(objects, keys, None)),
    }
    // A refusal means that our lock has gone since it was read, be it by our own first sending.
    let (Deleted::Gone | Deleted::Refused) = objects.delete(&keys.lock, Some(&object.tag)).await?;
    Ok(())
}

/// Makes sure that the server refuses what it has to refuse: where it ignores conditions, two runs would both hold the
/// lock and never know.
async fn prove_conditions(objects: &Objects, keys: &Keys, bytes: &[u8]) -> Result<(), LockError> {
    let again = objects
        .put("lock", &keys.lock, bytes, Condition::Absent)
        .await;
    match again {
        Ok(Written::Refused) => Ok(()),
        Ok(Written::Done(_)) => {
            objects.delete(&keys.lock, None).await?;
            let error = S3Error::not_conditional(objects.location(&keys.lock));
            Err(LockError::S3(Box::new(error)))
        }
        Err(error) => {
            // The error is what matters; a lock that stays can be told by its id.
            let _untold = objects.delete(&keys.lock, None).await;
            Err(LockError::S3(error))
        }
    }
}

fn held(objects: &Objects, keys: &Keys, info: Option<LockInfo>) -> LockError {
    let release = match &info {
        Some(info) => Release::ForceUnlock(info.id.clone()),
        None => Release::Removal(objects.location(&keys.lock)),
    };
    LockError::Held {
        location: objects.location(&keys.state),
        info: info.map(Box::new),
        release,
    }
}

fn parsed(object: &Object) -> Option<LockInfo> {
    serde_json::from_slice(&object.bytes).ok()
}
