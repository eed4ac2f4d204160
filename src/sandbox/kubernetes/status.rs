//! Refusals: `Status` objects with the codes, reasons and words of the API server.

use serde_json::{Map, Value, json};

use super::kinds::Kind;

/// Why a request is refused, as a `Status` object says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) code: u16,
    reason: Option<&'static str>,
    message: String,
    details: Option<Value>,
}

/// One thing that is wrong with an object, at one of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cause {
    /// As `FieldValueInvalid`.
    pub(super) reason: &'static str,
    /// What is wrong, without the field.
    pub(super) message: String,
    /// The path of the field.
    pub(super) field: String,
}

impl Cause {
    /// A value that is not allowed.
    pub(super) fn invalid(field: &str, value: &str, why: &str) -> Self {
        let message = format!("Invalid value: {}: {why}", Value::from(value));
        Self {
            reason: "FieldValueInvalid",
            message,
            field: field.to_owned(),
        }
    }

    /// A value that is missing.
    pub(super) fn required(field: &str, why: &str) -> Self {
        let message = format!("Required value: {why}");
        Self {
            reason: "FieldValueRequired",
            message,
            field: field.to_owned(),
        }
    }

    /// A change or a combination that is not allowed.
    pub(super) fn forbidden(field: &str, why: &str) -> Self {
        let message = format!("Forbidden: {why}");
        Self {
            reason: "FieldValueForbidden",
            message,
            field: field.to_owned(),
        }
    }

    /// A value outside of a short list. `value` is printed as it is.
    pub(super) fn unsupported(field: &str, value: &str, supported: &str) -> Self {
        let message = format!("Unsupported value: {value}: supported values: {supported}");
        Self {
            reason: "FieldValueNotSupported",
            message,
            field: field.to_owned(),
        }
    }

    fn to_json(&self) -> Value {
        json!({ "reason": self.reason, "message": self.message, "field": self.field })
    }
}

impl Refusal {
    /// The body of the reply.
    pub(super) fn to_json(&self) -> Value {
        let mut status = Map::new();
        let mut put = |name: &str, value: Value| status.insert(name.to_owned(), value);
        put("kind", Value::from("Status"));
        put("apiVersion", Value::from("v1"));
        put("metadata", json!({}));
        put("status", Value::from("Failure"));
        put("message", Value::from(self.message.clone()));
        if let Some(reason) = self.reason {
            put("reason", Value::from(reason));
        }
        if let Some(details) = &self.details {
            put("details", details.clone());
        }
        put("code", Value::from(self.code));
        Value::Object(status)
    }

    /// 404 for an object.
    pub(super) fn not_found(kind: &Kind, name: &str) -> Self {
        let message = format!("{} {name:?} not found", kind.plural);
        Self::about(404, "NotFound", kind, name, message)
    }

    /// 404 and 409 for a registration of webhooks.
    pub(super) fn about_registration(
        code: u16,
        reason: &'static str,
        name: &str,
        why: &str,
    ) -> Self {
        let (plural, group) = (
            "mutatingwebhookconfigurations",
            "admissionregistration.k8s.io",
        );
        let message = format!("{plural}.{group} {name:?} {why}");
        let details = Some(json!({ "name": name, "group": group, "kind": plural }));
        Self {
            details,
            ..Self::plain(code, Some(reason), message)
        }
    }

    /// 403 for a pod whose service account is not there.
    pub(super) fn without_account(pod: &str, namespace: &str, account: &str) -> Self {
        let message = format!(
            "pods {pod:?} is forbidden: error looking up service account {namespace}/{account}: serviceaccount {account:?} not found"
        );
        let details = Some(json!({ "name": pod, "kind": "pods" }));
        Self {
            details,
            ..Self::plain(403, Some("Forbidden"), message)
        }
    }

    /// 404 for a path.
    pub(super) fn no_such_path() -> Self {
        let message = "the server could not find the requested resource".to_owned();
        Self {
            details: Some(json!({})),
            ..Self::plain(404, Some("NotFound"), message)
        }
    }

