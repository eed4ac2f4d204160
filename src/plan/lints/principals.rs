//! Principals that IAM refuses, or that nobody is any more: federated ones that are no provider (T16), and ids of roles and
//! users that were deleted (T20).
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" (a deleted principal is shown by its id) and "IAM
//! identifiers" (the prefixes of ids).

use super::providers::is_provider;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Change;
use crate::plan::planner::Planner;
use crate::plan::witnessed::Witnessed;
use crate::policy::{PolicyDocument, PolicyError, PrincipalClause, PrincipalKind, Principals};
use crate::trust::{Fact, TrustPolicy};

/// What the ids of roles and users begin with.
const IDS: [&str; 2] = ["AROA", "AIDA"];

impl Planner<'_> {
    pub(super) fn principals(&self, world: &Witnessed<'_>) -> Vec<Diagnostic> {
        let roles = self.sent("aws_iam_role");
        roles
            .filter_map(|change| {
                let role = world.role(&change.address)?;
                let document = role.document.as_deref()?;
                // Most have nothing of the kind, and need not be read once more.
                if !is_suspicious(&role.role.trust, document) {
                    return None;
                }
                Some((change, PolicyDocument::parse(document).ok()?))
            })
            .flat_map(|(change, document)| self.of_document(change, &document, world))
            .collect()
    }

    fn of_document(
        &self,
        change: &Change,
        document: &PolicyDocument,
        world: &Witnessed<'_>,
    ) -> Vec<Diagnostic> {
        let federated = names(document, PrincipalKind::Federated);
        let federated = federated.filter(|name| !is_federated(name)).map(|name| {
            let detail = format!(
                "`{}` is neither the ARN of a provider of IAM nor a domain. IAM answers: Federated principals must be valid \
                 domain names or SAML metadata ARNs.",
                world.display(name)
            );
            let diagnostic = Diagnostic::error(Code::FederatedPrincipal, detail).hint(
                "Write the provider's ARN by reference: aws_iam_openid_connect_provider.<name>.arn, or oidc_provider.<name>.arn",
            );
            self.at_word(change, name, "Federated", diagnostic)
        });
        let gone = names(document, PrincipalKind::Aws);
        let gone = gone.filter(|name| is_id(name)).map(|name| {
            let detail = format!(
                "`{name}` is the id of a role or user that was deleted: IAM shows it in place of the ARN. One that is made \
                 again under the same name has another id, and IAM refuses a policy that names the old one (Invalid principal \
                 in policy)."
            );
            let diagnostic = Diagnostic::warning(Code::PrincipalGone, detail)
                .hint("Write the ARN of the role or user that is meant: \"AWS\": \"arn:aws:iam::<account>:role/<name>\"");
            self.at_word(change, name, "AWS", diagnostic)
        });
        federated.chain(gone).collect()
    }

    /// A diagnostic at a word of the trust policy, or at the name of the element it stands in.
    fn at_word(
        &self,
        change: &Change,
        word: &str,
        element: &str,
        diagnostic: Diagnostic,
    ) -> Diagnostic {
        let diagnostic = self.at_argument(change, "assume_role_policy", diagnostic);
        let words = [word.to_owned(), element.to_owned()];
        match self.find(&change.address, &["assume_role_policy"], &words) {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        }
    }
}

fn is_suspicious(trust: &Fact<Result<TrustPolicy, PolicyError>>, document: &str) -> bool {
    let Fact::Known(Ok(policy)) = trust else {
        return false;
    };
    let statements = policy.statements().iter();
    let mut federated = statements.flat_map(|statement| &statement.federated);
    federated.any(|name| !is_federated(name)) || IDS.iter().any(|id| document.contains(id))
}

fn names(document: &PolicyDocument, kind: PrincipalKind) -> impl Iterator<Item = &str> {
    let clauses = document.statements.iter();
    let clauses = clauses.filter_map(|statement| statement.principal.as_ref());
    let named = clauses.filter_map(|clause| match clause {
        PrincipalClause::Principal(principals) | PrincipalClause::NotPrincipal(principals) => {
            match principals {
                Principals::Everyone => None,
                Principals::Named(names) => Some(names),
            }
        }
    });
    named
        .filter_map(move |names| names.get(&kind))
        .flatten()
        .map(String::as_str)
}

/// Whether a federated principal may be meant: a provider's ARN, or a domain. A wildcard is told elsewhere.
fn is_federated(name: &str) -> bool {
    let saml = name.starts_with("arn:") && name.contains(":saml-provider/");
    let domain = name.contains('.') && !name.contains(['/', ':', ' ']);
    is_provider(name) || saml || domain || name.contains('*')
}

fn is_id(name: &str) -> bool {
    let rest = IDS.iter().find_map(|prefix| name.strip_prefix(prefix));
    rest.is_some_and(|rest| {
        rest.len() >= 16
            && rest
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    })
}
