//! Objects: written as a whole, under conditions on the entity tag.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, Request, Response};
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

use super::super::protocol::{AwsError, Form, Xml};
use super::super::{Call, stored, typed};
use super::bucket::Bucket;
use super::reply;

/// An object as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(in crate::sandbox) struct Object {
    /// The content, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) body: Option<String>,
    /// The content in base64, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) binary_body: Option<String>,
    #[serde(default = "octets")]
    pub(in crate::sandbox) content_type: String,
    pub(in crate::sandbox) last_modified: Timestamp,
}

fn octets() -> String {
    "binary/octet-stream".to_owned()
}

impl Object {
    fn new(bytes: &[u8], content_type: String, now: Timestamp) -> Self {
        let text = std::str::from_utf8(bytes).ok().map(str::to_owned);
        Self {
            binary_body: text.is_none().then(|| STANDARD.encode(bytes)),
            body: text,
            content_type,
            last_modified: now,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let binary = self.binary_body.as_deref();
        match (&self.body, binary) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(encoded)) => STANDARD.decode(encoded).unwrap_or_default(),
            (None, None) => Vec::new(),
        }
    }

    /// The entity tag: the MD5 of the content, in quotes.
    fn tag(&self) -> String {
        let digest = Md5::digest(self.bytes());
        let mut tag = String::from("\"");
        for byte in digest {
            let _written = write!(tag, "{byte:02x}");
        }
        tag.push('"');
        tag
    }
}

pub(super) fn get(
    call: &Call<'_>,
    bucket: &Bucket,
    key: &str,
) -> Result<Response<Bytes>, AwsError> {
    let object: Object = typed(call.store.get(&bucket.objects(), key)).ok_or_else(missing)?;
    let mut response = reply::empty(200);
    reply::header(&mut response, "etag", &object.tag());
    reply::header(&mut response, "content-type", &object.content_type);
    let modified = object.last_modified.strftime("%a, %d %b %Y %H:%M:%S GMT");
    reply::header(&mut response, "last-modified", &modified.to_string());
    *response.body_mut() = object.bytes().into();
    Ok(response)
}

pub(super) fn put(
    call: &mut Call<'_>,
    bucket: &Bucket,
    key: &str,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, AwsError> {
    let collection = bucket.objects();
    let there: Option<Object> = typed(call.store.get(&collection, key));
    if bucket.conditional_writes {
        check(there.as_ref(), request)?;
    }
    let content_type = text(request, http::header::CONTENT_TYPE).map_or_else(octets, str::to_owned);
    let object = Object::new(request.body(), content_type, call.now);
    let mut response = reply::empty(200);
    reply::header(&mut response, "etag", &object.tag());
    call.store.put(&collection, key, stored(&object));
    Ok(response)
}

pub(super) fn delete(
    call: &mut Call<'_>,
    bucket: &Bucket,
    key: &str,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, AwsError> {
    let collection = bucket.objects();
    let there: Option<Object> = typed(call.store.get(&collection, key));
    if bucket.conditional_writes {
        check(there.as_ref(), request)?;
    }
    call.store.remove(&collection, key);
    Ok(reply::empty(204))
}

/// Removes the objects that a `Delete` document names.
pub(super) fn delete_all(
    call: &mut Call<'_>,
    bucket: &Bucket,
    request: &Request<Bytes>,
) -> Response<Bytes> {
    let document = String::from_utf8_lossy(request.body());
    let keys = document.split("<Key>").skip(1).filter_map(|rest| {
        let (key, _) = rest.split_once("</Key>")?;
        quick_xml::escape::unescape(key).ok()
    });
    for key in keys {
        call.store.remove(&bucket.objects(), &key);
    }
    reply::xml("DeleteResult", Vec::new())
}

pub(super) fn list(call: &Call<'_>, bucket: &Bucket, request: &Request<Bytes>) -> Response<Bytes> {
    let form = Form::parse(request.uri().query().unwrap_or_default());
    let prefix = form.get("prefix").unwrap_or_default();
    let most = form.get("max-keys").and_then(|most| most.parse().ok());
    let most: usize = most.unwrap_or(1000).min(1000);
    let after = form
        .get("continuation-token")
        .or_else(|| form.get("start-after"));
    let collection = bucket.objects();
    let mut found = call
        .store
        .list_after(&collection, after.unwrap_or_default())
        .filter(|(key, _)| key.starts_with(prefix));
    let page: Vec<_> = found.by_ref().take(most).collect();
    let more = found.next().is_some();
    let mut content = vec![
        Xml::text("Name", &bucket.name),
        Xml::text("Prefix", prefix),
        Xml::text("KeyCount", page.len()),
        Xml::text("MaxKeys", most),
        Xml::text("IsTruncated", more),
    ];
    if let Some((last, _)) = page.last().filter(|_| more) {
        content.push(Xml::text("NextContinuationToken", last));
    }
    content.extend(page.into_iter().filter_map(|(key, document)| {
        let object: Object = typed(Some(document))?;
        let entry = vec![
            Xml::text("Key", key),
            Xml::text("LastModified", object.last_modified),
            Xml::text("ETag", object.tag()),
            Xml::text("Size", object.bytes().len()),
            Xml::text("StorageClass", "STANDARD"),
        ];
        Some(Xml::parent("Contents", entry))
    }));
    reply::xml("ListBucketResult", content)
}

/// What Amazon S3 answers when the conditions of a request do not hold.
fn check(there: Option<&Object>, request: &Request<Bytes>) -> Result<(), AwsError> {
    let failed = || {
        let text = "At least one of the pre-conditions you specified did not hold";
        AwsError::new(412, "PreconditionFailed", text)
    };
    let absent = text(request, http::header::IF_NONE_MATCH) == Some("*");
    if absent && there.is_some() {
        return Err(failed());
    }
    let Some(wanted) = text(request, http::header::IF_MATCH) else {
        return Ok(());
    };
    match there {
        None => Err(missing()),
        Some(object)
            if wanted == "*" || object.tag().trim_matches('"') == wanted.trim_matches('"') =>
        {
            Ok(())
        }
        Some(_) => Err(failed()),
    }
}

fn missing() -> AwsError {
    AwsError::new(404, "NoSuchKey", "The specified key does not exist.")
}

fn text(request: &Request<Bytes>, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}
