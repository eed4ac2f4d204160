//! OIDC providers: one that roles still trust (T18), thumbprints (T13), and a cluster that
//! is to take its users from itself (T21).

use super::text;
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::objects::cluster_issuer;
use crate::plan::planner::Planner;
use crate::plan::witnessed::Witnessed;
use crate::plan::{Action, Change};
use crate::policy::OidcProviderArn;
use crate::trust::Fact;
use crate::value::Value;
use std::collections::BTreeSet;

const PROVIDER: &str = "aws_iam_openid_connect_provider";

impl Planner<'_> {
    /// Providers that go away while roles that stay trust them.
    pub(super) fn providers_in_use(&self, world: &Witnessed<'_>) -> Vec<Diagnostic> {
        let staying: BTreeSet<String> = self
            .staying(PROVIDER)
            .filter_map(|change| world.arn(&change.address))
            .collect();
        let going = self.plan.changes.iter().filter(|change| {
            matches!(change.action, Action::Delete | Action::Replace(_))
                && change.address.resource.resource_type.as_ref() == PROVIDER
        });
        going
            .filter_map(|change| {
                let before = change.before.as_ref()?.object.value();
                let arn = text(before, "arn")?;
                let trusting = self.trusting(arn, world);
                (!staying.contains(arn) && !trusting.is_empty())
                    .then(|| self.in_use(change, arn, &trusting))
            })
            .collect()
    }

    /// The roles that stay and name a provider.
    fn trusting(&self, provider: &str, world: &Witnessed<'_>) -> Vec<InstanceAddress> {
        let names = |change: &&Change| {
            let role = world.role(&change.address);
            role.is_some_and(|role| match &role.role.trust {
                Fact::Known(Ok(policy)) => policy
                    .statements()
                    .iter()
                    .any(|statement| statement.federated.iter().any(|found| found == provider)),
                Fact::Known(Err(_)) | Fact::Unknown => false,
            })
        };
        let roles = self.staying("aws_iam_role").filter(names);
        roles.map(|change| change.address.clone()).collect()
    }

    fn in_use(&self, change: &Change, arn: &str, roles: &[InstanceAddress]) -> Diagnostic {
        let names: Vec<String> = roles.iter().map(ToString::to_string).collect();
        let detail = format!(
            "{arn} goes away, and {} will trust a provider that is not there: pods will get \
             `No OpenIDConnect provider found in your account`.",
            names.join(", ")
        );
        let diagnostic = Diagnostic::warning(Code::ProviderInUse, detail).hint(
            "Keep the provider, or take it out of the state alone: removed { from = … lifecycle { destroy = false } }",
        );
        let mut places = roles
            .iter()
            .filter_map(|role| self.argument_of(role, &["assume_role_policy"]));
        let diagnostic = self.placed(&change.address, diagnostic);
        match (&diagnostic.primary, places.next()) {
            (None, Some(span)) => diagnostic.labelled(span, "trusts it"),
            (Some(_), Some(span)) => diagnostic.also(span, "trusts it"),
            (_, None) => diagnostic,
        }
    }

    /// Thumbprints that are not those of the certificates that the configuration looks at for the issuer.
    pub(super) fn thumbprints(&self, world: &Witnessed<'_>) -> Vec<Diagnostic> {
        let providers = self.sent(PROVIDER);
        providers
            .filter_map(|change| {
                let object = world.object(&change.address)?;
                let given = object.get("thumbprint_list")?.as_elements()?;
                let given: Vec<&str> = given.iter().filter_map(Value::as_str).collect();
                let diagnostic = self.foreign(&given, text(object, "url")?)?;
                let diagnostic = diagnostic.hint(
                    "Leave `thumbprint_list` out: IAM finds the thumbprint itself, and does not use it for issuers of EKS.",
                );
                let words: Vec<String> = given.iter().map(ToString::to_string).collect();
                let diagnostic = self.at_argument(change, "thumbprint_list", diagnostic);
                Some(match self.find(&change.address, &["thumbprint_list"], &words) {
                    Some(span) => diagnostic.at(span),
                    None => diagnostic,
                })
            })
            .collect()
    }

    fn foreign(&self, given: &[&str], url: &str) -> Option<Diagnostic> {
        let seen = self.certificates_of(url)?;
        let wrong = given
            .iter()
            .find(|given| !seen.contains(&given.to_ascii_lowercase()))?;
        let seen: Vec<String> = seen.into_iter().collect();
        let detail = format!(
            "{wrong} is no fingerprint of a certificate of {url}; those are {}.",
            seen.join(", ")
        );
        Some(Diagnostic::warning(Code::Thumbprint, detail))
    }

    /// The fingerprints of the certificates of a URL, as a `tls_certificate` of the configuration has read them.
    fn certificates_of(&self, url: &str) -> Option<BTreeSet<String>> {
        let bare = |url: &str| url.trim_start_matches("https://").to_owned();
        let mut data = self.plan.data.iter();
        let found = data.find(|data| {
            data.address.resource.resource_type.as_ref() == "tls_certificate"
                && text(&data.value, "url").is_some_and(|found| bare(found) == bare(url))
        })?;
        let certificates = found.value.get("certificates")?.as_elements()?;
        let fingerprints = certificates
            .iter()
            .filter_map(|certificate| text(certificate, "sha1_fingerprint"));
        Some(fingerprints.map(str::to_owned).collect())
    }

    /// Clusters that are to take users from the issuer of their own service accounts.
    pub(super) fn own_issuers(&self, world: &Witnessed<'_>) -> Vec<Diagnostic> {
        let configs = self.sent("aws_eks_identity_provider_config");
        configs
            .filter_map(|change| {
                let object = world.object(&change.address)?;
                let oidc = object.get("oidc")?.as_elements()?.first()?;
                let issuer = text(oidc, "issuer_url")?;
                let cluster = text(object, "cluster_name")?;
                (self.issuer_of(cluster, world).as_deref() == Some(issuer)).then(|| {
                    let detail = format!(
                        "{} is the issuer of the tokens that the cluster {cluster} itself makes for service accounts. An \
                         identity provider is where people come from; pods need none.",
                        world.display(issuer)
                    );
                    let diagnostic = Diagnostic::error(Code::OwnIssuer, detail).hint(
                        "For roles of pods write oidc_provider, or aws_iam_openid_connect_provider, and take this block away.",
                    );
                    self.placed(&change.address, diagnostic)
                })
            })
            .collect()
    }

    /// The issuer of a cluster of the plan, managed or read.
    fn issuer_of(&self, cluster: &str, world: &Witnessed<'_>) -> Option<String> {
        let managed = self.staying("aws_eks_cluster");
        let managed = managed.filter_map(|change| world.object(&change.address));
        let read = self.plan.data.iter();
        let read =
            read.filter(|data| data.address.resource.resource_type.as_ref() == "aws_eks_cluster");
        let mut all = managed.chain(read.map(|data| &data.value));
        let found = all.find(|object| text(object, "name") == Some(cluster))?;
        cluster_issuer(found)?.as_str().map(str::to_owned)
    }
}

/// Whether a text is the ARN of an OIDC provider.
pub(super) fn is_provider(text: &str) -> bool {
    text.parse::<OidcProviderArn>().is_ok()
}