    /// 405.
    pub(super) fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource".to_owned();
        Self {
            details: Some(json!({})),
            ..Self::plain(405, Some("MethodNotAllowed"), message)
        }
    }

    /// 409 for a name that is taken.
    pub(super) fn already_exists(kind: &Kind, name: &str) -> Self {
        let message = format!("{} {name:?} already exists", kind.plural);
        Self::about(409, "AlreadyExists", kind, name, message)
    }

    /// 409 for a stale `resourceVersion`, a `uid` of another object, and the like.
    pub(super) fn conflict(kind: &Kind, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} {name:?}: {why}",
            kind.plural
        );
        Self::about(409, "Conflict", kind, name, message)
    }

    /// 409 for a precondition of a deletion, which names the kind and not the resource.
    pub(super) fn failed_precondition(kind: &Kind, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} {name:?}: {why}",
            kind.name
        );
        let details = Some(json!({ "name": name, "kind": kind.name }));
        Self {
            details,
            ..Self::plain(409, Some("Conflict"), message)
        }
    }

    /// 409 of a server-side apply.
    pub(super) fn apply_conflict(message: String, causes: &[Cause]) -> Self {
        let causes: Vec<Value> = causes.iter().map(Cause::to_json).collect();
        let details = Some(json!({ "causes": causes }));
        Self {
            details,
            ..Self::plain(409, Some("Conflict"), message)
        }
    }

    /// 403 for a namespace that may not be deleted.
    pub(super) fn undeletable(kind: &Kind, name: &str) -> Self {
        let why = "this namespace may not be deleted";
        let message = format!("{} {name:?} is forbidden: {why}", kind.plural);
        Self::about(403, "Forbidden", kind, name, message)
    }

    /// 403 for new content of a namespace that is on its way out.
    pub(super) fn terminating(kind: &Kind, name: &str, namespace: &str) -> Self {
        let message = format!(
            "{} {name:?} is forbidden: unable to create new content in namespace {namespace} because it is being terminated",
            kind.plural
        );
        let cause = json!({
            "reason": "NamespaceTerminating",
            "message": format!("namespace {namespace} is being terminated"),
            "field": "metadata.namespace",
        });
        let details = json!({ "name": name, "kind": kind.plural, "causes": [cause] });
        Self {
            details: Some(details),
            ..Self::plain(403, Some("Forbidden"), message)
        }
    }

    /// 422 for an object; `group` is empty for the core group.
    pub(super) fn invalid(kind: &str, group: &str, name: &str, causes: &[Cause]) -> Self {
        let line = |cause: &Cause| format!("{}: {}", cause.field, cause.message);
        let lines: Vec<String> = causes.iter().map(line).collect();
        let lines = lines.join(", ");
        let lines = if causes.len() == 1 {
            lines
        } else {
            format!("[{lines}]")
        };
        let qualified = if group.is_empty() {
            kind.to_owned()
        } else {
            format!("{kind}.{group}")
        };
        let message = format!("{qualified} {name:?} is invalid: {lines}");
        let mut details = Map::new();
        for (member, value) in [("name", name), ("group", group), ("kind", kind)] {
            if !value.is_empty() {
                details.insert(member.to_owned(), Value::from(value));
            }
        }
        details.insert(
            "causes".to_owned(),
            causes.iter().map(Cause::to_json).collect(),
        );
        let details = Some(Value::Object(details));
        Self {
            details,
            ..Self::plain(422, Some("Invalid"), message)
        }
    }

    /// 422 without a word on what was wrong, as for a JSON patch that does not apply.
    pub(super) fn unprocessable() -> Self {
        let message = "the server rejected our request due to an error in our request".to_owned();
        Self {
            details: Some(json!({})),
            ..Self::plain(422, Some("Invalid"), message)
        }
    }

    /// 400.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::plain(400, Some("BadRequest"), message.into())
    }

    /// 406 for a document that is offered in one format only.
    pub(super) fn not_acceptable(offered: &str) -> Self {
        let message = format!("406: Not Acceptable\n\nAvailable representations: {offered}");
        Self {
            details: Some(json!({})),
            ..Self::plain(406, Some("NotAcceptable"), message)
        }
    }

    /// 415 for a body in a format that is not known.
    pub(super) fn unknown_format() -> Self {
        let message = "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf";
        Self::plain(415, Some("UnsupportedMediaType"), message.to_owned())
    }

    /// 415 for a patch in a format that is not known.
    pub(super) fn unknown_patch_format() -> Self {
        let message = "415: Unsupported Media Type".to_owned();
        Self {
            details: Some(json!({})),
            ..Self::plain(415, Some("UnsupportedMediaType"), message)
        }
    }

    /// 500 without a reason: what the API server says where it has no better word.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::plain(500, None, message.into())
    }

    fn about(code: u16, reason: &'static str, kind: &Kind, name: &str, message: String) -> Self {
        let details = Some(json!({ "name": name, "kind": kind.plural }));
        Self {
            details,
            ..Self::plain(code, Some(reason), message)
        }
    }

    fn plain(code: u16, reason: Option<&'static str>, message: String) -> Self {
        Self {
            code,
            reason,
            message,
            details: None,
        }
    }
}

/// The `Status` that answers a deletion.
pub(super) fn deleted(kind: &Kind, name: &str, uid: &str) -> Value {
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": { "name": name, "kind": kind.plural, "uid": uid },
    })
}
