//! What becomes of a pod: the manifest a person writes, as the API server will store it after EKS's pod identity webhook saw it.
//!
//! From the manifest on: [`Workload`] (workload), what the API server's own admission adds ([`admit`], admission), whether the webhook sees the pod ([`Registration`], registration), what it decides ([`Webhook`], [`Identity`], webhook)
//! and does ([`mutate`], mutation), and what of it will not work ([`Collision`], collision). A prediction, in full, before anything runs; the cluster's own answer to a dry run is the judge.

mod admission;
mod collision;
mod mutation;
mod registration;
mod webhook;
mod workload;

pub use admission::{API_TOKEN_MOUNT, AccountDefaults, admit};
pub use collision::{Collision, Gravity, collisions};
pub use mutation::{Mutated, Treatment, mutate};
pub use registration::{Registration, Selector};
pub use webhook::{AccountAnnotations, Credentials, Expiration, Identity, TOKEN_VOLUME, Webhook};
pub use workload::{ManifestError, PodTemplate, Workload, WorkloadKind};
