//! Conditions, listings and where a bucket is, as requests see them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use bytes::Bytes;
use http::{Request, Response};

use crate::sandbox::{Sandbox, Seed};

fn sandbox() -> Sandbox {
    let seed = r#"{"buckets": [
        {"name": "states"},
        {"name": "far", "region": "eu-central-1"},
        {"name": "theirs", "account": "999999999999"},
        {"name": "careless", "conditional_writes": false}
    ]}"#;
    Sandbox::in_memory(Some(Seed::parse(seed).unwrap())).unwrap()
}

fn send(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response<Bytes> {
    let scope = "AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    let mut request = Request::builder()
        .method(method)
        .uri(format!("https://s3.us-east-1.amazonaws.com{path}"))
        .header("authorization", scope);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Bytes::copy_from_slice(body.as_bytes());
    sandbox.handle_aws(request.body(body).unwrap())
}

fn text(response: &Response<Bytes>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}

#[test]
fn writes_hold_to_their_conditions() {
    let sandbox = sandbox();
    let absent = [("if-none-match", "*")];
    let put =
        |headers: &[(&str, &str)], body| send(&sandbox, "PUT", "/states/a%2Bb/c", headers, body);
    let first = put(&absent, "one");
    assert_eq!(first.status(), 200);
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(put(&absent, "two").status(), 412);
    assert_eq!(put(&[("if-match", "\"00\"")], "two").status(), 412);
    assert_eq!(put(&[("if-match", &tag)], "two").status(), 200);
    let get = send(&sandbox, "GET", "/states/a+b/c", &[], "");
    assert_eq!(text(&get), "two");
    assert_ne!(get.headers()["etag"].to_str().unwrap(), tag);
    let delete =
        |headers: &[(&str, &str)]| send(&sandbox, "DELETE", "/states/a+b/c", headers, "").status();
    assert_eq!(delete(&[("if-match", &tag)]), 412);
    assert_eq!(delete(&[]), 204);
    assert_eq!(put(&[("if-match", &tag)], "three").status(), 404);
    let gone = send(&sandbox, "GET", "/states/a+b/c", &[], "");
    assert_eq!(gone.status(), 404);
    assert!(
        text(&gone).contains("<Code>NoSuchKey</Code>"),
        "{}",
        text(&gone)
    );
}

#[test]
fn a_bucket_is_somewhere_and_somebodys() {
    let sandbox = sandbox();
    let status = |path: &str| send(&sandbox, "GET", path, &[], "").status().as_u16();
    assert_eq!(status("/none/key"), 404);
    assert_eq!(status("/theirs/key"), 403);
    let far = send(&sandbox, "GET", "/far/key", &[], "");
    assert_eq!(far.status(), 301);
    assert_eq!(far.headers()["x-amz-bucket-region"], "eu-central-1");
    for _again in 0..2 {
        let put = send(
            &sandbox,
            "PUT",
            "/careless/key",
            &[("if-none-match", "*")],
            "x",
        );
        assert_eq!(put.status(), 200);
    }
}

#[test]
fn listings_come_in_pages() {
    let sandbox = sandbox();
    for key in ["env:/a/k", "env:/b/k", "other"] {
        send(&sandbox, "PUT", &format!("/states/{key}"), &[], "x");
    }
    let first = send(
        &sandbox,
        "GET",
        "/states?list-type=2&prefix=env%3A%2F&max-keys=1",
        &[],
        "",
    );
    let first = text(&first);
    assert!(
        first.contains("<Key>env:/a/k</Key>") && !first.contains("env:/b/k"),
        "{first}"
    );
    assert!(
        first.contains("<NextContinuationToken>env:/a/k</NextContinuationToken>"),
        "{first}"
    );
    let next = "/states?list-type=2&prefix=env%3A%2F&continuation-token=env%3A%2Fa%2Fk";
    let next = text(&send(&sandbox, "GET", next, &[], ""));
    assert!(
        next.contains("<Key>env:/b/k</Key>") && !next.contains("other"),
        "{next}"
    );
    assert!(next.contains("<IsTruncated>false</IsTruncated>"), "{next}");
    let keys =
        "<Delete><Object><Key>env:/a/k</Key></Object><Object><Key>other</Key></Object></Delete>";
    assert_eq!(
        send(&sandbox, "POST", "/states?delete", &[], keys).status(),
        200
    );
    let left = text(&send(&sandbox, "GET", "/states?list-type=2", &[], ""));
    assert!(left.contains("<KeyCount>1</KeyCount>"), "{left}");
}

#[test]
fn buckets_and_objects_can_be_looked_at_and_changed() {
    let sandbox = sandbox();
    let region = serde_json::json!({"Region": "us-west-2"});
    assert_eq!(
        sandbox.set("s3/bucket/states", &region).unwrap()["Region"],
        "us-west-2"
    );
    assert_eq!(send(&sandbox, "GET", "/states/k", &[], "").status(), 301);
    sandbox
        .set("s3/bucket/new", &serde_json::json!({}))
        .unwrap();
    sandbox
        .set("s3/object/new/a/b", &serde_json::json!({"Body": "text"}))
        .unwrap();
    assert_eq!(text(&send(&sandbox, "GET", "/new/a/b", &[], "")), "text");
    assert_eq!(sandbox.inspect("s3/object/new").unwrap().len(), 1);
    sandbox.remove("s3/object/new/a/b").unwrap();
    assert_eq!(send(&sandbox, "GET", "/new/a/b", &[], "").status(), 404);
}
