//! Calls of EC2's query protocol, signed, retried and counted as those of the SDK's clients.
//!
//! The SDK's client for EC2 is larger than all else in this program together; one operation does not need it.

use crate::provider::aws::call::{CallCounter, failure};
use crate::provider::aws::client::AwsClients;
use crate::provider::{ProviderContext, ProviderError};
use aws_config::{Region, SdkConfig};
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::{Operation, OperationBuilder};
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;

/// The version of EC2's API.
const VERSION: &str = "2016-11-15";

/// The answer to an operation in a region, as XML text. `parameters` are those of the query protocol, as
/// `Filter.1.Name`.
pub(super) async fn call(
    ctx: &ProviderContext,
    region: &str,
    operation: &'static str,
    parameters: &[(String, String)],
    doing: &str,
) -> Result<String, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let endpoint = clients.endpoint("ec2", region);
    let body = form(operation, parameters);
    let sent = builder(clients.sdk(), region, &endpoint)
        .operation_name(operation)
        .interceptor(CallCounter::new(&ctx.calls, "EC2"))
        .serializer(move |()| request(&body))
        .deserializer(answer)
        .build();
    sent.invoke(()).await.map_err(|error| failure(doing, error))
}

fn form(operation: &str, parameters: &[(String, String)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    parameters.iter().fold(
        format!("Action={operation}&Version={VERSION}"),
        |form, (name, value)| format!("{form}&{}={}", encoded(name), encoded(value)),
    )
}

fn request(body: &str) -> Result<HttpRequest, BoxError> {
    let request = http::Request::builder()
        .method(http::Method::POST)
        .uri("/")
        .header(
            http::header::CONTENT_TYPE,
            "application/x-www-form-urlencoded",
        )
        .header(http::header::CONTENT_LENGTH, body.len())
        .body(SdkBody::from(body))?;
    Ok(HttpRequest::try_from(request)?)
}

/// An operation with the surroundings of an SDK configuration: its transport, credentials, retries and time.
fn builder(sdk: &SdkConfig, region: &str, endpoint: &str) -> OperationBuilder {
    let mut builder = Operation::builder()
        .service_name("EC2")
        .endpoint_url(endpoint)
        .with_connection_poisoning()
        .retry_classifier(TransientErrorClassifier::<Refused>::new())
        .retry_classifier(HttpStatusCodeClassifier::default())
        .retry_classifier(AwsErrorCodeClassifier::<Refused>::new())
        .runtime_plugin(signing(sdk, region));
    if let Some(version) = sdk.behavior_version() {
        builder = builder.behavior_version(version);
    }
    if let Some(http) = sdk.http_client() {
        builder = builder.http_client(http);
    }
    if let Some(retries) = sdk.retry_config() {
        builder = builder.standard_retry(retries);
    }
    if let Some(timeouts) = sdk.timeout_config() {
        builder = builder.timeout_config(timeouts.clone());
    }
    if let Some(sleep) = sdk.sleep_impl() {
        builder = builder.sleep_impl(sleep);
    }
    if let Some(time) = sdk.time_source() {
        builder = builder.time_source(time);
    }
    builder
}

/// Signature Version 4 for `ec2` in a region, with the configuration's credentials.
fn signing(sdk: &SdkConfig, region: &str) -> StaticRuntimePlugin {
    let mut layer = Layer::new("EC2");
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(SigV4OperationSigningConfig {
        region: Some(Region::new(region.to_owned()).into()),
        name: Some("ec2".into()),
        ..SigV4OperationSigningConfig::default()
    });
    let options = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
    let mut components = RuntimeComponentsBuilder::new("EC2");
    components.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(options)));
    components.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
    match sdk.identity_cache() {
        Some(cache) => components.set_identity_cache(Some(cache)),
        None => components.set_identity_cache(Some(IdentityCache::lazy().build())),
    };
    if let Some(credentials) = sdk.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    }
    StaticRuntimePlugin::new()
        .with_config(layer.freeze())
        .with_runtime_components(components)
}

/// A refusal of EC2.
#[derive(Debug)]
struct Refused(ErrorMetadata);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::error::Error for Refused {}

impl ProvideErrorMetadata for Refused {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

fn answer(response: &HttpResponse) -> Result<String, OrchestratorError<Refused>> {
    let body = response.body().bytes().unwrap_or_default();
    let text = String::from_utf8_lossy(body).into_owned();
    if response.status().is_success() {
        return Ok(text);
    }
    // A proxy answers with something else: then the status is all there is.
    let metadata = refusal(&text).unwrap_or_else(|_| ErrorMetadata::builder().build());
    Err(OrchestratorError::operation(Refused(metadata)))
}

/// Code and message of `<Response><Errors><Error>…`.
fn refusal(text: &str) -> Result<ErrorMetadata, XmlDecodeError> {
    let mut builder = ErrorMetadata::builder();
    let mut document = Document::new(text);
    let mut root = document.root_element()?;
    while let Some(mut errors) = root.next_tag() {
        while let Some(mut error) = errors.next_tag() {
            for (name, value) in texts(&mut error) {
                builder = match name.as_str() {
                    "Code" => builder.code(value),
                    "Message" => builder.message(value),
                    _ => builder,
                };
            }
        }
    }
    Ok(builder.build())
}

/// The names and texts of the elements in an element; those with elements of their own have an empty text.
pub(super) fn texts(element: &mut ScopedDecoder<'_, '_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while let Some(mut part) = element.next_tag() {
        let name = part.start_el().local().to_owned();
        let text = try_data(&mut part).map(std::borrow::Cow::into_owned);
        found.push((name, text.unwrap_or_default()));
    }
    found
}
