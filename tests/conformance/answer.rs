//! Answers of AWS and its stand-ins as JSON, without what no two servers have in common.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value as Json, json};

/// Members that say nothing about a server: identifiers of requests, and the words of errors.
const LEFT_OUT: [&str; 8] = [
    "ResponseMetadata",
    "RequestId",
    "requestId",
    "Message",
    "message",
    "Type",
    "__type",
    "clusterName",
];

/// The body of an answer. An error is `{"Code": …}` in every protocol.
pub(super) fn normalised(text: &str, status: u16, kind: Option<&str>, account: &str) -> Json {
    let text = text.replace(account, "ACCOUNT");
    if text.trim().is_empty() {
        return error_of(status, kind).unwrap_or(Json::Null);
    }
    if let Ok(json) = serde_json::from_str::<Json>(&text) {
        return error_of(status, kind.or_else(|| json["__type"].as_str()))
            .unwrap_or_else(|| some(cleaned("", json)));
    }
    match xml(&text) {
        Some(json) => {
            let found = json
                .pointer("/Error/Code")
                .or(json.pointer("/Errors/Error/Code"));
            match found {
                Some(code) => json!({ "Code": code }),
                None => some(cleaned("", json)),
            }
        }
        // A page for people.
        None => json!({ "Code": "<no answer of AWS>" }),
    }
}

/// An answer without anything in it is none.
fn some(answer: Json) -> Json {
    if is_nothing(&answer) {
        return Json::Null;
    }
    answer
}

fn error_of(status: u16, kind: Option<&str>) -> Option<Json> {
    if status < 400 {
        return None;
    }
    let code = kind.unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    Some(json!({ "Code": code.split(':').next().unwrap_or_default() }))
}

/// Every difference between two answers, by pointer: the status, then members.
pub(super) fn differences(ours: (u16, &Json), theirs: (u16, &Json)) -> Vec<(String, Json, Json)> {
    let mut found = Vec::new();
    if ours.0 != theirs.0 {
        found.push(("http".to_owned(), ours.0.into(), theirs.0.into()));
    }
    differ(String::new(), ours.1, theirs.1, &mut found);
    found
}

fn differ(at: String, ours: &Json, theirs: &Json, found: &mut Vec<(String, Json, Json)>) {
    match (ours, theirs) {
        (Json::Object(here), Json::Object(there)) => {
            let names: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
            for name in names {
                let of =
                    |members: &Map<String, Json>| members.get(name).cloned().unwrap_or_default();
                differ(format!("{at}/{name}"), &of(here), &of(there), found);
            }
        }
        (Json::Array(here), Json::Array(there)) if here.len() == there.len() => {
            for (index, (ours, theirs)) in here.iter().zip(there).enumerate() {
                differ(format!("{at}/{index}"), ours, theirs, found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push((at, ours.clone(), theirs.clone())),
    }
}

/// A value without what differs from run to run. Nothing (null, an empty list or map) is the same as an absent member.
fn cleaned(name: &str, value: Json) -> Json {
    match value {
        Json::Object(members) => {
            let kept = members
                .into_iter()
                .filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()) && !name.starts_with('@'))
                .map(|(name, value)| {
                    let value = cleaned(&name, value);
                    (name, value)
                })
                .filter(|(_, value)| !is_nothing(value));
            Json::Object(kept.collect())
        }
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(|item| cleaned(name, item)).collect();
            items.sort_by_key(Json::to_string);
            Json::Array(items)
        }
        Json::Number(_) if name.ends_with("At") => Json::from("<time>"),
        Json::String(text) => text_of(name, &text),
        Json::Null | Json::Bool(_) | Json::Number(_) => value,
    }
}

fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

fn text_of(name: &str, text: &str) -> Json {
    if name.ends_with("Date") || name.ends_with("At") || name == "Expiration" {
        return Json::from("<time>");
    }
    if name.ends_with("Document") {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        return serde_json::from_str(&decoded).unwrap_or_else(|_| Json::from(decoded.as_ref()));
    }
    match name {
        "RoleId" | "PolicyId" | "UserId" | "AccessKeyId" | "SecretAccessKey" | "SessionToken"
        | "AssumedRoleId" | "Marker" | "id" | "clientRequestToken" => {
            Json::from(format!("<{name}>"))
        }
        _ => Json::from(text),
    }
}

/// An element that has begun: its name, its members and its text so far.
type Open = (String, Vec<(String, Json)>, String);

/// An XML document as JSON, without the outermost element; lists are their members. `None` for what is none.
fn xml(text: &str) -> Option<Json> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                open.push((name, Vec::new(), String::new()));
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                open.last_mut()?.1.push((name, Json::Null));
            }
            Event::Text(part) => {
                if let Some((_, _, text)) = open.last_mut() {
                    text.push_str(&part);
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.to_string();
                let (_, _, text) = open.last_mut()?;
                text.push_str(match name.as_str() {
                    "quot" | "#34" => "\"",
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "apos" => "'",
                    _ => "?",
                });
            }
            Event::End(_) => {
                let (name, members, text) = open.pop()?;
                let value = element(members, &text);
                match open.last_mut() {
                    Some((_, outer, _)) => outer.push((name, value)),
                    None => return Some(value),
                }
            }
            Event::Eof => return None,
            Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

fn element(members: Vec<(String, Json)>, text: &str) -> Json {
    if members.is_empty() {
        return Json::from(text.trim());
    }
    if members.iter().all(|(name, _)| name == "member") {
        return members.into_iter().map(|(_, value)| value).collect();
    }
    if members.iter().all(|(name, _)| name == "entry") {
        let text = |entry: &Json, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let entries = members
            .iter()
            .map(|(_, entry)| (text(entry, "key"), text(entry, "value").into()));
        return Json::Object(entries.collect());
    }
    let result = members.iter().find(|(name, _)| name.ends_with("Result"));
    if let Some((_, result)) = result {
        return result.clone();
    }
    Json::Object(members.into_iter().collect())
}
