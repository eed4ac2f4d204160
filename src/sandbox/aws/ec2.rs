//! EC2: the zones of a region.

use bytes::Bytes;
use http::Response;

use super::Call;
use super::protocol::{Answer, AwsError, Xml, ec2_reply};

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

pub(super) fn reply(operation: &str, answer: Answer, request_id: &str) -> Response<Bytes> {
    ec2_reply(operation, NAMESPACE, answer, request_id)
}

pub(super) fn answer(call: &Call<'_>, operation: &str) -> Answer {
    match operation {
        "DescribeAvailabilityZones" => describe_zones(call),
        other => {
            let text = format!("The action {other} is not valid for this web service.");
            Err(AwsError::new(400, "InvalidAction", text))
        }
    }
}

/// A zone: the names and values by which it can be filtered.
type Zone = [(&'static str, String); 7];

fn describe_zones(call: &Call<'_>) -> Answer {
    let mut zones = zones(&call.account.region);
    for number in 1.. {
        let Some(name) = call.form.get(&format!("Filter.{number}.Name")) else {
            break;
        };
        let value = |position| call.form.get(&format!("Filter.{number}.Value.{position}"));
        let values: Vec<&str> = (1..).map_while(value).collect();
        if zones.first().is_some_and(|zone| of(zone, name).is_none()) {
            let text = format!("The filter '{name}' is invalid");
            return Err(AwsError::new(400, "InvalidParameterValue", text));
        }
        zones.retain(|zone| of(zone, name).is_some_and(|found| values.contains(&found)));
    }
    let items = zones.iter().map(item).collect();
    Ok(Some(vec![Xml::parent("availabilityZoneInfo", items)]))
}

fn of<'z>(zone: &'z Zone, filter: &str) -> Option<&'z str> {
    let found = zone.iter().find(|(name, _)| *name == filter);
    found.map(|(_, value)| value.as_str())
}

fn item(zone: &Zone) -> Xml {
    let named = zone.iter().map(|(filter, value)| {
        let name = match *filter {
            "group-name" => "groupName",
            "opt-in-status" => "optInStatus",
            "region-name" => "regionName",
            "state" => "zoneState",
            "zone-id" => "zoneId",
            "zone-name" => "zoneName",
            _ => "zoneType",
        };
        Xml::text(name, value)
    });
    Xml::parent("item", named.collect())
}

/// Three zones, or the six of us-east-1.
fn zones(region: &str) -> Vec<Zone> {
    let count = if region == "us-east-1" { 6 } else { 3 };
    let letters = ('a'..='z').take(count);
    (1..)
        .zip(letters)
        .map(|(number, letter)| {
            [
                ("group-name", region.to_owned()),
                ("opt-in-status", "opt-in-not-required".to_owned()),
                ("region-name", region.to_owned()),
                ("state", "available".to_owned()),
                ("zone-id", format!("{}-az{number}", short(region))),
                ("zone-name", format!("{region}{letter}")),
                ("zone-type", "availability-zone".to_owned()),
            ]
        })
        .collect()
}

/// A region as ids of zones write it: `euw1` for `eu-west-1`, `apse2` for `ap-southeast-2`.
fn short(region: &str) -> String {
    let parts = region.split('-').enumerate();
    parts
        .map(|(position, part)| match (position, part) {
            (0, part) => part.to_owned(),
            (_, "gov") => "g".to_owned(),
            (_, part) => ["north", "south", "east", "west", "central"]
                .into_iter()
                .find_map(|point| Some((point, part.strip_prefix(point)?)))
                .map_or_else(
                    || part.to_owned(),
                    |(point, rest)| {
                        [point, rest]
                            .iter()
                            .filter_map(|text| text.chars().next())
                            .collect()
                    },
                ),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn regions_have_short_names() {
        for (region, expected) in [
            ("eu-west-1", "euw1"),
            ("us-east-2", "use2"),
            ("ap-southeast-2", "apse2"),
            ("eu-central-1", "euc1"),
            ("us-gov-west-1", "usgw1"),
        ] {
            assert_eq!(short(region), expected);
        }
    }
}
