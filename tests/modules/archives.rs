//! Archives of every form, and such as want to write where they may not.

use libtest_mimic::Trial;
use sha2::{Digest as _, Sha256};

use super::plain;
use super::world::{Server, bzip2, gzip, says, tar, zip};
use crate::common::project::Project;

pub fn trials() -> Vec<Trial> {
    plain(&[
        ("every_form_of_archive", forms),
        ("checksums_of_archives", checksums),
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
    server.file("/m", gzip(&tar(&files)));
    for path in ["/m.zip", "/m.tar.gz", "/m.tar.bz2", "/m?archive=tgz"] {
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
