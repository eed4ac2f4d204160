//! `AssumeRoleWithWebIdentity`: a session of a role for the bearer of a service account's token.
//!
//! STS API Reference. The gates in order: the request, the token's form, the provider in the role's account, the issuer's keys
//! and the signature, the token's times, its audience, the role and its trust policy, the duration. Everything about the token
//! is judged here; only the policy is `trust`'s, which is given what the token says and nothing else.

use std::fmt::Display;

use jiff::Timestamp;

use super::super::iam::provider::Provider;
use super::super::iam::role::Role;
use super::super::iam::{PROVIDER, ROLE, key_of};
use super::super::protocol::{Answer, AwsError, Xml};
use super::super::{Call, global_collection, typed, unique_id};
use super::jwt::{Claims, Fault, Token};
use super::{keys, session_policy};
use crate::policy::{Issuer, RoleArn};
use crate::trust::{TokenContext, TrustPolicy, Truth, WebIdentity};

/// The session's length unless the request says another, in seconds; also what every role allows.
const USUAL: i64 = 3_600;
const SHORTEST: i64 = 900;
const LONGEST: i64 = 43_200;
/// How far clocks may differ before a token is from the future, in seconds.
const SKEW: i64 = 300;
/// How long ago a token may have been issued, in seconds. The bound is not documented; tokens of EKS live no longer.
const OLDEST: i64 = 86_400;

/// A request that has the form of one.
struct Asked {
    role: RoleArn,
    session: String,
    token: String,
    duration: i64,
}

