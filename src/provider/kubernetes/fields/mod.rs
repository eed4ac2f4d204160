//! `kubernetes_annotations` and `kubernetes_labels`: single fields of an object that somebody else made.
//!
//! The object has to exist. Destroying gives the fields up and leaves the object.
//!
//! Calls: `get` and `patch` of the object's resource, and discovery for other kinds than service accounts and namespaces.
//!
//! Import: API version, kind, namespace and name, as `apiVersion=v1,kind=ServiceAccount,namespace=shop,name=web`.
//!
//! ```hcl
//! resource "kubernetes_annotations" "web" {
//!   api_version = "v1"
//!   kind        = "ServiceAccount"
//!   metadata {
//!     name      = "web"
//!     namespace = "shop"
//!   }
//!   annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.web.arn }
//! }
//! ```
//!
//! ```hcl
//! resource "kubernetes_labels" "web" {
//!   api_version = "v1"
//!   kind        = "ServiceAccount"
//!   metadata {
//!     name      = "web"
//!     namespace = "shop"
//!   }
//!   labels = { team = "shop" }
//! }
//! ```

mod locate;
mod rules;
mod schema;

use super::client::{Force, KubernetesClients};
use super::failure::FIELD_CONFLICT;
use super::object::{record, text, to_plain};
use super::{owned, ownership};
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::{Value, to_json};
use async_trait::async_trait;
use locate::Place;
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;

/// The field manager unless another is set. It is not that of whole objects: a service account and an annotation of it
/// may be managed side by side, and neither takes the other's fields for its own.
pub(super) const MANAGER: &str = "trustform-fields";

/// `kubernetes_annotations`.
pub(super) static ANNOTATIONS: FieldsKind = FieldsKind {
    name: "kubernetes_annotations",
    schema: &schema::ANNOTATIONS,
    rules: rules::FieldRules {
        maps: &["annotations", "template_annotations"],
    },
};

/// `kubernetes_labels`.
pub(super) static LABELS: FieldsKind = FieldsKind {
    name: "kubernetes_labels",
    schema: &schema::LABELS,
    rules: rules::FieldRules { maps: &["labels"] },
};

/// A kind that is about entries of maps of an object.
pub(super) struct FieldsKind {
    name: &'static str,
    schema: &'static LazyLock<TypeSchema>,
    rules: rules::FieldRules,
}

impl ObjectType for FieldsKind {
    fn name(&self) -> &'static str {
        self.name
    }

    fn provider(&self) -> &'static str {
        "kubernetes"
    }

    fn schema(&self) -> &'static TypeSchema {
        self.schema
    }

    fn rules(&self) -> &'static dyn Rules {
        if self.name == ANNOTATIONS.name {
            &ANNOTATIONS.rules
        } else {
            &LABELS.rules
        }
    }
}

#[async_trait]
impl ResourceKind for FieldsKind {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        let before = to_json(&recorded.object);
        let place = Place::find(ctx, &before).await?;
        let doing = format!("reading {}", place.label);
        match KubernetesClients::of(ctx)?
            .get(ctx, &doing, &place.path)
            .await?
        {
            None => Ok(None),
            Some(live) => self.observed(&before, &live).map(Some),
        }
    }

    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        let mut named = locate::parse(&identity.0)?;
        let place = Place::find(ctx, &named).await?;
        let doing = format!("reading {}", place.label);
        let Some(live) = KubernetesClients::of(ctx)?
            .get(ctx, &doing, &place.path)
            .await?
        else {
            return Ok(None);
        };
        let applied = ownership::applied(&live, MANAGER);
        if let Json::Object(members) = &mut named {
            members.insert("field_manager".to_owned(), MANAGER.into());
            for map in self.rules.maps {
                let ours = applied.pointer(&pointer(map, &named_kind(&live)));
                members.insert((*map).to_owned(), ours.cloned().unwrap_or(Json::Null));
            }
        }
        self.observed(&named, &live).map(Some)
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        match self
            .apply(ctx, "annotating", &Json::Null, &to_plain(planned))
            .await
        {
            Ok(made) => Outcome {
                object: Some(made),
                error: None,
            },
            Err(error) => Outcome::failed(error),
        }
    }

    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
        let before = to_json(&prior.object);
        let planned = to_plain(planned);
        let moved = manager(&before) != manager(&planned);
        let result = match self.apply(ctx, "updating", &before, &planned).await {
            // The former manager gives up what it had here; the values stay, since the new one has them.
            Ok(made) if moved => self.release(ctx, &before).await.map(|()| made),
            result => result,
        };
        match result {
            Ok(changed) => Outcome {
                object: Some(changed),
                error: None,
            },
            Err(error) => Outcome {
                object: Some(prior.clone()),
                error: Some(error),
            },
        }
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        self.release(ctx, &to_json(&prior.object)).await
    }
}

impl FieldsKind {
    /// Applies the planned entries instead of the former ones, with everything else that the manager applies.
    async fn apply(
        &self,
        ctx: &ProviderContext,
        verb: &str,
        before: &Json,
        planned: &Json,
    ) -> Result<Recorded, ProviderError> {
        let place = Place::find(ctx, planned).await?;
        let verb = if self.name == LABELS.name && verb == "annotating" {
            "labelling"
        } else {
            verb
        };
        let doing = format!("{verb} {}", place.label);
        match self.exchange(ctx, &place, &doing, before, planned).await? {
            Some(live) => self.observed(planned, &live),
            None => Err(ProviderError {
                kind: ProviderErrorKind::NotFound,
                doing,
                code: "NotFound".to_owned(),
                message: format!("The resource {:?} does not exist", place.name),
                request_id: String::new(),
            }),
        }
    }

