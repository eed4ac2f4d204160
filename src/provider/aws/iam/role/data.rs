//! `data "aws_iam_role"`: a role that exists, by its name.
//!
//! Calls: `GetRole`.
//!
//! ```hcl
//! data "aws_iam_role" "app" {
//!   name = "app"
//! }
//! ```

use super::{object, operations, schema};
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object as known_object;
use crate::provider::aws::tags;
use crate::provider::aws::waiting::unseen;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Rules, TypeSchema};
use crate::value::Known;
use async_trait::async_trait;
use aws_sdk_iam::types::Role;
use aws_smithy_types::date_time::Format;
use serde_json::{Value as Json, json};

pub(super) struct RoleData;
struct Plain;

impl Rules for Plain {}

impl ObjectType for RoleData {
    fn name(&self) -> &'static str {
        "aws_iam_role"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::data()
    }

    fn rules(&self) -> &'static dyn Rules {
        &Plain
    }
}

#[async_trait]
impl DataSource for RoleData {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let clients = AwsClients::of(ctx)?;
        let name = config.text("name").unwrap_or_default();
        let found = operations::find(clients, name).await?;
        let role = found.ok_or_else(|| ProviderError {
            message: format!("there is no role of the name {name}"),
            code: "NoSuchEntity".to_owned(),
            ..unseen(&format!("reading IAM Role ({name})"))
        })?;
        let (_, all) = tags::seen(
            object::tags_of(&role),
            None,
            clients.default_tags(),
            clients.ignored_tags(),
        );
        let mut json = object::described(&role);
        if let Some(members) = json.as_object_mut() {
            members.insert("role_last_used".into(), last_used(&role));
            members.insert("tags".into(), all);
        }
        known_object(schema::data(), &json)
    }
}

fn last_used(role: &Role) -> Json {
    let Some(used) = role.role_last_used() else {
        return json!([]);
    };
    let date = used
        .last_used_date()
        .and_then(|date| date.fmt(Format::DateTime).ok());
    json!([{ "last_used_date": date, "region": used.region() }])
}
