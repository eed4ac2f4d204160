//! Type constraints as `variable` blocks write them, with the defaults of optional attributes.

use super::{EmptyScope, Halt, bare, evaluate, lower};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::syntax::{Expr, Place, parse_expression};
use crate::value::{ConversionError, Kind, ObjectType, Type, Value, convert, unify};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A type that values are converted to, with what optional attributes are when they are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeConstraint {
    /// The type; [`Type::Dynamic`] in it takes any type.
    pub ty: Type,
    /// The defaults in it.
    defaults: Defaults,
}

/// The defaults at one place of a type and below it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Defaults {
    /// Of the attributes of the object at this place.
    values: BTreeMap<Name, Value>,
    /// Below the attributes or tuple elements, by name or position.
    parts: BTreeMap<Name, Arc<Defaults>>,
    /// Below every element of the collection at this place.
    elements: Option<Arc<Defaults>>,
}

impl TypeConstraint {
    /// A constraint without defaults.
    pub fn new(ty: Type) -> Self {
        TypeConstraint {
            ty,
            defaults: Defaults::default(),
        }
    }

    /// The constraint that any value fulfils.
    pub fn any() -> Self {
        TypeConstraint::new(Type::Dynamic)
    }

    /// The value with defaults where optional attributes are missing or null, however deep, not yet converted.
    ///
    /// Null itself and unknown values are left as they are.
    #[must_use]
    pub fn apply_defaults(&self, value: &Value) -> Value {
        self.defaults.apply(value)
    }

    /// The value with defaults, as the type.
    pub fn convert(&self, value: &Value) -> Result<Value, ConversionError> {
        convert(&self.apply_defaults(value), &self.ty)
    }
}

/// The constraint that an expression spells, as `list(string)` or `object({ a = optional(number, 1) })`.
///
/// The bare words `list` and `map` mean any element type.
pub fn type_constraint(expression: Expr<'_>, file: FileId) -> Result<TypeConstraint, Diagnostics> {
    let reader = Reader { file, depth: 0 };
    match bare::keyword(expression) {
        Some("list") => return Ok(TypeConstraint::new(Type::list(Type::Dynamic))),
        Some("map") => return Ok(TypeConstraint::new(Type::map(Type::Dynamic))),
        Some(_) | None => {}
    }
    if let Some(quoted) = expression.constant_text() {
        return Err(quoted_type(&quoted)
            .at(reader.span(expression.place()))
            .into());
    }
    let (ty, defaults) = reader.read(expression)?;
    Ok(TypeConstraint { ty, defaults })
}

/// The constraint that a text spells, as in `.tf.json`; problems are reported at `at`.
pub fn type_constraint_of_text(text: &str, at: Span) -> Result<TypeConstraint, Diagnostics> {
    let moved = |problems: Diagnostics| -> Diagnostics {
        problems.into_iter().map(|problem| problem.at(at)).collect()
    };
    let parsed = parse_expression(&Arc::from(text));
    if !parsed.problems.is_empty() {
        let detail = "A type specification is a type keyword or a type constructor call.";
        return Err(invalid(detail.into()).at(at).into());
    }
    type_constraint(parsed.tree.expression(parsed.root), at.file).map_err(moved)
}

/// Types nested deeper than this are refused.
const DEEPEST: usize = 1_000;

const NO_NAME: &str =
    "The keys of an object type are the names of its attributes, and stand there as they are.";

/// Reads the constraints of one file.
#[derive(Clone, Copy)]
struct Reader {
    file: FileId,
    /// How many constraints are around the current one.
    depth: usize,
}

type Read = Result<(Type, Defaults), Diagnostics>;

impl Reader {
    fn span(self, place: Place) -> Span {
        Span::new(self.file, place.range())
    }

    fn read(self, expression: Expr<'_>) -> Read {
        let depth = self.depth + 1;
        if depth > DEEPEST {
            let detail = format!("Types may be nested {DEEPEST} levels deep.");
            return Err(invalid(detail).at(self.span(expression.place())).into());
        }
        Reader { depth, ..self }.read_inside(expression)
    }

