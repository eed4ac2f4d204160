//! The five requests that a backend is made of, each with what its answer means.

use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation};
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectCannedAcl, ObjectIdentifier, ServerSideEncryption};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use super::error::{S3Cause, S3Error, failed, status};
use super::settings::{Encryption, S3Settings};

/// So often a write is sent again that met another one under way (409 `ConditionalRequestConflict`).
const CONFLICTS: u32 = 5;

/// A client of one bucket.
#[derive(Debug, Clone)]
pub(super) struct Objects {
    client: Client,
    settings: Arc<S3Settings>,
}

/// An object as it was read.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    /// Its entity tag.
    pub(super) tag: String,
}

/// What must be there for a write to happen.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition<'a> {
    /// Nothing.
    Absent,
    /// The object with this entity tag.
    Matches(&'a str),
}

/// What came of a conditional write.
#[derive(Debug)]
pub(super) enum Written {
    /// The object is there, with this entity tag.
    Done(String),
    /// The condition did not hold; for a request that was sent twice that may be the doing of its own first sending.
    Refused,
}

/// What came of removing an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deleted {
    /// It is not there.
    Gone,
    /// Another object is there.
    Refused,
}

/// The three headers of SSE-C.
struct CustomerKey {
    key: String,
    digest: String,
}

impl Objects {
    pub(super) fn new(config: Builder, settings: Arc<S3Settings>) -> Self {
        let mut config = config.force_path_style(settings.use_path_style);
        if let Some(endpoint) = &settings.endpoint {
            config = config.endpoint_url(endpoint);
        }
        if settings.skip_s3_checksum {
            config = config.request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        }
        Self {
            client: Client::from_conf(config.build()),
            settings,
        }
    }

    pub(super) fn settings(&self) -> &S3Settings {
        &self.settings
    }

