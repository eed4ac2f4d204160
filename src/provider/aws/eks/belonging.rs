//! What the kinds that belong to a cluster have in common: region, timeouts, tags, and waiting.

use super::duration;
use crate::address::AttributePath;
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::object::{block, differs, text};
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::{Attribute, Block, Facts, Identity, NestedBlock, Nesting, Tie};
use crate::value::{Known, Type, Value, to_json};
use aws_sdk_eks::Client;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

/// Belonging to a cluster: what it has goes with it.
pub(super) const TO_CLUSTER: Tie = Tie {
    resource_type: "aws_eks_cluster",
    attributes: &[("cluster_name", "name"), ("region", "region")],
};

/// `region`, which every kind of a region has.
pub(super) fn region_attribute() -> Attribute {
    let description = "The region; the provider's if not given.";
    Attribute::optional_computed("region", Type::String, description)
}

/// `cluster_name`, which every kind of a cluster has.
pub(super) fn cluster_attribute() -> Attribute {
    Attribute::required("cluster_name", Type::String, "The name of the cluster.").replaces()
}

/// A computed text.
pub(super) fn computed(name: &'static str, description: &'static str) -> Attribute {
    Attribute::computed(name, Type::String, description)
}

/// An optional text.
pub(super) fn optional(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::String, description)
}

/// An operation of a `timeouts` block and its description.
type Operation = (&'static str, &'static str);

/// The block `timeouts` with an argument for each of these operations.
pub(super) fn timeouts(operations: &[Operation]) -> NestedBlock {
    let attributes = operations
        .iter()
        .map(|(name, description)| optional(name, description));
    NestedBlock {
        name: "timeouts",
        nesting: Nesting::Single,
        min: 0,
        max: 1,
        block: Block {
            attributes: attributes.collect(),
            blocks: Vec::new(),
        },
        description: "How long operations may take.",
    }
}

/// A nested block without blocks of its own.
pub(super) fn nested(
    name: &'static str,
    (min, max): (usize, usize),
    attributes: Vec<Attribute>,
    description: &'static str,
) -> NestedBlock {
    NestedBlock {
        name,
        nesting: Nesting::List,
        min,
        max,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description,
    }
}

/// How long an operation may take: what `timeouts` says, or the default of Terraform's provider.
pub(super) fn limit(object: &Value, operation: &str, default: Duration) -> Duration {
    let told = block(object, "timeouts").and_then(|timeouts| text(timeouts, operation));
    told.and_then(duration).unwrap_or(default)
}

/// Checks the name of a cluster and durations.
pub(super) fn check(checks: &mut Checks<'_>, config: &Value) {
    checks.length("cluster_name", 1..=100);
    check_timeouts(checks, config);
}

/// Checks the durations of `timeouts`.
pub(super) fn check_timeouts(checks: &mut Checks<'_>, config: &Value) {
    let Some(timeouts) = block(config, "timeouts") else {
        return;
    };
    for name in ["create", "delete", "update"] {
        if let Some(found) = text(timeouts, name)
            && duration(found).is_none()
        {
            checks.problem(
                "timeouts",
                format!("parsing timeout {name}: time: invalid duration {found:?}"),
                "Write it as `30m` or `1h30m`.",
            );
        }
    }
}

/// Checks that a text is one of a few.
pub(super) fn choice(checks: &mut Checks<'_>, name: &str, allowed: &[&str]) {
    if let Some(found) = checks.text(name).filter(|found| !allowed.contains(found)) {
        let summary = format!("expected {name} to be one of {allowed:?}, got {found}");
        checks.problem(
            name,
            summary,
            format!("Allowed are {}.", allowed.join(", ")),
        );
    }
}

/// Plans `region`.
pub(super) fn plan_region(draft: &mut Draft<'_>, facts: &Facts) {
    let recorded = draft.prior().and_then(|prior| text(prior, "region"));
    if let Some(region) = recorded.or(Some(&facts.region)).filter(|r| !r.is_empty()) {
        draft.default("region", region);
    }
}

/// `region`, when another is planned. Objects that older providers recorded have none; they are in the provider's.
pub(super) fn moved(prior: &Value, planned: &Value) -> Vec<AttributePath> {
    let recorded = text(prior, "region");
    let moves = recorded.is_some() && recorded != text(planned, "region");
    let region = moves.then(|| AttributePath::attribute("region"));
    region.into_iter().collect()
}

/// When one of these changes, so do the attributes that only the service knows.
pub(super) fn plan_follows(draft: &mut Draft<'_>, changing: &[&str], following: &[&str]) {
    let Some(prior) = draft.prior() else {
        return;
    };
    let changes = changing.iter().any(|name| {
        let planned = Value::object_of([(*name, draft.get(name))]);
        differs(prior, &planned, name)
    });
    if changes {
        for name in following {
            let ty = draft.get(name).ty();
            draft.set(name, Value::unknown(ty));
        }
    }
}

/// The EKS client for the region of a recorded or planned object.
pub(super) fn client(clients: &AwsClients, object: &Value) -> Client {
    clients.eks(text(object, "region"))
}

/// The region of a recorded or planned object.
pub(super) fn region<'r>(clients: &'r AwsClients, object: &'r Value) -> &'r str {
    text(object, "region").unwrap_or(clients.region())
}

