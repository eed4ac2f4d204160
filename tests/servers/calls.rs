//! Calls to a stand-in beside the program: what has to be there before, and what is there after.

use serde_json::{Value as Json, json};
use trustform_test_support::http;
use trustform_test_support::https::{Request, Response};

use super::StandIn;

/// An operation of a query API (`iam`, `sts`), with its parameters already encoded.
pub fn query(server: &StandIn, service: &str, parameters: &str) -> Response {
    let version = if service == "sts" {
        "2011-06-15"
    } else {
        "2010-05-08"
    };
    let body = format!("{parameters}&Version={version}");
    let request = Request {
        content_type: "application/x-www-form-urlencoded",
        ..Request::post("/", &body)
    };
    send(server, service, "us-east-1", request)
}

/// Makes a cluster and gives what describes it.
pub fn make_cluster(server: &StandIn, region: &str, name: &str) -> Json {
    let account = server.kind().account();
    let cluster = json!({
        "name": name,
        "roleArn": format!("arn:aws:iam::{account}:role/cluster"),
        "resourcesVpcConfig": { "subnetIds": ["subnet-a", "subnet-b"] },
    });
    let body = cluster.to_string();
    let answer = send(server, "eks", region, Request::post("/clusters", &body));
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("a cluster")
}

/// Names of the objects of IAM that are there, sorted: roles, policies of ours, and providers.
pub fn left_in_iam(server: &StandIn) -> Vec<String> {
    let list = |operation: &str, parameters: &str, element: &str| {
        let answer = query(server, "iam", &format!("Action={operation}{parameters}"));
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        elements(&answer.body, element)
    };
    let mut left = list("ListRoles", "", "RoleName");
    left.extend(list("ListPolicies", "&Scope=Local", "PolicyName"));
    left.extend(list("ListOpenIDConnectProviders", "", "Arn"));
    left.sort();
    left
}

/// The texts of all XML elements of a name.
pub fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(open.as_str()).skip(1);
    parts
        .filter_map(|part| Some(part.split_once(close.as_str())?.0.to_owned()))
        .collect()
}

fn send(server: &StandIn, service: &str, region: &str, request: Request<'_>) -> Response {
    let scope = format!(
        "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/{region}/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    );
    let headers = [("Authorization", scope.as_str())];
    http::send_with(server.port(), &headers, request).expect("an answer")
}
