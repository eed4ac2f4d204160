//! What AWS's protocols look like on the wire: form bodies in, XML or JSON out, errors with codes and request ids.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use quick_xml::Writer;
use quick_xml::events::BytesText;
use serde_json::{Value, json};

/// A refusal by a service: what goes over the wire instead of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct AwsError {
    pub(in crate::sandbox) status: u16,
    pub(in crate::sandbox) code: String,
    pub(in crate::sandbox) message: String,
    /// Further members of a JSON error, such as `clusterName`.
    pub(in crate::sandbox) members: Vec<(&'static str, Value)>,
}

impl AwsError {
    pub(in crate::sandbox) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            members: Vec::new(),
        }
    }

    pub(in crate::sandbox) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }
}

/// The parameters of a query request, as `Tags.member.1.Key=…`.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads an `application/x-www-form-urlencoded` body or query.
    pub(in crate::sandbox) fn parse(text: &str) -> Self {
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        };
        Self(
            text.split('&')
                .filter(|part| !part.is_empty())
                .map(pair)
                .collect(),
        )
    }

    /// All of it, in the order it was sent.
    pub(in crate::sandbox) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    pub(in crate::sandbox) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The values of a list parameter, `name.member.1`, `name.member.2`, …; `None` when it was not sent.
    pub(in crate::sandbox) fn list(&self, name: &str) -> Option<Vec<String>> {
        let members = (1..).map_while(|index| self.get(&format!("{name}.member.{index}")));
        let values: Vec<String> = members.map(str::to_owned).collect();
        let sent = !values.is_empty() || self.get(name).is_some();
        sent.then_some(values)
    }

    /// The key/value pairs of a list of structures with the two given members.
    pub(in crate::sandbox) fn pairs(
        &self,
        name: &str,
        key: &str,
        value: &str,
    ) -> Option<Vec<(String, String)>> {
        let pair = |index: usize| {
            let key = self.get(&format!("{name}.member.{index}.{key}"))?;
            let value = self
                .get(&format!("{name}.member.{index}.{value}"))
                .unwrap_or_default();
            Some((key.to_owned(), value.to_owned()))
        };
        let pairs: Vec<(String, String)> = (1..).map_while(pair).collect();
        let sent = !pairs.is_empty() || self.get(name).is_some();
        sent.then_some(pairs)
    }
}

/// An XML element: text, or elements.
#[derive(Clone, Debug)]
pub(in crate::sandbox) enum Xml {
    Text(String, String),
    Parent(String, Vec<Xml>),
}

impl Xml {
    #[allow(
        clippy::needless_pass_by_value,
        reason = "numbers, flags and texts are all written in place"
    )]
    pub(in crate::sandbox) fn text(name: &str, text: impl ToString) -> Self {
        Self::Text(name.to_owned(), text.to_string())
    }

    pub(in crate::sandbox) fn parent(name: &str, children: Vec<Xml>) -> Self {
        Self::Parent(name.to_owned(), children)
    }

    /// A list in the query protocol's form: each item a `member`.
    pub(in crate::sandbox) fn list(name: &str, items: impl IntoIterator<Item = Vec<Xml>>) -> Self {
        Self::parent(
            name,
            items
                .into_iter()
                .map(|item| Self::parent("member", item))
                .collect(),
        )
    }

    /// A list of texts.
    pub(in crate::sandbox) fn texts<T: ToString>(
        name: &str,
        items: impl IntoIterator<Item = T>,
    ) -> Self {
        Self::parent(
            name,
            items
                .into_iter()
                .map(|item| Self::text("member", item))
                .collect(),
        )
    }
}

/// A query answer: the result's elements, none for operations without output.
pub(in crate::sandbox) type Answer = Result<Option<Vec<Xml>>, AwsError>;

/// The HTTP reply to a query request.
pub(in crate::sandbox) fn query_reply(
    operation: &str,
    namespace: &str,
    answer: Answer,
    request_id: &str,
) -> Response<Bytes> {
    let (status, root) = match answer {
        Ok(result) => (200, success(operation, result, request_id)),
        Err(error) => (error.status, failure(&error, request_id)),
    };
    reply(status, "text/xml", write_xml(&root, namespace), request_id)
}

