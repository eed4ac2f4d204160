//! `csvdecode`: tables in the form of RFC 4180, with a line of column names.
//!
//! Go's rules decide what is a mistake: a quote belongs around a whole field, and every line has as many fields as the
//! first. Empty lines are left out, and a line may end with `\r\n`.

use super::arguments::Arguments;
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, failed};
use crate::address::Name;
use crate::value::{Type, Value};
use std::collections::BTreeSet;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "csvdecode",
    "Decodes comma-separated values to a list of objects, with the first line as the names of the attributes.",
    (
        r#"csvdecode("a,b\n1,2\n")"#,
        r#"tolist([{a = "1", b = "2"}])"#,
    ),
    Returns::By(|_| Ok(Type::Dynamic)),
    decode,
)
.takes(&[P::new("str", Accepts::String, "The table.")])];

fn decode(call: &Arguments<'_>) -> Answer {
    let mut records = Records {
        rest: call.text(0)?,
        line: 0,
    };
    let told = |(line, message): (usize, &str)| {
        failed(format!("CSV parse error on line {line}: {message}"))
    };
    let names: Vec<Name> = match records.next_record().map_err(told)? {
        None => return Err(failed("missing header line")),
        Some((_, names)) => names.iter().map(|name| name.as_str().into()).collect(),
    };
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
        return Err(failed(format!("duplicate column name \"{twice}\"")));
    }
    let ty = Type::object(names.iter().map(|name| (name.clone(), Type::String)));
    let mut rows = Vec::new();
    while let Some((line, fields)) = records.next_record().map_err(told)? {
        if fields.len() != names.len() {
            return Err(told((line, "wrong number of fields")));
        }
        let fields = fields.iter().map(Value::string);
        rows.push(Value::object(names.iter().cloned().zip(fields).collect()));
    }
    Ok(Value::list(ty, rows))
}

const BARE: &str = "bare \" in non-quoted-field";
const QUOTE: &str = "extraneous or missing \" in quoted-field";

/// A mistake and the line it stands in.
type Mistake = (usize, &'static str);

struct Records<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Records<'t> {
    /// The next line without its end, and whether it has one.
    fn next_line(&mut self) -> Option<(&'t str, bool)> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let (line, rest) = self
            .rest
            .split_once('\n')
            .map_or((self.rest, None), |(line, rest)| (line, Some(rest)));
        self.rest = rest.unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        Some((line, rest.is_some()))
    }

    /// The fields of the next record that is not empty, with the number of its first line.
    fn next_record(&mut self) -> Result<Option<(usize, Vec<String>)>, Mistake> {
        let mut line = loop {
            match self.next_line() {
                None => return Ok(None),
                Some(("", _)) => {}
                Some((line, ended)) => break (line, ended),
            }
        };
        let first = self.line;
        let mut fields = Vec::new();
        loop {
            let Some(quoted) = line.0.strip_prefix('"') else {
                let (field, rest) = match line.0.split_once(',') {
                    Some((field, rest)) => (field, Some(rest)),
                    None => (line.0, None),
                };
                if field.contains('"') {
                    return Err((self.line, BARE));
                }
                fields.push(field.to_owned());
                match rest {
                    Some(rest) => line.0 = rest,
                    None => return Ok(Some((first, fields))),
                }
                continue;
            };
            line.0 = quoted;
            let (field, more) = self.quoted(&mut line)?;
            fields.push(field);
            if !more {
                return Ok(Some((first, fields)));
            }
        }
    }

    /// A field after its opening quote, and whether another follows; it may go over several lines.
    fn quoted(&mut self, line: &mut (&'t str, bool)) -> Result<(String, bool), Mistake> {
        let mut field = String::new();
        loop {
            let Some((part, after)) = line.0.split_once('"') else {
                field.push_str(line.0);
                if line.1 {
                    field.push('\n');
                }
                *line = self.next_line().ok_or((self.line, QUOTE))?;
                continue;
            };
            field.push_str(part);
            if let Some(after) = after.strip_prefix('"') {
                field.push('"');
                line.0 = after;
            } else if let Some(after) = after.strip_prefix(',') {
                line.0 = after;
                return Ok((field, true));
            } else if after.is_empty() {
                return Ok((field, false));
            } else {
                return Err((self.line, QUOTE));
            }
        }
    }
}
