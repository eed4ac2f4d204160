//! What was proved or refuted, as diagnostics at the user's lines.
//!
//! What cannot work is an error before any change, unless the user asked for the plan all the same. Trust that reaches
//! further than it names is a warning, and an error where the user wants it strict.

mod advice;
mod code;
mod locate;
#[cfg(test)]
mod tests;

use super::access::Reach;
use super::planner::Planner;
use super::prove::{Binding, Finding, Way};
use super::witnessed::Witnessed;
use super::{Action, Change};
use crate::address::InstanceAddress;
use crate::config::NounKind;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::evaluate_constant;
use crate::policy::{PathStep, PolicyError, PolicyProblem, ProblemKind, RoleArn};
use crate::source::Span;
use crate::trust::{
    Cause, Fact, Failure, Hint, Refutation, SUBJECT_PREFIX, StatementRefusal, Verdict, nearest,
};
use advice::Words;
use code::code_of;
use locate::Locator;
use std::collections::{BTreeMap, BTreeSet};

/// Arguments of an OIDC provider that say which audiences it accepts; the noun's is the same line.
const CLIENT_IDS: &[&str] = &["client_id_list"];

/// The argument of a role with its trust policy.
const TRUST_POLICY: &[&str] = &["assume_role_policy"];

impl Planner<'_> {
    /// What is wrong with a binding: at the line that is to be changed, and at the service account.
    pub(super) fn judge(&self, binding: &Binding, world: &Witnessed<'_>) -> Option<Diagnostic> {
        let Finding::Decided {
            decision, words, ..
        } = &binding.finding
        else {
            return None;
        };
        match &decision.verdict {
            Verdict::Proved | Verdict::Undecided(_) => None,
            Verdict::Refuted(refutation) => Some(self.refuted(binding, refutation, words, world)),
            // Told once, at the role.
            Verdict::Invalid(_) if binding.role.is_some() => None,
            Verdict::Invalid(_) => {
                let detail = format!(
                    "IAM would refuse the trust policy of {}: {words}",
                    binding.role_arn
                );
                Some(self.wrong(&binding.account, Code::InvalidPolicy, detail))
            }
        }
    }

    fn refuted(
        &self,
        binding: &Binding,
        refutation: &Refutation,
        words: &str,
        world: &Witnessed<'_>,
    ) -> Diagnostic {
        let way = match binding.way {
            Way::Token => "",
            Way::PodIdentity => " by EKS Pod Identity",
        };
        let detail = format!(
            "The pods of {} will not be able to assume {}{way}: {words}",
            binding.subject, binding.role_arn
        );
        let diagnostic = self.wrong(&binding.account, code_of(refutation), detail);
        let shown = |text: &str| world.display(text);
        let words = Words {
            binding,
            shown: &shown,
        };
        let diagnostic = match self.place_of(binding, refutation, world) {
            Some((span, label)) => {
                let account = diagnostic.primary.clone();
                let diagnostic = diagnostic.labelled(span, world.display(&label));
                match account {
                    Some(account) => diagnostic
                        .also(account.span, format!("for the pods of {}", binding.subject)),
                    None => diagnostic,
                }
            }
            None => diagnostic,
        };
        match words.advice(refutation) {
            Some(advice) => diagnostic.hint(advice),
            None => diagnostic,
        }
    }

    /// The line that is to be changed, and what is said of it.
    fn place_of(
        &self,
        binding: &Binding,
        refutation: &Refutation,
        world: &Witnessed<'_>,
    ) -> Option<(Span, String)> {
        match &refutation.cause {
            Cause::NotAllowed(refusals) => {
                let (words, label) = words_of(nearest(refusals)?);
                let span = self.find(binding.role.as_ref()?, TRUST_POLICY, &words)?;
                Some((span, label))
            }
            Cause::ExplicitDeny(_) => {
                let words = ["Deny".to_owned()];
                let span = self.find(binding.role.as_ref()?, TRUST_POLICY, &words)?;
                Some((span, "this denies it".to_owned()))
            }
            Cause::AudienceNotAccepted { audience, .. } => {
                let provider = self.provider_of(&binding.issuer, world)?;
                let span = self.argument_of(&provider, CLIENT_IDS)?;
                Some((span, format!("tokens are for `{audience}`")))
            }
            Cause::AnnotationNotARole(_)
            | Cause::AnnotationElsewhere { .. }
            | Cause::CrossPartition { .. }
            | Cause::NoRole(_) => {
                let span = self.find(
                    &binding.account,
                    &[],
                    std::slice::from_ref(&binding.role_arn),
                )?;
                Some((span, String::new()))
            }
            Cause::NoAnnotation
            | Cause::ShadowedByPodIdentity { .. }
            | Cause::NoProvider { .. }
            | Cause::AssociationNotARole(_)
            | Cause::AssociationElsewhere { .. }
            | Cause::RoleOfAnotherAccount { .. }
            | Cause::Duration { .. } => None,
        }
    }

    /// The place of a word in the arguments of a resource, or in what they refer to.
    pub(super) fn find(
        &self,
        address: &InstanceAddress,
        arguments: &[&str],
        words: &[String],
    ) -> Option<Span> {
        let configuration = &self.program.configuration;
        let path = address.module.path();
        let resource = configuration
            .module(&path)?
            .resources
            .get(&address.resource)?;
        Locator { configuration }.find(&path, &resource.body, arguments, words)
    }

    /// The place of the value of an argument that a user wrote; nothing for those of a noun that were left out.
    pub(super) fn argument_of(&self, address: &InstanceAddress, names: &[&str]) -> Option<Span> {
        let configuration = &self.program.configuration;
        let module = configuration.module(&address.module.path())?;
        let body = &module.resources.get(&address.resource)?.body;
        let mut arguments = names.iter().filter_map(|name| body.argument(name));
        arguments.next().map(|argument| argument.value.span)
    }

    /// The provider of the plan for an issuer.
    fn provider_of(&self, issuer: &str, world: &Witnessed<'_>) -> Option<InstanceAddress> {
        let mut changes = self.plan.changes.iter();
        let found = changes.find(|change| {
            let resource = &change.address.resource;
            let url = world.object(&change.address);
            let url = url.and_then(|object| object.as_entries()?.get("url")?.as_str());
            resource.resource_type.as_ref() == "aws_iam_openid_connect_provider"
                && url.is_some_and(|url| {
                    let bare = url.strip_prefix("https://").unwrap_or(url);
                    world.display(bare) == issuer
                })
        });
        found.map(|change| change.address.clone())
    }

    /// The policies that IAM would refuse: of roles that the plan makes or changes, and of those that are bound.
    pub(super) fn judge_policies(&mut self, world: &Witnessed<'_>) {
        let is_sent = |change: &&Change| {
            change.deposed.is_none()
                && matches!(
                    change.action,
                    Action::Create | Action::Update | Action::Replace(_)
                )
        };
        let sent = self.plan.changes.iter().filter(is_sent);
        let sent = sent.map(|change| &change.address);
        let bound = self.plan.bindings.iter();
        let bound = bound.filter_map(|binding| binding.role.as_ref());
        let roles: BTreeSet<InstanceAddress> = sent.chain(bound).cloned().collect();
        for address in roles {
            let Some(role) = world.role(&address) else {
                continue;
            };
            let Fact::Known(Err(error)) = &role.role.trust else {
                continue;
            };
            let diagnostic = self.refused(&address, &role.role.arn, error, world);
            self.diagnostics.push(diagnostic);
        }
    }

    /// A policy that IAM would refuse: every problem at its place.
    fn refused(
        &self,
        role: &InstanceAddress,
        arn: &RoleArn,
        error: &PolicyError,
        world: &Witnessed<'_>,
    ) -> Diagnostic {
        let arn = world.display(&arn.to_string());
        let problems = world.display(&error.to_string());
        let detail = format!("IAM would refuse the trust policy of {arn}: {problems}");
        let diagnostic = self.wrong(role, Code::InvalidPolicy, detail);
        let block = diagnostic.primary.clone();
        let placed = error.problems.iter().filter_map(|problem| {
            let span = self.find(role, TRUST_POLICY, &[culprit(problem)?])?;
            Some((span, world.display(&problem.kind.to_string())))
        });
        let mut placed = placed.collect::<Vec<_>>().into_iter();
        let diagnostic = match placed.next() {
            Some((span, label)) => diagnostic.labelled(span, label),
            None => diagnostic,
        };
        let diagnostic = placed.fold(diagnostic, |diagnostic, (span, label)| {
            diagnostic.also(span, label)
        });
        match block.filter(|block| diagnostic.primary.as_ref() != Some(block)) {
            Some(block) => diagnostic.also(block.span, "of this role"),
            None => diagnostic,
        }
    }

    /// What cannot work: an error, or a warning where the user wants the plan all the same.
    fn wrong(&self, address: &InstanceAddress, code: Code, detail: String) -> Diagnostic {
        if self.options.trust.allow_refuted {
            return self.placed(address, Diagnostic::warning(code, detail));
        }
        self.placed(address, Diagnostic::error(code, detail))
    }

    /// A role that admits whom it does not name.
    pub(super) fn judge_reach(&mut self, role: &InstanceAddress, arn: &str, reach: &Reach) {
        let witness = reach.reach.witness.as_str();
        let witness = witness.strip_prefix(SUBJECT_PREFIX).unwrap_or(witness);
        let witness = witness.replacen(':', "/", 1);
        let detail = format!(
            "{} ({}) can assume {arn}, for example {witness}, which it does not name.",
            sentence(&reach.reach.breadth.to_string()),
            reach.cluster
        );
        let diagnostic = if self.options.trust.strict || self.is_strict(role) {
            Diagnostic::error(Code::Overbroad, detail)
        } else {
            Diagnostic::warning(Code::Overbroad, detail)
        };
        let diagnostic = match today(&reach.today) {
            Some(today) => diagnostic.hint(today),
            None => diagnostic,
        };
        let diagnostic = diagnostic.hint(match reach.way {
            Way::Token => {
                "Name who may: \"StringEquals\": { \"<issuer>:sub\": \"system:serviceaccount:<namespace>:<name>\" }"
            }
            Way::PodIdentity => {
                "Name who may: \"StringEquals\": { \"aws:RequestTag/eks-cluster-arn\": …, \
                 \"aws:RequestTag/kubernetes-namespace\": …, \"aws:RequestTag/kubernetes-service-account\": … }"
            }
        });
        let diagnostic = self.placed(role, diagnostic);
        let diagnostic = match self.argument_of(role, TRUST_POLICY) {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        };
        self.diagnostics.push(diagnostic);
    }

    /// Whether the block of a role noun says `strict = true`, which the linker has seen to be a constant.
    fn is_strict(&self, role: &InstanceAddress) -> bool {
        let path = role.module.path();
        let Some(name) = path.names().first() else {
            return false;
        };
        let calls = &self.program.configuration.root().calls;
        let call = calls
            .get(name)
            .filter(|call| call.noun == Some(NounKind::Role));
        let strict = call.and_then(|call| {
            let mut arguments = call.arguments.iter();
            arguments.find(|argument| argument.name.as_ref() == "strict")
        });
        strict
            .and_then(|argument| evaluate_constant(&argument.value).ok()?.as_bool())
            .unwrap_or_default()
    }

    /// A diagnostic about an instance, at the block that the user wrote for it.
    pub(super) fn placed(&self, address: &InstanceAddress, diagnostic: Diagnostic) -> Diagnostic {
        let diagnostic = diagnostic.about(address);
        match self.span_of(address) {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        }
    }

    fn span_of(&self, address: &InstanceAddress) -> Option<Span> {
        let module = self.program.configuration.module(&address.module.path())?;
        let resource = module.resources.get(&address.resource)?;
        let call = address.module.path().names().first().and_then(|name| {
            self.program
                .configuration
                .root()
                .calls
                .get(name)
                .filter(|call| call.noun.is_some())
                .map(|call| call.span)
        });
        // A noun's resources stand in the prelude, which is no place of the user's.
        Some(call.unwrap_or(resource.span))
    }
}

