//! Which paths a Rust file names, told from its tokens, so that comments and strings do not count.

use std::path::Path;
use std::str::FromStr as _;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path as far as the checks care: its first two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPath {
    /// `crate`, `std` or the name of an outside crate. A path that leaves its module with `super` up to the root of the
    /// crate counts as one of `crate`.
    pub root: String,
    /// The name after it.
    pub second: String,
    /// Where it stands, from 1.
    pub line: usize,
}

/// What one file says.
#[derive(Debug, Clone, Default)]
pub struct RustSource {
    /// The paths it names outside of `#[cfg(test)]` modules.
    pub paths: Vec<NamedPath>,
    /// The modules it declares with `mod name;`.
    pub declared: Vec<String>,
    /// The lines that hold the keyword `async`.
    pub asynchronous: Vec<usize>,
}

impl RustSource {
    /// Reads a file that is the module at `depth` (0 for the root of a crate, 1 for `src/plan/mod.rs`, …).
    pub fn read(file: &Path, depth: usize) -> Self {
        let text = std::fs::read_to_string(file).expect("a source file");
        Self::of(&text, depth).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
    }

    /// Reads the text of a file.
    pub fn of(text: &str, depth: usize) -> Result<Self, String> {
        let tokens = TokenStream::from_str(text).map_err(|error| error.to_string())?;
        let mut source = Self::default();
        source.walk(tokens, depth);
        Ok(source)
    }

    fn walk(&mut self, tokens: TokenStream, depth: usize) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut is_test = false;
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                    is_test |= group.stream().to_string().replace(' ', "") == "cfg(test)";
                    self.walk(group.stream(), depth);
                }
                TokenTree::Group(group) => {
                    self.walk(group.stream(), depth);
                    is_test = false;
                }
                TokenTree::Punct(mark) if mark.as_char() == ';' => is_test = false,
                TokenTree::Ident(name) if *name == "mod" => {
                    at += self.module(&tokens[at..], depth, is_test);
                    is_test = false;
                }
                TokenTree::Ident(name) if *name == "async" => {
                    self.asynchronous.push(name.span().start().line);
                }
                TokenTree::Ident(_) if starts_a_path(&tokens, at) => {
                    at += self.path(&tokens[at..], depth);
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }

    /// Takes in `mod name;` or `mod name { … }`; returns how many tokens to pass over.
    fn module(&mut self, tokens: &[TokenTree], depth: usize, is_test: bool) -> usize {
        let Some(TokenTree::Ident(name)) = tokens.get(1) else {
            return 0;
        };
        match tokens.get(2) {
            Some(TokenTree::Group(body)) => {
                if !is_test {
                    self.walk(body.stream(), depth + 1);
                }
                2
            }
            Some(TokenTree::Punct(mark)) if mark.as_char() == ';' => {
                self.declared.push(name.to_string());
                2
            }
            _ => 0,
        }
    }

    /// Takes in the path that the tokens begin with; returns how many tokens to pass over.
    fn path(&mut self, tokens: &[TokenTree], depth: usize) -> usize {
        let mut supers = 0;
        let mut at = 0;
        while tokens[at].to_string() == "super" && is_separator(tokens, at + 1) {
            supers += 1;
            at += 3;
        }
        let root = match supers {
            0 => {
                at = 3;
                tokens[0].to_string()
            }
            _ if supers == depth => "crate".to_owned(),
            _ => return at.saturating_sub(1),
        };
        let line = tokens[0].span().start().line;
        let (seconds, passed) = seconds(tokens.get(at));
        for second in seconds {
            let root = root.clone();
            self.paths.push(NamedPath { root, second, line });
        }
        at + passed - 1
    }
}

/// The names that may follow `root::`, and how many tokens they take.
fn seconds(token: Option<&TokenTree>) -> (Vec<String>, usize) {
    match token {
        Some(TokenTree::Ident(name)) => (vec![name.to_string()], 1),
        Some(TokenTree::Group(group)) => {
            let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
            let items = tokens.split(|token| token.to_string() == ",");
            let names = items
                .filter_map(|item| item.first())
                .map(ToString::to_string);
            (names.collect(), 1)
        }
        _ => (Vec::new(), 0),
    }
}

/// Whether a name stands at the beginning of a path of two names or more.
fn starts_a_path(tokens: &[TokenTree], at: usize) -> bool {
    let follows_a_path = at >= 2 && is_separator(tokens, at - 2);
    let follows_a_dot = at >= 1 && tokens[at - 1].to_string() == ".";
    is_separator(tokens, at + 1) && !follows_a_path && !follows_a_dot
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    is_colon(tokens.get(at)) && is_colon(tokens.get(at + 1))
}
