//! A request on its way through the sandbox: logged, struck by faults, carried out in one transaction.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use super::aws::protocol::{AwsError, request_id};
use super::aws::{self, Call, Operation};
use super::faults::{CALLER, Effect};
use super::store::StoreError;
use super::{Inner, Sandbox, account, clock, kubernetes};

/// The connection broke: whether the request was carried out is for the sender to find out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConnectionLost(pub(super) String);

impl Sandbox {
    /// Carries out an AWS request: the service is recognised from the signature's scope or the host.
    ///
    /// A connection that a fault breaks shows as status 503.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a request is handed over, as to any transport"
    )]
    pub fn handle_aws(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.exchange_aws(&request)
            .unwrap_or_else(|lost| unavailable(&lost))
    }

    /// Carries out a Kubernetes request to the cluster of this id.
    ///
    /// A connection that a fault breaks, and a cluster that is not there or not active, show as status 503.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a request is handed over, as to any transport"
    )]
    pub fn handle_kubernetes(&self, cluster: &str, request: Request<Bytes>) -> Response<Bytes> {
        self.exchange_kubernetes(cluster, &request)
            .unwrap_or_else(|lost| unavailable(&lost))
    }

    /// The id of the cluster that answers at an endpoint, as `https://….eks.amazonaws.com`.
    ///
    /// # Errors
    /// The content cannot be read.
    pub fn cluster_at(&self, endpoint: &str) -> Result<Option<String>, StoreError> {
        self.transaction(|store| aws::cluster_at(store, endpoint))
    }

    /// The certificates (DER, the server's own first) that a host shows; `None` when it is no issuer that is known here.
    ///
    /// # Errors
    /// The content cannot be read.
    pub fn issuer_certificates(&self, host: &str) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        self.transaction(|store| aws::issuer_certificates(store, host))
    }

    /// [`Sandbox::handle_aws`] for transports, which can say that the connection broke.
    pub(super) fn exchange_aws(
        &self,
        request: &Request<Bytes>,
    ) -> Result<Response<Bytes>, ConnectionLost> {
        let operation = aws::operation_of(request);
        let mut inner = self.lock();
        let (effect, id) = inner.receive(&operation)?;
        let delay = inner.faults.visibility_delay;
        let store = &mut inner.store;
        if let Err(error) = store.begin() {
            return Ok(broken(&operation, request, &error, &id));
        }
        let mut account = account::home(store);
        account.region = aws::region_of(request)
            .filter(|_| operation.service != "iam")
            .unwrap_or(account.region);
        let injected = match &effect {
            Some(Effect::Refuse {
                status,
                code,
                message,
            }) => Some(AwsError::new(
                *status,
                code,
                message.replace(CALLER, &account.caller_arn),
            )),
            Some(Effect::LoseReply | Effect::Unreachable) | None => None,
        };
        let response = aws::answer(
            Call::new(store, account, delay),
            &operation,
            request,
            injected,
            &id,
        );
        match store.commit() {
            Ok(()) => deliver(effect.as_ref(), response),
            Err(error) => Ok(broken(&operation, request, &error, &id)),
        }
    }

    /// [`Sandbox::handle_kubernetes`] for transports, which can say that the connection broke.
    pub(super) fn exchange_kubernetes(
        &self,
        cluster: &str,
        request: &Request<Bytes>,
    ) -> Result<Response<Bytes>, ConnectionLost> {
        let name = format!("{} {}", request.method(), request.uri().path());
        let operation = Operation {
            service: "kubernetes".to_owned(),
            name,
        };
        let mut inner = self.lock();
        let (effect, _) = inner.receive(&operation)?;
        let store = &mut inner.store;
        if let Err(error) = store.begin() {
            return Ok(status(500, "InternalError", &error.to_string()));
        }
        let response = match &effect {
            _ if !aws::is_reachable(store, cluster) => Err(ConnectionLost(format!(
                "connection refused: no cluster `{cluster}` answers"
            ))),
            Some(Effect::Refuse {
                status: code,
                code: reason,
                message,
            }) => Ok(status(*code, reason, message)),
            Some(Effect::LoseReply | Effect::Unreachable) | None => {
                let now = clock::now(store);
                Ok(kubernetes::handle(store, now, cluster, request))
            }
        };
        match store.commit() {
            Ok(()) => deliver(effect.as_ref(), response?),
            Err(error) => Ok(status(500, "InternalError", &error.to_string())),
        }
    }
}

impl Inner {
    /// Logs a request and looks for a fault; an unreachable server ends it here.
    fn receive(
        &mut self,
        operation: &Operation,
    ) -> Result<(Option<Effect>, String), ConnectionLost> {
        self.requests.push(operation.clone());
        let effect = self.faults.strike(operation);
        if effect == Some(Effect::Unreachable) {
            return Err(ConnectionLost(format!(
                "connection refused by {}",
                operation.service
            )));
        }
        Ok((effect, request_id(self.requests.len() as u64)))
    }
}

fn deliver(
    effect: Option<&Effect>,
    response: Response<Bytes>,
) -> Result<Response<Bytes>, ConnectionLost> {
    if effect == Some(&Effect::LoseReply) {
        return Err(ConnectionLost(
            "connection closed before the reply was complete".to_owned(),
        ));
    }
    Ok(response)
}

/// The reply when the sandbox's own files fail: an internal error of the service that was asked.
fn broken(
    operation: &Operation,
    request: &Request<Bytes>,
    error: &StoreError,
    id: &str,
) -> Response<Bytes> {
    let mut store = super::Store::in_memory();
    let account = account::home(&store);
    let failure = AwsError::new(500, "InternalFailure", error.to_string());
    aws::answer(
        Call::new(&mut store, account, std::time::Duration::ZERO),
        operation,
        request,
        Some(failure),
        id,
    )
}

/// A Kubernetes `Status` that refuses.
fn status(code: u16, reason: &str, message: &str) -> Response<Bytes> {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code,
    });
    json_response(code, &body)
}

fn unavailable(lost: &ConnectionLost) -> Response<Bytes> {
    json_response(503, &json!({ "message": lost.to_string() }))
}

fn json_response(code: u16, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() =
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    response
}