/// The word in which a policy's problem is seen: the last name on the way to it.
fn culprit(problem: &PolicyProblem) -> Option<String> {
    let named = match &problem.kind {
        ProblemKind::DuplicateConditionKey(text)
        | ProblemKind::DuplicateOperator(text)
        | ProblemKind::UnknownElement(text)
        | ProblemKind::UnknownVersion(text)
        | ProblemKind::UnknownEffect(text)
        | ProblemKind::UnknownPrincipalKind(text)
        | ProblemKind::BarePrincipal(text)
        | ProblemKind::UnknownOperator(text)
        | ProblemKind::DecoratedNull(text)
        | ProblemKind::InvalidSid(text)
        | ProblemKind::UnqualifiedAction(text)
        | ProblemKind::InvalidResource(text)
        | ProblemKind::DuplicateSid(text)
        | ProblemKind::DuplicateMember(text) => return Some(text.clone()),
        ProblemKind::ProhibitedElement(name) => return Some((*name).to_owned()),
        ProblemKind::Syntax(_)
        | ProblemKind::Type { .. }
        | ProblemKind::MissingElement(_)
        | ProblemKind::Exclusive(..)
        | ProblemKind::EmptyPrincipal
        | ProblemKind::NoStatement => problem.path.steps(),
    };
    named.iter().rev().find_map(|step| match step {
        PathStep::Member(name) => Some(name.clone()),
        PathStep::Index(_) => None,
    })
}

