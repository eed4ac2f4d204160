//! The code of a diagnostic for what the decision calls the mistake.

use crate::diagnostic::Code;
use crate::trust::{self, Cause, Failure, PrincipalDifference, Refutation, nearest};

/// The code under which a refutation is told. What has no place in the catalogue is told as a binding that is refuted.
pub(super) fn code_of(refutation: &Refutation) -> Code {
    if let Cause::NotAllowed(refusals) = &refutation.cause
        && let Some(refusal) = nearest(refusals)
        && let Failure::Principal {
            nearest: Some(_),
            difference: PrincipalDifference::NotAProvider,
            ..
        } = refusal.failure
    {
        return Code::FederatedPrincipal;
    }
    named(refutation.code())
}

/// The code of the same name, where the catalogue has one.
pub(super) fn named(code: trust::Code) -> Code {
    match code {
        trust::Code::AnnotationNotARole => Code::AnnotationNotARole,
        trust::Code::AnnotationElsewhere => Code::AnnotationElsewhere,
        trust::Code::ShadowedByPodIdentity => Code::ShadowedByPodIdentity,
        trust::Code::NoProvider => Code::NoProvider,
        trust::Code::StaleIssuer => Code::StaleIssuer,
        trust::Code::OtherAccount => Code::OtherAccount,
        trust::Code::DualStackAlias => Code::DualStackAlias,
        trust::Code::Audience => Code::Audience,
        trust::Code::Subject => Code::Subject,
        trust::Code::SwappedOrMisspeltKey => Code::SwappedOrMisspeltKey,
        trust::Code::ArnOrSchemeInKey => Code::ArnOrSchemeInKey,
        trust::Code::LiteralWildcard => Code::LiteralWildcard,
        trust::Code::LetterCase => Code::LetterCase,
        trust::Code::IssuerHost => Code::IssuerHost,
        trust::Code::Action => Code::Action,
        trust::Code::NoAnnotation
        | trust::Code::NoRole
        | trust::Code::OtherPrincipal
        | trust::Code::ConditionNeverHolds
        | trust::Code::NoAllow
        | trust::Code::ExplicitDeny
        | trust::Code::Duration => Code::Refuted,
    }
}
