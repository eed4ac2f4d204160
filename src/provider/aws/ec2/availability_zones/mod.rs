//! `data "aws_availability_zones"`: the zones of a region that the account can use.
//!
//! Calls: `DescribeAvailabilityZones` of EC2.
//!
//! ```hcl
//! data "aws_availability_zones" "available" {
//!   state = "available"
//!
//!   filter {
//!     name   = "opt-in-status"
//!     values = ["opt-in-not-required"]
//!   }
//! }
//! ```

mod schema;
#[cfg(test)]
mod tests;

use super::call;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{object, text, texts};
use crate::provider::aws::validate::Checks;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Problem, Rules, TypeSchema};
use crate::value::{Known, Value, to_json};
use async_trait::async_trait;
use aws_smithy_xml::decode::{Document, XmlDecodeError};
use serde_json::json;
use std::collections::BTreeSet;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &AvailabilityZones;

struct AvailabilityZones;

impl ObjectType for AvailabilityZones {
    fn name(&self) -> &'static str {
        "aws_availability_zones"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &schema::SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &AvailabilityZones
    }
}

/// The states of a zone.
const STATES: [&str; 5] = [
    "available",
    "information",
    "impaired",
    "unavailable",
    "constrained",
];

impl Rules for AvailabilityZones {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        if let Some(state) = checks.text("state").filter(|state| !STATES.contains(state)) {
            let summary = format!("expected state to be one of {STATES:?}, got {state}");
            checks.problem("state", summary, "A zone is in one of these states.");
        }
        checks.found()
    }
}

/// A zone, as EC2 tells of it.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Zone {
    name: String,
    id: String,
    group: String,
}

#[async_trait]
impl DataSource for AvailabilityZones {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let own = AwsClients::of(ctx)?.region();
        let region = text(config.value(), "region").unwrap_or(own);
        let doing = format!("reading EC2 Availability Zones ({region})");
        let parameters = parameters(config.value());
        let answer = call::call(
            ctx,
            region,
            "DescribeAvailabilityZones",
            &parameters,
            &doing,
        );
        let answer = answer.await?;
        let mut zones =
            zones(&answer).map_err(|error| ProviderError::internal(&doing, &error.to_string()))?;
        zones.sort();
        let excluded = |name| texts(config.value(), name);
        let (names, ids) = (excluded("exclude_names"), excluded("exclude_zone_ids"));
        zones.retain(|zone| !names.contains(&zone.name) && !ids.contains(&zone.id));
        described(config, region, &zones)
    }
}

/// The arguments in the query protocol.
fn parameters(config: &Value) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    if config
        .get("all_availability_zones")
        .and_then(Value::as_bool)
        == Some(true)
    {
        parameters.push(("AllAvailabilityZones".to_owned(), "true".to_owned()));
    }
    let state = text(config, "state").map(|state| ("state".to_owned(), vec![state.to_owned()]));
    let filters = config.get("filter").and_then(Value::as_elements);
    let filters = filters.into_iter().flatten();
    let filters = filters.map(|filter| {
        let name = text(filter, "name").unwrap_or_default();
        (name.to_owned(), texts(filter, "values"))
    });
    for (number, (name, values)) in (1..).zip(state.into_iter().chain(filters)) {
        parameters.push((format!("Filter.{number}.Name"), name));
        for (position, value) in (1..).zip(values) {
            parameters.push((format!("Filter.{number}.Value.{position}"), value));
        }
    }
    parameters
}

/// The zones of an answer, `<availabilityZoneInfo><item><zoneName>…`.
fn zones(answer: &str) -> Result<Vec<Zone>, XmlDecodeError> {
    let mut zones = Vec::new();
    let mut document = Document::new(answer);
    let mut root = document.root_element()?;
    while let Some(mut part) = root.next_tag() {
        if part.start_el().local() != "availabilityZoneInfo" {
            continue;
        }
        while let Some(mut item) = part.next_tag() {
            let mut zone = Zone::default();
            for (name, value) in call::texts(&mut item) {
                match name.as_str() {
                    "zoneName" => zone.name = value,
                    "zoneId" => zone.id = value,
                    "groupName" => zone.group = value,
                    _ => {}
                }
            }
            zones.push(zone);
        }
    }
    Ok(zones)
}

fn described(config: &Known, region: &str, zones: &[Zone]) -> Result<Known, ProviderError> {
    let mut json = to_json(config);
    let of = |part: fn(&Zone) -> &String| zones.iter().map(part).collect::<Vec<_>>();
    let groups: BTreeSet<&String> = zones.iter().map(|zone| &zone.group).collect();
    if let Some(members) = json.as_object_mut() {
        members.insert("group_names".to_owned(), json!(groups));
        members.insert("id".to_owned(), region.into());
        members.insert("names".to_owned(), json!(of(|zone| &zone.name)));
        members.insert("region".to_owned(), region.into());
        members.insert("zone_ids".to_owned(), json!(of(|zone| &zone.id)));
    }
    object(&schema::SCHEMA, &json)
}
