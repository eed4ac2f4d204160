//! How S3 answers: headers and bodies of its own kind, and errors that differ from those of the query protocol.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

use super::super::protocol::{AwsError, Xml, write_xml};

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// A reply without a body.
pub(super) fn empty(status: u16) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// A reply with a document.
pub(super) fn xml(name: &str, content: Vec<Xml>) -> Response<Bytes> {
    let mut response = empty(200);
    header(&mut response, "content-type", "application/xml");
    *response.body_mut() = write_xml(&Xml::parent(name, content), NAMESPACE).into();
    response
}

/// A refusal.
pub(super) fn error(error: &AwsError) -> Response<Bytes> {
    let mut response = empty(error.status);
    header(&mut response, "content-type", "application/xml");
    let mut content = vec![
        Xml::text("Code", &error.code),
        Xml::text("Message", &error.message),
    ];
    for (name, value) in &error.members {
        let text = value.as_str().unwrap_or_default();
        if *name == "BucketRegion" {
            header(&mut response, "x-amz-bucket-region", text);
        } else if let Value::String(_) = value {
            content.push(Xml::text(name, text));
        }
    }
    *response.body_mut() = write_xml(&Xml::parent("Error", content), "").into();
    response
}

/// Adds a header, unless it cannot be one.
pub(super) fn header(response: &mut Response<Bytes>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
}
