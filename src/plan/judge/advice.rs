//! What to write instead, for each mistake that keeps pods from their role.

use crate::plan::Binding;
use crate::trust::{
    Cause, Failure, Hint, NearProvider, Refutation, SUBJECT_PREFIX, StatementRefusal, nearest,
};

/// What a binding is about, in the words of the user's files.
pub(super) struct Words<'a> {
    /// The binding.
    pub(super) binding: &'a Binding,
    /// A text of the decision as a user would write it.
    pub(super) shown: &'a dyn Fn(&str) -> String,
}

impl Words<'_> {
    /// What to write instead of what refutes the binding; nothing where that is for the user to decide.
    pub(super) fn advice(&self, refutation: &Refutation) -> Option<String> {
        match &refutation.cause {
            Cause::NotAllowed(refusals) => self.of_refusal(nearest(refusals)?),
            Cause::AudienceNotAccepted { audience, .. } => Some(format!(
                "Let the provider accept it: client_id_list = [\"{audience}\"] (client_ids in an oidc_provider block)"
            )),
            Cause::NoProvider { near, .. } => Some(self.of_provider(near.first())),
            Cause::AnnotationNotARole(_) => Some(
                "Write the ARN of a role, best by reference: \"eks.amazonaws.com/role-arn\" = aws_iam_role.<name>.arn"
                    .to_owned(),
            ),
            Cause::CrossPartition { cluster, .. } => Some(format!(
                "Name a role of the cluster's partition: arn:{cluster}:iam::<account>:role/<name>"
            )),
            Cause::ShadowedByPodIdentity { .. } => Some(
                "Take the annotation away, or remove the association, or give both the same role."
                    .to_owned(),
            ),
            Cause::NoRole(role) => Some(format!(
                "Declare the role `{}`, or name one that exists.",
                role.name()
            )),
            Cause::NoAnnotation
            | Cause::AnnotationElsewhere { .. }
            | Cause::ExplicitDeny(_)
            | Cause::AssociationNotARole(_)
            | Cause::AssociationElsewhere { .. }
            | Cause::RoleOfAnotherAccount { .. }
            | Cause::Duration { .. } => None,
        }
    }

    fn of_refusal(&self, refusal: &StatementRefusal) -> Option<String> {
        match &refusal.failure {
            Failure::Action { asked, .. } => Some(format!("Write: \"Action\": \"{asked}\"")),
            Failure::Principal { actual, .. } => {
                let actual = self.written(actual);
                Some(format!("Write: \"Federated\": \"{actual}\""))
            }
            Failure::Caller { .. } => None,
            Failure::Condition {
                key,
                expected,
                actual,
                ..
            } => {
                let key = key.as_str();
                match (refusal.hints.first(), actual) {
                    (Some(Hint::KeyPrefix(_) | Hint::KeyClaim { .. }), _) => {
                        let claim = claim_of(key, expected);
                        Some(format!("Write the key: \"{}:{claim}\"", self.issuer()))
                    }
                    (Some(Hint::Swapped), _) => Some(self.both_claims()),
                    (Some(Hint::LiteralWildcard { instead }), _) => {
                        Some(format!("Write the operator: \"{instead}\""))
                    }
                    (_, Some(actual)) => {
                        let (key, actual) = (self.written(key), self.written(actual));
                        Some(format!("Write: \"{key}\": \"{actual}\""))
                    }
                    (_, None) => None,
                }
            }
        }
    }

    fn of_provider(&self, near: Option<&NearProvider>) -> String {
        let issuer = self.url();
        match near {
            Some(NearProvider::DualStackAlias(_) | NearProvider::OtherCluster(_)) => {
                format!("Write the provider's url: {issuer}")
            }
            Some(NearProvider::OtherAccount(_)) => format!(
                "Make a provider in the role's account too, with that account's configuration of the provider: \
                 resource \"aws_iam_openid_connect_provider\" \"<name>\" {{ url = {issuer} … provider = aws.<alias> }}"
            ),
            None => format!(
                "Declare the provider: oidc_provider \"main\" {{ cluster = cluster.<name> }}, or resource \
                 \"aws_iam_openid_connect_provider\" \"main\" {{ url = {issuer} client_id_list = [\"sts.amazonaws.com\"] }}"
            ),
        }
    }

    fn both_claims(&self) -> String {
        let (issuer, audience) = (self.issuer(), self.binding.audience.as_str());
        let subject = self.binding.subject.replacen('/', ":", 1);
        format!(
            "Write: \"{issuer}:aud\": \"{audience}\", \"{issuer}:sub\": \"{SUBJECT_PREFIX}{subject}\""
        )
    }

    /// The issuer as condition keys begin.
    fn issuer(&self) -> String {
        self.written(&self.binding.issuer)
    }

    /// The issuer as the URL of a provider, an expression where the cluster is made in this plan.
    fn url(&self) -> String {
        let issuer = (self.shown)(&self.binding.issuer);
        let inner = issuer
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'));
        match inner {
            Some(origin) => reference(origin),
            None => format!("\"https://{issuer}\""),
        }
    }

    /// A text with the issuers of clusters that are made in this plan as expressions that give them.
    fn written(&self, text: &str) -> String {
        let shown = (self.shown)(text);
        let mut written = String::new();
        let mut rest = shown.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            let Some((origin, after)) = after.split_once('}') else {
                break;
            };
            let issuer = reference(origin);
            written.extend([before, "${trimprefix(", &issuer, ", \"https://\")}"]);
            rest = after;
        }
        written + rest
    }
}

/// The reference that gives the issuer of a cluster.
fn reference(origin: &str) -> String {
    match origin.strip_suffix(".issuer") {
        Some(cluster) if cluster.contains("aws_eks_cluster.") => {
            format!("{cluster}.identity[0].oidc[0].issuer")
        }
        Some(_) | None => origin.to_owned(),
    }
}

/// The claim that a key should speak of, by what it has now and by its values.
fn claim_of<'a>(key: &'a str, expected: &[String]) -> &'a str {
    match key.rsplit_once(':') {
        Some((_, claim @ ("aud" | "sub"))) => claim,
        _ if expected.iter().any(|value| value.starts_with("system:")) => "sub",
        _ => "aud",
    }
}