/// The words in which a refusal is seen, the most exact first, and what is said of them.
fn words_of(refusal: &StatementRefusal) -> (Vec<String>, String) {
    match &refusal.failure {
        Failure::Action { named, asked, .. } => (named.clone(), format!("asked for is `{asked}`")),
        Failure::Principal {
            nearest, actual, ..
        } => {
            let found = nearest.iter().cloned();
            let words = found.chain(["Federated".to_owned(), "Principal".to_owned()]);
            (words.collect(), format!("the token comes from `{actual}`"))
        }
        Failure::Caller { named, actual } => {
            (named.clone(), format!("the call comes from `{actual}`"))
        }
        Failure::Condition {
            operator,
            key,
            expected,
            actual,
        } => {
            let key = key.as_str().to_owned();
            let end = key.rsplit_once(':').map(|(_, claim)| format!(":{claim}"));
            let about_key = matches!(
                refusal.hints.first(),
                Some(Hint::KeyPrefix(_) | Hint::KeyClaim { .. })
            ) || actual.is_none();
            let keys: Vec<String> = [key].into_iter().chain(end).collect();
            let words = match refusal.hints.first() {
                Some(Hint::LiteralWildcard { .. }) => [vec![operator.to_string()], keys].concat(),
                _ if about_key => keys,
                _ => [expected.clone(), keys].concat(),
            };
            let label = actual.as_ref().map(|actual| format!("it is `{actual}`"));
            (words, label.unwrap_or_default())
        }
    }
}

/// Mistakes at one place, of which one change mends all, are told once, with the service accounts that meet them.
pub(super) fn together(told: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut together: Vec<Diagnostic> = Vec::new();
    let mut places = BTreeMap::new();
    for diagnostic in told {
        let place = (
            diagnostic.code,
            diagnostic.primary.clone(),
            diagnostic.hints.clone(),
        );
        // Without the place of a service account beside it, it is the place of one.
        let first = (!diagnostic.secondary.is_empty())
            .then(|| places.get(&place).copied())
            .flatten();
        match first.and_then(|first: usize| together.get_mut(first)) {
            Some(first) => first.secondary.extend(diagnostic.secondary),
            None => {
                places.insert(place, together.len());
                together.push(diagnostic);
            }
        }
    }
    together
}

/// The known accounts that a reach lets in.
fn today(known: &[String]) -> Option<String> {
    const SHOWN: usize = 5;
    let names = known.get(..SHOWN.min(known.len()))?.join(", ");
    match known.len().saturating_sub(SHOWN) {
        _ if known.is_empty() => None,
        0 => Some(format!("It lets in today: {names}.")),
        more => Some(format!("It lets in today: {names} and {more} more.")),
    }
}

/// A text as the beginning of a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
