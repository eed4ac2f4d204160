//! The S3 half: buckets and objects, with conditional writes that are atomic because every request is one transaction.
//!
//! What is here is what keeping states needs: objects as a whole, conditions, listings, removals; no versions, no
//! multipart uploads. Requests may name the bucket in the host or in the path.

pub(in crate::sandbox) mod bucket;
pub(in crate::sandbox) mod object;
mod reply;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::{Method, Request, Response};

use super::Call;
use super::protocol::AwsError;
use bucket::Bucket;

/// A request taken apart: what it is about.
struct Target {
    bucket: String,
    key: String,
}

impl Target {
    /// Reads bucket and key from the host (`BUCKET.s3.REGION.amazonaws.com`) or from the path.
    fn of(request: &Request<Bytes>) -> Self {
        let header = request.headers().get(http::header::HOST);
        let header = header.and_then(|host| host.to_str().ok());
        let host = request.uri().host().or(header).unwrap_or_default();
        let path = decoded(request.uri().path().trim_start_matches('/'));
        let in_host = host
            .strip_suffix(".amazonaws.com")
            .and_then(|host| host.split_once(".s3"))
            .map(|(bucket, _)| bucket.to_owned());
        match in_host {
            Some(bucket) => Self { bucket, key: path },
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
                Self {
                    bucket: bucket.to_owned(),
                    key: key.to_owned(),
                }
            }
        }
    }
}

/// The operation that a request asks for, as `GetObject`.
pub(in crate::sandbox) fn operation_of(request: &Request<Bytes>) -> String {
    let target = Target::of(request);
    let query = request.uri().query().unwrap_or_default();
    let asks = |name: &str| {
        query
            .split('&')
            .any(|part| part.split('=').next() == Some(name))
    };
    let name = match (request.method().as_str(), target.key.is_empty()) {
        ("GET", true) if target.bucket.is_empty() => "ListBuckets",
        ("GET", true) if asks("list-type") => "ListObjectsV2",
        ("GET", true) if asks("location") => "GetBucketLocation",
        ("PUT", true) => "CreateBucket",
        ("HEAD", true) => "HeadBucket",
        ("DELETE", true) => "DeleteBucket",
        ("POST", true) if asks("delete") => "DeleteObjects",
        ("GET", false) => "GetObject",
        ("HEAD", false) => "HeadObject",
        ("PUT", false) => "PutObject",
        ("DELETE", false) => "DeleteObject",
        _ => "Unknown",
    };
    name.to_owned()
}

/// Carries out a request, unless `refusal` says why not.
pub(in crate::sandbox) fn answer(
    call: &mut Call<'_>,
    operation: &str,
    request: &Request<Bytes>,
    refusal: Option<AwsError>,
    id: &str,
) -> Response<Bytes> {
    let answer = match refusal {
        Some(error) => Err(error),
        None => carried_out(call, operation, request),
    };
    let mut response = answer.unwrap_or_else(|error| reply::error(&error));
    if *request.method() == Method::HEAD {
        *response.body_mut() = Bytes::new();
    }
    reply::header(&mut response, "x-amz-request-id", id);
    response
}

fn carried_out(
    call: &mut Call<'_>,
    operation: &str,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, AwsError> {
    let target = Target::of(request);
    if operation == "CreateBucket" {
        return bucket::create(call, &target.bucket);
    }
    let bucket = Bucket::find(call, &target.bucket)?;
    match operation {
        "HeadBucket" => Ok(bucket::head(&bucket)),
        "ListObjectsV2" => Ok(object::list(call, &bucket, request)),
        "GetObject" | "HeadObject" => object::get(call, &bucket, &target.key),
        "PutObject" => object::put(call, &bucket, &target.key, request),
        "DeleteObject" => object::delete(call, &bucket, &target.key, request),
        "DeleteObjects" => Ok(object::delete_all(call, &bucket, request)),
        other => Err(AwsError::new(
            501,
            "NotImplemented",
            format!("The sandbox's S3 has no operation `{other}`"),
        )),
    }
}

/// A percent-encoded text as it was meant; unlike in forms `+` is itself.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}
