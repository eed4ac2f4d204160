//! The command `fmt`: what it lists, shows and writes, and how it ends, beside the real one.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed, Trial};
use trustform_test_support::terraform::terraform;

use crate::common::project::Project;
use crate::common::without;

const BAD: &str = "b=1\nlonger=2\n";
const GOOD: &str = "b      = 1\nlonger = 2\n";

pub(super) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("format::command::writes_what_it_lists", || {
            writes();
            Ok(())
        }),
        Trial::test("format::command::keeps_links_and_permissions", keeps_links),
        Trial::test("format::command::leaves_bad_files_alone", leaves_bad_files),
        Trial::ignorable_test("format::command::terraform", beside_terraform),
    ]
}

/// Files and folders of many kinds.
fn folder() -> Project {
    let project = Project::new();
    for name in [
        "z.tf",
        "B.tf",
        "a.tfvars",
        "m.tftest.hcl",
        "n.tfmock.hcl",
        "other.hcl",
        ".hidden.tf",
        "x.tf~",
        "sub/a.tf",
        "sub/deep/b.tf",
        ".dot/a.tf",
        "c.tf/inner.tf",
    ] {
        project.write(name, BAD);
    }
    project.write("good.tf", GOOD);
    project.write("no-newline.tf", BAD.trim_end());
    symlink("z.tf", project.file("link.tf")).expect("a link");
    symlink("sub", project.file("linked-folder")).expect("a link");
    project
}

fn writes() {
    let project = folder();
    project.write("nouns.trustform.hcl", BAD);
    let ran = project.run(&["fmt", "-check"]);
    assert_eq!(ran.code, 3, "{ran}");
    assert_eq!(project.read("z.tf"), BAD);
    let ran = project.succeeds(&["fmt"]);
    let listed: Vec<&str> = ran.stdout.lines().collect();
    // Two names of one file: the second time it is formatted already.
    assert_eq!(
        listed,
        [
            "B.tf",
            "a.tfvars",
            "link.tf",
            "m.tftest.hcl",
            "n.tfmock.hcl",
            "no-newline.tf",
            "nouns.trustform.hcl"
        ]
    );
    assert_eq!(project.read("z.tf"), GOOD);
    assert_eq!(project.read("no-newline.tf"), GOOD.trim_end());
    assert_eq!(project.read("sub/a.tf"), BAD);
    assert_eq!(project.run(&["fmt", "-check"]).code, 0);
}

fn keeps_links() -> Result<(), Failed> {
    let project = folder();
    fs::set_permissions(project.file("z.tf"), fs::Permissions::from_mode(0o640))?;
    project.succeeds(&["fmt", "link.tf"]);
    assert!(project.file("link.tf").is_symlink());
    assert_eq!(project.read("z.tf"), GOOD);
    let mode = fs::metadata(project.file("z.tf"))?.permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let left_over = fs::read_dir(project.path())?.flatten();
    assert!(
        !left_over
            .into_iter()
            .any(|entry| entry.path().to_string_lossy().ends_with(".tmp"))
    );
    Ok(())
}

fn leaves_bad_files() -> Result<(), Failed> {
    let project = Project::new();
    project.write("a.tf", "a=1\nb = [\nc {\n}]\nd = 1,\n");
    project.write("b.tf", "a=1\n");
    fs::write(project.file("c.tf"), b"a=\"\xff\"\n")?;
    let ran = project.run(&["fmt"]);
    assert_eq!(ran.code, 2, "{ran}");
    assert_eq!(ran.stdout, "b.tf\n");
    // All errors of a file are told.
    for place in ["a.tf:3:3", "a.tf:5:6"] {
        assert!(ran.stderr.contains(place), "{ran}");
    }
    assert!(ran.stderr.contains("Invalid character encoding"), "{ran}");
    assert!(ran.stderr.contains("c.tf:1:4"), "{ran}");
    assert!(project.read("a.tf").starts_with("a=1\n"));
    Ok(())
}

/// Every line of arguments gives the same output, exit code and files.
fn beside_terraform() -> Result<Completion, Failed> {
    let terraform = match terraform() {
        Ok(terraform) => terraform,
        Err(missing) => return without(&missing),
    };
    for line in [
        "",
        "-recursive",
        "-check",
        "-check -list=false",
        "-check -diff",
        "-check -list=false -diff",
        "-list=false",
        "-write=false",
        "-write=false -list=false",
        "-write=false -list=false -diff",
        "-diff",
        "-recursive -diff -write=false",
        "z.tf",
        "./sub/../z.tf sub",
        "z.tf none.tf B.tf",
        "other.hcl z.tf",
        "-",
        "-diff -",
        "-check -",
        "-check -diff -",
        "good.tf",
        "-check good.tf",
        "sub/deep",
        "c.tf",
        "linked-folder",
        "-list=true -write=true z.tf",
        "-no-color link.tf",
        "-diff no-newline.tf",
    ] {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let (theirs, ours) = (folder(), folder());
        let their_run = fed(terraform.command(theirs.path()).arg("fmt").args(&arguments));
        let our_run = fed(ours.command(&["fmt"]).args(&arguments));
        if their_run != our_run {
            let message =
                format!("fmt {line}\n-- terraform\n{their_run:?}\n-- trustform\n{our_run:?}");
            return Err(Failed::from(message));
        }
        for name in [
            "z.tf",
            "B.tf",
            "sub/a.tf",
            "sub/deep/b.tf",
            "no-newline.tf",
            "c.tf/inner.tf",
        ] {
            assert_eq!(theirs.read(name), ours.read(name), "fmt {line}: {name}");
        }
    }
    Ok(Completion::Completed)
}

/// The exit code and what was printed, with a file on standard input.
fn fed(command: &mut Command) -> (Option<i32>, String) {
    let pipes = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("a program");
    let mut input = child.stdin.take().expect("a pipe");
    // Who asks for no input may close it first.
    let _closed = input.write_all(BAD.as_bytes());
    drop(input);
    let output = child.wait_with_output().expect("its end");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}
