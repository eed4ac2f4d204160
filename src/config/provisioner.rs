//! `provisioner` and `connection` blocks: commands that are run beside an object.

use super::block::Reader;
use super::body::Body;
use super::escaping::ESCAPING;
use super::syntax::{Block, Ident, Structure, Syntax};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The one type of provisioners that is run.
pub const LOCAL_EXEC: &str = "local-exec";

/// A `provisioner` block.
#[derive(Clone, Debug)]
pub struct Provisioner {
    /// Its type. Only `local-exec` gets past the checks.
    pub kind: Name,
    /// Where the type stands.
    pub kind_span: Span,
    /// When it runs.
    pub when: When,
    /// Whether what is done goes on when it fails.
    pub continues: bool,
    /// Its arguments.
    pub body: Body,
    /// The block's header.
    pub span: Span,
}

/// When a provisioner runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After the object was made.
    Create,
    /// Before it is destroyed.
    Destroy,
}

/// What is run beside the objects of a block.
#[derive(Clone, Debug, Default)]
pub struct Provisioning {
    /// The commands.
    pub provisioners: Vec<Provisioner>,
    /// The `connection` block, which `local-exec` does not need.
    pub connection: Option<(Span, Body)>,
    /// The `connection` blocks of the provisioners.
    pub provisioner_connections: Vec<(When, Body)>,
}

impl Provisioning {
    /// The bodies of all `connection` blocks.
    pub fn connections(&self) -> impl Iterator<Item = &Body> {
        let own = self.connection.iter().map(|(_, body)| body);
        own.chain(self.provisioner_connections.iter().map(|(_, body)| body))
    }
}

impl Reader {
    /// Reads a `provisioner` or `connection` block of a resource.
    pub(super) fn provisioning(&mut self, block: &Block, all: &mut Provisioning) {
        let span = self.header(block);
        if block.ident.as_str() == "connection" {
            let body = self.body(&block.body, span);
            all.connection.get_or_insert((span, body));
        } else if let Some(kind) = self.provisioner_type(block) {
            let provisioner = self.provisioner(kind.clone(), block, all);
            all.provisioners.push(provisioner);
        }
    }

    /// The label, which has a dash where names have none.
    fn provisioner_type<'b>(&mut self, block: &'b Block) -> Option<&'b Ident> {
        let [kind] = block.labels.as_slice() else {
            self.wrong_labels(block, &["a type"]);
            return None;
        };
        Some(kind)
    }

    fn provisioner(&mut self, kind: Ident, block: &Block, all: &mut Provisioning) -> Provisioner {
        let span = self.header(block);
        let mut provisioner = Provisioner {
            kind: kind.name,
            kind_span: kind.span,
            when: When::Create,
            continues: false,
            body: Body::empty(span),
            span,
        };
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => match attribute.key.as_str() {
                    "when" => {
                        let destroys = self.choice(&attribute.value, "when", ["create", "destroy"]);
                        if destroys == Some(true) {
                            provisioner.when = When::Destroy;
                        }
                    }
                    "on_failure" => {
                        let words = ["fail", "continue"];
                        let continues = self.choice(&attribute.value, "on_failure", words);
                        provisioner.continues = continues.unwrap_or(false);
                    }
                    _ => self.structure(structure, &mut provisioner.body),
                },
                // Only commands on other machines need one, and there are none.
                Structure::Block(inner) if inner.ident.as_str() == "connection" => {
                    let place = self.header(inner);
                    let body = self.body(&inner.body, place);
                    all.provisioner_connections.push((provisioner.when, body));
                }
                Structure::Block(inner) if inner.ident.as_str() == ESCAPING => {
                    self.escaped(inner, &mut provisioner.body);
                }
                Structure::Block(inner) if inner.ident.as_str() == "lifecycle" => {
                    self.reserved_block(&inner.ident, "provisioner");
                }
                Structure::Block(inner) => {
                    let name = inner.ident.as_str();
                    let place = self.span_of(&inner.ident);
                    let detail = format!("Blocks of type \"{name}\" are not expected here.");
                    self.error(Code::UnknownBlock, place, detail);
                }
            }
        }
        for kind in ["connection", ESCAPING] {
            self.at_most_one(block, kind);
        }
        provisioner
    }

    /// Whether the second of two words is given; anything else is recorded.
    fn choice(&mut self, syntax: &Syntax, argument: &str, words: [&str; 2]) -> Option<bool> {
        let quoted = || syntax.constant().ok()?.as_str().map(Into::into);
        let found = syntax.keyword().or_else(quoted);
        let position =
            found.and_then(|found| words.iter().position(|word| *word == found.as_ref()));
        if position.is_none() {
            let [one, other] = words;
            let span = self.span_of(syntax);
            let detail = format!(
                "The \"{argument}\" argument requires one of the following keywords: {one} or {other}."
            );
            self.keyword(span, &format!("Invalid \"{argument}\" keyword"), &detail);
        }
        position.map(|position| position == 1)
    }

    fn keyword(&mut self, span: Span, summary: &str, detail: &str) {
        let diagnostic = Diagnostic::error(Code::InvalidBlock, detail);
        self.diagnostics
            .push(diagnostic.with_summary(summary).at(span));
    }
}
