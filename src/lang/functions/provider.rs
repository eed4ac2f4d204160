//! The functions of the built-in provider: values as files of variables, and back.
//!
//! They are called by the name under which a module requires `terraform.io/builtin/terraform`.

use super::arguments::Arguments;
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, failed};
use crate::address::Name;
use crate::diagnostic::Diagnostics;
use crate::format::laid_out_as_it_is;
use crate::lang::{evaluate_constant, lower, parse, written};
use crate::source::SourceMap;
use crate::syntax::{Item, is_identifier};
use crate::value::{Kind, Type, Value};
use std::collections::BTreeMap;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "provider::terraform::decode_tfvars",
        "Reads the text of a `.tfvars` file: an object with an attribute for each variable.",
        (
            r#"provider::terraform::decode_tfvars("a = [1]")"#,
            "{a = [1]}",
        ),
        Returns::By(|_| Ok(Type::Dynamic)),
        decode_tfvars,
    )
    .takes(&[P::new("src", Accepts::String, "The text.")]),
    Function::new(
        "provider::terraform::encode_expr",
        "Writes a value as an expression in the canonical layout.",
        (
            r#"provider::terraform::encode_expr(["a", true])"#,
            r#""[\"a\", true]""#,
        ),
        Returns::Always(Accepts::String),
        |call| {
            let Some(value) = known(call)? else {
                return Ok(Value::unknown_not_null(Type::String));
            };
            let text = canonical(&format!("a = {}\n", written(value, is_identifier)))?;
            let text = text.strip_prefix("a = ").unwrap_or(&text);
            Ok(Value::string(text.trim_end_matches('\n')))
        },
    )
    .takes(&[P::new("value", Accepts::Any, "The value.").unknown()]),
    Function::new(
        "provider::terraform::encode_tfvars",
        "Writes an object or a map as the text of a `.tfvars` file.",
        (
            r#"provider::terraform::encode_tfvars({a = 1, bc = "x"})"#,
            r#""a  = 1\nbc = \"x\"\n""#,
        ),
        Returns::Always(Accepts::String),
        encode_tfvars,
    )
    .takes(&[P::new(
        "value",
        Accepts::Any,
        "The values by the names of the variables.",
    )
    .unknown()]),
];

/// The argument, if all of it is known.
fn known<'a>(call: &Arguments<'a>) -> Result<Option<&'a Value>, super::CallError> {
    let value = call.get(0)?;
    Ok(value.is_wholly_known().then_some(value))
}

fn encode_tfvars(call: &Arguments<'_>) -> Answer {
    let Some(value) = known(call)? else {
        return Ok(Value::unknown_not_null(Type::String));
    };
    let (Kind::Object(entries) | Kind::Map(_, entries)) = &value.kind else {
        return Err(failed(
            "invalid value to encode: must be an object whose attribute names will become the encoded variable names",
        ));
    };
    let mut text = String::new();
    for (name, value) in entries {
        if !is_identifier(name) {
            return Err(failed(format!(
                "invalid variable name {name:?}: must be a valid identifier, per Terraform's rules for input variable \
                 declarations"
            )));
        }
        text.extend([name.as_ref(), " = ", &written(value, is_identifier), "\n"]);
    }
    Ok(Value::string(canonical(&text)?))
}

fn canonical(text: &str) -> Result<String, super::CallError> {
    laid_out_as_it_is(text).map_err(|_| failed("the value cannot be written"))
}

fn decode_tfvars(call: &Arguments<'_>) -> Answer {
    let text = call.text(0)?;
    let mut sources = SourceMap::default();
    let file = sources.add("<decode_tfvars argument>", text);
    // Where something begins, before what is said of it.
    let at = |offset: usize| {
        sources.file(file).map_or_else(String::new, |source| {
            let at = source.position(offset);
            format!("{}:{},{}: ", source.path().display(), at.line, at.column)
        })
    };
    let told = |what: String, problems: &Diagnostics| {
        let said = problems.iter().next().map(|it| {
            let place = it
                .primary
                .as_ref()
                .map(|label| at(label.span.range().start));
            let detail = it.detail.trim_end_matches('.');
            format!("{}{}; {detail}", place.unwrap_or_default(), it.summary)
        });
        failed(format!("{what}: {}", said.unwrap_or_default()))
    };
    let (tree, problems) = parse(&text.into(), file);
    if problems.has_errors() {
        return Err(told("invalid tfvars syntax".to_owned(), &problems));
    }
    let mut values: BTreeMap<Name, Value> = BTreeMap::new();
    for item in tree.file() {
        let argument = match item {
            Item::Argument(argument) => argument,
            Item::Block(block) => {
                return Err(failed(format!(
                    "invalid tfvars content: {}blocks are not allowed here",
                    at(block.place.range().start)
                )));
            }
        };
        let name = argument.name.text(tree.text());
        let expression = lower(tree.expression(argument.value), file);
        let value = expression.and_then(|expression| evaluate_constant(&expression));
        let value = value.map_err(|problems| {
            told(
                format!("invalid expression for variable \"{name}\""),
                &problems,
            )
        })?;
        if values.insert(name.into(), value).is_some() {
            let place = at(argument.name.range().start);
            let detail =
                format!("invalid tfvars syntax: {place}the argument \"{name}\" was already set");
            return Err(failed(detail));
        }
    }
    Ok(Value::object(values))
}
