//! `init` and `get`: every kind of source, versions, tokens, and what is refused.

use std::process::{Command, Stdio};

use libtest_mimic::Trial;

use super::world::{Repository, Server, gzip, says, tar};
use super::{plain, with_git};
use crate::common::project::Project;
use trustform_test_support::certificates::Certificates;

pub fn trials() -> Vec<Trial> {
    let mut trials = plain(&[
        ("everything_over_https", over_https),
        ("tokens_go_to_the_registry_alone", tokens),
        ("a_host_is_asked_where_its_modules_are", relative_addresses),
        ("refused_sources_are_named", refused),
        ("what_failed_leaves_the_rest_whole", partly),
        ("init_without_modules", without),
        ("providers_that_are_not_built_in", requirements),
    ]);
    trials.extend(with_git(&[
        ("four_deep_through_every_kind_of_source", deep),
        ("references_of_git", references),
        ("repositories_over_ssh", over_ssh),
        ("repositories_from_a_hook", from_a_hook),
        ("what_a_killed_run_has_started_goes_on", after_a_killed_run),
        ("the_newest_version_that_fits", versions),
        ("a_call_that_changed_asks_for_init", changed),
    ]));
    trials
}

/// Registry → archive → repository → local folder.
fn deep() {
    let server = Server::start();
    let last = Repository::of(&[
        ("nested/main.tf", &says("deep")),
        (
            "main.tf",
            "module \"d\" {\n  source = \"./nested\"\n}\noutput \"said\" {\n  value = module.d.said\n}\n",
        ),
    ]);
    let passing = |source: &str| {
        format!(
            "module \"c\" {{\n  source = \"{source}\"\n}}\noutput \"said\" {{\n  value = module.c.said\n}}\n"
        )
    };
    let archive = tar(&[("wrap/main.tf", &passing(&last.source()))]);
    server.file("/files/m.tgz", gzip(&archive));
    let first = Repository::of(&[("sub/main.tf", &passing(&server.url("/files/m.tgz//wrap")))]);
    server.module("a/b/c", &[("1.0.0", &first.source())]);
    let mut project = Project::of(&passing("a/b/c//sub"));
    server.serves(&mut project);
    let ran = project.succeeds(&["init"]);
    for line in [
        "Initializing modules...\n",
        "Downloading registry.terraform.io/a/b/c 1.0.0 for c...\n",
        "- c in .terraform/modules/c/sub\n",
        "- c.c in .terraform/modules/c.c/wrap\n",
        "- c.c.c in .terraform/modules/c.c.c\n",
        "- c.c.c.d in .terraform/modules/c.c.c/nested\n",
    ] {
        assert!(ran.stdout.contains(line), "{line}{ran}");
    }
    project.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(project.succeeds(&["output", "-raw", "said"]).stdout, "deep");
    let again = project.succeeds(&["init"]);
    assert!(!again.stdout.contains("modules"), "{again}");
    assert!(!project.file(".terraform/modules/.incoming").exists());
}

