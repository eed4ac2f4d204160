//! How mistakes are put together, and that codes keep their names.
#![allow(clippy::indexing_slicing, reason = "a test stops where it fails")]

use super::code::named;
use super::together;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::trust;

fn span(start: usize) -> Span {
    Span::new(FileId::default(), start..start + 1)
}

fn told(at: usize, label: &str, account: usize) -> Diagnostic {
    Diagnostic::error(Code::Action, "The pods will not be able to assume it.")
        .labelled(span(at), label)
        .also(span(account), "for the pods of it")
}

#[test]
fn one_mistake_that_two_accounts_meet_is_told_once() {
    let all = vec![
        told(1, "asked for", 10),
        told(5, "asked for", 20),
        told(1, "asked for", 30),
    ];
    let together = together(all);
    assert_eq!(together.len(), 2);
    let accounts: Vec<Span> = together[0]
        .secondary
        .iter()
        .map(|label| label.span)
        .collect();
    assert_eq!(accounts, [span(10), span(30)]);
}

#[test]
fn mistakes_that_are_mended_otherwise_are_told_apart() {
    assert_eq!(
        together(vec![told(1, "it is a", 10), told(1, "it is b", 20)]).len(),
        2
    );
    let alone = Diagnostic::error(Code::NoProvider, "No provider.").at(span(1));
    assert_eq!(together(vec![alone.clone(), alone]).len(), 2);
}

#[test]
fn codes_have_one_name_in_both_places() {
    let codes = [
        trust::Code::AnnotationNotARole,
        trust::Code::AnnotationElsewhere,
        trust::Code::ShadowedByPodIdentity,
        trust::Code::NoProvider,
        trust::Code::StaleIssuer,
        trust::Code::OtherAccount,
        trust::Code::DualStackAlias,
        trust::Code::Audience,
        trust::Code::Subject,
        trust::Code::SwappedOrMisspeltKey,
        trust::Code::ArnOrSchemeInKey,
        trust::Code::LiteralWildcard,
        trust::Code::LetterCase,
        trust::Code::IssuerHost,
        trust::Code::Action,
    ];
    for code in codes {
        assert_eq!(named(code).name(), code.as_str());
    }
}