    /// Takes the entries away that were applied before. An object that is gone has none.
    async fn release(&self, ctx: &ProviderContext, before: &Json) -> Result<(), ProviderError> {
        let place = Place::find(ctx, before).await?;
        let mut nothing = before.clone();
        for map in self.rules.maps {
            if let Some(entries) = nothing.get_mut(*map) {
                *entries = Json::Null;
            }
        }
        let doing = format!("removing our fields of {}", place.label);
        self.exchange(ctx, &place, &doing, before, &nothing)
            .await
            .map(|_| ())
    }

    /// One round of reading and applying, again while others change the object in between. `None` when it is not there.
    async fn exchange(
        &self,
        ctx: &ProviderContext,
        place: &Place,
        doing: &str,
        before: &Json,
        planned: &Json,
    ) -> Result<Option<Json>, ProviderError> {
        const TRIES: usize = 5;
        let clients = KubernetesClients::of(ctx)?;
        let manager = manager(planned);
        for last in (0..TRIES).map(|round| round + 1 == TRIES) {
            let Some(live) = clients.get(ctx, doing, &place.path).await? else {
                return Ok(None);
            };
            let mut body = place.body(ownership::applied(&live, manager));
            for map in self.rules.maps {
                replace(
                    &mut body,
                    &pointer(map, &place.kind),
                    before.get(*map),
                    planned.get(*map),
                );
            }
            owned::pin(&mut body, &live);
            let had = self.declared(place, before);
            let force = match planned.get("force").and_then(Json::as_bool) {
                Some(true) => Force::Yes,
                _ => owned::repair(manager, &had, &self.declared(place, planned), &live),
            };
            match clients
                .apply(ctx, doing, &place.path, manager, force, &body)
                .await
            {
                Ok(live) => return Ok(Some(live)),
                Err(error)
                    if !last
                        && error.kind == ProviderErrorKind::Conflict
                        && error.code != FIELD_CONFLICT => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The entries of an object in the provider's shape, in Kubernetes' shape.
    fn declared(&self, place: &Place, object: &Json) -> Json {
        let mut body = json!({});
        for map in self.rules.maps {
            replace(
                &mut body,
                &pointer(map, &place.kind),
                None,
                object.get(*map),
            );
        }
        body
    }

    /// What is there of the recorded entries.
    fn observed(&self, recorded: &Json, live: &Json) -> Result<Recorded, ProviderError> {
        let mut object = recorded.clone();
        let kind = named_kind(live);
        for map in self.rules.maps {
            let Some(Json::Object(entries)) = object.get_mut(*map) else {
                continue;
            };
            let there = live.pointer(&pointer(map, &kind)).and_then(Json::as_object);
            let kept: Map<_, _> = entries
                .keys()
                .filter_map(|key| Some((key.clone(), there?.get(key)?.clone())))
                .collect();
            *entries = kept;
        }
        if let Json::Object(members) = &mut object {
            let part = |pointer| text(recorded, pointer);
            let (version, kind) = (part("/api_version"), part("/kind"));
            let id = rules::written(
                version,
                kind,
                part("/metadata/0/name"),
                part("/metadata/0/namespace"),
            );
            members.insert("id".to_owned(), id.into());
        }
        record(&self.schema.block, &object)
    }
}

fn manager(object: &Json) -> &str {
    match text(object, "/field_manager") {
        "" => MANAGER,
        manager => manager,
    }
}

fn named_kind(live: &Json) -> String {
    text(live, "/kind").to_owned()
}

/// Where a map of the provider's shape is in an object of a kind.
fn pointer(map: &str, kind: &str) -> String {
    match (map, kind) {
        ("template_annotations", "CronJob") => {
            "/spec/jobTemplate/spec/template/metadata/annotations".to_owned()
        }
        ("template_annotations", _) => "/spec/template/metadata/annotations".to_owned(),
        (map, _) => format!("/metadata/{map}"),
    }
}

/// Takes entries out of the map at a pointer and puts others in. What is left empty is left out: an empty map would
/// be owned, too.
fn replace(body: &mut Json, pointer: &str, former: Option<&Json>, entries: Option<&Json>) {
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let (former, entries) = (
        former.and_then(Json::as_object),
        entries.and_then(Json::as_object),
    );
    replace_below(body, &steps, former, entries);
}

fn replace_below(
    place: &mut Json,
    steps: &[&str],
    former: Option<&Map<String, Json>>,
    entries: Option<&Map<String, Json>>,
) {
    let Json::Object(members) = place else { return };
    let Some((step, rest)) = steps.split_first() else {
        members.retain(|key, _| former.is_none_or(|former| !former.contains_key(key)));
        for (key, value) in entries.into_iter().flatten() {
            members.insert(key.clone(), value.clone());
        }
        return;
    };
    let below = members
        .entry((*step).to_owned())
        .or_insert_with(|| json!({}));
    replace_below(below, rest, former, entries);
    if below.as_object().is_some_and(Map::is_empty) {
        members.remove(*step);
    }
}
