//! Expressions as text that reads back as the same expression.
//!
//! What a person wrote is better copied from its file, which has its comments and line breaks; this is for expressions
//! that were made.

use super::{
    BinaryOperator, Expression, ExpressionKind, ForExpression, ForResult, ObjectItem, Step,
    TemplatePart, UnaryOperator, escaped,
};
use crate::value::{Kind, Value};

/// The width up to which a constructor or call stays on one line, in characters.
const WIDTH: usize = 100;

/// How far a line is indented in its parent, in spaces.
const STEP: usize = 2;

/// Words that are values or begin an expression of their own, so that they cannot be bare keys.
const KEYWORDS: [&str; 4] = ["for", "null", "true", "false"];

impl Expression {
    /// The expression in the native syntax. Further lines are indented by `indent` spaces.
    pub fn to_hcl(&self, indent: usize) -> String {
        let flat = self.flat();
        if flat.chars().count() + indent <= WIDTH {
            return flat;
        }
        self.broken(indent).unwrap_or(flat)
    }

    fn flat(&self) -> String {
        match self.kind.as_ref() {
            ExpressionKind::Literal(value) => literal(value),
            ExpressionKind::Template(parts) => format!("\"{}\"", template(parts)),
            ExpressionKind::Reference(reference, following) => {
                format!("{}{}", reference.subject, steps(following))
            }
            ExpressionKind::Variable(name, following) => format!("{name}{}", steps(following)),
            ExpressionKind::Access(inner, following) => {
                format!("{}{}", inner.accessible(), steps(following))
            }
            ExpressionKind::Call {
                name,
                arguments,
                expand,
                ..
            } => {
                let dots = if *expand { "..." } else { "" };
                format!("{name}({}{dots})", flat_list(arguments))
            }
            ExpressionKind::Unary(UnaryOperator::Negate, operand) => {
                format!("-{}", operand.operand())
            }
            ExpressionKind::Unary(UnaryOperator::Not, operand) => format!("!{}", operand.operand()),
            ExpressionKind::Binary(first, following) => operation(first, following),
            ExpressionKind::Conditional(condition, then, otherwise) => {
                let condition = condition.operand();
                format!("{condition} ? {} : {}", then.operand(), otherwise.operand())
            }
            ExpressionKind::Tuple(elements) => format!("[{}]", flat_list(elements)),
            ExpressionKind::Object(items) if items.is_empty() => "{}".to_owned(),
            ExpressionKind::Object(items) => {
                let items: Vec<String> = items.iter().map(|item| item.to_hcl(None)).collect();
                format!("{{ {} }}", items.join(", "))
            }
            ExpressionKind::For(expression) => expression.flat(),
            ExpressionKind::Parentheses(inner) => format!("({})", inner.flat()),
        }
    }