    /// An object's name for messages.
    pub(super) fn location(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.settings.bucket)
    }

    /// Reads an object; `None` when there is none.
    pub(super) async fn get(&self, key: &str) -> Result<Option<Object>, Box<S3Error>> {
        self.get_within(key, usize::MAX).await
    }

    /// Reads an object, which may have so many bytes; `None` when there is none.
    pub(super) async fn get_within(
        &self,
        key: &str,
        limit: usize,
    ) -> Result<Option<Object>, Box<S3Error>> {
        let mut request = self
            .client
            .get_object()
            .bucket(&self.settings.bucket)
            .key(key);
        if let Some(customer) = self.customer_key() {
            request = request
                .sse_customer_algorithm("AES256")
                .sse_customer_key(customer.key)
                .sse_customer_key_md5(customer.digest);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(failed("read", self.location(key), &error)),
        };
        let length = answer.content_length().unwrap_or_default();
        if usize::try_from(length).is_ok_and(|length| length > limit) {
            return Err(Box::new(S3Error {
                action: "read",
                location: self.location(key),
                cause: S3Cause::Other,
                code: String::new(),
                message: format!("it has {length} bytes, and no more than {limit} are taken"),
                request_id: String::new(),
            }));
        }
        let tag = answer.e_tag().unwrap_or_default().to_owned();
        let body = answer.body.collect().await.map_err(|error| {
            Box::new(S3Error {
                action: "read",
                location: self.location(key),
                cause: S3Cause::Unreachable,
                code: String::new(),
                message: error.to_string(),
                request_id: String::new(),
            })
        })?;
        Ok(Some(Object {
            bytes: body.to_vec(),
            tag,
        }))
    }

    /// Writes an object if `condition` holds.
    pub(super) async fn put(
        &self,
        action: &'static str,
        key: &str,
        bytes: &[u8],
        condition: Condition<'_>,
    ) -> Result<Written, Box<S3Error>> {
        for _ in 0..CONFLICTS {
            if let Some(written) = self.put_once(action, key, bytes, condition).await? {
                return Ok(written);
            }
        }
        Ok(Written::Refused)
    }

    /// Writes an object; `None` when another write was under way and the request has to be sent again.
    async fn put_once(
        &self,
        action: &'static str,
        key: &str,
        bytes: &[u8],
        condition: Condition<'_>,
    ) -> Result<Option<Written>, Box<S3Error>> {
        let mut request = self
            .client
            .put_object()
            .bucket(&self.settings.bucket)
            .key(key)
            .content_type("application/json")
            // A body in memory: a streamed one would be sent in signed pieces, which not every server takes.
            .body(ByteStream::from(bytes.to_vec()))
            .set_acl(self.settings.acl.as_deref().map(ObjectCannedAcl::from));
        request = match condition {
            Condition::Absent => request.if_none_match("*"),
            Condition::Matches(tag) => request.if_match(tag),
        };
        request = match &self.settings.encryption {
            Encryption::OfBucket | Encryption::Customer(_) => request,
            Encryption::Aes256 => request.server_side_encryption(ServerSideEncryption::Aes256),
            Encryption::Kms(key) => request
                .server_side_encryption(ServerSideEncryption::AwsKms)
                .ssekms_key_id(key),
        };
        if let Some(customer) = self.customer_key() {
            request = request
                .sse_customer_algorithm("AES256")
                .sse_customer_key(customer.key)
                .sse_customer_key_md5(customer.digest);
        }
        match request.send().await {
            Ok(answer) => match answer.e_tag() {
                Some(tag) => Ok(Some(Written::Done(tag.to_owned()))),
                // Without a tag there is nothing to compare the next write with.
                None => Err(Box::new(S3Error::not_conditional(self.location(key)))),
            },
            Err(error) => match (status(&error), condition) {
                (Some(412), _) => Ok(Some(Written::Refused)),
                (Some(404), Condition::Matches(_)) if is_missing(&error) => {
                    Ok(Some(Written::Refused))
                }
                (Some(409), _) => Ok(None),
                _ => Err(failed(action, self.location(key), &error)),
            },
        }
    }

    /// Removes an object, or only the one with a certain entity tag.
    ///
    /// A server that cannot remove conditionally removes whatever is there.
    pub(super) async fn delete(
        &self,
        key: &str,
        tag: Option<&str>,
    ) -> Result<Deleted, Box<S3Error>> {
        let request = self
            .client
            .delete_object()
            .bucket(&self.settings.bucket)
            .key(key)
            .set_if_match(tag.map(str::to_owned));
        let Err(error) = request.send().await else {
            return Ok(Deleted::Gone);
        };
        match (status(&error), tag) {
            (Some(412 | 409), Some(_)) => Ok(Deleted::Refused),
            (Some(501), Some(_)) => Box::pin(self.delete(key, None)).await,
            (Some(404), _) if error.code() != Some("NoSuchBucket") => Ok(Deleted::Gone),
            _ => Err(failed("remove", self.location(key), &error)),
        }
    }

    /// Removes many objects.
    pub(super) async fn delete_all(&self, keys: &[String]) -> Result<(), Box<S3Error>> {
        // So many the service takes at once.
        for keys in keys.chunks(1000) {
            let location = || self.location(keys.first().map_or("", String::as_str));
            let identifier = |key: &String| ObjectIdentifier::builder().key(key).build().ok();
            let delete = Delete::builder()
                .set_objects(Some(keys.iter().filter_map(identifier).collect()))
                .quiet(true)
                .build();
            let Ok(delete) = delete else { continue };
            self.client
                .delete_objects()
                .bucket(&self.settings.bucket)
                .delete(delete)
                .send()
                .await
                .map_err(|error| failed("remove", location(), &error))?;
        }
        Ok(())
    }

    /// The keys that begin with `prefix`, in order.
    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<String>, Box<S3Error>> {
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.settings.bucket)
            .prefix(prefix)
            .into_paginator()
            .send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("list", self.location(prefix), &error))?;
            keys.extend(
                page.contents()
                    .iter()
                    .filter_map(|object| object.key())
                    .map(str::to_owned),
            );
        }
        keys.sort();
        Ok(keys)
    }

    fn customer_key(&self) -> Option<CustomerKey> {
        match &self.settings.encryption {
            Encryption::Customer(key) => Some(CustomerKey {
                key: STANDARD.encode(key),
                digest: STANDARD.encode(Md5::digest(key)),
            }),
            Encryption::OfBucket | Encryption::Aes256 | Encryption::Kms(_) => None,
        }
    }
}

/// Whether the object, not the bucket, is what is missing.
fn is_missing<E: aws_sdk_s3::error::ProvideErrorMetadata>(
    error: &aws_sdk_s3::error::SdkError<E, aws_sdk_s3::config::http::HttpResponse>,
) -> bool {
    status(error) == Some(404) && error.code() != Some("NoSuchBucket")
}
