//! Distinguished names as Go's `pkix.Name` prints them: `CN=Amazon Root CA 1,O=Amazon,C=US`.

use std::fmt::Write as _;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// The attributes that have names, in the order in which Go sorts them, with the name.
const NAMED: [(&str, &str); 9] = [
    ("2.5.4.6", "C"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.17", "POSTALCODE"),
    ("2.5.4.3", "CN"),
    ("2.5.4.5", "SERIALNUMBER"),
];

/// Of these the last value counts; of the others all, joined by `+`.
const SINGLE: [&str; 2] = ["CN", "SERIALNUMBER"];

/// The name as text, the most particular attribute first.
pub(super) fn text(name: &X509Name<'_>) -> String {
    let attributes: Vec<(String, &AttributeTypeAndValue<'_>)> = name
        .iter_attributes()
        .map(|attribute| (attribute.attr_type().to_id_string(), attribute))
        .collect();
    let is_named = |oid: &str| NAMED.iter().any(|(named, _)| *named == oid);
    let mut parts: Vec<String> = attributes
        .iter()
        .filter(|(oid, _)| !is_named(oid))
        .map(|(oid, attribute)| format!("{oid}=#{}", encoded(&value(attribute))))
        .collect();
    for (oid, label) in NAMED {
        let values = attributes.iter().filter(|(of, _)| of == oid);
        let mut values: Vec<String> = values
            .map(|(_, attribute)| format!("{label}={}", escaped(&value(attribute))))
            .collect();
        if SINGLE.contains(&label) {
            values = values.pop().into_iter().collect();
        }
        if !values.is_empty() {
            parts.push(values.join("+"));
        }
    }
    parts.reverse();
    parts.join(",")
}

fn value(attribute: &AttributeTypeAndValue<'_>) -> String {
    let text = attribute.as_str().map(str::to_owned);
    text.unwrap_or_else(|_| String::from_utf8_lossy(attribute.as_slice()).into_owned())
}

/// A value with a backslash before what has a meaning of its own (RFC 2253).
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut text = String::new();
    for (position, character) in value.chars().enumerate() {
        let special = match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => true,
            ' ' => position == 0 || position == last,
            '#' => position == 0,
            _ => false,
        };
        if special {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// A value in DER, as hexadecimal digits: a printable string where that holds all its characters, else UTF-8.
fn encoded(value: &str) -> String {
    let printable = value
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || " '()+,-./:=?".contains(character));
    let tag = if printable { 0x13 } else { 0x0c };
    let mut bytes = vec![tag];
    let length = value.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match length.as_slice() {
        [] => bytes.push(0),
        [short] if *short < 0x80 => bytes.push(*short),
        long => {
            bytes.push(0x80 | u8::try_from(long.len()).unwrap_or_default());
            bytes.extend(long);
        }
    }
    bytes.extend(value.as_bytes());
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{encoded, escaped};

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(escaped("Example, Inc."), "Example\\, Inc.");
        assert_eq!(escaped(" #a b# "), "\\ #a b#\\ ");
        assert_eq!(escaped("#1"), "\\#1");
        assert_eq!(escaped("*.example.com"), "*.example.com");
    }

    #[test]
    fn unnamed_attributes_are_encoded() {
        assert_eq!(encoded("ab"), "13026162");
        assert_eq!(encoded("a@b"), "0c03614062");
        assert_eq!(encoded(""), "1300");
        assert!(encoded(&"a".repeat(200)).starts_with("1381c86161"));
    }
}