    fn read_inside(self, expression: Expr<'_>) -> Read {
        if let Some(keyword) = bare::keyword(expression) {
            let ty = keyword_type(keyword, self.span(expression.place()))?;
            return Ok((ty, Defaults::default()));
        }
        if expression.function().is_some() {
            return self.read_call(expression);
        }
        let detail = "A type specification is either a primitive type keyword (bool, number, string), the keyword any, \
                      or a complex type constructor call, like list(string).";
        Err(invalid(detail.into())
            .at(self.span(expression.place()))
            .into())
    }

    fn read_call(self, call: Expr<'_>) -> Read {
        let (name, arguments) = called(call);
        let span = self.span(call.place());
        let error = |detail: String| Err(invalid(detail).at(span).into());
        match (name, arguments.as_slice()) {
            ("bool" | "string" | "number", _) => error(format!(
                "Primitive type keyword \"{name}\" does not expect arguments."
            )),
            ("any", _) => {
                error("Type constraint keyword \"any\" does not expect arguments.".into())
            }
            ("optional", _) => error(
                "Keyword \"optional\" is valid only as a modifier for object type attributes."
                    .into(),
            ),
            ("list" | "set" | "map", [element]) => {
                let (ty, inner) = self.read(*element)?;
                let ty = match name {
                    "list" => Type::list(ty),
                    "set" => Type::set(ty),
                    _ => Type::map(ty),
                };
                let defaults = Defaults {
                    elements: inner.shared(),
                    ..Defaults::default()
                };
                Ok((ty, defaults))
            }
            ("object", [attributes]) => self.read_object(*attributes),
            ("tuple", [elements]) => self.read_tuple(*elements),
            ("list" | "set" | "map" | "object" | "tuple", _) => error(missing_argument(name)),
            _ => error(format!(
                "Keyword \"{name}\" is not a valid type constructor."
            )),
        }
    }

    fn read_tuple(self, expression: Expr<'_>) -> Read {
        let elements = bare::elements(expression).ok_or_else(|| {
            invalid("Tuple type constructor requires a list of element types.".into())
                .at(self.span(expression.place()))
        })?;
        let mut problems = Diagnostics::new();
        let mut types = Vec::new();
        let mut defaults = Defaults::default();
        for (position, element) in elements.into_iter().enumerate() {
            match self.read(element) {
                Ok((ty, inner)) => {
                    types.push(ty);
                    defaults.parts.extend(
                        inner
                            .shared()
                            .map(|inner| (position.to_string().into(), inner)),
                    );
                }
                Err(found) => problems.extend(found),
            }
        }
        problems
            .into_result((Type::tuple(types), defaults))
            .map(|(read, _)| read)
    }

    fn read_object(self, expression: Expr<'_>) -> Read {
        let attributes = bare::members(expression).ok_or_else(|| {
            let detail = "Object type constructor requires a map whose keys are attribute names and whose values are the \
                          corresponding attribute types.";
            invalid(detail.into()).at(self.span(expression.place()))
        })?;
        let mut problems = Diagnostics::new();
        let mut object = ObjectType::default();
        let mut defaults = Defaults::default();
        let mut names = BTreeSet::new();
        for (key, attribute) in attributes {
            let refused = |detail: String| invalid(detail).at(self.span(key.place()));
            let Some(name) = key.name().map(Name::from) else {
                problems.push(refused(NO_NAME.to_owned()));
                continue;
            };
            if !names.insert(name.clone()) {
                let detail = format!("The attribute \"{name}\" is given a type twice.");
                problems.push(refused(detail));
                continue;
            }
            let read = self.read_attribute(&name, attribute, &mut object, &mut defaults);
            problems.extend(read.err().unwrap_or_default());
        }
        problems
            .into_result((Type::Object(Arc::new(object)), defaults))
            .map(|(read, _)| read)
    }