    /// On several lines; nothing for a form that has no place for line breaks.
    fn broken(&self, indent: usize) -> Option<String> {
        let inner = indent + STEP;
        let (open, lines, close) = match self.kind.as_ref() {
            ExpressionKind::Tuple(elements) if !elements.is_empty() => {
                let lines = elements.iter().map(|one| format!("{},", one.to_hcl(inner)));
                ("[".to_owned(), lines.collect(), "]")
            }
            ExpressionKind::Object(items) if !items.is_empty() => {
                let lines = items.iter().map(|item| item.to_hcl(Some(inner)));
                ("{".to_owned(), lines.collect::<Vec<_>>(), "}")
            }
            ExpressionKind::Call {
                name,
                arguments,
                expand: false,
                ..
            } if !arguments.is_empty() => {
                let lines = arguments.iter();
                let lines = lines.map(|one| format!("{},", one.to_hcl(inner)));
                (format!("{name}("), lines.collect(), ")")
            }
            ExpressionKind::For(expression) => expression.broken(inner),
            ExpressionKind::Literal(_)
            | ExpressionKind::Template(_)
            | ExpressionKind::Reference(..)
            | ExpressionKind::Variable(..)
            | ExpressionKind::Access(..)
            | ExpressionKind::Call { .. }
            | ExpressionKind::Unary(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::Conditional(..)
            | ExpressionKind::Tuple(_)
            | ExpressionKind::Object(_)
            | ExpressionKind::Parentheses(_) => return None,
        };
        let (outer, space) = (" ".repeat(indent), " ".repeat(inner));
        let mut text = open;
        for line in lines {
            text.extend(["\n", &space, &line]);
        }
        text.extend(["\n", &outer, close]);
        Some(text)
    }

    /// In parentheses where the neighbours of an operator would tear it apart.
    fn operand(&self) -> String {
        let is_operation = matches!(
            self.kind.as_ref(),
            ExpressionKind::Binary(..)
                | ExpressionKind::Conditional(..)
                | ExpressionKind::Unary(..)
        );
        if is_operation {
            format!("({})", self.flat())
        } else {
            self.flat()
        }
    }

    /// In parentheses unless steps may follow it as it is.
    fn accessible(&self) -> String {
        let has_splat = |steps: &[Step]| {
            let is_splat = |step: &Step| matches!(step, Step::Splat(..) | Step::AttributeSplat(..));
            steps.iter().any(is_splat)
        };
        let takes_steps = match self.kind.as_ref() {
            ExpressionKind::Call { .. }
            | ExpressionKind::Parentheses(_)
            | ExpressionKind::Tuple(_) => true,
            ExpressionKind::Reference(_, steps) | ExpressionKind::Variable(_, steps) => {
                !has_splat(steps)
            }
            ExpressionKind::Literal(_)
            | ExpressionKind::Template(_)
            | ExpressionKind::Access(..)
            | ExpressionKind::Unary(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::Conditional(..)
            | ExpressionKind::Object(_)
            | ExpressionKind::For(_) => false,
        };
        if takes_steps {
            self.flat()
        } else {
            format!("({})", self.flat())
        }
    }

    /// In a template: a text as it is, all else between `${` and `}`.
    fn interpolated(&self) -> String {
        match self.as_literal().and_then(Value::as_str) {
            Some(text) => escaped(text),
            None => format!("${{{}}}", self.flat()),
        }
    }

    /// As the key of an object: a bare name where it is one, in parentheses where it would be read as one.
    fn key(&self) -> String {
        if let Some(name) = self.as_literal().and_then(Value::as_str)
            && is_name(name)
        {
            return name.to_owned();
        }
        let stands_alone = matches!(
            self.kind.as_ref(),
            ExpressionKind::Literal(_)
                | ExpressionKind::Template(_)
                | ExpressionKind::Parentheses(_)
        );
        if stands_alone {
            self.flat()
        } else {
            format!("({})", self.flat())
        }
    }
}

impl ObjectItem {
    /// On one line, or with its value's further lines indented.
    fn to_hcl(&self, indent: Option<usize>) -> String {
        format!("{} = {}", self.key.key(), text(&self.value, indent))
    }
}

impl ForExpression {
    fn flat(&self) -> String {
        let (open, close) = self.brackets();
        let condition = self.condition_text();
        let condition = condition.map_or_else(String::new, |text| format!(" {text}"));
        let (head, result) = (self.head(None), self.result_text(None));
        format!("{open}{head} {result}{condition}{close}")
    }

    /// What opens it, its lines and what closes it.
    fn broken(&self, indent: usize) -> (String, Vec<String>, &'static str) {
        let (open, close) = self.brackets();
        let head = format!(
            "{} {}",
            self.head(Some(indent)),
            self.result_text(Some(indent))
        );
        let lines = [head].into_iter().chain(self.condition_text()).collect();
        (open.to_owned(), lines, close)
    }

    fn brackets(&self) -> (&'static str, &'static str) {
        match self.result {
            ForResult::Tuple(_) => ("[", "]"),
            ForResult::Object { .. } => ("{", "}"),
        }
    }

    fn head(&self, indent: Option<usize>) -> String {
        let key = self.key.as_ref();
        let key = key.map_or_else(String::new, |key| format!("{key}, "));
        let collection = text(&self.collection, indent);
        format!("for {key}{} in {collection} :", self.value)
    }

    fn result_text(&self, indent: Option<usize>) -> String {
        match &self.result {
            ForResult::Tuple(element) => text(element, indent),
            ForResult::Object { key, value, group } => {
                let dots = if *group { "..." } else { "" };
                format!("{} => {}{dots}", key.flat(), text(value, indent))
            }
        }
    }

    fn condition_text(&self) -> Option<String> {
        let condition = self.condition.as_ref()?;
        Some(format!("if {}", condition.flat()))
    }
}

impl BinaryOperator {
    /// The operator as it is written.
    fn symbol(self) -> &'static str {
        match self {
            BinaryOperator::Add => "+",
            BinaryOperator::Subtract => "-",
            BinaryOperator::Multiply => "*",
            BinaryOperator::Divide => "/",
            BinaryOperator::Modulo => "%",
            BinaryOperator::Equal => "==",
            BinaryOperator::NotEqual => "!=",
            BinaryOperator::Less => "<",
            BinaryOperator::LessOrEqual => "<=",
            BinaryOperator::Greater => ">",
            BinaryOperator::GreaterOrEqual => ">=",
            BinaryOperator::And => "&&",
            BinaryOperator::Or => "||",
        }
    }
}

/// Operators between operands, in parentheses where the next operator would tear the ones before it apart.
fn operation(first: &Expression, following: &[(BinaryOperator, Expression)]) -> String {
    let mut text = first.operand();
    let mut before = None;
    for (operator, operand) in following {
        if before.is_some_and(|before| before != *operator) {
            text = format!("({text})");
        }
        text.extend([" ", operator.symbol(), " ", &operand.operand()]);
        before = Some(*operator);
    }
    text
}

/// On one line, or with further lines indented.
fn text(expression: &Expression, indent: Option<usize>) -> String {
    indent.map_or_else(|| expression.flat(), |indent| expression.to_hcl(indent))
}

/// Whether a text may stand as a key without quotation marks.
pub fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    first && characters.all(is_part) && !KEYWORDS.contains(&text)
}

