//! How a user chooses servers, accounts and credentials: variables, provider blocks and profiles, seen from the server.

use libtest_mimic::Trial;
use trustform_test_support::Missing;
use trustform_test_support::aws::{Front, FrontOptions, Seen};
use trustform_test_support::certificates::Certificates;
use trustform_test_support::https::Response;

use super::calls::query;
use super::stand_in::{Kind, StandIn, lead_to, on};
use crate::common::project::{Project, Ran};

/// What the tests ask of a provider configuration: who the caller is.
const WHO: &str = r#"
data "aws_caller_identity" "me" {}

output "account" {
  value = data.aws_caller_identity.me.account_id
}
"#;

/// A role, so that IAM is called too.
const ROLE: &str = r#"
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
"#;

type Test = fn(&StandIn) -> Result<(), Missing>;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 17] = [
        ("variables_by_service", variables_by_service),
        ("endpoints_of_the_block_win", endpoints_of_the_block_win),
        ("endpoints_of_a_profile", endpoints_of_a_profile),
        ("a_profile_of_the_block_wins_over_keys", profile_wins),
        ("a_profile_of_the_environment", profile_of_environment),
        ("roles_are_assumed_one_after_the_other", assumed_roles),
        ("a_role_that_may_not_be_assumed", refused_role),
        ("a_web_identity", web_identity),
        ("the_region_of_sts_and_the_user_agent", region_and_agent),
        ("tags_by_default_and_ignored_ones", tags),
        ("a_wrong_account_is_told_with_both", wrong_account),
        ("an_account_that_is_not_asked_for", no_account),
        ("own_authorities", authorities),
        ("a_proxy_for_http", proxy),
        ("a_tunnel_for_https", tunnel),
        ("retries_are_counted", retries),
        ("the_instance_metadata_service", metadata),
    ];
    let mut trials: Vec<Trial> = tests
        .into_iter()
        .map(|(name, test)| on(Kind::Moto, &format!("settings::{name}"), test))
        .collect();
    trials.push(Trial::test("servers::settings::an_expired_sign_in", || {
        expired_sign_in();
        Ok(())
    }));
    trials
}

fn front(server: &StandIn) -> Result<Front, Missing> {
    front_with(server, FrontOptions::default())
}

fn front_with(server: &StandIn, options: FrontOptions) -> Result<Front, Missing> {
    Front::before(server.port(), options)
        .map_err(|error| Missing::new("a front", error.to_string()))
}

/// A project with a provider block and what follows it, and keys in the environment.
fn project(settings: &str, rest: &str) -> Project {
    let block = format!("provider \"aws\" {{\n  region = \"eu-west-1\"\n{settings}\n}}\n{rest}");
    let mut project = Project::of(&block);
    project.set("AWS_ACCESS_KEY_ID", "AKIATEST");
    project.set("AWS_SECRET_ACCESS_KEY", "secret");
    project.set("AWS_EC2_METADATA_DISABLED", "true");
    project
}

/// A project that reaches AWS through a front.
fn through(front: &Front, settings: &str, rest: &str) -> Project {
    let mut project = project(settings, rest);
    lead_to(&mut project, &front.endpoint);
    project
}

fn account(project: &Project) -> String {
    project.succeeds(&["apply", "-auto-approve"]);
    let output = project.succeeds(&["output", "-raw", "account"]);
    output.stdout.trim().to_owned()
}

fn services(seen: &[Seen]) -> Vec<&str> {
    let mut services: Vec<&str> = seen.iter().map(Seen::service).collect();
    services.sort_unstable();
    services.dedup();
    services
}

fn says(ran: &Ran, parts: &[&str]) {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(said.contains(part), "it does not say {part}\n{ran}");
    }
}

fn variables_by_service(server: &StandIn) -> Result<(), Missing> {
    let (iam, sts, rest) = (front(server)?, front(server)?, front(server)?);
    let mut project = project("", &format!("{WHO}{ROLE}"));
    project.set("AWS_ENDPOINT_URL", &rest.endpoint);
    project.set("AWS_ENDPOINT_URL_IAM", &iam.endpoint);
    project.set("AWS_ENDPOINT_URL_STS", &sts.endpoint);
    assert_eq!(account(&project), server.kind().account());
    assert_eq!(services(&iam.seen()), ["iam"]);
    assert_eq!(services(&sts.seen()), ["sts"]);
    assert_eq!(rest.seen(), []);
    Ok(())
}