    fn read_attribute(
        self,
        name: &Name,
        expression: Expr<'_>,
        object: &mut ObjectType,
        defaults: &mut Defaults,
    ) -> Result<(), Diagnostics> {
        let (modifier, arguments) = called(expression);
        if modifier != "optional" {
            let (ty, inner) = self.read(expression)?;
            object.attributes.insert(name.clone(), ty);
            defaults
                .parts
                .extend(inner.shared().map(|inner| (name.clone(), inner)));
            return Ok(());
        }
        let (ty, default) = match arguments.as_slice() {
            [ty] => (*ty, None),
            [ty, default] => (*ty, Some(*default)),
            [] => {
                let detail =
                    "Optional attribute modifier requires the attribute type as its argument.";
                return Err(invalid(detail.into())
                    .at(self.span(expression.place()))
                    .into());
            }
            _ => {
                let detail = "Optional attribute modifier expects only two arguments: the attribute type, and a default \
                              value.";
                return Err(invalid(detail.into())
                    .at(self.span(expression.place()))
                    .into());
            }
        };
        let (ty, inner) = self.read(ty)?;
        if let Some(default) = default {
            defaults
                .values
                .insert(name.clone(), self.default(default, &ty)?);
        }
        object.attributes.insert(name.clone(), ty);
        object.optional.insert(name.clone());
        defaults
            .parts
            .extend(inner.shared().map(|inner| (name.clone(), inner)));
        Ok(())
    }

    fn default(self, expression: Expr<'_>, ty: &Type) -> Result<Value, Diagnostics> {
        let lowered = lower(expression, self.file)?;
        let value = evaluate(&lowered, &EmptyScope).map_err(|halt| match halt {
            Halt::Failed(problems) => *problems,
            Halt::Blocked => Diagnostics::new(),
        })?;
        convert(&value, ty).map_err(|error| {
            let detail = format!(
                "This default value is not compatible with the attribute's type constraint: {}.",
                error.message
            );
            Diagnostic::error(Code::WrongType, detail)
                .with_summary("Invalid default value for optional attribute")
                .at(self.span(expression.place()))
                .into()
        })
    }
}

/// The function that a call names, and its arguments; nothing for anything else.
fn called(call: Expr<'_>) -> (&str, Vec<Expr<'_>>) {
    let Some((name, arguments)) = call.function() else {
        return ("", Vec::new());
    };
    let tree = call.tree();
    let arguments = tree.list(arguments.arguments).collect();
    (name.text(tree.text()), arguments)
}

impl Defaults {
    fn shared(self) -> Option<Arc<Defaults>> {
        (!self.is_empty()).then(|| Arc::new(self))
    }

    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.parts.is_empty() && self.elements.is_none()
    }

    fn below(&self, name: &str) -> Option<&Defaults> {
        self.parts
            .get(name)
            .or(self.elements.as_ref())
            .map(Arc::as_ref)
    }

    fn apply(&self, value: &Value) -> Value {
        if self.is_empty() {
            return value.clone();
        }
        let part = |name: &str, part: &Value| {
            self.below(name)
                .map_or_else(|| part.clone(), |below| below.apply(part))
        };
        let applied = match &value.kind {
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_) => return value.clone(),
            Kind::List(element, elements) | Kind::Set(element, elements) => {
                let elements: Vec<Value> =
                    elements.iter().map(|element| part("", element)).collect();
                let is_set = matches!(value.kind, Kind::Set(..));
                sequence(element, elements, is_set)
            }
            Kind::Tuple(elements) => {
                let elements = elements.iter().enumerate();
                Value::tuple(
                    elements
                        .map(|(position, element)| part(&position.to_string(), element))
                        .collect(),
                )
            }
            Kind::Map(_, entries) | Kind::Object(entries) => {
                let mut attributes: BTreeMap<Name, Value> = entries
                    .iter()
                    .map(|(name, value)| (name.clone(), part(name, value)))
                    .collect();
                for (name, default) in &self.values {
                    if attributes.get(name).is_none_or(Value::is_null) {
                        attributes.insert(name.clone(), part(name, default));
                    }
                }
                mapping(&value.kind, attributes)
            }
        };
        applied.marked(value.marks)
    }
}

