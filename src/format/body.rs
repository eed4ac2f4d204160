//! Arguments and blocks among the tokens, and the old spellings in them that are replaced.

use super::label::quoted;
use super::rewrite;
use super::token::{Kind, Problem, Token};

/// The tokens with labels in quotes, values without needless interpolation, and types as they are written today.
pub(super) fn in_current_spelling(tokens: Vec<Token<'_>>) -> Result<Vec<Token<'_>>, Problem> {
    let mut reader = Reader {
        written: Vec::with_capacity(tokens.len()),
        tokens: tokens.into_iter().peekable(),
        open: Vec::new(),
    };
    reader.bodies()?;
    Ok(reader.written)
}

/// A block whose closing brace has not come yet.
struct Open {
    is_variable: bool,
    brace: crate::syntax::Place,
}

struct Reader<'t> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'t>>>,
    written: Vec<Token<'t>>,
    open: Vec<Open>,
}

impl<'t> Reader<'t> {
    fn bodies(&mut self) -> Result<(), Problem> {
        while let Some(token) = self.tokens.next() {
            match token.kind {
                Kind::Newline | Kind::Comment => self.written.push(token),
                Kind::Identifier => self.item(token)?,
                Kind::CloseBrace if self.open.pop().is_some() => self.written.push(token),
                _ => return Err(definition_required(&token)),
            }
        }
        match self.open.pop() {
            Some(open) => Err(Problem::new(
                "Unclosed configuration block",
                "There is no closing brace for this block before the end of the file.",
                open.brace,
            )),
            None => Ok(()),
        }
    }

    /// An argument, or the head of a block.
    fn item(&mut self, name: Token<'t>) -> Result<(), Problem> {
        let mut head = Vec::new();
        loop {
            match self.tokens.next() {
                Some(equals) if equals.kind == Kind::Equal && head.iter().all(is_comment) => {
                    let in_variable = matches!(self.open.as_slice(), [open] if open.is_variable);
                    let is_type = in_variable && name.text == "type";
                    self.written.push(name);
                    self.written.append(&mut head);
                    self.written.push(equals);
                    self.argument(is_type);
                    return Ok(());
                }
                Some(brace) if brace.kind == Kind::OpenBrace => {
                    let is_variable = name.text == "variable";
                    self.open.push(Open {
                        is_variable,
                        brace: brace.place(),
                    });
                    self.written.push(name);
                    self.written.extend(in_quotes(head));
                    self.written.push(brace);
                    return Ok(());
                }
                Some(token) if may_stand_in_head(&token) => head.push(token),
                _ => return Err(definition_required(&name)),
            }
        }
    }

    /// The value of an argument. Comments before and behind it stay where they are.
    fn argument(&mut self, is_type: bool) {
        while let Some(comment) = self.tokens.next_if(is_comment) {
            self.written.push(comment);
        }
        let mut value = Vec::new();
        let mut depth = 0;
        while let Some(token) = self
            .tokens
            .next_if(|token| depth > 0 || !(token.ends_line() || token.kind == Kind::CloseBrace))
        {
            depth += token.opens();
            value.push(token);
        }
        let end = value.iter().rposition(|token| !is_comment(token));
        let comments = value.split_off(end.map_or(0, |end| end + 1));
        self.written.extend(if is_type {
            rewrite::type_expression(value)
        } else {
            rewrite::value(value)
        });
        self.written.extend(comments);
    }
}

fn is_comment(token: &Token) -> bool {
    token.kind == Kind::Comment
}

/// Names and quoted labels; and comments, on the same line.
fn may_stand_in_head(token: &Token) -> bool {
    match token.kind {
        Kind::Identifier | Kind::OpenQuote | Kind::Quoted | Kind::CloseQuote => true,
        _ => is_comment(token) && !token.ends_line(),
    }
}

/// Every label in quotes. Comments between labels, and labels that Terraform does not understand, go.
fn in_quotes(head: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let labels = head.iter().rposition(|token| !is_comment(token));
    let mut head = head.into_iter();
    let mut written = Vec::new();
    let mut label: Vec<Token> = Vec::new();
    for token in head.by_ref().take(labels.map_or(0, |last| last + 1)) {
        let inside = !label.is_empty();
        match token.kind {
            Kind::Comment => {}
            Kind::CloseQuote => written.extend(quoted(std::mem::take(&mut label), token)),
            _ if inside || token.kind == Kind::OpenQuote => label.push(token),
            _ => {
                let (opening, closing) = quotes_around(&token);
                written.extend(quoted(vec![opening, token], closing));
            }
        }
    }
    written.extend(head);
    written
}

fn quotes_around<'t>(name: &Token<'t>) -> (Token<'t>, Token<'t>) {
    let quote = |kind| Token::new(kind, "\"", name.start);
    (quote(Kind::OpenQuote), quote(Kind::CloseQuote))
}

fn definition_required(token: &Token) -> Problem {
    Problem::new(
        "Argument or block definition required",
        "An argument or block definition is required here.",
        token.place(),
    )
}