fn endpoints_of_the_block_win(server: &StandIn) -> Result<(), Missing> {
    let (iam, rest) = (front(server)?, front(server)?);
    let block = format!(
        "endpoints {{\n  iam = \"{}\"\n  dynamodb = \"http://unused.test\"\n}}",
        iam.endpoint
    );
    let mut project = project(&block, &format!("{WHO}{ROLE}"));
    project.set("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:9");
    project.set("AWS_ENDPOINT_URL", &rest.endpoint);
    account(&project);
    assert_eq!(services(&iam.seen()), ["iam"]);
    assert_eq!(services(&rest.seen()), ["sts"]);
    Ok(())
}

fn endpoints_of_a_profile(server: &StandIn) -> Result<(), Missing> {
    let (iam, rest) = (front(server)?, front(server)?);
    let project = project("profile = \"local\"", &format!("{WHO}{ROLE}"));
    let config = format!(
        "[profile local]\nservices = local\nendpoint_url = {}\naws_access_key_id = AKIAPROFILE\n\
         aws_secret_access_key = s\n\n[services local]\niam =\n  endpoint_url = {}\n",
        rest.endpoint, iam.endpoint
    );
    project.write(".aws/config", &config);
    account(&project);
    assert_eq!(services(&iam.seen()), ["iam"]);
    assert_eq!(services(&rest.seen()), ["sts"]);
    Ok(())
}

const PROFILES: &str = "[one]\naws_access_key_id = AKIAONE\naws_secret_access_key = s\n";

/// The access keys that signed what a front saw.
fn keys(front: &Front) -> Vec<String> {
    let seen = front.seen();
    let mut keys: Vec<String> = seen
        .iter()
        .map(|seen| seen.access_key().to_owned())
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

fn profile_wins(server: &StandIn) -> Result<(), Missing> {
    let front = front(server)?;
    let settings = "profile = \"one\"\n  shared_credentials_files = [\"own-credentials\"]";
    let project = through(&front, settings, WHO);
    project.write("own-credentials", PROFILES);
    account(&project);
    assert_eq!(keys(&front), ["AKIAONE"]);
    let absent = through(&front, "profile = \"two\"", WHO);
    let ran = absent.run(&["plan"]);
    assert_eq!(ran.code, 1, "{ran}");
    says(&ran, &["No valid credential sources found", "two"]);
    assert_eq!(keys(&front), ["AKIAONE"]);
    Ok(())
}

fn profile_of_environment(server: &StandIn) -> Result<(), Missing> {
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        let front = front(server)?;
        let mut project = through(&front, "", WHO);
        project.set("AWS_ACCESS_KEY_ID", "");
        project.set("AWS_SECRET_ACCESS_KEY", "");
        project.set(variable, "one");
        project.set("AWS_SDK_LOAD_CONFIG", "1");
        project.write(".aws/credentials", PROFILES);
        account(&project);
        assert_eq!(keys(&front), ["AKIAONE"], "{variable}");
        // Keys of the environment go before a profile that only the environment names.
        project.set("AWS_ACCESS_KEY_ID", "AKIATEST");
        project.set("AWS_SECRET_ACCESS_KEY", "secret");
        front.forget();
        account(&project);
        assert_eq!(keys(&front), ["AKIATEST"], "{variable}");
    }
    Ok(())
}

