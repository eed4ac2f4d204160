//! OIDC providers: one that roles still trust (T18), thumbprints (T13), and a cluster that is to take its users from itself
//! (T21).

use super::text;
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::objects::cluster_issuer;
use crate::plan::planner::Planner;
use crate::plan::witnessed::Witnessed;
use crate::plan::{Action, Change};
use crate::policy::OidcProviderArn;
use crate::trust::{Fact, Role};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

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
        let going: BTreeMap<&str, &Change> = going
            .filter_map(|change| {
                Some((text(change.before.as_ref()?.object.value(), "arn")?, change))
            })
            .filter(|(arn, _)| !staying.contains(*arn))
            .collect();
        if going.is_empty() {
            return Vec::new();
        }
        let mut trusting: BTreeMap<&str, Vec<InstanceAddress>> = BTreeMap::new();
        for change in self.staying("aws_iam_role") {
            let role = world.role(&change.address);
            for named in role.iter().flat_map(|role| trusted(&role.role)) {
                if let Some((arn, _)) = going.get_key_value(named) {
                    trusting
                        .entry(arn)
                        .or_default()
                        .push(change.address.clone());
                }
            }
        }
        let told = trusting
            .iter()
            .filter_map(|(arn, roles)| Some((going.get(arn)?, arn, roles)));
        told.map(|(change, arn, roles)| self.in_use(change, arn, roles))
            .collect()
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
        let certificates = self
            .plan
            .data
            .iter()
            .filter(|data| data.address.resource.resource_type.as_ref() == "tls_certificate");
        let certificates: Vec<&Value> = certificates.map(|data| &data.value).collect();
        if certificates.is_empty() {
            return Vec::new();
        }
        let providers = self.sent(PROVIDER);
        providers
            .filter_map(|change| {
                let object = world.object(&change.address)?;
                let mut read = certificates.iter();
                let wrong = read.find_map(|certificate| foreign_thumbprint(object, certificate))?;
                let detail = format!(
                    "{} is no fingerprint of a certificate of {}; those are {}.",
                    wrong.given,
                    wrong.url,
                    wrong.seen.join(", ")
                );
                let diagnostic = Diagnostic::warning(Code::Thumbprint, detail).hint(
                    "Leave `thumbprint_list` out: IAM finds the thumbprint itself, and does not use it for issuers of EKS.",
                );
                Some(self.at_argument(change, "thumbprint_list", diagnostic))
            })
            .collect()
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

/// The providers that a role's trust policy names.
fn trusted(role: &Role) -> BTreeSet<&str> {
    let Fact::Known(Ok(policy)) = &role.trust else {
        return BTreeSet::new();
    };
    let statements = policy.statements().iter();
    let federated = statements.flat_map(|statement| &statement.federated);
    federated.map(String::as_str).collect()
}

/// A thumbprint that is not of the certificates of its provider's issuer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ForeignThumbprint<'a> {
    /// The thumbprint.
    pub(super) given: &'a str,
    /// The URL whose certificates were read.
    pub(super) url: &'a str,
    /// The fingerprints of those.
    pub(super) seen: Vec<&'a str>,
}

/// Compares the thumbprints of a provider with the certificates of a `tls_certificate` for the same URL; nothing if it is
/// for another, or one of the two is not known.
pub(super) fn foreign_thumbprint<'a>(
    provider: &'a Value,
    certificate: &'a Value,
) -> Option<ForeignThumbprint<'a>> {
    let bare = |url: &'a str| url.strip_prefix("https://").unwrap_or(url);
    let url = text(certificate, "url")?;
    if bare(url) != bare(text(provider, "url")?) {
        return None;
    }
    let certificates = certificate.get("certificates")?.as_elements()?;
    let seen = certificates.iter().map(|one| text(one, "sha1_fingerprint"));
    let seen: Vec<&str> = seen.collect::<Option<_>>()?;
    let given = provider.get("thumbprint_list")?.as_elements()?;
    let mut given = given.iter().filter_map(Value::as_str);
    let given = given.find(|given| !seen.iter().any(|one| one.eq_ignore_ascii_case(given)))?;
    Some(ForeignThumbprint { given, url, seen })
}

/// Whether a text is the ARN of an OIDC provider.
pub(super) fn is_provider(text: &str) -> bool {
    text.parse::<OidcProviderArn>().is_ok()
}