/// Answers a request.
pub(super) fn assume_role(call: &mut Call<'_>) -> Answer {
    let asked = asked(call)?;
    session_policy::check(call, &asked.role)?;
    let token = Token::parse(&asked.token).map_err(refused)?;
    let claims = token.claims().map_err(refused)?;
    let provider = provider(call, &asked.role, &claims)?;
    let keys = keys::published(call.store, &claims.issuer).ok_or_else(|| refused(Fault::NoKey))?;
    token.verify(&keys).map_err(refused)?;
    check_times(&claims, call.now)?;
    let accepted = |audience: &&String| provider.client_ids.contains(audience);
    let audience = claims.audiences.iter().find(accepted);
    let audience = audience.ok_or_else(|| invalid_token("Incorrect token audience"))?;
    let role = role(call, &asked.role).ok_or_else(denied)?;
    if !admits(&role, &provider, &claims, audience) {
        return Err(denied());
    }
    if asked.duration > role.max_session_duration.max(USUAL) {
        return Err(validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(Some(granted(
        call, &asked, &role, &provider, &claims, audience,
    )))
}

fn asked(call: &Call<'_>) -> Result<Asked, AwsError> {
    let text = |name: &str| call.form.get(name).unwrap_or_default().to_owned();
    let arn = text("RoleArn");
    check_length("roleArn", &arn, 20, 2_048)?;
    let session = text("RoleSessionName");
    check_length("roleSessionName", &session, 2, 64)?;
    let character = |one: char| one.is_ascii_alphanumeric() || "_=,.@-".contains(one);
    if !session.chars().all(character) {
        return Err(constraint(
            "roleSessionName",
            &session,
            "Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        ));
    }
    let token = text("WebIdentityToken");
    let length = token.chars().count();
    // The token itself is told to nobody.
    if !(4..=20_000).contains(&length) {
        return Err(constraint(
            "webIdentityToken",
            "***",
            "Member must have length between 4 and 20000",
        ));
    }
    if call.form.get("ProviderId").is_some_and(|id| !id.is_empty()) {
        return Err(validation(
            "ProviderId is for OAuth 2.0 access tokens and must not be specified for OpenID Connect tokens",
        ));
    }
    let role = arn
        .parse()
        .map_err(|_| validation("Request ARN is invalid"))?;
    Ok(Asked {
        role,
        session,
        token,
        duration: duration(call)?,
    })
}

fn duration(call: &Call<'_>) -> Result<i64, AwsError> {
    let Some(text) = call.form.get("DurationSeconds") else {
        return Ok(USUAL);
    };
    let seconds: i64 = text
        .parse()
        .map_err(|_| validation(format!("DurationSeconds is no number: {text}")))?;
    let bound = match seconds {
        ..SHORTEST => format!("greater than or equal to {SHORTEST}"),
        SHORTEST..=LONGEST => return Ok(seconds),
        _ => format!("less than or equal to {LONGEST}"),
    };
    Err(constraint(
        "durationSeconds",
        text,
        &format!("Member must have value {bound}"),
    ))
}

/// The provider for the token's issuer in the account of the role.
fn provider(call: &Call<'_>, role: &RoleArn, claims: &Claims) -> Result<Provider, AwsError> {
    let missing = || {
        let issuer = &claims.issuer;
        invalid_token(&format!(
            "No OpenIDConnect provider found in your account for {issuer}"
        ))
    };
    let url = claims.issuer.strip_prefix("https://").ok_or_else(missing)?;
    let collection = global_collection(role.account().as_str(), PROVIDER);
    let provider: Option<Provider> = typed(call.store.get(&collection, url));
    let visible = |one: &Provider| one.visible_from.is_none_or(|from| from <= call.now);
    provider.filter(visible).ok_or_else(missing)
}

fn role(call: &Call<'_>, arn: &RoleArn) -> Option<Role> {
    let collection = global_collection(arn.account().as_str(), ROLE);
    let role: Role = typed(call.store.get(&collection, &key_of(ROLE, arn.name())))?;
    let visible = role.visible_from.is_none_or(|from| from <= call.now);
    (visible && role.arn == arn.to_string()).then_some(role)
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<(), AwsError> {
    let seconds = now.as_second();
    if claims.expires <= seconds {
        let expired = Timestamp::from_second(claims.expires).unwrap_or(Timestamp::MIN);
        let text = format!(
            "Token expired: current date/time {now} must be before the expiration date/time {expired}"
        );
        return Err(AwsError::new(400, "ExpiredTokenException", text));
    }
    if let Some(age) = claims.issued.map(|issued| seconds - issued)
        && age > OLDEST
    {
        let text = format!("Token too old: {age}");
        return Err(AwsError::new(400, "ExpiredTokenException", text));
    }
    let from_the_future = |time: Option<i64>| time.is_some_and(|time| time > seconds + SKEW);
    if from_the_future(claims.not_before) || from_the_future(claims.issued) {
        return Err(invalid_token("The token is not valid yet"));
    }
    Ok(())
}

/// Whether the trust policy lets the token in. What depends on more than the token says does not.
fn admits(role: &Role, provider: &Provider, claims: &Claims, audience: &str) -> bool {
    let Ok(issuer) = claims.issuer.parse::<Issuer>() else {
        return false;
    };
    let call = WebIdentity {
        provider: &provider.arn,
        token: TokenContext {
            issuer: &issuer,
            audience: Some(audience),
            subject: &claims.subject,
        },
    };
    TrustPolicy::parse(&role.assume_role_policy_document)
        .is_ok_and(|policy| policy.admits(&call) == Truth::True)
}

fn granted(
    call: &mut Call<'_>,
    asked: &Asked,
    role: &Role,
    provider: &Provider,
    claims: &Claims,
    audience: &str,
) -> Vec<Xml> {
    let number = call.store.next_counter("sts/session");
    let secret = |what: &str, length| unique_id("", length, &format!("{what} {number}"));
    let until = jiff::Span::new().try_seconds(asked.duration);
    let until = until.and_then(|span| call.now.checked_add(span));
    let expiration = until.unwrap_or(call.now).strftime("%Y-%m-%dT%H:%M:%SZ");
    let (partition, account) = (asked.role.partition(), asked.role.account());
    let (name, session) = (&role.name, &asked.session);
    vec![
        Xml::parent(
            "Credentials",
            vec![
                Xml::text("AccessKeyId", unique_id("ASIA", 16, &secret("key", 16))),
                Xml::text("SecretAccessKey", secret("secret", 32)),
                Xml::text("SessionToken", secret("token", 32)),
                Xml::text("Expiration", expiration),
            ],
        ),
        Xml::text("SubjectFromWebIdentityToken", &claims.subject),
        Xml::parent(
            "AssumedRoleUser",
            vec![
                Xml::text("AssumedRoleId", format!("{}:{session}", role.unique_id)),
                Xml::text(
                    "Arn",
                    format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}"),
                ),
            ],
        ),
        Xml::text("Provider", &provider.arn),
        Xml::text("Audience", audience),
    ]
}

fn refused(fault: Fault) -> AwsError {
    invalid_token(match fault {
        Fault::Malformed => {
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        }
        Fault::NoKey => "Couldn't retrieve verification key from your identity provider",
        Fault::Signature => "The signature of the ID Token provided is invalid",
    })
}

fn invalid_token(message: &str) -> AwsError {
    AwsError::new(400, "InvalidIdentityToken", message)
}

fn denied() -> AwsError {
    let text = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    AwsError::new(403, "AccessDenied", text)
}

fn validation(message: impl Display) -> AwsError {
    AwsError::new(400, "ValidationError", message.to_string())
}

fn constraint(member: &str, value: &str, rule: &str) -> AwsError {
    validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}"
    ))
}

fn check_length(member: &str, value: &str, least: usize, most: usize) -> Result<(), AwsError> {
    match value.chars().count() {
        length if length < least => Err(constraint(
            member,
            value,
            &format!("Member must have length greater than or equal to {least}"),
        )),
        length if length > most => Err(constraint(
            member,
            value,
            &format!("Member must have length less than or equal to {most}"),
        )),
        _ => Ok(()),
    }
}
