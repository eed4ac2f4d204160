//! Whether a blank stands between two tokens of a line.

use super::line::Line;
use super::token::{Kind, Token};

/// Sets the blanks before every token but the first of a line, of its assignment and of its comment.
pub(super) fn space(tokens: &mut [Token], lines: &[Line]) {
    for line in lines {
        for part in [line.lead(), line.assignment()] {
            let part = tokens.get_mut(part).unwrap_or_default();
            let mut before = None;
            for at in 1..part.len() {
                if let Some([subject, after]) = part.get_mut(at - 1..=at) {
                    after.before = usize::from(separated(before, subject, after));
                    before = Some(subject.kind);
                }
            }
        }
        if let Some(equals) = tokens
            .get_mut(line.assignment())
            .and_then(|part| part.first_mut())
        {
            equals.before = 1;
        }
    }
}

/// Whether a blank separates `subject` from `after`; the rules go from the strongest to the weakest.
fn separated(before: Option<Kind>, subject: &Token, after: &Token) -> bool {
    let (left, right) = (subject.kind, after.kind);
    if right == Kind::Newline || belong_together(left, right) {
        return false;
    }
    if left == Kind::Comma {
        return true;
    }
    if within_template(left, right) {
        return false;
    }
    if left == Kind::Identifier && subject.text == "in" && before == Some(Kind::Identifier) {
        return true;
    }
    if right == Kind::OpenBracket
        && (matches!(left, Kind::Identifier | Kind::Number) || subject.opens() < 0)
    {
        return false;
    }
    match (left, right) {
        (Kind::Bang, _)
        | (Kind::OpenBrace, Kind::CloseBrace)
        | (Kind::SequenceEnd, Kind::Interpolation | Kind::Directive) => false,
        (Kind::Minus, _) => follows_operand(before),
        (Kind::OpenBrace, _)
        | (_, Kind::CloseBrace)
        | (Kind::Interpolation | Kind::Directive, Kind::OpenBrace)
        | (Kind::CloseBrace, Kind::SequenceEnd) => true,
        _ => subject.opens() <= 0 && after.opens() >= 0,
    }
}

/// Whether they are never separated: a function and its arguments, attributes, what precedes a comma.
fn belong_together(left: Kind, right: Kind) -> bool {
    matches!(
        (left, right),
        (Kind::Identifier, Kind::OpenParen | Kind::DoubleColon)
            | (Kind::DoubleColon, Kind::Identifier)
            | (Kind::Dot, _)
            | (_, Kind::Dot | Kind::Comma | Kind::Ellipsis)
    )
}

/// Whether a blank between them would be part of a template's text.
fn within_template(left: Kind, right: Kind) -> bool {
    matches!(
        left,
        Kind::Quoted | Kind::HeredocText | Kind::OpenQuote | Kind::OpenHeredoc
    ) || matches!(
        right,
        Kind::Quoted | Kind::HeredocText | Kind::CloseQuote | Kind::CloseHeredoc
    )
}

/// Whether a minus after this is a subtraction, and not the sign of what follows.
fn follows_operand(before: Option<Kind>) -> bool {
    !matches!(
        before,
        None | Some(
            Kind::OpenParen
                | Kind::OpenBrace
                | Kind::OpenBracket
                | Kind::Equal
                | Kind::Colon
                | Kind::Comma
                | Kind::Question
                | Kind::Minus
                | Kind::Bang
                | Kind::Operator
        )
    )
}
