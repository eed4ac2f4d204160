//! What the tests of several modules share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde_json::json;

use crate::snapshot::*;

/// Runs a future that never waits, as those of the local backends.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a local backend waits for something"),
    }
}

/// A state of this serial with one object, which has `content` for its attribute.
pub(crate) fn state(lineage: &Lineage, serial: u64, content: &str) -> Snapshot {
    let mut snapshot = Snapshot::empty(lineage.clone());
    snapshot.serial = Serial::new(serial);
    snapshot.record_version(&"1.11.4".parse().unwrap());
    let mut resource = ResourceState::new(resource("one"), PROVIDER);
    resource.instances.push(object(None, content));
    snapshot.resources.push(resource);
    snapshot
}

pub(crate) const PROVIDER: &str = "provider[\"terraform.io/builtin/terraform\"]";

/// A resource of a type that Terraform itself brings.
pub(crate) fn resource(name: &str) -> ResourceKey {
    ResourceKey {
        module: None,
        mode: ResourceMode::Managed,
        ty: "terraform_data".to_owned(),
        name: name.to_owned(),
    }
}

/// An object of such a resource.
pub(crate) fn object(index_key: Option<IndexKey>, content: &str) -> InstanceState {
    let value = json!({ "value": content, "type": "string" });
    let attributes =
        json!({ "id": content, "input": value, "output": value, "triggers_replace": null });
    InstanceState::new(index_key, 0, attributes)
}
