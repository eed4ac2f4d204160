//! The clients of one Kubernetes provider configuration: requests with counting, retrying and the check that the
//! connection leads to the cluster that was meant.

use super::failure::{self, Effort};
use super::ignored::{Ignored, Patterns};
use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind, retry};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use kube::client::Body;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The field manager under which everything is written.
pub const FIELD_MANAGER: &str = "trustform";

/// The clients of a Kubernetes provider configuration; they belong in [`ProviderContext::clients`].
pub struct KubernetesClients {
    /// The client. It authenticates by itself; requests made with it directly are not counted.
    pub client: kube::Client,
    /// What is expected of the API server.
    target: Target,
    /// What is not looked at.
    ignored: Patterns,
    checked: tokio::sync::OnceCell<()>,
    kinds: Mutex<BTreeMap<String, Arc<Json>>>,
}

/// What is known of the API server before it was asked anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The issuer of its service account tokens, compared before its first answer counts and before the first write;
    /// `None` for no check.
    pub expected_issuer: Option<String>,
    /// Whether endpoint and certificate authority came from the cluster object itself, which makes the check needless
    /// and a fresh endpoint likely.
    pub endpoint_from_cluster: bool,
}

/// One request, to be tried as often as its effort is worth.
pub(super) struct Call<'c> {
    /// What is being done, as `creating ServiceAccount (apps/web)`.
    pub(super) doing: &'c str,
    pub(super) method: Method,
    /// The path with its query.
    pub(super) path: String,
    pub(super) content_type: &'static str,
    pub(super) body: Option<&'c Json>,
}

/// How an applied configuration meets fields of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Force {
    /// A field that another manager owns with another value is a conflict.
    No,
    /// Such a field is taken over.
    Yes,
}

impl KubernetesClients {
    /// Clients over a client that is connected and authenticated.
    pub fn new(client: kube::Client, target: Target) -> Self {
        let (checked, kinds) = (tokio::sync::OnceCell::new(), Mutex::default());
        KubernetesClients {
            client,
            target,
            ignored: Patterns::default(),
            checked,
            kinds,
        }
    }

    /// Clients over any transport, as the sandbox's. Must be called within a Tokio runtime.
    pub fn over<S, B>(service: S, target: Target) -> Self
    where
        S: tower::Service<Request<Body>, Response = Response<B>> + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<tower::BoxError>,
        B: BodyExt<Data = Bytes> + Send + 'static,
        B::Error: Into<tower::BoxError>,
    {
        KubernetesClients::new(kube::Client::new(service, "default"), target)
    }

    /// The clients, leaving annotations and labels out of account.
    ///
    /// # Errors
    /// A pattern is no regular expression.
    pub fn ignoring(self, ignored: &Ignored) -> Result<Self, ProviderError> {
        let ignored = ignored.patterns()?;
        Ok(KubernetesClients { ignored, ..self })
    }

    /// A live object as it is looked at; `recorded` is the object in the provider's shape, null for none.
    pub(super) fn looked_at(&self, live: Json, recorded: &Json) -> Json {
        self.ignored.remove_from(live, recorded)
    }

    /// The clients of a context.
    pub(super) fn of(ctx: &ProviderContext) -> Result<&KubernetesClients, ProviderError> {
        ctx.clients.downcast_ref().ok_or_else(|| {
            ProviderError::internal("calling Kubernetes", "the context has other clients")
        })
    }