fn assumed_roles(server: &StandIn) -> Result<(), Missing> {
    let front = front(server)?;
    let settings = r#"
  assume_role {
    role_arn            = "arn:aws:iam::111111111111:role/one"
    session_name        = "first"
    external_id         = "ticket"
    duration            = "15m"
    source_identity     = "me"
    policy              = "{}"
    policy_arns         = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    tags                = { team = "a" }
    transitive_tag_keys = ["team"]
  }
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/two"
  }"#;
    let project = through(&front, settings, WHO);
    assert_eq!(account(&project), "222222222222");
    let seen = front.seen();
    let assumed: Vec<&Seen> = seen
        .iter()
        .filter(|seen| seen.operation() == "AssumeRole")
        .collect();
    let (first, second) = (assumed[0], assumed[1]);
    for (name, value) in [
        ("RoleArn", "arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fone"),
        ("RoleSessionName", "first"),
        ("ExternalId", "ticket"),
        ("DurationSeconds", "900"),
        ("SourceIdentity", "me"),
        ("Policy", "%7B%7D"),
        (
            "PolicyArns.member.1.arn",
            "arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess",
        ),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("TransitiveTagKeys.member.1", "team"),
    ] {
        assert_eq!(first.parameter(name), value, "{name}");
    }
    assert_eq!(first.access_key(), "AKIATEST");
    assert_ne!(second.access_key(), "AKIATEST");
    let asked: Vec<&Seen> = seen
        .iter()
        .filter(|seen| seen.operation() == "GetCallerIdentity")
        .collect();
    assert_ne!(asked[0].access_key(), second.access_key());
    Ok(())
}

fn refused_role(server: &StandIn) -> Result<(), Missing> {
    let refusal = |seen: &Seen| {
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error>\
                    <RequestId>1</RequestId></ErrorResponse>";
        (seen.operation() == "AssumeRole").then(|| Response::json(403, body))
    };
    let front = front_with(
        server,
        FrontOptions {
            answer: Some(Box::new(refusal)),
            ..FrontOptions::default()
        },
    )?;
    let role = "assume_role {\n  role_arn = \"arn:aws:iam::111111111111:role/one\"\n}";
    let ran = through(&front, role, WHO).run(&["plan"]);
    assert_eq!(ran.code, 1, "{ran}");
    says(
        &ran,
        &[
            "assuming IAM Role (arn:aws:iam::111111111111:role/one)",
            "AccessDenied: not you",
        ],
    );
    Ok(())
}

fn web_identity(server: &StandIn) -> Result<(), Missing> {
    let front = front(server)?;
    let settings = r#"
  assume_role_with_web_identity {
    role_arn                = "arn:aws:iam::111111111111:role/one"
    session_name            = "pod"
    web_identity_token_file = "token"
  }"#;
    let project = through(&front, settings, WHO);
    project.write("token", "the-token\n");
    assert_eq!(account(&project), "111111111111");
    let seen = front.seen();
    let assumed = seen
        .iter()
        .find(|seen| seen.operation() == "AssumeRoleWithWebIdentity")
        .expect("the call");
    assert_eq!(assumed.parameter("WebIdentityToken"), "the-token");
    assert_eq!(assumed.parameter("RoleSessionName"), "pod");
    assert_eq!(assumed.access_key(), "");
    Ok(())
}

fn region_and_agent(server: &StandIn) -> Result<(), Missing> {
    let front = front(server)?;
    let settings = "sts_region = \"us-west-2\"\n  user_agent = [\"Pipeline/7 (nightly)\"]";
    let mut project = through(&front, settings, &format!("{WHO}{ROLE}"));
    project.set("TF_APPEND_USER_AGENT", "Runner/1");
    account(&project);
    for seen in front.seen() {
        let agent = seen.header("user-agent");
        assert!(agent.ends_with(" Pipeline/7 (nightly) Runner/1"), "{agent}");
        let expected = match seen.service() {
            "sts" => "us-west-2",
            _ => "eu-west-1",
        };
        assert_eq!(seen.region(), expected, "{}", seen.operation());
    }
    Ok(())
}

fn tags(server: &StandIn) -> Result<(), Missing> {
    let front = front(server)?;
    let settings = r#"
  default_tags {
    tags = { team = "a" }
  }
  ignore_tags {
    keys         = ["owner"]
    key_prefixes = ["internal:"]
  }"#;
    let mut project = through(&front, settings, ROLE);
    project.set("TF_AWS_DEFAULT_TAGS_stage", "test");
    project.succeeds(&["apply", "-auto-approve"]);
    let made = query(server, "iam", "Action=ListRoleTags&RoleName=app").body;
    for part in ["team", "stage"] {
        assert!(made.contains(&format!("<Key>{part}</Key>")), "{made}");
    }
    let tag = |key: &str| {
        let tags = format!("Tags.member.1.Key={key}&Tags.member.1.Value=x");
        query(
            server,
            "iam",
            &format!("Action=TagRole&RoleName=app&{tags}"),
        );
    };
    tag("owner");
    tag("internal%3Acost");
    let ran = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(ran.code, 0, "{ran}");
    tag("other");
    let ran = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(ran.code, 2, "{ran}");
    Ok(())
}

