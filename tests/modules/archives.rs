//! Archives of every form, and such as want to write where they may not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use libtest_mimic::Trial;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::plain;
use super::world::{Server, bzip2, gzip, says, tar, xz, zip};
use crate::common::project::Project;

pub fn trials() -> Vec<Trial> {
    plain(&[
        ("every_form_of_archive", forms),
        ("checksums_of_archives", checksums),
        ("archives_in_buckets", buckets),
        ("archives_write_nowhere_else", hostile),
    ])
}

fn calling(source: &str) -> Project {
    Project::of(&format!("module \"m\" {{\n  source = \"{source}\"\n}}\n"))
}

fn forms() {
    let server = Server::start();
    let text = says("x");
    let files = [("main.tf", text.as_str()), ("in/side.tf", "")];
    server.file("/m.zip", zip(&files));
    server.file("/m.tar.gz", gzip(&tar(&files)));
    server.file("/m.tar.bz2", bzip2(&tar(&files)));
    server.file("/m.tar.xz", xz(&tar(&files)));
    server.file("/m", gzip(&tar(&files)));
    for path in [
        "/m.zip",
        "/m.tar.gz",
        "/m.tar.bz2",
        "/m.tar.xz",
        "/m?archive=tgz",
    ] {
        let project = calling(&server.url(path));
        project.succeeds(&["get"]);
        assert_eq!(project.read(".terraform/modules/m/main.tf"), text, "{path}");
        assert!(
            project.file(".terraform/modules/m/in/side.tf").exists(),
            "{path}"
        );
    }
    // One of this machine, with a folder within.
    let project = Project::new();
    std::fs::write(project.file("m.zip"), zip(&files)).unwrap();
    let path = project.file("m.zip");
    project.write(
        "main.tf",
        &format!(
            "module \"m\" {{\n  source = \"{}//in\"\n}}\n",
            path.display()
        ),
    );
    let ran = project.succeeds(&["get"]);
    assert!(
        ran.stdout.contains("- m in .terraform/modules/m/in"),
        "{ran}"
    );
}

/// Objects of the sandbox, and of another server that speaks S3.
fn buckets() {
    let text = says("x");
    let archive = zip(&[("main.tf", text.as_str()), ("in/main.tf", "")]);
    let object = json!({ "BinaryBody": BASE64.encode(&archive) }).to_string();
    let project = calling("s3::https://s3-eu-west-1.amazonaws.com/modules/a/m.zip//in");
    project.succeeds(&[
        "-sandbox",
        "sandbox",
        "set",
        "s3/bucket/modules",
        r#"{"Region": "eu-west-1"}"#,
    ]);
    project.succeeds(&[
        "-sandbox",
        "sandbox",
        "set",
        "s3/object/modules/a/m.zip",
        &object,
    ]);
    let ran = project.succeeds(&["-sandbox", "init"]);
    assert!(
        ran.stdout.contains("- m in .terraform/modules/m/in"),
        "{ran}"
    );
    assert_eq!(project.read(".terraform/modules/m/main.tf"), text);
    for (source, told) in [
        (
            "s3::https://modules.s3.eu-west-1.amazonaws.com/b.zip",
            "there is no s3://modules/b.zip",
        ),
        (
            "s3::https://nowhere.s3.amazonaws.com/b.zip",
            "s3://nowhere/b.zip",
        ),
        ("s3::https://modules.s3.amazonaws.com/b", "names no archive"),
        (
            "s3::https://modules.s3.amazonaws.com/b.zip?aws_access_key_id=x",
            "`aws_access_key_id`",
        ),
        ("s3::https://s3.amazonaws.com/b.zip", "names no object"),
    ] {
        project.write(
            "main.tf",
            &format!("module \"m\" {{\n  source = \"{source}\"\n}}\n"),
        );
        let ran = project.run(&["-sandbox", "get"]);
        assert!(
            ran.code == 1 && ran.stderr.contains(told),
            "{source}: {ran}"
        );
    }
    let server = Server::start();
    server.file("/modules/a/m.zip", archive);
    let source = server.url("/modules/a/m.zip?region=eu-west-1");
    let mut project = calling(&format!("s3::{source}"));
    project.set("AWS_ACCESS_KEY_ID", "x");
    project.set("AWS_SECRET_ACCESS_KEY", "y");
    project.succeeds(&["get"]);
    assert_eq!(project.read(".terraform/modules/m/main.tf"), text);
    let seen = server.seen();
    let [(path, Some(authorization))] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert!(path.starts_with("/modules/a/m.zip"), "{path}");
    assert!(
        authorization.contains("/eu-west-1/s3/aws4_request"),
        "{authorization}"
    );
}

fn checksums() {
    let server = Server::start();
    let bytes = zip(&[("main.tf", "")]);
    let digits: Vec<String> = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let digits = digits.concat();
    server.file("/m.zip", bytes);
    for checksum in [digits.clone(), format!("sha256:{digits}")] {
        calling(&server.url(&format!("/m.zip?checksum={checksum}"))).succeeds(&["get"]);
    }
    let wrong = digits.replace(|c: char| c.is_ascii_digit(), "a");
    let ran = calling(&server.url(&format!("/m.zip?checksum={wrong}"))).run(&["get"]);
    assert!(
        ran.code == 1 && ran.stderr.contains(&digits) && ran.stderr.contains(&wrong),
        "{ran}"
    );
}

/// An entry of a tar archive whose name is written as it is.
fn entry(name: &str, kind: tar::EntryType, link: &str, text: &str) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o777);
    header.set_size(text.len() as u64);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn hostile() {
    use tar::EntryType::{Char, Link, Regular, Symlink};
    let server = Server::start();
    let cases = [
        ("dots", entry("../../../out.tf", Regular, "", "x")),
        (
            "dots_within",
            entry("a/../../../../out.tf", Regular, "", "x"),
        ),
        ("absolute", entry("/tmp/out.tf", Regular, "", "x")),
        ("link", entry("l", Symlink, "/etc", "")),
        ("link_up", entry("a/l", Symlink, "../../x", "")),
        ("link_behind_a_name", entry("l", Symlink, "x/../..", "")),
        ("hard_link", entry("l", Link, "/etc/passwd", "")),
        ("device", entry("l", Char, "", "")),
        (
            "through_a_link",
            [
                entry("d/x", Regular, "", ""),
                entry("l", Symlink, "d", ""),
                entry("l/y", Regular, "", ""),
            ]
            .concat(),
        ),
    ];
    for (name, bytes) in cases {
        let path = format!("/{name}.tgz");
        server.file(&path, gzip(&bytes));
        let project = calling(&server.url(&path));
        let ran = project.run(&["get"]);
        assert!(
            ran.code == 1 && ran.stderr.contains("Failed to download module"),
            "{name}\n{ran}"
        );
        assert!(
            !project.file("out.tf").exists() && !project.file(".terraform/modules/m").exists(),
            "{name}"
        );
    }
    server.file("/dots.zip", zip(&[("../../../out.tf", "x")]));
    let project = calling(&server.url("/dots.zip"));
    assert_eq!(project.run(&["get"]).code, 1);
    assert!(!project.file("out.tf").exists());
    // Links that stay inside are kept.
    let good = [
        entry("d/x.tf", Regular, "", ""),
        entry("e/l.tf", Symlink, "../d/x.tf", ""),
    ]
    .concat();
    server.file("/good.tgz", gzip(&good));
    let project = calling(&server.url("/good.tgz"));
    project.succeeds(&["get"]);
    assert!(project.file(".terraform/modules/m/e/l.tf").exists());
}