fn flat_list(expressions: &[Expression]) -> String {
    let texts: Vec<String> = expressions.iter().map(Expression::flat).collect();
    texts.join(", ")
}

fn steps(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Attribute(name, _) => text.extend([".", name]),
            Step::Index(key, _) => text.extend(["[", &key.flat(), "]"]),
            Step::Splat(inner, _) => text.extend(["[*]", &self::steps(inner)]),
            Step::AttributeSplat(inner, _) => text.extend([".*", &self::steps(inner)]),
        }
    }
    text
}

/// A value that stands in an expression, which is known and has no marks.
fn literal(value: &Value) -> String {
    let list = |elements: &[Value]| elements.iter().map(literal).collect::<Vec<_>>().join(", ");
    match &value.kind {
        Kind::Null(_) | Kind::Unknown(_) => "null".to_owned(),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => format!("\"{}\"", escaped(text)),
        Kind::Tuple(elements) => format!("[{}]", list(elements)),
        Kind::List(_, elements) => format!("tolist([{}])", list(elements)),
        Kind::Set(_, elements) => format!("toset([{}])", list(elements)),
        Kind::Object(entries) | Kind::Map(_, entries) if entries.is_empty() => "{}".to_owned(),
        Kind::Object(entries) | Kind::Map(_, entries) => {
            let entries = entries.iter().map(|(name, value)| {
                let value = literal(value);
                if is_name(name) {
                    format!("{name} = {value}")
                } else {
                    format!("\"{}\" = {value}", escaped(name))
                }
            });
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn template(parts: &[TemplatePart]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            TemplatePart::Text(literal) => text.push_str(&escaped(literal)),
            TemplatePart::Interpolation(inner) => text.push_str(&inner.interpolated()),
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                text.extend(["%{ if ", &condition.flat(), " }", &template(then)]);
                if !otherwise.is_empty() {
                    text.extend(["%{ else }", &template(otherwise)]);
                }
                text.push_str("%{ endif }");
            }
            TemplatePart::For {
                key,
                value,
                collection,
                body,
            } => {
                text.push_str("%{ for ");
                text.extend(key.iter().flat_map(|key| [key.as_ref(), ", "]));
                text.extend([value.as_ref(), " in ", &collection.flat(), " }"]);
                text.extend([&template(body), "%{ endfor }"]);
            }
        }
    }
    text
}
