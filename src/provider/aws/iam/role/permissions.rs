//! What a role itself says it is granted, by the deprecated `inline_policy` and `managed_policy_arns`.
//!
//! An object that says nothing of them (no block, null) leaves them alone, and nobody is asked about them.

use super::inline::{self, Documents};
use super::rules::no_texts;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::grants;
use crate::provider::aws::object::{differs, texts};
use crate::provider::{ProviderContext, ProviderError};
use crate::value::{Known, Value, to_json};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// What a role was found to be granted; `None` for what nobody looked at, of which the recorded or planned object speaks.
#[derive(Clone, Debug, Default)]
pub(super) struct Granted {
    attached: Option<BTreeSet<String>>,
    inline: Option<Documents>,
}

impl Granted {
    /// Nobody looked.
    pub(super) fn recorded() -> Self {
        Granted::default()
    }

    /// Nothing, as a role that was just made.
    pub(super) fn none() -> Self {
        Granted {
            attached: Some(BTreeSet::new()),
            inline: Some(Documents::new()),
        }
    }

    /// Everything that IAM has.
    ///
    /// # Errors
    /// A call fails.
    pub(super) async fn all(clients: &AwsClients, role: &str) -> Result<Self, ProviderError> {
        Ok(Granted {
            attached: Some(grants::attached(clients, role).await?),
            inline: Some(grants::inline(clients, role).await?),
        })
    }

    /// What a recorded object speaks of, as it is now.
    ///
    /// # Errors
    /// A call fails.
    pub(super) async fn as_recorded(
        clients: &AwsClients,
        role: &str,
        recorded: &Value,
    ) -> Result<Self, ProviderError> {
        let mut granted = Granted::recorded();
        if says_managed(recorded) {
            granted.attached = Some(grants::attached(clients, role).await?);
        }
        if inline::documents(recorded).is_some() {
            granted.inline = Some(grants::inline(clients, role).await?);
        }
        Ok(granted)
    }

    /// `managed_policy_arns` of the role's object. A role that was found with none says nothing of them.
    pub(super) fn managed(&self, spelled: Option<&Value>) -> Json {
        match (&self.attached, spelled) {
            (Some(arns), Some(object)) if says_managed(object) => json!(arns),
            (Some(arns), None) if !arns.is_empty() => json!(arns),
            (_, Some(object)) => known(object.get("managed_policy_arns")),
            (_, None) => Json::Null,
        }
    }

    /// `inline_policy` of the role's object.
    pub(super) fn inline(&self, spelled: Option<&Value>) -> Json {
        match (&self.inline, spelled) {
            (Some(live), Some(object)) if inline::documents(object).is_some() => {
                known(Some(&inline::seen(live, object)))
            }
            (Some(live), None) => known(Some(&inline::blocks(live))),
            (_, Some(object)) => known(object.get("inline_policy")),
            (None, None) => json!([]),
        }
    }
}

/// Grants a role what an object says, and nothing else of its kind.
///
/// # Errors
/// A call fails; what was done before stays.
pub(super) async fn align(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    planned: &Value,
) -> Result<Granted, ProviderError> {
    if let Some(documents) = inline::documents(planned) {
        grants::align_inline(ctx, clients, role, &documents).await?;
    }
    if says_managed(planned) {
        let arns = texts(planned, "managed_policy_arns").into_iter().collect();
        grants::align_attached(ctx, clients, role, &arns).await?;
    }
    Ok(Granted::recorded())
}

/// Changes what a role is granted from what one object says to what another does.
///
/// # Errors
/// A call fails; what was done before stays.
pub(super) async fn change(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    if let Some(wanted) = inline::documents(after)
        && inline::documents(before).is_none_or(|there| !inline::same(&wanted, &there))
    {
        grants::align_inline(ctx, clients, role, &wanted).await?;
    }
    let begins = says_managed(after) && !says_managed(before);
    if begins || (says_managed(after) && differs(before, after, "managed_policy_arns")) {
        let arns = texts(after, "managed_policy_arns").into_iter().collect();
        grants::align_attached(ctx, clients, role, &arns).await?;
    }
    Ok(())
}

/// Takes away what keeps a role from being deleted: what the role itself grants, or everything where that is asked for.
///
/// # Errors
/// A call fails; what was done before stays.
pub(super) async fn revoke(
    ctx: &ProviderContext,
    clients: &AwsClients,
    role: &str,
    recorded: &Value,
) -> Result<(), ProviderError> {
    let forced = recorded.get("force_detach_policies");
    let forced = forced.and_then(Value::as_bool).unwrap_or(false);
    if forced || !texts(recorded, "managed_policy_arns").is_empty() {
        for arn in grants::attached(clients, role).await? {
            grants::detach(ctx, clients, role, &arn).await?;
        }
    }
    if forced || inline::documents(recorded).is_some_and(|blocks| !blocks.is_empty()) {
        for name in grants::inline_names(clients, role).await? {
            grants::delete(ctx, clients, role, &name).await?;
        }
    }
    Ok(())
}

fn says_managed(object: &Value) -> bool {
    let arns = object.get("managed_policy_arns");
    arns.is_some_and(|arns| !arns.is_null() && arns.is_wholly_known())
}

fn known(value: Option<&Value>) -> Json {
    let none = no_texts();
    let known = Known::new(value.unwrap_or(&none));
    known.map_or(Json::Null, |known| to_json(&known))
}