/// The HTTP reply to a query request of EC2, whose envelope is another.
pub(in crate::sandbox) fn ec2_reply(
    operation: &str,
    namespace: &str,
    answer: Answer,
    request_id: &str,
) -> Response<Bytes> {
    let (status, root) = match answer {
        Ok(result) => {
            let id = Xml::text("requestId", request_id);
            let content = [id].into_iter().chain(result.into_iter().flatten());
            (
                200,
                Xml::parent(&format!("{operation}Response"), content.collect()),
            )
        }
        Err(error) => {
            let content = vec![
                Xml::text("Code", &error.code),
                Xml::text("Message", &error.message),
            ];
            let errors = Xml::parent("Errors", vec![Xml::parent("Error", content)]);
            let root = Xml::parent("Response", vec![errors, Xml::text("RequestID", request_id)]);
            (error.status, root)
        }
    };
    reply(status, "text/xml", write_xml(&root, namespace), request_id)
}

/// The HTTP reply to a REST JSON request.
pub(in crate::sandbox) fn json_reply(
    answer: Result<Value, AwsError>,
    request_id: &str,
) -> Response<Bytes> {
    match answer {
        Ok(value) => reply(200, "application/json", value.to_string(), request_id),
        Err(error) => {
            let mut body = json!({ "message": error.message });
            for (name, value) in error.members {
                if let Some(object) = body.as_object_mut() {
                    object.insert(name.to_owned(), value);
                }
            }
            let mut response = reply(
                error.status,
                "application/json",
                body.to_string(),
                request_id,
            );
            if let Ok(code) = error.code.parse() {
                response.headers_mut().insert("x-amzn-errortype", code);
            }
            response
        }
    }
}

/// A document as IAM returns it: percent-encoded after RFC 3986.
pub(in crate::sandbox) fn encode_document(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A percent-encoded text as it was meant; `+` is a space, as in forms.
pub(in crate::sandbox) fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

fn success(operation: &str, result: Option<Vec<Xml>>, request_id: &str) -> Xml {
    let metadata = Xml::parent("ResponseMetadata", vec![Xml::text("RequestId", request_id)]);
    let result = result.map(|elements| Xml::parent(&format!("{operation}Result"), elements));
    Xml::parent(
        &format!("{operation}Response"),
        result.into_iter().chain([metadata]).collect(),
    )
}

fn failure(error: &AwsError, request_id: &str) -> Xml {
    let sender = if error.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    let content = vec![
        Xml::text("Type", sender),
        Xml::text("Code", &error.code),
        Xml::text("Message", &error.message),
    ];
    Xml::parent(
        "ErrorResponse",
        vec![
            Xml::parent("Error", content),
            Xml::text("RequestId", request_id),
        ],
    )
}

fn reply(
    status: u16,
    content_type: &'static str,
    body: String,
    request_id: &str,
) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static(content_type),
    );
    if let Ok(id) = request_id.parse() {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

/// A document as text; without a namespace when that is empty.
pub(in crate::sandbox) fn write_xml(root: &Xml, namespace: &str) -> String {
    let mut writer = Writer::new(Vec::new());
    let namespace = Some(namespace).filter(|namespace| !namespace.is_empty());
    // Writing into memory cannot fail.
    let _written = write_element(&mut writer, root, namespace);
    String::from_utf8(writer.into_inner()).unwrap_or_default()
}

fn write_element(
    writer: &mut Writer<Vec<u8>>,
    element: &Xml,
    namespace: Option<&str>,
) -> std::io::Result<()> {
    match element {
        Xml::Text(name, text) => {
            writer
                .create_element(name.as_str())
                .write_text_content(BytesText::new(text))?;
        }
        Xml::Parent(name, children) => {
            let start = writer.create_element(name.as_str());
            let start = match namespace {
                Some(namespace) => start.with_attribute(("xmlns", namespace)),
                None => start,
            };
            start.write_inner_content(|writer| {
                children
                    .iter()
                    .try_for_each(|child| write_element(writer, child, None))
            })?;
        }
    }
    Ok(())
}

/// A well-formed id made of a number: the same number, the same id.
pub(in crate::sandbox) fn request_id(number: u64) -> String {
    let mut id = String::from("00000000-0000-4000-8000-");
    let _written = write!(id, "{number:012x}");
    id
}