fn wrong_account(server: &StandIn) -> Result<(), Missing> {
    for (settings, rule) in [
        (
            "allowed_account_ids = [\"999999999999\", \"888888888888\"]",
            "allows only 888888888888, 999999999999",
        ),
        (
            "forbidden_account_ids = [\"123456789012\"]",
            "forbids 123456789012",
        ),
    ] {
        let front = front(server)?;
        let ran =
            through(&front, settings, &format!("{WHO}{ROLE}")).run(&["apply", "-auto-approve"]);
        assert_eq!(ran.code, 1, "{ran}");
        says(
            &ran,
            &[
                "Invalid provider configuration",
                "AWS account ID not allowed: the credentials are those of 123456789012",
                rule,
            ],
        );
        assert_eq!(services(&front.seen()), ["sts"]);
    }
    Ok(())
}

fn no_account(server: &StandIn) -> Result<(), Missing> {
    let front = front(server)?;
    let settings = r#"
  skip_requesting_account_id  = true
  skip_credentials_validation = true
  default_tags {
    tags = { team = "a" }
  }"#;
    let project = through(&front, settings, ROLE);
    project.succeeds(&["apply", "-auto-approve"]);
    let ran = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(services(&front.seen()), ["iam"]);
    let made = query(server, "iam", "Action=ListRoleTags&RoleName=app").body;
    assert!(made.contains("<Key>team</Key>"), "{made}");
    Ok(())
}

fn authorities(server: &StandIn) -> Result<(), Missing> {
    let certificates = Certificates::generate().expect("certificates");
    let front = front_with(
        server,
        FrontOptions {
            identity: Some(certificates.server.clone()),
            ..FrontOptions::default()
        },
    )?;
    let mut by_variable = through(&front, "max_retries = 0", WHO);
    let ran = by_variable.run(&["plan"]);
    assert_eq!(ran.code, 1, "{ran}");
    says(&ran, &["certificate"]);
    by_variable.write("authority.pem", &certificates.authority);
    by_variable.set("AWS_CA_BUNDLE", "authority.pem");
    assert_eq!(account(&by_variable), server.kind().account());
    let by_block = through(&front, "custom_ca_bundle = \"authority.pem\"", WHO);
    by_block.write("authority.pem", &certificates.authority);
    assert_eq!(account(&by_block), server.kind().account());
    Ok(())
}

fn proxy(server: &StandIn) -> Result<(), Missing> {
    let front = front(server)?;
    let settings = format!("http_proxy = \"{}\"", front.endpoint);
    let mut project = project(&settings, WHO);
    project.set("AWS_ENDPOINT_URL", "http://aws.test");
    assert_eq!(account(&project), server.kind().account());
    let seen = front.seen();
    assert!(seen[0].target.starts_with("http://aws.test/"), "{seen:?}");

    let mut by_variable = self::project("max_retries = 0", WHO);
    by_variable.set("AWS_ENDPOINT_URL", "http://aws.test");
    by_variable.set("HTTP_PROXY", &front.endpoint);
    assert_eq!(account(&by_variable), server.kind().account());
    front.forget();
    by_variable.set("NO_PROXY", "aws.test");
    assert_eq!(by_variable.run(&["plan"]).code, 1);
    assert_eq!(front.seen(), []);
    Ok(())
}

fn tunnel(server: &StandIn) -> Result<(), Missing> {
    let certificates = Certificates::generate().expect("certificates");
    let inner = front_with(
        server,
        FrontOptions {
            identity: Some(certificates.server.clone()),
            ..FrontOptions::default()
        },
    )?;
    let outer = Front::before(inner.port, FrontOptions::default())
        .map_err(|error| Missing::new("a front", error.to_string()))?;
    // The certificate is for `localhost`, which is never reached through a proxy; its name with a dot is.
    let settings = format!(
        "https_proxy = \"{}\"\n  custom_ca_bundle = \"authority.pem\"\n  max_retries = 0",
        outer.endpoint
    );
    let mut project = project(&settings, WHO);
    project.write("authority.pem", &certificates.authority);
    project.set("AWS_ENDPOINT_URL", "https://aws.test");
    let ran = project.run(&["plan"]);
    // The certificate is not for this name, which only shows once the tunnel stands.
    assert_eq!(ran.code, 1, "{ran}");
    assert_eq!(outer.seen()[0].method, "CONNECT");
    assert_eq!(outer.seen()[0].target, "aws.test:443");
    says(&ran, &["certificate"]);
    Ok(())
}

