//! Objects of S3 in which modules lie: reached as the states in buckets are, with the same settings, credentials and
//! transport.

use super::{BackendSettings, Reach, s3};
use crate::address::Name;
use crate::install::{Content, ObjectAddress, Objects};
use crate::value::Value;
use std::collections::BTreeMap;
use trustform_state::backend::Store;

/// The buckets that are within reach.
pub(crate) struct Buckets {
    /// How AWS is reached.
    pub(crate) reach: Reach,
}

impl Objects for Buckets {
    fn get<'a>(&'a self, object: &'a ObjectAddress, limit: usize) -> Content<'a> {
        Box::pin(content(&self.reach, object, limit))
    }
}

async fn content(reach: &Reach, object: &ObjectAddress, limit: usize) -> Result<Vec<u8>, String> {
    let store = s3::store(&settings(object), reach).await;
    let store = store.map_err(|diagnostics| {
        let details = diagnostics.iter().map(|it| it.detail.trim_end_matches('.'));
        details.collect::<Vec<_>>().join("; ")
    })?;
    let ObjectAddress { bucket, key, .. } = object;
    let found = match store {
        Store::S3(store) => {
            let found = store.object(key, limit).await;
            found.map_err(|error| error.to_string())?
        }
        Store::Local(_) => None,
    };
    found.ok_or_else(|| format!("there is no s3://{bucket}/{key}"))
}

/// The settings of a `backend "s3"` whose state is the object.
fn settings(object: &ObjectAddress) -> BackendSettings {
    let text = |text: &str| Value::string(text);
    let mut config: BTreeMap<Name, Value> = BTreeMap::from([
        ("bucket".into(), text(&object.bucket)),
        ("key".into(), text(&object.key)),
        ("region".into(), text(&object.region)),
        ("skip_credentials_validation".into(), Value::bool(true)),
    ]);
    if let Some(profile) = &object.profile {
        config.insert("profile".into(), text(profile));
    }
    if let Some(endpoint) = &object.endpoint {
        config.insert("use_path_style".into(), Value::bool(true));
        config.insert("endpoint".into(), text(endpoint));
    }
    BackendSettings {
        backend_type: "s3".to_owned(),
        config: Value::object(config),
        hash: 0,
    }
}
