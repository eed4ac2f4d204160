//! The servers of these tests, in one form, and clients of them.

use std::sync::Arc;

use libtest_mimic::{Completion, Failed, Trial};
use trustform::provider::CallCounts;
use trustform::provider::aws::{Injected, Settings, Transport, connect};
use trustform::sandbox::transport::AwsTransport;
use trustform::sandbox::{Sandbox, Seed};
use trustform_state::backend::s3::{S3Settings, S3Store};
use trustform_test_support::{Missing, s3};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::common::without;

/// The region that everything is signed for.
pub const REGION: &str = "us-east-1";

/// A server that speaks S3, and how one of its users reaches it.
#[derive(Clone)]
pub struct Server {
    pub endpoint: String,
    pub access_key: String,
    pub secret_key: String,
    running: Running,
}

#[derive(Clone)]
enum Running {
    SeaweedFs(Arc<s3::SeaweedFs>),
    Ministack(Arc<s3::Ministack>),
    /// In another process.
    Elsewhere,
}

impl Server {
    pub fn seaweedfs() -> Result<Self, Missing> {
        let server = s3::seaweedfs()?;
        Ok(Self {
            endpoint: server.endpoint.clone(),
            access_key: server.access_key.to_owned(),
            secret_key: server.secret_key.to_owned(),
            running: Running::SeaweedFs(server),
        })
    }

    pub fn ministack() -> Result<Self, Missing> {
        let server = s3::ministack()?;
        Ok(Self {
            endpoint: server.endpoint.clone(),
            access_key: "test".to_owned(),
            secret_key: "test".to_owned(),
            running: Running::Ministack(server),
        })
    }

    /// A server that another process has started.
    pub fn at(endpoint: String, access_key: String, secret_key: String) -> Self {
        Self {
            endpoint,
            access_key,
            secret_key,
            running: Running::Elsewhere,
        }
    }

    /// Makes an empty bucket.
    pub fn bucket(&self, name: &str) {
        match &self.running {
            Running::SeaweedFs(server) => server.create_bucket(name).unwrap(),
            Running::Ministack(server) => server.create_bucket(name).unwrap(),
            Running::Elsewhere => panic!("the one who started it makes its buckets"),
        }
    }

    /// The `backend "s3"` block of a bucket, for both tools.
    pub fn block(&self, bucket: &str, key: &str) -> String {
        format!(
            r#"terraform {{
  backend "s3" {{
    bucket                      = "{bucket}"
    key                         = "{key}"
    region                      = "{REGION}"
    access_key                  = "{}"
    secret_key                  = "{}"
    use_lockfile                = true
    use_path_style              = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    endpoints                   = {{ s3 = "{}" }}
  }}
}}
"#,
            self.access_key, self.secret_key, self.endpoint
        )
    }

    /// The states of a bucket.
    pub async fn store(&self, bucket: &str, key: &str) -> S3Store {
        let settings = Settings {
            region: Some(REGION.to_owned()),
            keys: Some((self.access_key.clone(), self.secret_key.clone())),
            ..Settings::default()
        };
        let clients = connect(&settings, &Transport::Network, &CallCounts::default())
            .await
            .unwrap();
        let settings = S3Settings {
            endpoint: Some(self.endpoint.clone()),
            use_path_style: true,
            ..of_bucket(bucket, key)
        };
        S3Store::new(clients.sdk(), settings)
    }
}

/// The states of a bucket in a sandbox.
pub async fn sandbox_store(sandbox: &Sandbox, bucket: &str, key: &str) -> S3Store {
    let transport = AwsTransport::new(sandbox.clone());
    let injected = Injected {
        http: SharedHttpClient::new(transport.clone()),
        credentials: SharedCredentialsProvider::new(AwsTransport::credentials()),
        sleep: SharedAsyncSleep::new(transport.clone()),
        time: SharedTimeSource::new(transport),
        region: REGION.to_owned(),
    };
    let transport = Transport::Injected(injected);
    let clients = connect(&Settings::default(), &transport, &CallCounts::default())
        .await
        .unwrap();
    S3Store::new(clients.sdk(), of_bucket(bucket, key))
}

/// A sandbox with the bucket `states`.
pub fn sandbox() -> Sandbox {
    let seed = Seed::parse(r#"{"buckets": [{"name": "states"}]}"#).unwrap();
    Sandbox::in_memory(Some(seed)).unwrap()
}

fn of_bucket(bucket: &str, key: &str) -> S3Settings {
    S3Settings {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        workspace_key_prefix: "env:".to_owned(),
        ..S3Settings::default()
    }
}

/// How a server is had.
pub type Start = fn() -> Result<Server, Missing>;

/// The real servers.
pub const SERVERS: [(&str, Start); 2] = [
    ("seaweedfs", Server::seaweedfs),
    ("ministack", Server::ministack),
];

/// A trial for each real server.
pub fn on_each(name: &str, test: fn(&Server)) -> Vec<Trial> {
    let trial = |(server, start): (&str, Start)| {
        Trial::ignorable_test(format!("s3::{server}::{name}"), move || on(start(), test))
    };
    SERVERS.into_iter().map(trial).collect()
}

fn on(server: Result<Server, Missing>, test: fn(&Server)) -> Result<Completion, Failed> {
    match server {
        Ok(server) => {
            test(&server);
            Ok(Completion::Completed)
        }
        Err(missing) => without(&missing),
    }
}

/// Runs a future to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}