    /// The object at a path; `None` when there is none. What another cluster than the one meant says of it does not count.
    pub(super) async fn get(
        &self,
        ctx: &ProviderContext,
        doing: &str,
        path: &str,
    ) -> Result<Option<Json>, ProviderError> {
        let call = Call::new(doing, Method::GET, path.to_owned());
        let found = match self.call(ctx, Effort::Look, call).await {
            Ok(object) => Some(object),
            Err(error) if error.kind == ProviderErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        // Only now: a server that does not answer is found out by all reads at once.
        self.ensure_target(ctx, Effort::Look).await?;
        Ok(found)
    }

    /// Applies a configuration under a field manager and returns the object that it led to.
    ///
    /// See <https://kubernetes.io/docs/reference/using-api/server-side-apply/>.
    pub(super) async fn apply(
        &self,
        ctx: &ProviderContext,
        doing: &str,
        path: &str,
        manager: &str,
        force: Force,
        body: &Json,
    ) -> Result<Json, ProviderError> {
        let manager =
            percent_encoding::utf8_percent_encode(manager, percent_encoding::NON_ALPHANUMERIC);
        let force = if force == Force::Yes {
            "&force=true"
        } else {
            ""
        };
        let call = Call {
            content_type: "application/apply-patch+yaml",
            body: Some(body),
            ..Call::new(
                doing,
                Method::PATCH,
                format!("{path}?fieldManager={manager}{force}"),
            )
        };
        self.write(ctx, call).await
    }

    /// Patches an object with JSON Patch (RFC 6902).
    pub(super) async fn patch(
        &self,
        ctx: &ProviderContext,
        doing: &str,
        path: &str,
        operations: &Json,
    ) -> Result<Json, ProviderError> {
        let call = Call {
            content_type: "application/json-patch+json",
            body: Some(operations),
            ..Call::new(
                doing,
                Method::PATCH,
                format!("{path}?fieldManager={FIELD_MANAGER}"),
            )
        };
        self.write(ctx, call).await
    }

    /// Deletes an object if it still is the one of this uid (empty for any); `None` when it is gone already.
    pub(super) async fn delete(
        &self,
        ctx: &ProviderContext,
        doing: &str,
        path: &str,
        uid: &str,
    ) -> Result<Option<Json>, ProviderError> {
        let body = if uid.is_empty() {
            serde_json::json!({})
        } else {
            serde_json::json!({ "preconditions": { "uid": uid } })
        };
        let call = Call {
            body: Some(&body),
            ..Call::new(doing, Method::DELETE, path.to_owned())
        };
        match self.write(ctx, call).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.kind == ProviderErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The resources of an API version (`v1`, `apps/v1`), asked for once.
    pub(super) async fn resources(
        &self,
        ctx: &ProviderContext,
        api_version: &str,
    ) -> Result<Arc<Json>, ProviderError> {
        let known = self
            .kinds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(api_version)
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let prefix = if api_version.contains('/') {
            "apis"
        } else {
            "api"
        };
        let doing = format!("looking up the kinds of {api_version}");
        let call = Call::new(&doing, Method::GET, format!("/{prefix}/{api_version}"));
        let found = Arc::new(self.call(ctx, Effort::Look, call).await?);
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.insert(api_version.to_owned(), Arc::clone(&found));
        Ok(found)
    }

    async fn write(&self, ctx: &ProviderContext, call: Call<'_>) -> Result<Json, ProviderError> {
        self.ensure_target(ctx, Effort::Change).await?;
        let effort = if self.target.endpoint_from_cluster {
            Effort::ChangeFresh
        } else {
            Effort::Change
        };
        self.call(ctx, effort, call).await
    }

    /// Checks once that the API server is the one that was meant: before anything is written to it, and before what it
    /// says is believed.
    pub(super) async fn ensure_target(
        &self,
        ctx: &ProviderContext,
        effort: Effort,
    ) -> Result<(), ProviderError> {
        let check = || self.check(ctx, effort);
        self.checked.get_or_try_init(check).await?;
        Ok(())
    }

    /// Compares the issuer that the API server names with the expected one.
    async fn check(&self, ctx: &ProviderContext, effort: Effort) -> Result<(), ProviderError> {
        let Some(expected) = &self.target.expected_issuer else {
            return Ok(());
        };
        if self.target.endpoint_from_cluster {
            return Ok(());
        }
        let doing = "checking which cluster answers";
        let path = "/.well-known/openid-configuration".to_owned();
        let found = match self
            .call(ctx, effort, Call::new(doing, Method::GET, path))
            .await
        {
            Ok(found) => found,
            Err(error)
                if error.kind == ProviderErrorKind::Denied && error.code != "Unauthorized" =>
            {
                (ctx.progress)(
                    "the issuer of the cluster was not checked: its discovery document may not be read",
                );
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let issuer = found
            .get("issuer")
            .and_then(Json::as_str)
            .unwrap_or_default();
        if issuer.trim_end_matches('/') == expected.trim_end_matches('/') {
            return Ok(());
        }
        Err(ProviderError {
            kind: ProviderErrorKind::WrongTarget,
            doing: doing.to_owned(),
            code: String::new(),
            message: format!(
                "the API server is not the one of the cluster that was meant: its tokens are issued by `{issuer}`, the \
                 cluster's by `{expected}`. Nothing was written"
            ),
            request_id: String::new(),
        })
    }

    pub(super) async fn call(
        &self,
        ctx: &ProviderContext,
        effort: Effort,
        call: Call<'_>,
    ) -> Result<Json, ProviderError> {
        let classify = |error: &ProviderError| failure::classify(effort, error);
        retry(ctx.clock.as_ref(), classify, || self.attempt(ctx, &call)).await
    }

    async fn attempt(&self, ctx: &ProviderContext, call: &Call<'_>) -> Result<Json, ProviderError> {
        ctx.calls.count("Kubernetes");
        let (status, body) = self.exchange(call).await?;
        if !(200..300).contains(&status) {
            return Err(failure::refused(call.doing, status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| ProviderError {
            kind: ProviderErrorKind::Service,
            doing: call.doing.to_owned(),
            code: String::new(),
            message: format!("the answer is no JSON: {error}"),
            request_id: String::new(),
        })
    }

    async fn exchange(&self, call: &Call<'_>) -> Result<(u16, Bytes), ProviderError> {
        let body = call
            .body
            .map(Json::to_string)
            .unwrap_or_default()
            .into_bytes();
        let request = Request::builder()
            .method(call.method.clone())
            .uri(&call.path)
            .header(http::header::ACCEPT, "application/json")
            .header(http::header::CONTENT_TYPE, call.content_type)
            .body(Body::from(body))
            .map_err(|error| ProviderError::internal(call.doing, &error.to_string()))?;
        let lost = |error: kube::Error| failure::disconnected(call.doing, &error);
        let response = self.client.send(request).await.map_err(lost)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(lost)?;
        Ok((status, body.to_bytes()))
    }
}

impl<'c> Call<'c> {
    pub(super) fn new(doing: &'c str, method: Method, path: String) -> Self {
        Call {
            doing,
            method,
            path,
            content_type: "application/json",
            body: None,
        }
    }
}
