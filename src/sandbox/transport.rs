//! How clients reach the sandbox: an HTTP client for the AWS SDK, a tower service for kube, sleep without waiting.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;

use super::{ConnectionLost, Sandbox, clock};

/// The AWS SDK's way into a sandbox: give it to a configuration as HTTP client, sleep and time source.
#[derive(Clone, Debug)]
pub struct AwsTransport(Sandbox);

impl AwsTransport {
    /// The way into `sandbox`.
    pub fn new(sandbox: Sandbox) -> Self {
        Self(sandbox)
    }

    /// Credentials that the sandbox takes; they belong to its one account.
    pub fn credentials() -> Credentials {
        Credentials::new(
            "AKIASANDBOXSANDBOX00",
            "sandbox",
            None,
            None,
            "trustform sandbox",
        )
    }
}

impl HttpClient for AwsTransport {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for AwsTransport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(exchange(&self.0, request))
    }
}

/// Sleeping moves the sandbox's time; it takes none of ours.
impl AsyncSleep for AwsTransport {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(VirtualSleep::new(self.0.clone(), duration))
    }
}

impl TimeSource for AwsTransport {
    fn now(&self) -> SystemTime {
        SystemTime::try_from(self.0.now()).unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

fn exchange(sandbox: &Sandbox, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = body.bytes().map(Bytes::copy_from_slice);
    let body =
        body.ok_or_else(|| ConnectorError::user("the sandbox takes bodies in memory only".into()))?;
    let response = sandbox.exchange_aws(&Request::from_parts(parts, body));
    let response = response.map_err(|lost| ConnectorError::io(lost.into()))?;
    HttpResponse::try_from(response.map(SdkBody::from))
        .map_err(|error| ConnectorError::other(error.into(), None))
}

/// A wait of the sandbox's time: it lets other work of the process go on once, then moves the time to its end.
///
/// Waits that begin at the same instant end together: ten seconds waited by ten tasks are ten seconds.
#[derive(Debug)]
pub struct VirtualSleep {
    sandbox: Sandbox,
    end: Timestamp,
    polled: bool,
}

impl VirtualSleep {
    /// A wait of `duration` that begins now.
    pub fn new(sandbox: Sandbox, duration: Duration) -> Self {
        let end = clock::after(sandbox.now(), duration);
        Self {
            sandbox,
            end,
            polled: false,
        }
    }
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.polled {
            self.polled = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        // When the sandbox's files fail, the next request says so.
        let _written = self.sandbox.sleep_until(self.end);
        Poll::Ready(())
    }
}

/// kube's way into one cluster of a sandbox: a tower service for `kube::Client::new`.
#[derive(Clone, Debug)]
pub struct ClusterService {
    sandbox: Sandbox,
    cluster: String,
}

impl ClusterService {
    /// The way into the cluster of this id, as [`Sandbox::cluster_at`] gives it.
    pub fn new(sandbox: Sandbox, cluster: impl Into<String>) -> Self {
        Self {
            sandbox,
            cluster: cluster.into(),
        }
    }
}

impl<B> tower::Service<Request<B>> for ClusterService
where
    B: BodyExt<Data = Bytes> + Send + 'static,
    B::Error: std::fmt::Display,
{
    type Response = Response<Full<Bytes>>;
    type Error = ConnectionLost;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectionLost>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectionLost>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Self { sandbox, cluster } = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body
                .collect()
                .await
                .map_err(|error| ConnectionLost(error.to_string()))?
                .to_bytes();
            let response =
                sandbox.exchange_kubernetes(&cluster, &Request::from_parts(parts, body))?;
            Ok(response.map(Full::new))
        })
    }
}
