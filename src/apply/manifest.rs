//! The intents of a run, made durable before its first call.

use super::store::object_address;
use crate::plan::{Change, Generation, OperationKind, Plan};
use crate::value::{Known, to_json};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use trustform_state::journal::{Intent, Manifest, OperationKind as IntentKind};
use trustform_state::snapshot::{Lineage, Serial};

/// The manifest of a plan's operations, in their order in the execution graph; reads have no intent.
pub fn manifest(
    plan: &Plan,
    lineage: Lineage,
    serial: Serial,
    run: String,
    plan_digest: String,
) -> Manifest {
    let changing = plan.execution.operations();
    let changing = changing.filter(|(_, operation)| has_intent(&operation.kind));
    let operations = changing.filter_map(|(_, operation)| {
        let change = plan.changes.get(operation.entry)?;
        intent(change, &operation.kind)
    });
    Manifest {
        lineage,
        serial,
        run,
        plan_digest,
        operations: operations.collect(),
    }
}

/// Whether an operation has an intent in the manifest.
pub(super) fn has_intent(kind: &OperationKind) -> bool {
    !matches!(
        kind,
        OperationKind::Read | OperationKind::Open | OperationKind::Close
    )
}

fn intent(change: &Change, kind: &OperationKind) -> Option<Intent> {
    let (operation, deposed) = match kind {
        OperationKind::Create { .. } => (IntentKind::Create, None),
        OperationKind::Update | OperationKind::Adopt => (IntentKind::Update, None),
        OperationKind::Forget => (IntentKind::Update, change.deposed.as_ref()),
        OperationKind::Delete(Generation::Deposed(key)) => (IntentKind::Delete, Some(key)),
        OperationKind::Delete(Generation::Current | Generation::Replaced) => {
            (IntentKind::Delete, None)
        }
        OperationKind::Read | OperationKind::Open | OperationKind::Close => return None,
    };
    Some(Intent {
        object: object_address(&change.address, deposed),
        operation,
        identity: identity(change),
        fingerprint: fingerprint(change),
    })
}

/// What the object is found by: the texts among its attributes that name it.
fn identity(change: &Change) -> Json {
    let object = change
        .before
        .as_ref()
        .map(|live| live.object.value())
        .or(change.after.as_ref());
    let named = ["id", "arn", "name", "path", "url"]
        .iter()
        .filter_map(|name| {
            let text = object?.get(name)?.as_str()?;
            Some(((*name).to_owned(), json!(text)))
        });
    Json::Object(named.collect())
}

/// A digest of the content that is known beforehand.
fn fingerprint(change: &Change) -> Option<String> {
    let known = Known::new(change.after.as_ref()?).ok()?;
    let digest = Sha256::digest(to_json(&known).to_string().as_bytes());
    Some(crate::plan::hexadecimal(&digest))
}
