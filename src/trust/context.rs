//! What is known, before the call, of the condition keys of `sts:AssumeRoleWithWebIdentity` with an EKS token.
//!
//! Source: IAM User Guide, "IAM and AWS STS condition context keys", for OIDC federation: the token's claims stand under `<issuer>:aud` and `<issuer>:sub`; the caller has no AWS identity yet.
//! An EKS token has one audience and the subject `system:serviceaccount:<namespace>:<name>`; it carries no AWS session tags and no source identity, and the call has no external id.

use crate::policy::{ConditionKey, Issuer};

/// The claims of a token that a policy can ask for.
#[derive(Debug, Clone, Copy)]
pub struct TokenContext<'a> {
    /// The token's `iss`.
    pub issuer: &'a Issuer,
    /// The token's `aud`; none if it is not known.
    pub audience: Option<&'a str>,
    /// The token's `sub`.
    pub subject: &'a str,
}

/// What is known of a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knowledge<'a> {
    /// It has this one value.
    Value(&'a str),
    /// It has these values; set operators judge them one by one.
    Values(&'a [&'a str]),
    /// It has a value, which is not known.
    Present,
    /// It is not in the request.
    Absent,
    /// Neither its presence nor its value is known.
    Unknown,
}

/// The two claims that are condition keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Whom the token was issued for.
    Audience,
    /// Whom the token speaks of.
    Subject,
}

impl Claim {
    /// The name of the claim, after the colon of the condition key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audience => "aud",
            Self::Subject => "sub",
        }
    }

    /// The claim that a condition key of this issuer names, letter case apart.
    pub fn of_key(key: &ConditionKey, issuer: &Issuer) -> Option<Self> {
        let (prefix, claim) = key.as_str().rsplit_once(':')?;
        if !prefix.eq_ignore_ascii_case(issuer.as_str()) {
            return None;
        }
        [Self::Audience, Self::Subject]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(claim))
    }
}

/// Keys of AWS's own that this call never has; a slash at the end stands for every key below it.
const NEVER_PRESENT: &[&str] = &[
    "aws:requesttag/",
    "aws:tagkeys",
    "sts:transitivetagkeys",
    "sts:sourceidentity",
    "sts:externalid",
];

impl<'a> TokenContext<'a> {
    /// What a condition on `key` will find.
    pub fn lookup(&self, key: &ConditionKey) -> Knowledge<'a> {
        match Claim::of_key(key, self.issuer) {
            Some(Claim::Audience) => self.audience.map_or(Knowledge::Present, Knowledge::Value),
            Some(Claim::Subject) => Knowledge::Value(self.subject),
            None => lookup_foreign(key),
        }
    }

    /// What a variable naming `key` will find: only the token's own claims have known values.
    pub fn variable(&self, key: &ConditionKey) -> Knowledge<'a> {
        match Claim::of_key(key, self.issuer) {
            Some(_) => self.lookup(key),
            None if lookup_foreign(key) == Knowledge::Absent => Knowledge::Absent,
            None => Knowledge::Unknown,
        }
    }
}

/// Keys that are no claim of the token: those of AWS by name, those of any identity provider absent.
pub(super) fn lookup_foreign(key: &ConditionKey) -> Knowledge<'static> {
    let folded = key.folded();
    if folded.starts_with("aws:") || folded.starts_with("sts:") {
        return lookup_global(&folded);
    }
    let prefix = folded
        .rsplit_once(':')
        .map_or(folded.as_str(), |(prefix, _)| prefix);
    if prefix.contains(['/', '.']) {
        Knowledge::Absent
    } else {
        Knowledge::Unknown
    }
}

fn lookup_global(folded: &str) -> Knowledge<'static> {
    let never = NEVER_PRESENT
        .iter()
        .any(|name| folded == *name || (name.ends_with('/') && folded.starts_with(name)));
    match folded {
        _ if never => Knowledge::Absent,
        "aws:securetransport" => Knowledge::Value("true"),
        // The SDK chooses a name for every session.
        "sts:rolesessionname" => Knowledge::Present,
        _ => Knowledge::Unknown,
    }
}
