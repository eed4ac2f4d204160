//! Tokens for EKS: made by presigning a request of AWS STS, kept for less than their life, never shown.

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use base64::Engine;
use http::{HeaderValue, Request, header};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;
use tower::BoxError;

/// How the error of missing AWS credentials starts.
pub(super) const NO_CREDENTIALS: &str = "no AWS credentials for a token of the cluster";

/// A token is usable for 15 minutes; a new one is made after this time.
const LIFE: Duration = Duration::from_mins(14);

/// How long the presigned request itself is valid, as the authenticator of EKS expects it.
const VALIDITY: Duration = Duration::from_mins(1);

/// How what stands for a token begins. No token does: they have no colon.
const STANDING_IN: &str = "k8s-aws-v1.for:";

/// What stands for the tokens of a cluster where a configuration asks for one: the client makes them by it.
pub fn stand_in(cluster: &str, region: &str) -> String {
    format!("{STANDING_IN}{region}/{cluster}")
}

/// The cluster and the region whose tokens a text stands for; `None` for any other text.
pub(super) fn stands_for(token: &str) -> Option<(String, String)> {
    let (region, cluster) = token.strip_prefix(STANDING_IN)?.split_once('/')?;
    Some((cluster.to_owned(), region.to_owned()))
}

/// Makes tokens for one cluster.
#[derive(Clone)]
pub struct EksTokens(Arc<Inner>);

struct Inner {
    cluster: String,
    region: String,
    credentials: SharedCredentialsProvider,
    time: SharedTimeSource,
    last: Mutex<Option<(SystemTime, HeaderValue)>>,
}

/// A token could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TokenError(String);

impl EksTokens {
    /// Tokens for the cluster of a name in a region.
    pub fn new(cluster: &str, region: &str, credentials: SharedCredentialsProvider) -> Self {
        EksTokens(Arc::new(Inner {
            cluster: cluster.to_owned(),
            region: region.to_owned(),
            credentials,
            time: SharedTimeSource::new(SystemTimeSource::new()),
            last: Mutex::new(None),
        }))
    }

    /// The authorization header with a token of at most 14 minutes.
    async fn header(&self, now: SystemTime) -> Result<HeaderValue, TokenError> {
        let mut last = self.0.last.lock().await;
        if let Some((made, header)) = last.as_ref()
            && now.duration_since(*made).is_ok_and(|age| age < LIFE)
        {
            return Ok(header.clone());
        }
        let token = self.mint(now).await?;
        let mut header = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|error| TokenError(error.to_string()))?;
        header.set_sensitive(true);
        *last = Some((now, header.clone()));
        Ok(header)
    }

    /// A new token: `k8s-aws-v1.` and the presigned request for the caller's identity, with the cluster's name signed.
    ///
    /// See <https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster>.
    pub async fn mint(&self, now: SystemTime) -> Result<String, TokenError> {
        let Inner {
            cluster,
            region,
            credentials,
            ..
        } = self.0.as_ref();
        let found = credentials.provide_credentials().await;
        let identity = found
            .map_err(|error| TokenError(format!("{NO_CREDENTIALS}: {error}")))?
            .into();
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(VALIDITY);
        let failed = |error: &dyn fmt::Display| {
            TokenError(format!(
                "a token of the cluster could not be signed: {error}"
            ))
        };
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("sts")
            .time(now)
            .settings(settings)
            .build()
            .map_err(|error| failed(&error))?
            .into();
        let host = sts_host(region);
        let uri = format!("https://{host}/?Action=GetCallerIdentity&Version=2011-06-15");
        let headers = [("host", host.as_str()), ("x-k8s-aws-id", cluster.as_str())];
        let request = SignableRequest::new("GET", &uri, headers.into_iter(), SignableBody::empty())
            .map_err(|error| failed(&error))?;
        let (instructions, _) = sign(request, &params)
            .map_err(|error| failed(&error))?
            .into_parts();
        let mut signed = Request::builder()
            .uri(uri)
            .body(())
            .map_err(|error| failed(&error))?;
        instructions.apply_to_request_http1x(&mut signed);
        let encoded =
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(signed.uri().to_string());
        Ok(format!("k8s-aws-v1.{encoded}"))
    }
}

/// The regional endpoint of AWS STS.
///
/// See <https://docs.aws.amazon.com/general/latest/gr/sts.html>.
fn sts_host(region: &str) -> String {
    let suffix = match region {
        r if r.starts_with("cn-") => "amazonaws.com.cn",
        r if r.starts_with("us-isob-") => "sc2s.sgov.gov",
        r if r.starts_with("us-iso-") => "c2s.ic.gov",
        r if r.starts_with("eusc-") => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    format!("sts.{region}.{suffix}")
}

/// Gives every request a token.
#[derive(Clone)]
pub(super) struct TokenLayer(pub(super) EksTokens);

impl<S> tower::Layer<S> for TokenLayer {
    type Service = WithToken<S>;

    fn layer(&self, inner: S) -> WithToken<S> {
        WithToken {
            inner: Arc::new(Mutex::new(inner)),
            tokens: self.0.clone(),
        }
    }
}

/// A service whose requests carry a token.
pub(super) struct WithToken<S> {
    inner: Arc<Mutex<S>>,
    tokens: EksTokens,
}

impl<S, B> tower::Service<Request<B>> for WithToken<S>
where
    S: tower::Service<Request<B>> + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let (inner, tokens) = (Arc::clone(&self.inner), self.tokens.clone());
        Box::pin(async move {
            let header = tokens.header(tokens.0.time.now()).await?;
            request.headers_mut().insert(header::AUTHORIZATION, header);
            let response = {
                let mut inner = inner.lock().await;
                std::future::poll_fn(|cx| inner.poll_ready(cx))
                    .await
                    .map_err(Into::into)?;
                inner.call(request)
            };
            response.await.map_err(Into::into)
        })
    }
}
