//! A token of the account, and a session for it: the only proof from end to end that needs no running pod.
//!
//! The token is decoded to be compared and is never part of a message; credentials are dropped where they arrive.
//! IAM takes its time to make changes known, so a refusal is believed after a minute (IAM User Guide, "Troubleshoot IAM").

use super::not_checked;
use super::report::{Check, Finding, Outcome};
use super::world::{DeclaredAccount, LiveAccount, World};
use crate::policy::RoleArn;
use crate::provider::aws::AwsClients;
use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind};
use crate::trust::DEFAULT_AUDIENCE;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// How long a refusal is asked about again.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long to wait in between.
const PAUSE: Duration = Duration::from_secs(5);

/// What was found about token and session.
pub(super) async fn findings(
    world: &World,
    account: &DeclaredAccount,
    live: &LiveAccount,
    assume: bool,
) -> Vec<Finding> {
    let annotated = live.annotations().remove("eks.amazonaws.com/audience");
    let audience = annotated.unwrap_or_else(|| DEFAULT_AUDIENCE.to_owned());
    let token = match token(account, live, &audience).await {
        Ok(token) => token,
        Err(error) => {
            let mut findings = vec![not_checked(Check::Token, &error)];
            if assume {
                let text = "not checked: there is no token to ask with";
                findings.push(Finding::new(Check::Session, Outcome::NotChecked, text));
            }
            return findings;
        }
    };
    let mut findings = vec![compared(&token, account, live, &audience)];
    if assume {
        findings.push(session(world, account, live, &token).await);
    }
    findings
}

/// Asks for the shortest token there is.
async fn token(
    account: &DeclaredAccount,
    live: &LiveAccount,
    audience: &str,
) -> Result<String, ProviderError> {
    let doing = format!("asking for a token of {}", account.subject());
    let body = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": { "audiences": [audience], "expirationSeconds": 600 },
    });
    let path = format!("{}/token", account.path());
    let answer = live
        .clients()?
        .ask(&live.context, &doing, &path, &body)
        .await?;
    let token = answer.pointer("/status/token").and_then(Json::as_str);
    token
        .map(str::to_owned)
        .ok_or_else(|| ProviderError::internal(&doing, "the answer has no token"))
}

/// Compares the claims with what was foretold.
fn compared(token: &str, account: &DeclaredAccount, live: &LiveAccount, audience: &str) -> Finding {
    let claims = token.split('.').nth(1);
    let claims = claims.and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims = claims.and_then(|bytes| serde_json::from_slice::<Json>(&bytes).ok());
    let Some(claims) = claims else {
        let text = "the API server gives tokens that are no JSON Web Tokens";
        return Finding::new(Check::Token, Outcome::Problem, text);
    };
    let subject = format!(
        "system:serviceaccount:{}:{}",
        account.namespace, account.name
    );
    let issuer = live.issuer.as_ref().map(crate::policy::Issuer::url);
    let is = |claim: &str| {
        claims
            .get(claim)
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut wrong = Vec::new();
    if is("sub") != subject {
        wrong.push(format!("`sub` is `{}`, not `{subject}`", is("sub")));
    }
    if issuer.as_ref().is_some_and(|issuer| *issuer != is("iss")) {
        wrong.push(format!(
            "`iss` is `{}`, not `{}`",
            is("iss"),
            issuer.unwrap_or_default()
        ));
    }
    if claims.get("aud") != Some(&json!([audience])) {
        let found = claims.get("aud").cloned().unwrap_or_default();
        wrong.push(format!("`aud` is {found}, not [\"{audience}\"]"));
    }
    if wrong.is_empty() {
        let text = format!("issued for {audience} to {subject}");
        return Finding::new(Check::Token, Outcome::Ok, text);
    }
    Finding::new(Check::Token, Outcome::Problem, wrong.join("; "))
}

/// Asks STS for a session.
async fn session(
    world: &World,
    account: &DeclaredAccount,
    live: &LiveAccount,
    token: &str,
) -> Finding {
    let role = live.role_arn().unwrap_or(&account.role_arn);
    let owner = role.parse::<RoleArn>().ok();
    let context = owner
        .as_ref()
        .and_then(|arn| world.in_account(arn.account()));
    // The call is not signed, so any configuration will do where none is for the role's own account.
    let any = || world.aws.first().map(|(_, context)| context);
    let Some(context) = context.or_else(any) else {
        let text = "not checked: no AWS provider configuration is at hand";
        return Finding::new(Check::Session, Outcome::NotChecked, text);
    };
    match patiently(context, role, token).await {
        Ok(arn) => Finding::new(
            Check::Session,
            Outcome::Ok,
            format!("STS gives a session of {arn}"),
        ),
        Err(error) if error.code.is_empty() => not_checked(Check::Session, &error),
        Err(error) => {
            let text = format!("STS refuses: {}: {}", error.code, error.message);
            Finding::new(Check::Session, Outcome::Problem, text)
        }
    }
}

async fn patiently(
    context: &ProviderContext,
    role: &str,
    token: &str,
) -> Result<String, ProviderError> {
    let clients = AwsClients::of(context)?;
    let since = context.clock.now();
    loop {
        match clients.assume_with_web_identity(role, token).await {
            Ok(assumed) => return Ok(assumed.arn),
            Err(error) if !passes(&error) => return Err(error),
            Err(error) => {
                if context.clock.now().saturating_sub(since) >= PATIENCE {
                    return Err(error);
                }
                context.clock.sleep(PAUSE).await;
            }
        }
    }
}

/// Whether a refusal may end by itself.
fn passes(error: &ProviderError) -> bool {
    let keys = error.code == "InvalidIdentityToken" && error.message.contains("verification key");
    error.kind == ProviderErrorKind::Denied || error.code == "IDPCommunicationError" || keys
}
