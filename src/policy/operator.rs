//! The names of condition operators: a base operator, perhaps for each value of a set, perhaps only if the key exists.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys". IAM's parser takes the names in any letter case; they are printed in AWS's own.

use std::fmt;
use std::str::FromStr;

/// A condition operator as it may stand in a policy, such as `ForAnyValue:StringLikeIfExists`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionOperator {
    /// How the values of a multivalued key are judged; none for a single-valued key.
    pub set: Option<SetQuantifier>,
    /// The comparison.
    pub base: BaseOperator,
    /// Whether an absent key makes the condition true.
    pub if_exists: bool,
}

/// The two set operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetQuantifier {
    /// `ForAllValues:` — every value of the request satisfies the operator; true for no value at all.
    ForAllValues,
    /// `ForAnyValue:` — some value of the request satisfies the operator.
    ForAnyValue,
}

impl SetQuantifier {
    /// The name before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

macro_rules! base_operators {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// The comparisons of IAM, each named as AWS names it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum BaseOperator {
            $($(#[$doc])* $name),+
        }

        impl BaseOperator {
            /// Every operator IAM knows.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name as AWS writes it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name)),+
                }
            }
        }
    };
}

base_operators! {
    /// Equal texts; `*` and `?` are ordinary characters.
    StringEquals,
    /// No value is equal.
    StringNotEquals,
    /// Equal texts but for letter case.
    StringEqualsIgnoreCase,
    /// No value is equal but for letter case.
    StringNotEqualsIgnoreCase,
    /// Matches a glob, case-sensitively.
    StringLike,
    /// Matches no glob.
    StringNotLike,
    /// Equal numbers.
    NumericEquals,
    /// No value is the same number.
    NumericNotEquals,
    /// The request's number is less.
    NumericLessThan,
    /// The request's number is less or equal.
    NumericLessThanEquals,
    /// The request's number is greater.
    NumericGreaterThan,
    /// The request's number is greater or equal.
    NumericGreaterThanEquals,
    /// The same instant.
    DateEquals,
    /// No value is the same instant.
    DateNotEquals,
    /// The request's instant is earlier.
    DateLessThan,
    /// The request's instant is earlier or the same.
    DateLessThanEquals,
    /// The request's instant is later.
    DateGreaterThan,
    /// The request's instant is later or the same.
    DateGreaterThanEquals,
    /// `true` or `false`.
    Bool,
    /// The same bytes, the policy's in base64.
    BinaryEquals,
    /// The request's address lies in the range.
    IpAddress,
    /// The request's address lies in no range.
    NotIpAddress,
    /// The six parts of an ARN match, each as a glob.
    ArnEquals,
    /// No ARN pattern matches.
    ArnNotEquals,
    /// The same as [`BaseOperator::ArnEquals`].
    ArnLike,
    /// The same as [`BaseOperator::ArnNotEquals`].
    ArnNotLike,
    /// Whether the key is absent.
    Null,
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperatorKind {
    /// Texts.
    String,
    /// Numbers.
    Numeric,
    /// Instants.
    Date,
    /// Booleans.
    Bool,
    /// Bytes.
    Binary,
    /// Addresses with ranges.
    Address,
    /// ARNs, part by part.
    Arn,
    /// Nothing: whether there is a value.
    Null,
}

impl BaseOperator {
    /// What the operator compares.
    pub fn kind(self) -> OperatorKind {
        match self {
            Self::StringEquals
            | Self::StringNotEquals
            | Self::StringEqualsIgnoreCase
            | Self::StringNotEqualsIgnoreCase
            | Self::StringLike
            | Self::StringNotLike => OperatorKind::String,
            Self::NumericEquals
            | Self::NumericNotEquals
            | Self::NumericLessThan
            | Self::NumericLessThanEquals
            | Self::NumericGreaterThan
            | Self::NumericGreaterThanEquals => OperatorKind::Numeric,
            Self::DateEquals
            | Self::DateNotEquals
            | Self::DateLessThan
            | Self::DateLessThanEquals
            | Self::DateGreaterThan
            | Self::DateGreaterThanEquals => OperatorKind::Date,
            Self::Bool => OperatorKind::Bool,
            Self::BinaryEquals => OperatorKind::Binary,
            Self::IpAddress | Self::NotIpAddress => OperatorKind::Address,
            Self::ArnEquals | Self::ArnNotEquals | Self::ArnLike | Self::ArnNotLike => {
                OperatorKind::Arn
            }
            Self::Null => OperatorKind::Null,
        }
    }

    /// Whether the operator is true when **no** value of the policy matches.
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }
}

impl fmt::Display for BaseOperator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl ConditionOperator {
    /// The operator without a set operator and without `IfExists`.
    pub const fn plain(base: BaseOperator) -> Self {
        Self {
            set: None,
            base,
            if_exists: false,
        }
    }
}

/// Why a text is no condition operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// No operator has that name.
    #[error("unknown condition operator")]
    Unknown,
    /// `Null` with `IfExists` or a set operator.
    #[error("`Null` takes neither `IfExists` nor a set operator")]
    DecoratedNull,
}

impl FromStr for ConditionOperator {
    type Err = OperatorError;

    fn from_str(text: &str) -> Result<Self, OperatorError> {
        let (set, rest) = match text.split_once(':') {
            Some((prefix, rest)) => (Some(set_quantifier(prefix)?), rest),
            None => (None, text),
        };
        let (name, if_exists) = match strip_suffix_ignoring_case(rest, "IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let base = base_operator(name)?;
        if base == BaseOperator::Null && (set.is_some() || if_exists) {
            return Err(OperatorError::DecoratedNull);
        }
        Ok(Self {
            set,
            base,
            if_exists,
        })
    }
}

impl fmt::Display for ConditionOperator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(set) = self.set {
            write!(formatter, "{}:", set.as_str())?;
        }
        formatter.write_str(self.base.as_str())?;
        formatter.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

fn set_quantifier(prefix: &str) -> Result<SetQuantifier, OperatorError> {
    [SetQuantifier::ForAllValues, SetQuantifier::ForAnyValue]
        .into_iter()
        .find(|quantifier| quantifier.as_str().eq_ignore_ascii_case(prefix))
        .ok_or(OperatorError::Unknown)
}

fn base_operator(name: &str) -> Result<BaseOperator, OperatorError> {
    BaseOperator::ALL
        .iter()
        .copied()
        .find(|operator| operator.as_str().eq_ignore_ascii_case(name))
        .ok_or(OperatorError::Unknown)
}

fn strip_suffix_ignoring_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let start = text.len().checked_sub(suffix.len())?;
    let (head, tail) = (text.get(..start)?, text.get(start..)?);
    tail.eq_ignore_ascii_case(suffix).then_some(head)
}