fn retries(server: &StandIn) -> Result<(), Missing> {
    let unwell = |_: &Seen| Some(Response::json(503, ""));
    for (settings, variable, expected) in [
        ("max_retries = 2", None, 3),
        ("", Some("2"), 2),
        ("max_retries = 0", Some("5"), 1),
        (
            "max_retries = 3\n  token_bucket_rate_limiter_capacity = 10",
            None,
            2,
        ),
    ] {
        let front = front_with(
            server,
            FrontOptions {
                answer: Some(Box::new(unwell)),
                ..FrontOptions::default()
            },
        )?;
        let mut project = through(&front, settings, WHO);
        if let Some(attempts) = variable {
            project.set("AWS_MAX_ATTEMPTS", attempts);
        }
        let ran = project.run(&["plan"]);
        assert_eq!(ran.code, 1, "{ran}");
        assert_eq!(front.seen().len(), expected, "{settings} {variable:?}");
    }
    Ok(())
}

fn metadata(server: &StandIn) -> Result<(), Missing> {
    let service = |seen: &Seen| {
        let path = "/latest/meta-data/iam/security-credentials";
        let answer = match seen.target.trim_end_matches('/') {
            "/latest/api/token" => "token".to_owned(),
            "/latest/meta-data/placement/region" => "eu-west-3".to_owned(),
            target if target == path || target.ends_with("security-credentials-extended") => {
                "worker".to_owned()
            }
            _ => r#"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAMETA","SecretAccessKey":"s","Token":"t",
                     "Expiration":"2099-01-01T00:00:00Z","LastUpdated":"2026-01-01T00:00:00Z","AccountId":"1"}"#
                .to_owned(),
        };
        let mut answer = Response::json(200, answer);
        let ttl = "x-aws-ec2-metadata-token-ttl-seconds";
        answer.headers.push((ttl.to_owned(), "21600".to_owned()));
        Some(answer)
    };
    let instance = front_with(
        server,
        FrontOptions {
            answer: Some(Box::new(service)),
            ..FrontOptions::default()
        },
    )?;
    let front = front(server)?;
    let block = |more: &str| {
        format!(
            "provider \"aws\" {{\n  ec2_metadata_service_endpoint = \"{}\"\n{more}}}\n{WHO}",
            instance.endpoint
        )
    };
    let mut project = Project::of(&block(""));
    project.set("AWS_ENDPOINT_URL", &front.endpoint);
    account(&project);
    let seen = front.seen();
    assert_eq!(seen[0].access_key(), "ASIAMETA");
    assert_eq!(seen[0].region(), "eu-west-3");
    instance.forget();
    project.write("main.tf", &block("  skip_metadata_api_check = true\n"));
    let ran = project.run(&["plan"]);
    assert_eq!(ran.code, 1, "{ran}");
    says(&ran, &["no AWS region is set"]);
    assert_eq!(instance.seen(), []);
    Ok(())
}

/// Nobody is asked: the token of the session in the cache is out of date.
fn expired_sign_in() {
    let config = "[profile admin]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n\
                  region = eu-west-1\n\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n\
                  sso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n";
    let token = r#"{"accessToken":"a","expiresAt":"2020-01-01T00:00:00Z","region":"eu-west-1","startUrl":"https://corp.awsapps.com/start"}"#;
    let mut project = Project::of(&format!("provider \"aws\" {{}}\n{WHO}"));
    project.set("AWS_PROFILE", "admin");
    project.set("AWS_EC2_METADATA_DISABLED", "true");
    project.write(".aws/config", config);
    let said = |project: &Project| {
        let ran = project.run(&["plan"]);
        assert_eq!(ran.code, 1, "{ran}");
        says(
            &ran,
            &[
                "No valid credential sources found",
                "aws sso login --profile admin",
            ],
        );
    };
    said(&project);
    // The file is named after the session: SHA-1 of `corp`.
    project.write(
        ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
        token,
    );
    said(&project);
}
