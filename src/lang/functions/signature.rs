//! Signatures of functions as data, from which calls are checked and the reference is written.

use super::arguments::Arguments;
use super::{Answer, CallError};
use crate::value::Type;

/// The types that parameters ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the types' own")]
pub enum Accepts {
    Any,
    Bool,
    Number,
    String,
    ListOfAny,
    ListOfBool,
    ListOfListOfAny,
    ListOfNumber,
    ListOfString,
    SetOfAny,
    SetOfString,
    MapOfAny,
    MapOfListOfString,
}

impl Accepts {
    /// The type itself.
    pub fn ty(self) -> Type {
        match self {
            Accepts::Any => Type::Dynamic,
            Accepts::Bool => Type::Bool,
            Accepts::Number => Type::Number,
            Accepts::String => Type::String,
            Accepts::ListOfAny => Type::list(Type::Dynamic),
            Accepts::ListOfBool => Type::list(Type::Bool),
            Accepts::ListOfListOfAny => Type::list(Type::list(Type::Dynamic)),
            Accepts::ListOfNumber => Type::list(Type::Number),
            Accepts::ListOfString => Type::list(Type::String),
            Accepts::SetOfAny => Type::set(Type::Dynamic),
            Accepts::SetOfString => Type::set(Type::String),
            Accepts::MapOfAny => Type::map(Type::Dynamic),
            Accepts::MapOfListOfString => Type::map(Type::list(Type::String)),
        }
    }
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, as error messages give it.
    pub name: &'static str,
    /// The type that arguments are converted to.
    pub accepts: Accepts,
    /// What it is for, in a sentence.
    pub description: &'static str,
    /// Whether null is an argument like any other.
    pub(super) nullable: bool,
    /// Whether the function looks at unknown arguments itself.
    pub(super) unknown: bool,
    /// Whether the function looks at marks itself.
    pub(super) marked: bool,
}

impl Parameter {
    pub(super) const fn new(
        name: &'static str,
        accepts: Accepts,
        description: &'static str,
    ) -> Parameter {
        Parameter {
            name,
            accepts,
            description,
            nullable: false,
            unknown: false,
            marked: false,
        }
    }

    /// Whether null is an argument like any other.
    pub fn takes_null(&self) -> bool {
        self.nullable
    }

    pub(super) const fn nullable(mut self) -> Parameter {
        self.nullable = true;
        self
    }

    pub(super) const fn unknown(mut self) -> Parameter {
        self.unknown = true;
        self
    }

    pub(super) const fn marked(mut self) -> Parameter {
        self.marked = true;
        self
    }
}

/// The type of a result.
#[derive(Clone, Copy)]
pub enum Returns {
    /// Always the same.
    Always(Accepts),
    /// It depends on the arguments.
    By(fn(&Arguments<'_>) -> Result<Type, CallError>),
}

/// A function with its documentation.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub description: &'static str,
    /// A call and its result.
    pub example: (&'static str, &'static str),
    /// The parameters, all of which need an argument.
    pub parameters: &'static [Parameter],
    /// The parameter that takes all further arguments.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Returns,
    /// Whether an unknown result is certainly not null.
    pub(super) never_null: bool,
    /// What Terraform declares, where that is not what `returns` says.
    pub(super) declared: Option<Accepts>,
    pub(super) body: fn(&Arguments<'_>) -> Answer,
}

impl Function {
    pub(super) const fn new(
        name: &'static str,
        description: &'static str,
        example: (&'static str, &'static str),
        returns: Returns,
        body: fn(&Arguments<'_>) -> Answer,
    ) -> Function {
        Function {
            name,
            description,
            example,
            parameters: &[],
            variadic: None,
            returns,
            never_null: true,
            declared: None,
            body,
        }
    }

    pub(super) const fn takes(mut self, parameters: &'static [Parameter]) -> Function {
        self.parameters = parameters;
        self
    }

    pub(super) const fn variadic(mut self, parameter: Parameter) -> Function {
        self.variadic = Some(parameter);
        self
    }

    pub(super) const fn maybe_null(mut self) -> Function {
        self.never_null = false;
        self
    }

    /// The type of the result as it is declared: any type where it depends on the arguments.
    pub fn declared_type(&self) -> Type {
        let declared = self.declared.unwrap_or(match self.returns {
            Returns::Always(accepts) => accepts,
            Returns::By(_) => Accepts::Any,
        });
        declared.ty()
    }

    /// Declares another type than [`Returns`] gives, as Terraform does.
    pub(super) const fn declares(mut self, declared: Accepts) -> Function {
        self.declared = Some(declared);
        self
    }

    /// The parameter that an argument belongs to.
    pub fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }

    pub(super) fn result_type(&self, arguments: &Arguments<'_>) -> Result<Type, CallError> {
        match self.returns {
            Returns::Always(accepts) => Ok(accepts.ty()),
            Returns::By(decide) => decide(arguments),
        }
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
