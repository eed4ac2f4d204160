//! Reading one block: a cursor over its syntax that records what is wrong with it.

use super::module::{Dependency, ProviderReference, Repetition};
use super::syntax::{Attribute, Block, Placed, Syntax};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::bare::TraversalStep;
use crate::lang::{Expression, ExpressionKind, Reference, Step, Subject};
use crate::source::Span;
use crate::syntax::is_identifier;
use crate::value::{Type, Value, convert};
use std::borrow::Cow;

/// Reads the syntax of one module.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) diagnostics: Diagnostics,
    /// The iterators of the `dynamic` blocks around the current place, innermost last.
    pub(super) iterators: Vec<Name>,
}

impl Reader {
    /// The span of a piece of syntax.
    #[expect(
        clippy::unused_self,
        reason = "readers ask for places as for everything else"
    )]
    pub(super) fn span_of(&self, syntax: &impl Placed) -> Span {
        syntax.place()
    }

    /// The header of a block: its type and labels.
    #[expect(
        clippy::unused_self,
        reason = "readers ask for places as for everything else"
    )]
    pub(super) fn header(&self, block: &Block) -> Span {
        block.header()
    }

    /// Lowers an expression; `None` when it is wrong, which is recorded.
    pub(super) fn expression(&mut self, syntax: &Syntax) -> Option<Expression> {
        let lowered = syntax.lower(&self.iterators);
        self.noted(lowered)
    }

    /// The reference where one is wanted that is not evaluated; what is none is recorded.
    pub(super) fn reference(&mut self, syntax: &Syntax) -> Option<Expression> {
        let reference = syntax.reference(&self.iterators);
        self.noted(reference)
    }

    /// What there is; what is wrong instead is recorded.
    fn noted<T>(&mut self, result: Result<T, Diagnostics>) -> Option<T> {
        match result {
            Ok(found) => Some(found),
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                None
            }
        }
    }

    /// Records a problem.
    pub(super) fn error(&mut self, code: Code, span: Span, detail: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(code, detail).at(span));
    }

    /// The labels of a block, which must be as many as `names` says.
    pub(super) fn labels<const N: usize>(
        &mut self,
        block: &Block,
        names: [&str; N],
    ) -> Option<[Name; N]> {
        let labels: Vec<Name> = block
            .labels
            .iter()
            .map(|label| label.as_str().into())
            .collect();
        let Ok(labels) = <[Name; N]>::try_from(labels) else {
            self.wrong_labels(block, &names);
            return None;
        };
        for (index, (label, place)) in labels.iter().zip(&block.labels).enumerate() {
            if !is_identifier(label) {
                let detail = format!(
                    "`{label}` is not a valid name. A name must start with a letter or underscore and may contain \
                     only letters, digits, underscores, and dashes."
                );
                self.diagnostics.push(
                    Diagnostic::error(Code::InvalidBlock, detail)
                        .with_summary(invalid_name(block.ident.as_str(), index))
                        .at(place.span),
                );
                return None;
            }
        }
        Some(labels)
    }

    /// Records that a block has too few labels or too many: the first that is not there, or not expected.
    pub(super) fn wrong_labels(&mut self, block: &Block, names: &[&str]) {
        let kind = block.ident.as_str();
        let detail = if names.is_empty() {
            format!("No labels are expected for {kind} blocks.")
        } else {
            let expected = names.join(" and ");
            let labels = if names.len() == 1 { "label" } else { "labels" };
            format!("All {kind} blocks must have {expected} as their {labels}.")
        };
        let (summary, span) = match block.labels.get(names.len()) {
            Some(label) => (format!("Extraneous label for {kind}"), label.span),
            None => {
                let missing = names.get(block.labels.len()).copied().unwrap_or_default();
                let missing = missing.trim_start_matches("a ");
                (format!("Missing {missing} for {kind}"), self.header(block))
            }
        };
        let diagnostic = Diagnostic::error(Code::InvalidBlock, detail);
        self.diagnostics
            .push(diagnostic.with_summary(summary).at(span));
    }

    /// Records a value of another type than an argument of fixed shape has.
    fn unsuitable(&mut self, span: Span, detail: String) {
        let diagnostic = Diagnostic::error(Code::WrongType, detail);
        self.diagnostics
            .push(diagnostic.with_summary("Unsuitable value type").at(span));
    }

    /// A constant value, for arguments that may not refer to anything.
    pub(super) fn constant(&mut self, attribute: &Attribute) -> Option<Value> {
        let value = attribute.value.constant();
        self.noted(value)
    }

    /// A constant text.
    pub(super) fn constant_text(&mut self, attribute: &Attribute) -> Option<String> {
        let value = self.constant(attribute)?;
        let span = self.span_of(&attribute.value);
        let text = convert(&value, &Type::String).ok();
        let text = text.and_then(|text| text.as_str().map(str::to_owned));
        if text.is_none() {
            let detail = format!(
                "`{}` must be a text without references.",
                attribute.key.as_str()
            );
            self.unsuitable(span, detail);
        }
        text
    }

    /// A constant truth value.
    pub(super) fn constant_bool(&mut self, attribute: &Attribute) -> Option<bool> {
        let value = self.constant(attribute)?;
        let span = self.span_of(&attribute.value);
        let truth = value.as_bool().or_else(|| match value.as_str() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        });
        if truth.is_none() {
            let detail = format!("`{}` must be `true` or `false`.", attribute.key.as_str());
            self.unsuitable(span, detail);
        }
        truth
    }

    /// What is meant by a reference in quotes, which Terraform takes with a warning where references are not evaluated.
    pub(super) fn unquoted<'s>(&mut self, syntax: &'s Syntax) -> Cow<'s, Syntax> {
        let Some(meant) = syntax.quoted() else {
            return Cow::Borrowed(syntax);
        };
        let detail = "References stand here as they are. Quotes around them belong to Terraform 0.11 and earlier; \
                      remove them.";
        self.diagnostics.push(
            Diagnostic::warning(Code::InvalidReference, detail)
                .with_summary("Quoted references are deprecated")
                .at(syntax.place()),
        );
        Cow::Owned(meant)
    }

    /// The entries of `depends_on`.
    pub(super) fn depends_on(&mut self, syntax: &Syntax) -> Vec<Dependency> {
        let Some(entries) = syntax.elements() else {
            let detail = "`depends_on` must be a list of references.";
            let diagnostic = Diagnostic::error(Code::WrongType, detail);
            let diagnostic = diagnostic.with_summary("Invalid expression");
            self.diagnostics.push(diagnostic.at(self.span_of(syntax)));
            return Vec::new();
        };
        entries
            .iter()
            .filter_map(|entry| self.dependency(entry))
            .collect()
    }

    fn dependency(&mut self, entry: &Syntax) -> Option<Dependency> {
        let entry = self.unquoted(entry);
        let expression = self.reference(&entry)?;
        if let ExpressionKind::Reference(reference, steps) = expression.kind.as_ref() {
            self.whole(reference, steps);
            return Some(Dependency {
                reference: reference.clone(),
                steps: steps.clone(),
            });
        }
        let detail =
            "An entry of `depends_on` must be a bare reference, as `aws_iam_role.a` or `module.b`.";
        let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
        let diagnostic = diagnostic.with_summary("Invalid expression");
        self.diagnostics.push(diagnostic.at(expression.span));
        None
    }

    /// Records an entry of `depends_on` that goes into an object: what is waited for is a block, an instance of one, or an
    /// output of a module.
    fn whole(&mut self, reference: &Reference, steps: &[Step]) {
        let is_index = |at: usize| matches!(steps.get(at), Some(Step::Index(..)));
        let own = match reference.subject {
            Subject::Resource(_) => usize::from(is_index(0)),
            Subject::Module(_) => {
                let key = usize::from(is_index(0));
                key + usize::from(matches!(steps.get(key), Some(Step::Attribute(..))))
            }
            Subject::Variable(_)
            | Subject::Local(_)
            | Subject::Each(_)
            | Subject::CountIndex
            | Subject::Path(_)
            | Subject::Workspace
            | Subject::Own => 0,
        };
        if let Some(
            Step::Attribute(_, span)
            | Step::Index(_, span)
            | Step::Splat(_, span)
            | Step::AttributeSplat(_, span),
        ) = steps.get(own)
        {
            let detail = "Only whole objects can be waited for, not attributes of them.";
            let diagnostic = Diagnostic::error(Code::InvalidReference, detail);
            let diagnostic = diagnostic.with_summary("Invalid depends_on reference");
            self.diagnostics.push(diagnostic.at(*span));
        }
    }

    /// The reference of `provider = aws.west`.
    pub(super) fn provider_reference(&mut self, syntax: &Syntax) -> Option<ProviderReference> {
        let syntax = self.unquoted(syntax);
        let found = syntax.traversal().and_then(|found| {
            let alias = match found.steps.as_slice() {
                [] => None,
                [TraversalStep::Attribute(alias)] => Some(alias.clone()),
                _ => return None,
            };
            Some(ProviderReference {
                local_name: found.root,
                alias,
                key: None,
                span: found.span,
            })
        });
        if found.is_none() {
            let detail = "A provider reference is a provider's name, or a name and an alias: `aws` or `aws.west`.";
            let diagnostic = Diagnostic::error(Code::InvalidProvider, detail)
                .with_summary("Invalid provider configuration reference");
            self.diagnostics.push(diagnostic.at(self.span_of(&*syntax)));
        }
        found.filter(|found| self.is_provider_name(&found.local_name, found.span))
    }

    /// Whether a text is a local name of a provider; what is none is recorded
    /// (<https://developer.hashicorp.com/terraform/language/providers/requirements#local-names>).
    pub(super) fn is_provider_name(&mut self, text: &str, span: Span) -> bool {
        let holds = text.to_lowercase() == text && is_name_of_provider(text);
        if !holds {
            let detail = "A provider's local name has lower-case letters, digits and single dashes, with none at its \
                          beginning or end.";
            let diagnostic = Diagnostic::error(Code::InvalidProvider, detail);
            let diagnostic = diagnostic.with_summary("Invalid provider local name");
            self.diagnostics.push(diagnostic.at(span));
        }
        holds
    }

    /// Sets `count` or `for_each`, of which a block may have one.
    pub(super) fn repetition(&mut self, attribute: &Attribute, repetition: &mut Repetition) {
        let span = match repetition {
            Repetition::ForEach(before) => before.span,
            Repetition::None | Repetition::Count(_) => self.span_of(&attribute.key),
        };
        let Some(expression) = self.expression(&attribute.value) else {
            return;
        };
        if !matches!(repetition, Repetition::None) {
            let detail =
                "\"count\" and \"for_each\" are mutually exclusive: a block has one or the other.";
            self.diagnostics.push(
                Diagnostic::error(Code::InvalidRepetition, detail)
                    .with_summary("Invalid combination of \"count\" and \"for_each\"")
                    .at(span),
            );
            return;
        }
        *repetition = if attribute.key.as_str() == "count" {
            Repetition::Count(expression)
        } else {
            Repetition::ForEach(expression)
        };
    }
}

/// Whether a text may be a part of a provider's name: letters, digits and single dashes, with none at its beginning or end.
pub(super) fn is_name_of_provider(text: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || c == '-';
    let ends = text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
    ends && text.chars().all(is_inner) && !text.contains("--")
}

/// The summary of a label that is no name, by the type of the block and the label's position.
fn invalid_name(block: &str, index: usize) -> &'static str {
    match (block, index) {
        ("variable", _) => "Invalid variable name",
        ("output", _) => "Invalid output name",
        ("module", _) => "Invalid module instance name",
        ("check", _) => "Invalid check block name",
        ("resource", 0) => "Invalid resource type name",
        ("resource", _) => "Invalid resource name",
        ("data", 0) => "Invalid data source name",
        ("data", _) => "Invalid data resource name",
        _ => "Invalid name",
    }
}