fn references() {
    let repository = Repository::of(&[("main.tf", &says("one"))]);
    repository.git(&["tag", "v1"]);
    let second = repository.commit(&[("main.tf", &says("two"))]);
    repository.git(&["branch", "side"]);
    repository.commit(&[("main.tf", &says("three"))]);
    let source = repository.source();
    for (query, said) in [
        ("?ref=v1".to_owned(), "one"),
        (format!("?ref={second}"), "two"),
        ("?ref=side".to_owned(), "two"),
        ("?ref=side&depth=1".to_owned(), "two"),
        ("?depth=1".to_owned(), "three"),
        (String::new(), "three"),
    ] {
        let text = format!(
            "module \"m\" {{\n  source = \"{source}{query}\"\n}}\noutput \"o\" {{\n  value = module.m.said\n}}\n"
        );
        let project = Project::of(&text);
        project.succeeds(&["get"]);
        project.succeeds(&["apply", "-auto-approve"]);
        assert_eq!(
            project.succeeds(&["output", "-raw", "o"]).stdout,
            said,
            "{query}"
        );
    }
    let project = Project::of(&format!(
        "module \"m\" {{\n  source = \"{source}?ref=gone\"\n}}\n"
    ));
    let ran = project.run(&["get"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("Failed to download module") && ran.stderr.contains("gone"),
        "{ran}"
    );
    assert!(!project.file(".terraform/modules/m").exists());
}

const CALL: &str = "module \"m\" {\n  source = \"a/b/c\"\n}\n";

/// A call with a version constraint.
fn constrained(constraint: &str) -> String {
    CALL.replace("\n}", &format!("\n  version = \"{constraint}\"\n}}"))
}

fn installed(project: &Project) -> String {
    let manifest: serde_json::Value =
        serde_json::from_str(&project.read(".terraform/modules/modules.json")).unwrap();
    let version = manifest.pointer("/Modules/1/Version").unwrap();
    version.as_str().unwrap().to_owned()
}

fn versions() {
    let server = Server::start();
    let repository = Repository::of(&[("main.tf", &says("x"))]);
    let source = repository.source();
    let all = |versions: &[&'static str]| -> Vec<(&str, String)> {
        versions
            .iter()
            .map(|version| (*version, source.clone()))
            .collect()
    };
    let serve = |versions: &[&'static str]| {
        let all = all(versions);
        let borrowed: Vec<(&str, &str)> = all
            .iter()
            .map(|(version, url)| (*version, url.as_str()))
            .collect();
        server.module("a/b/c", &borrowed);
    };
    serve(&["1.0.0", "1.2.0", "1.10.1", "2.0.0-beta1", "bogus"]);
    for (constraint, expected) in [
        ("~> 1.2", "1.10.1"),
        ("~> 1.2.0", "1.2.0"),
        ("< 1.10", "1.2.0"),
        ("!= 1.10.1", "1.2.0"),
        (">= 1.0, < 1.1", "1.0.0"),
        ("2.0.0-beta1", "2.0.0-beta1"),
        ("> 0.9", "1.10.1"),
    ] {
        let mut project = Project::of(&constrained(constraint));
        server.serves(&mut project);
        project.succeeds(&["get"]);
        assert_eq!(installed(&project), expected, "{constraint}");
    }
    let mut project = Project::of(CALL);
    server.serves(&mut project);
    let ran = project.succeeds(&["init"]);
    assert!(ran.stderr.contains("`bogus`"), "{ran}");
    serve(&["1.10.1", "1.11.0"]);
    project.succeeds(&["init"]);
    assert_eq!(installed(&project), "1.10.1");
    project.succeeds(&["init", "-upgrade"]);
    assert_eq!(installed(&project), "1.11.0");
    project.write("main.tf", &constrained("> 3"));
    let ran = project.run(&["init"]);
    assert!(
        ran.code == 1
            && ran
                .stderr
                .contains("Unresolvable module version constraint"),
        "{ran}"
    );
    assert!(ran.stderr.contains("1.11.0"), "{ran}");
}

/// Gives a project a token.
type Prepare = fn(&mut Project);

fn tokens() {
    let server = Server::start();
    let archive = gzip(&tar(&[("main.tf", &says("x"))]));
    server.file("/files/m.tar.gz", archive);
    server.module("a/b/c", &[("1.0.0", "/files/m.tar.gz")]);
    let call = CALL.replace("a/b/c", "example.com/a/b/c");
    let ways: [(&str, Prepare); 3] = [
        ("one", |project| project.set("TF_TOKEN_example_com", "one")),
        ("two", |project| {
            let block = "credentials \"example.com\" {\n  token = \"two\"\n}\n";
            let text = project.read("cli.tfrc") + block;
            project.write("cli.tfrc", &text);
        }),
        ("three", |project| {
            let json = r#"{"credentials":{"example.com":{"token":"three"}}}"#;
            project.write(".terraform.d/credentials.tfrc.json", json);
        }),
    ];
    for (token, prepare) in ways {
        let mut project = Project::of(&call);
        server.serves(&mut project);
        prepare(&mut project);
        let before = server.seen().len();
        let ran = project.succeeds(&["get"]);
        assert!(!ran.to_string().contains(token) || token == "one", "{ran}");
        let bearer = Some(format!("Bearer {token}"));
        assert_eq!(
            server.seen()[before..],
            [
                ("/v1/a/b/c/versions".to_owned(), bearer.clone()),
                ("/v1/a/b/c/1.0.0/download".to_owned(), bearer),
                ("/files/m.tar.gz".to_owned(), None),
            ]
        );
    }
}

/// Addresses relative to the answer, also with a folder within the package.
fn relative_addresses() {
    let server = Server::start();
    server.file(
        "/v1/a/b/c/m.tgz",
        gzip(&tar(&[("in/side/main.tf", &says("x"))])),
    );
    server.module("a/b/c", &[("1.0.0", "../m.tgz//in")]);
    let mut project = Project::of("module \"m\" {\n  source = \"a/b/c//side\"\n}\n");
    server.serves(&mut project);
    let ran = project.succeeds(&["get"]);
    assert!(
        ran.stdout.contains("- m in .terraform/modules/m/in/side"),
        "{ran}"
    );
    // A page that says where the module is.
    let page =
        "<html><head><meta name=\"terraform-get\" content=\"/v1/a/b/c/m.tgz\"></head></html>";
    server.file("/page", page.as_bytes().to_vec());
    let source = server.url("/page//in/side");
    let project = Project::of(&format!("module \"m\" {{\n  source = \"{source}\"\n}}\n"));
    project.succeeds(&["get"]);
    assert!(
        project
            .file(".terraform/modules/m/in/side/main.tf")
            .exists()
    );
}

/// Whatever git is told to use in place of `ssh` is used, and told the host and the path.
fn over_ssh() {
    let repository = Repository::of(&[("in/main.tf", &says("one"))]);
    repository.git(&["tag", "v1"]);
    repository.commit(&[("in/main.tf", &says("two"))]);
    for (source, text) in [
        ("git::ssh://git@host.example/org/m.git//in?ref=v1", "one"),
        ("git::ssh://git@host.example/org/m.git//in?depth=1", "two"),
        ("git@host.example:org/m.git//in", "two"),
    ] {
        let mut project = Project::of(&format!("module \"m\" {{\n  source = \"{source}\"\n}}\n"));
        let path = repository.path().display();
        project.write(
            "ssh",
            &format!("#!/bin/sh\necho \"$@\" >> told\nexec git-upload-pack '{path}'\n"),
        );
        project.set(
            "GIT_SSH_COMMAND",
            &format!("sh {}", project.file("ssh").display()),
        );
        project.set("GIT_SSH_VARIANT", "simple");
        project.succeeds(&["get"]);
        assert_eq!(
            project.read(".terraform/modules/m/in/main.tf"),
            says(text),
            "{source}"
        );
        let told = project.read("told");
        assert!(
            told.contains("git@host.example") && told.contains("/org/m.git"),
            "{told}"
        );
    }
}

/// A hook of a repository is told which one that is; what is fetched meanwhile is another.
fn from_a_hook() {
    let fetched = Repository::of(&[("main.tf", &says("one"))]);
    fetched.git(&["tag", "v1"]);
    fetched.commit(&[("main.tf", &says("two"))]);
    let own = Repository::of(&[("main.tf", &says("own"))]);
    own.git(&["tag", "v1"]);
    let head = own.commit(&[("main.tf", &says("own, later"))]);
    let source = fetched.source();
    let mut project = Project::of(&format!(
        "module \"m\" {{\n  source = \"{source}?ref=v1\"\n}}\n"
    ));
    let directory = own.path().join(".git");
    project.set("GIT_DIR", directory.to_str().unwrap());
    project.set("GIT_WORK_TREE", own.path().to_str().unwrap());
    project.set("GIT_INDEX_FILE", directory.join("index").to_str().unwrap());
    project.succeeds(&["get"]);
    assert_eq!(project.read(".terraform/modules/m/main.tf"), says("one"));
    assert_eq!(own.git(&["rev-parse", "HEAD"]).trim(), head);
    assert_eq!(own.git(&["status", "--porcelain"]), "");
}

/// A run is killed while git fetches; git goes on, after another run has begun to fetch the same.
fn after_a_killed_run() {
    let repository = Repository::of(&[("main.tf", &says("one"))]);
    let source = "git::ssh://git@host.example/org/m.git";
    let mut project = Project::of(&format!("module \"m\" {{\n  source = \"{source}\"\n}}\n"));
    for pipe in ["begun", "go_on", "over"] {
        let made = Command::new("mkfifo").arg(project.file(pipe)).status();
        assert!(made.unwrap().success());
    }
    let serve = format!("git-upload-pack '{}'", repository.path().display());
    let at = |name: &str| project.file(name).display().to_string();
    let slow = format!(
        "echo x >'{}'\nread line <'{}'\n{serve}\necho x >'{}'\n",
        at("begun"),
        at("go_on"),
        at("over")
    );
    project.write("slow", &slow);
    let meanwhile = format!(
        "echo x >'{}'\nread line <'{}'\nexec {serve}\n",
        at("go_on"),
        at("over")
    );
    project.write("meanwhile", &meanwhile);
    let (slow, meanwhile) = (at("slow"), at("meanwhile"));
    project.set("GIT_SSH_VARIANT", "simple");
    project.set("GIT_SSH_COMMAND", &format!("sh '{slow}'"));
    let mut getting = project.command(&["get"]);
    getting.stdout(Stdio::null()).stderr(Stdio::null());
    let mut killed = getting.spawn().unwrap();
    std::fs::read(project.file("begun")).unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    project.set("GIT_SSH_COMMAND", &format!("sh '{meanwhile}'"));
    project.succeeds(&["get"]);
    assert_eq!(project.read(".terraform/modules/m/main.tf"), says("one"));
}

/// Discovery, registry and archive on a server whose authority only this run knows.
fn over_https() {
    let certificates = Certificates::generate().unwrap();
    let server = Server::encrypted(&certificates);
    let services = br#"{"modules.v1": "/v1/"}"#.to_vec();
    server.file("/.well-known/terraform.json", services);
    server.file("/m.tgz", gzip(&tar(&[("main.tf", &says("x"))])));
    server.module("a/b/c", &[("1.0.0", "/m.tgz")]);
    let host = format!("127.0.0.1:{}", server.port());
    let call = format!("module \"m\" {{\n  source = \"{host}/a/b/c\"\n}}\n");
    let archive = format!("module \"n\" {{\n  source = \"https://{host}/m.tgz\"\n}}\n");
    let mut project = Project::of(&(call + &archive));
    let ran = project.run(&["get"]);
    assert!(ran.code == 1 && ran.stderr.contains("certificate"), "{ran}");
    project.write("authority.pem", &certificates.authority);
    let authority = project.file("authority.pem");
    project.set("SSL_CERT_FILE", authority.to_str().unwrap());
    project.succeeds(&["get"]);
    for name in ["m", "n"] {
        let path = format!(".terraform/modules/{name}/main.tf");
        assert_eq!(project.read(&path), says("x"), "{name}");
    }
}

fn refused() {
    let cases = [
        (
            "gcs::https://www.googleapis.com/storage/v1/b/x.zip",
            "",
            "`gcs::`",
        ),
        ("hg::http://example.com/x.hg", "", "`hg::`"),
        ("git::ext::sh -c true", "", "ext"),
        ("foo/bar", "", "`./foo/bar`"),
        ("github.com/hashicorp", "", "github.com/OWNER/REPOSITORY"),
        ("git::https://example.com/x.git//../y", "", "leads out"),
        ("a/b/c", "abc", "`abc` is not a version constraint"),
        ("./local", "1.0", "not a module of a registry"),
        (
            "git::https://127.0.0.1:1/x.git?ref=--upload-pack=x",
            "",
            "no name of a branch",
        ),
        ("git::https://127.0.0.1:1/x.git?sshkey=x", "", "`sshkey`"),
        ("http://127.0.0.1:1/x.zip", "", "127.0.0.1:1"),
        ("/nowhere/at/all.zip", "", "/nowhere/at/all.zip"),
    ];
    for (source, version, expected) in cases {
        let version = if version.is_empty() {
            String::new()
        } else {
            format!("  version = \"{version}\"\n")
        };
        let project = Project::of(&format!(
            "module \"m\" {{\n  source = \"{source}\"\n{version}}}\n"
        ));
        project.write("local/x.tf", "");
        let ran = project.run(&["init"]);
        let told = ran.stderr.replace('\n', " ");
        assert!(
            ran.code == 1 && told.contains(expected),
            "{source}: {expected}\n{ran}"
        );
        assert!(!project.file(".terraform/modules/m").exists(), "{source}");
    }
    let mut project =
        Project::of("module \"m\" {\n  source = \"git::https://127.0.0.1:1/x.git\"\n}\n");
    project.set("PATH", "/nowhere");
    let ran = project.run(&["get"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("`git` is not installed"),
        "{ran}"
    );
    let ran = Project::of("").run(&["init", "-from-module=./x"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("not-supported-yet"),
        "{ran}"
    );
}

/// Three calls, of which one fails: the others are installed and recorded, and the next run needs only the one.
fn partly() {
    let server = Server::start();
    server.file("/a.tgz", gzip(&tar(&[("main.tf", &says("a"))])));
    server.file("/broken.tgz", b"no archive".to_vec());
    let call = |name: &str, path: &str| {
        format!(
            "module \"{name}\" {{\n  source = \"{}\"\n}}\n",
            server.url(path)
        )
    };
    let text = call("a", "/a.tgz") + &call("b", "/broken.tgz") + &call("c", "/a.tgz");
    let project = Project::of(&text);
    project.write(
        ".terraform/modules/.incoming/b/half.tf",
        "left by a run that was killed",
    );
    let ran = project.run(&["get"]);
    assert!(ran.code == 1 && ran.stderr.contains("damaged"), "{ran}");
    assert!(project.file(".terraform/modules/c/main.tf").exists());
    assert!(!project.file(".terraform/modules/b").exists());
    server.file("/broken.tgz", gzip(&tar(&[("main.tf", &says("b"))])));
    let before = server.seen().len();
    project.succeeds(&["get"]);
    assert_eq!(server.seen()[before..], [("/broken.tgz".to_owned(), None)]);
    assert!(!project.file(".terraform/modules/.incoming").exists());
    assert!(project.file(".terraform/modules/b/main.tf").exists());
}

fn changed() {
    let server = Server::start();
    let repository = Repository::of(&[("main.tf", &says("x"))]);
    server.module("a/b/c", &[("1.0.0", &repository.source())]);
    let mut project = Project::of(CALL);
    server.serves(&mut project);
    let ran = project.run(&["plan"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("trustform init"),
        "{ran}"
    );
    project.succeeds(&["init"]);
    project.succeeds(&["plan"]);
    project.write("main.tf", &constrained("2.0.0"));
    let ran = project.run(&["plan"]);
    assert!(
        ran.code == 1
            && ran
                .stderr
                .contains("Module version requirements have changed"),
        "{ran}"
    );
    project.write("main.tf", &CALL.replace("a/b/c", "a/b/d"));
    let ran = project.run(&["plan"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("Module source has changed"),
        "{ran}"
    );
}

fn without() {
    let project = Project::of("module \"m\" {\n  source = \"git::https://127.0.0.1:1/x.git\"\n}\n");
    let ran = project.run(&["init", "-get=false"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("Module not installed"),
        "{ran}"
    );
    let project = Project::of("");
    let ran = project.succeeds(&["init"]);
    assert!(!ran.stdout.contains("modules"), "{ran}");
    assert!(!project.file(".terraform/modules").exists());
    assert!(!project.file(".trustform.modules.lock.hcl").exists());
}

fn requirements() {
    let project = Project::of(
        "module \"m\" {\n  source = \"./m\"\n}\n\
         terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n      version = \"~> 5.0\"\n    }\n    random = {\n      source = \"hashicorp/random\"\n      version = \">= 3.0\"\n    }\n  }\n}\n",
    );
    let required = "terraform {\n  required_providers {\n    datadog = {\n      source = \"datadog/datadog\"\n    }\n  }\n}\n";
    project.write("m/main.tf", required);
    let ran = project.succeeds(&["init"]);
    assert!(
        ran.stderr.contains("datadog/datadog is not built in") && ran.stderr.contains("`module.m`"),
        "{ran}"
    );
    assert!(
        ran.stderr.contains("`~> 5.0`") && !ran.stderr.contains("random"),
        "{ran}"
    );
    project.write("m/used.tf", "provider \"datadog\" {}\n");
    let ran = project.succeeds(&["init"]);
    assert!(
        ran.stderr
            .contains("warning[invalid-provider]: Provider is not built in")
            && ran.stderr.contains("A plan refuses what it would make"),
        "{ran}"
    );
}
