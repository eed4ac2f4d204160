//! Finding, making, changing and deleting managed policies.

use super::{object, versions};
use crate::policy::Arn;
use crate::provider::aws::answers::{deleted, found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::iam::{arn, decoded, outcome, request_tags};
use crate::provider::aws::object::{differs, integer, map_of_texts, text};
use crate::provider::aws::unheard::{Unheard, is_as_planned};
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::aws::{names, tags};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use aws_sdk_iam::types::Policy;

/// The policy of an ARN and its default document; `None` when there is none.
pub(super) async fn find(
    clients: &AwsClients,
    arn: &str,
) -> Result<Option<(Policy, String)>, ProviderError> {
    let answer = clients.iam().get_policy().policy_arn(arn).send().await;
    let answer = answer.map_err(|error| failure(format!("reading IAM Policy ({arn})"), error));
    let Some(policy) = found(answer)?.and_then(|answer| answer.policy) else {
        return Ok(None);
    };
    let version = policy.default_version_id().unwrap_or_default();
    let document = document(clients, arn, version).await?;
    Ok(document.map(|document| (policy, document)))
}

/// The document of one version; `None` when it is not there.
pub(super) async fn document(
    clients: &AwsClients,
    arn: &str,
    version: &str,
) -> Result<Option<String>, ProviderError> {
    let request = clients.iam().get_policy_version().policy_arn(arn);
    let answer = request.version_id(version).send().await;
    let doing = format!("reading IAM Policy ({arn}) version ({version})");
    let answer = found(answer.map_err(|error| failure(doing, error)))?;
    let version = answer.and_then(|answer| answer.policy_version);
    Ok(version.map(|version| decoded(version.document().unwrap_or_default())))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    arn: &str,
    spelled: Option<&Value>,
) -> Result<Option<Known>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let found = find(clients, arn).await?;
    found
        .map(|(policy, document)| object::of(clients, &policy, &document, spelled))
        .transpose()
}

/// Whether an import id is one: the ARN of a policy.
pub(super) fn check_id(id: &str) -> Result<(), ProviderError> {
    let is = id.parse::<Arn>().is_ok() && id.contains(":policy/");
    is.then_some(()).ok_or_else(|| ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: "reading an id of aws_iam_policy".to_owned(),
        code: String::new(),
        message: format!(
            "`{id}` is not the ARN of a policy, as `arn:aws:iam::123456789012:policy/read`"
        ),
        request_id: String::new(),
    })
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let clients = match AwsClients::of(ctx) {
        Ok(clients) => clients,
        Err(error) => return Outcome::failed(error),
    };
    let made = match make(ctx, clients, planned).await {
        Ok(made) => made,
        Err(error) => return Outcome::failed(error),
    };
    let arn = made.arn().unwrap_or_default();
    match visible(ctx, clients, arn).await {
        Ok((policy, document)) => {
            outcome(object::of(clients, &policy, &document, Some(planned)), None)
        }
        Err(error) => {
            let document = text(planned, "policy").unwrap_or_default();
            let object = object::of(clients, &made, document, Some(planned));
            outcome(object, Some(error))
        }
    }
}