/// An import id without the `@region` that may stand behind it, and that region.
pub(super) fn split_region(id: &str) -> (&str, Option<&str>) {
    let is_region = |text: &str| {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        text.chars().all(good) && text.matches('-').count() >= 2
    };
    match id.rsplit_once('@') {
        Some((id, region)) if is_region(region) => (id, Some(region)),
        Some(_) | None => (id, None),
    }
}

/// The identity of an import id, with the region of a planned object behind it where that is not the provider's.
pub(super) fn identity(planned: &Value, facts: &Facts, id: String) -> Identity {
    match text(planned, "region").filter(|region| *region != facts.region) {
        Some(region) => Identity(format!("{id}@{region}")),
        None => Identity(id),
    }
}

/// The two names of an import id, which stand on both sides of a colon.
pub(super) fn split_names<'i>(
    resource_type: &str,
    id: &'i str,
    form: &str,
) -> Result<(&'i str, &'i str), ProviderError> {
    let names = id.split_once(':');
    names
        .filter(|(one, other)| !one.is_empty() && !other.is_empty())
        .ok_or_else(|| wrong_id(resource_type, id, form))
}

/// The error for an import id of the wrong form.
pub(super) fn wrong_id(resource_type: &str, id: &str, form: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: format!("reading an id of {resource_type}"),
        code: String::new(),
        message: format!("unexpected format for ID ({id}), expected {form}"),
        request_id: String::new(),
    }
}

/// A recorded or planned attribute as it is, for what the service does not tell.
pub(super) fn kept(spelled: Option<&Value>, name: &str) -> Json {
    let kept = spelled.and_then(|object| Known::new(object.get(name)?).ok());
    kept.map_or(Json::Null, |known| to_json(&known))
}

/// An instant in whole seconds, as the provider writes it.
pub(super) fn instant(instant: &DateTime) -> String {
    let whole = DateTime::from_secs(instant.secs());
    whole.fmt(Format::DateTime).unwrap_or_default()
}

/// Tags, or claims, as the service tells them.
pub(super) fn tags_of<'t, T>(tags: Option<T>) -> BTreeMap<String, String>
where
    T: IntoIterator<Item = (&'t String, &'t String)>,
{
    let tags = tags.into_iter().flatten();
    tags.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// All planned tags, for a request; `None` when there are none.
pub(super) fn planned_tags<T>(planned: &Value) -> Option<T>
where
    T: FromIterator<(String, String)>,
{
    let tags = planned.get("tags_all")?;
    let tags = crate::provider::aws::object::map_of_texts(tags);
    (!tags.is_empty()).then(|| tags.into_iter().collect())
}

/// Brings the tags of the object of an ARN from one object's to another's.
pub(super) async fn update_tags(
    eks: &Client,
    arn: &str,
    what: &str,
    before: &Value,
    after: &Value,
) -> Result<(), ProviderError> {
    let doing = format!("updating tags for {what}");
    let (removed, written) = tags::change(before, after);
    if !removed.is_empty() {
        let call = eks.untag_resource().resource_arn(arn);
        let sent = call.set_tag_keys(Some(removed)).send().await;
        sent.map_err(|error| failure(doing.as_str(), error))?;
    }
    if !written.is_empty() {
        let call = eks.tag_resource().resource_arn(arn);
        let sent = call.set_tags(Some(written.into_iter().collect()));
        let sent = sent.send().await;
        sent.map_err(|error| failure(doing.as_str(), error))?;
    }
    Ok(())
}

/// Waiting for one thing, on the context's clock.
pub(super) struct Wait<'c> {
    ctx: &'c ProviderContext,
    doing: String,
    start: Duration,
    limit: Duration,
    poll: Duration,
}

impl<'c> Wait<'c> {
    /// Begins to wait, as for `waiting for EKS Add-On (main:coredns) create`.
    pub(super) fn new(
        ctx: &'c ProviderContext,
        doing: String,
        limit: Duration,
        poll: Duration,
    ) -> Self {
        let start = ctx.clock.now();
        Wait {
            ctx,
            doing,
            start,
            limit,
            poll,
        }
    }

    /// Waits until it is time to look again; `status` is what was seen last, `more` what else to tell of it.
    pub(super) async fn again(&self, status: &str, more: &str) -> Result<(), ProviderError> {
        let elapsed = self.ctx.clock.now().saturating_sub(self.start);
        if elapsed >= self.limit {
            let minutes = self.limit.as_secs() / 60;
            let text = format!("timeout after {minutes} minutes (state '{status}'){more}");
            return Err(ProviderError {
                kind: ProviderErrorKind::Timeout,
                ..self.unexpected(&text)
            });
        }
        (self.ctx.progress)(&format!("{}: {status}{more}", self.doing));
        let left = self.limit.saturating_sub(elapsed);
        self.ctx.clock.sleep(self.poll.min(left)).await;
        Ok(())
    }

    /// The error for what was not waited for.
    pub(super) fn unexpected(&self, message: &str) -> ProviderError {
        ProviderError {
            kind: ProviderErrorKind::Service,
            doing: self.doing.clone(),
            code: String::new(),
            message: message.to_owned(),
            request_id: String::new(),
        }
    }

    /// What is being waited for.
    pub(super) fn doing(&self) -> &str {
        &self.doing
    }
}