/// The list or set that the elements were of, if they still have a type in common.
fn sequence(element: &Type, elements: Vec<Value>, is_set: bool) -> Value {
    let types: BTreeSet<Type> = elements.iter().map(Value::ty).collect();
    let types: Vec<Type> = types.into_iter().collect();
    let element = if types.is_empty() {
        Some(element.clone())
    } else {
        unify(&types)
    };
    let Some(element) = element else {
        return Value::tuple(elements);
    };
    let converted: Result<Vec<Value>, _> = elements
        .iter()
        .map(|value| convert(value, &element))
        .collect();
    match converted {
        Ok(elements) if is_set => Value::set(element, elements),
        Ok(elements) => Value::list(element, elements),
        Err(_) => Value::tuple(elements),
    }
}

/// The map that the entries were of, if they still have a type in common; an object otherwise.
fn mapping(before: &Kind, entries: BTreeMap<Name, Value>) -> Value {
    let Kind::Map(element, _) = before else {
        return Value::object(entries);
    };
    let types: BTreeSet<Type> = entries.values().map(Value::ty).collect();
    let types: Vec<Type> = types.into_iter().collect();
    let element = if types.is_empty() {
        Some(element.clone())
    } else {
        unify(&types)
    };
    let Some(element) = element else {
        return Value::object(entries);
    };
    let convert =
        |(name, value): (&Name, &Value)| Some((name.clone(), convert(value, &element).ok()?));
    let converted: Option<BTreeMap<Name, Value>> = entries.iter().map(convert).collect();
    match converted {
        Some(converted) => Value::new(Kind::Map(element, converted.into())),
        None => Value::object(entries),
    }
}

fn keyword_type(keyword: &str, at: Span) -> Result<Type, Diagnostics> {
    let constructors = ["list", "set", "map", "object", "tuple"];
    let keywords = ["bool", "string", "number", "any"];
    let diagnostic = match keyword {
        "bool" => return Ok(Type::Bool),
        "string" => return Ok(Type::String),
        "number" => return Ok(Type::Number),
        "any" => return Ok(Type::Dynamic),
        "optional" => {
            let detail =
                "Keyword \"optional\" is valid only as a modifier for object type attributes.";
            invalid(detail.into())
        }
        name if constructors.contains(&name) => invalid(missing_argument(name)),
        name => invalid(format!(
            "The keyword \"{name}\" is not a valid type specification."
        ))
        .suggest(name, keywords.into_iter().chain(constructors)),
    };
    Err(diagnostic.at(at).into())
}

fn missing_argument(constructor: &str) -> String {
    let argument = match constructor {
        "object" => "the attribute types and values as a map",
        "tuple" => "the element types as a list",
        _ => "the element type",
    };
    format!("The {constructor} type constructor requires one argument specifying {argument}.")
}

fn quoted_type(quoted: &str) -> Diagnostic {
    match quoted {
        "string" | "list" | "map" => {
            let instead = match quoted {
                "string" => "Remove the quotes around \"string\".".to_owned(),
                other => format!(
                    "Remove the quotes around \"{other}\" and write {other}(string) instead to explicitly indicate that \
                     the elements are strings."
                ),
            };
            let detail = format!(
                "Type constraints in quotes belong to Terraform 0.11 and earlier. {instead}"
            );
            Diagnostic::error(Code::WrongType, detail)
                .with_summary("Invalid quoted type constraints")
        }
        _ => {
            let detail = "To provide a full type expression, remove the surrounding quotes and give the type expression \
                          directly.";
            Diagnostic::error(Code::WrongType, detail)
                .with_summary("Invalid legacy variable type hint")
        }
    }
}

fn invalid(detail: String) -> Diagnostic {
    Diagnostic::error(Code::WrongType, detail).with_summary("Invalid type specification")
}