async fn make(
    ctx: &ProviderContext,
    clients: &AwsClients,
    planned: &Value,
) -> Result<Policy, ProviderError> {
    let name = names::chosen(planned);
    let tags = planned.get("tags_all").map(map_of_texts);
    let request = clients
        .iam()
        .create_policy()
        .policy_name(&name)
        .set_path(text(planned, "path").map(str::to_owned))
        .set_description(text(planned, "description").map(str::to_owned))
        .set_policy_document(text(planned, "policy").map(str::to_owned))
        .set_tags(request_tags(&tags.unwrap_or_default())?);
    let doing = format!("creating IAM Policy ({name})");
    let unheard = Unheard::default();
    let answer = patiently(ctx, Situation::Write, &doing, || async {
        let request = request.clone().customize().interceptor(unheard.clone());
        let sent = request.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    match answer.await {
        Err(refusal) if unheard.explains(&refusal) => {
            let path = text(planned, "path").unwrap_or("/");
            let facts = clients.facts().await?;
            let arn = arn(&facts, &format!("policy{path}{name}")).unwrap_or_default();
            made_before(ctx, clients, &arn, planned)
                .await?
                .ok_or(refusal)
        }
        answer => answer?.policy.ok_or_else(|| unseen(&doing)),
    }
}

/// The policy that an earlier attempt made, if it is what was to be made. One of the same name in another path is
/// somebody else's.
async fn made_before(
    ctx: &ProviderContext,
    clients: &AwsClients,
    arn: &str,
    planned: &Value,
) -> Result<Option<Policy>, ProviderError> {
    let (policy, document) = match visible(ctx, clients, arn).await {
        Err(error) if error.kind == ProviderErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    let live = object::of(clients, &policy, &document, Some(planned))?;
    Ok(is_as_planned(planned, live.value()).then_some(policy))
}

async fn visible(
    ctx: &ProviderContext,
    clients: &AwsClients,
    arn: &str,
) -> Result<(Policy, String), ProviderError> {
    let doing = format!("waiting for IAM Policy ({arn}) to become visible");
    let found = patiently(ctx, Situation::New, &doing, || async {
        find(clients, arn).await?.ok_or_else(|| unseen(&doing))
    });
    found.await
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
    let before = prior.object.value();
    let arn = text(before, "id").unwrap_or_default();
    let changed = change(ctx, arn, before, planned).await;
    let spelled = if changed.is_ok() { planned } else { before };
    let live = read(ctx, arn, Some(spelled)).await;
    let live = live.and_then(|live| live.map(|live| with_count(&live, spelled)).transpose());
    let reading = format!("reading IAM Policy ({arn})");
    updated(&prior.object, &reading, live, changed)
}

/// The object with the count of attachments that was planned: attachments change beside it in the same apply.
fn with_count(live: &Known, spelled: &Value) -> Result<Known, ProviderError> {
    let mut attributes = live.value().to_entries();
    if let Some(count) = spelled.get("attachment_count") {
        attributes.insert("attachment_count".into(), count.without_marks());
    }
    let object = Known::new(&Value::object(attributes));
    object.map_err(|error| ProviderError::internal("updating IAM Policy", &error.to_string()))
}

async fn change(
    ctx: &ProviderContext,
    arn: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let _alone = clients.alone_with(arn).await;
    if differs(before, after, "policy") {
        let document = text(after, "policy").unwrap_or_default();
        let delay = integer(after, "delay_after_policy_creation_in_ms").filter(|delay| *delay > 0);
        versions::add(ctx, clients, arn, document, delay).await?;
    }
    set_tags(ctx, clients, arn, before, after).await
}

async fn set_tags(
    ctx: &ProviderContext,
    clients: &AwsClients,
    arn: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let doing = format!("updating tags for IAM Policy ({arn})");
    let (removed, written) = tags::change(before, after);
    if !removed.is_empty() {
        let request = clients.iam().untag_policy().policy_arn(arn);
        let request = request.set_tag_keys(Some(removed));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    if let Some(written) = request_tags(&written)? {
        let request = clients.iam().tag_policy().policy_arn(arn);
        let request = request.set_tags(Some(written));
        patiently(ctx, Situation::Write, &doing, || async {
            let sent = request.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        })
        .await?;
    }
    Ok(())
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let arn = prior.text("id").unwrap_or_default();
    let _alone = clients.alone_with(arn).await;
    let doing = format!("deleting IAM Policy ({arn})");
    let removed = patiently(ctx, Situation::Removal, &doing, || async {
        versions::remove_others(clients, arn).await?;
        let sent = clients.iam().delete_policy().policy_arn(arn).send().await;
        sent.map(drop)
            .map_err(|error| failure(doing.as_str(), error))
    });
    match deleted(removed.await) {
        Err(error) if error.code == "DeleteConflict" => Err(held(clients, arn, error).await),
        other => other,
    }
}

/// The refusal, with what still holds on to the policy.
async fn held(clients: &AwsClients, arn: &str, mut refusal: ProviderError) -> ProviderError {
    let listed = clients.iam().list_entities_for_policy().policy_arn(arn);
    let Ok(listed) = listed.send().await else {
        return refusal;
    };
    let roles = listed.policy_roles().iter();
    let roles = roles.filter_map(|role| Some(format!("role {}", role.role_name()?)));
    let users = listed.policy_users().iter();
    let users = users.filter_map(|user| Some(format!("user {}", user.user_name()?)));
    let groups = listed.policy_groups().iter();
    let groups = groups.filter_map(|group| Some(format!("group {}", group.group_name()?)));
    let holders: Vec<String> = roles.chain(users).chain(groups).collect();
    if !holders.is_empty() {
        refusal.kind = ProviderErrorKind::Conflict;
        refusal.message = format!(
            "{} It is attached to, or the permissions boundary of, {}. Detach it there first.",
            refusal.message,
            holders.join(", ")
        );
    }
    refusal
}
