//! What was proved or refuted, as diagnostics at the user's lines.
//!
//! What cannot work is an error before any change, unless the user asked for the plan all the same. Trust that reaches
//! further than it names is a warning, and an error where the user wants it strict.

use super::access::Reach;
use super::planner::Planner;
use super::prove::{Binding, Finding, Way};
use super::witnessed::Witnessed;
use super::{Action, Change};
use crate::address::InstanceAddress;
use crate::config::NounKind;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::evaluate_constant;
use crate::source::Span;
use crate::trust::{Fact, Gate, SUBJECT_PREFIX, Verdict};
use std::collections::BTreeSet;

impl Planner<'_> {
    /// Turns what is wrong with a binding into a diagnostic at the service account.
    pub(super) fn judge(&mut self, binding: &Binding) {
        let Finding::Decided {
            decision, words, ..
        } = &binding.finding
        else {
            return;
        };
        let (code, detail) = match &decision.verdict {
            Verdict::Proved | Verdict::Undecided(_) => return,
            Verdict::Refuted(refutation) => {
                let code = match refutation.gate {
                    Gate::Provider => Code::NoProvider,
                    Gate::Annotation
                    | Gate::Role
                    | Gate::Audience
                    | Gate::Trust
                    | Gate::Duration => Code::Refuted,
                };
                let way = match binding.way {
                    Way::Token => "",
                    Way::PodIdentity => " by EKS Pod Identity",
                };
                let detail = format!(
                    "The pods of {} will not be able to assume {}{way}: {words}",
                    binding.subject, binding.role_arn
                );
                (code, detail)
            }
            // Told once, at the role.
            Verdict::Invalid(_) if binding.role.is_some() => return,
            Verdict::Invalid(_) => (
                Code::Refuted,
                format!(
                    "IAM would refuse the trust policy of {}: {words}",
                    binding.role_arn
                ),
            ),
        };
        let diagnostic = self.wrong(&binding.account, code, detail);
        let diagnostic = if code == Code::NoProvider {
            diagnostic
                .hint("Declare the provider: oidc_provider \"main\" { cluster = cluster.<name> }")
        } else {
            diagnostic
        };
        self.diagnostics.push(diagnostic);
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
            let arn = world.display(&role.role.arn.to_string());
            let words = world.display(&error.to_string());
            let detail = format!("IAM would refuse the trust policy of {arn}: {words}");
            let diagnostic = self.wrong(&address, Code::Refuted, detail);
            self.diagnostics.push(diagnostic);
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
        let diagnostic = self.placed(role, diagnostic);
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
    fn placed(&self, address: &InstanceAddress, diagnostic: Diagnostic) -> Diagnostic {
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
