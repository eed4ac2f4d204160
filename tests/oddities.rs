//! Surroundings that no program likes: what cannot be read, written, or is no text; the program says so, and ends with the
//! right code.

use crate::common::project::{Project, Ran, ran};
use libtest_mimic::{Failed, Trial};
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

/// A configuration of one object.
const ONE: &str = "resource \"terraform_data\" \"a\" {}\n";

pub fn trials() -> Vec<Trial> {
    let refused: [(&str, Setup, &[&str], &str); 12] = [
        (
            "an_empty_directory",
            nothing,
            &["plan"],
            "No configuration files",
        ),
        (
            "a_directory_named_as_a_file",
            folder,
            &["plan"],
            "No configuration files",
        ),
        ("a_file_that_is_no_text", no_text, &["plan"], "not UTF-8"),
        ("a_link_to_nowhere", dangling, &["plan"], "gone.tf"),
        ("a_link_to_itself", circle, &["plan"], "round.tf"),
        ("a_pipe_as_a_file", pipe, &["plan"], "not a file"),
        (
            "a_state_that_is_a_directory",
            state_folder,
            &["plan"],
            "Is a directory",
        ),
        (
            "a_state_that_is_no_json",
            state_of_noise,
            &["plan"],
            "not JSON",
        ),
        (
            "values_from_a_directory",
            one,
            &["plan", "-var-file=."],
            "Is a directory",
        ),
        (
            "a_saved_plan_that_is_a_directory",
            one,
            &["apply", "."],
            "Is a directory",
        ),
        (
            "a_plan_on_a_full_disk",
            one,
            &["plan", "-out=/dev/full"],
            "No space left",
        ),
        ("a_data_directory_in_a_file", backend, &["init"], "main.tf"),
    ];
    let mut trials: Vec<Trial> = refused
        .into_iter()
        .map(|(name, set_up, arguments, said)| {
            let name = format!("oddities::{name}");
            Trial::test(name, move || refuses(set_up, arguments, said))
        })
        .collect();
    let others: [(&str, Test); 8] = [
        ("output_on_a_full_disk", output_on_a_full_disk),
        ("a_reader_that_goes_away", a_reader_that_goes_away),
        ("a_workspace_on_a_full_disk", a_workspace_on_a_full_disk),
        ("a_folder_in_the_way_of_a_state", a_folder_in_the_way),
        ("arguments_that_are_no_text", arguments_that_are_no_text),
        (
            "an_environment_without_anything",
            an_environment_without_anything,
        ),
        ("links_in_circles", links_in_circles),
        ("values_on_values_without_end", values_on_values_without_end),
    ];
    for (name, test) in others {
        trials.push(Trial::test(format!("oddities::{name}"), test));
    }
    trials
}

/// What a trial does.
type Test = fn() -> Result<(), Failed>;

/// What a project is before the program runs.
type Setup = fn(&mut Project);

fn nothing(_: &mut Project) {}

fn one(project: &mut Project) {
    project.write("main.tf", ONE);
}

fn folder(project: &mut Project) {
    project.write("main.tf/text", "");
}

fn no_text(project: &mut Project) {
    std::fs::write(project.file("main.tf"), b"a = \"\xff\"\n").expect("a file");
}

fn dangling(project: &mut Project) {
    one(project);
    symlink("nowhere", project.file("gone.tf")).expect("a link");
}

fn circle(project: &mut Project) {
    one(project);
    symlink("round.tf", project.file("round.tf")).expect("a link");
}

fn pipe(project: &mut Project) {
    one(project);
    let made = Command::new("mkfifo").arg(project.file("a.tf")).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe");
}

fn state_folder(project: &mut Project) {
    one(project);
    project.write("terraform.tfstate/text", "");
}

fn state_of_noise(project: &mut Project) {
    one(project);
    project.write("terraform.tfstate", "\u{0}\u{1}noise");
}

fn backend(project: &mut Project) {
    project.write("main.tf", "terraform {\n  backend \"local\" {}\n}\n");
    project.set("TF_DATA_DIR", "main.tf/data");
}

fn refuses(set_up: Setup, arguments: &[&str], said: &str) -> Result<(), Failed> {
    let mut project = Project::new();
    set_up(&mut project);
    is_refused(&project.run(arguments), said)
}

fn is_refused(ran: &Ran, said: &str) -> Result<(), Failed> {
    if ran.code == 1 && ran.stderr.contains(said) && !ran.stderr.contains("panicked") {
        Ok(())
    } else {
        Err(format!("expected a refusal that says `{said}`\n{ran}").into())
    }
}

fn output_on_a_full_disk() -> Result<(), Failed> {
    let project = Project::of(ONE);
    for arguments in [&["plan"][..], &["validate", "-json"], &["plan", "-json"]] {
        let full = OpenOptions::new().write(true).open("/dev/full")?;
        let ran = ran(project.command(arguments).stdout(full).output());
        is_refused(&ran, "No space left")?;
    }
    Ok(())
}

fn a_reader_that_goes_away() -> Result<(), Failed> {
    let project = Project::of(ONE);
    let mut running = project
        .command(&["plan"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    drop(running.stdout.take());
    let ran = ran(running.wait_with_output());
    if ran.code == 0 && !ran.stderr.contains("panicked") {
        Ok(())
    } else {
        Err(ran.to_string().into())
    }
}

/// The selected workspace stays what it was: an empty file would select the default one.
fn a_workspace_on_a_full_disk() -> Result<(), Failed> {
    let project = Project::of(ONE);
    for name in ["one", "two"] {
        project.succeeds(&["workspace", "new", name]);
    }
    let selecting = project.command(&["workspace", "select", "one"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(selecting.get_program())
        .args(selecting.get_args())
        .current_dir(project.path())
        .env_clear();
    let ran = ran(limited.output());
    is_refused(&ran, "cannot write ./.terraform/environment")?;
    let selected = project.succeeds(&["workspace", "show"]).stdout;
    assert_eq!(selected, "two\n");
    Ok(())
}

fn a_folder_in_the_way() -> Result<(), Failed> {
    let project = Project::of(ONE);
    project.write("terraform.tfstate/in-the-way", "");
    let ran = project.run(&["plan"]);
    is_refused(&ran, "cannot lock ./terraform.tfstate")?;
    assert!(!ran.stderr.contains("Wait for"), "nobody holds it\n{ran}");
    Ok(())
}

fn arguments_that_are_no_text() -> Result<(), Failed> {
    let project = Project::of(ONE);
    let odd = |text: &'static [u8]| OsStr::from_bytes(text);
    let with = |argument: &'static [u8]| {
        let mut command = project.command(&["plan"]);
        command.env(odd(b"TF_VAR_\xff"), odd(b"\xff"));
        ran(command.arg(odd(argument)).output())
    };
    is_refused(&with(b"-var=\xff=1"), "undeclared variable")?;
    is_refused(&with(b"-\xff"), "unexpected argument")
}

fn an_environment_without_anything() -> Result<(), Failed> {
    let project = Project::of(ONE);
    let ran = ran(project.command(&["plan"]).env_clear().output());
    if ran.code == 0 {
        Ok(())
    } else {
        Err(ran.to_string().into())
    }
}

fn links_in_circles() -> Result<(), Failed> {
    let project = Project::of("output \"o\" {\n  value = fileset(\".\", \"**/*.txt\")\n}\n");
    project.write("a/b.txt", "");
    for name in ["a/one", "a/two", "a/three"] {
        symlink("..", project.file(name))?;
    }
    project.succeeds(&["apply", "-auto-approve"]);
    let found = project.succeeds(&["output", "-json", "o"]).stdout;
    if found.trim() == "[\"a/b.txt\"]" {
        Ok(())
    } else {
        Err(found.into())
    }
}

/// Each local value is twice the one before: the last one would have as many parts as there are atoms.
fn values_on_values_without_end() -> Result<(), Failed> {
    let line = |number: usize| format!("  a{} = [local.a{number}, local.a{number}]\n", number + 1);
    let lines: String = (0..200).map(line).collect();
    let project = Project::of(&format!("locals {{\n  a0 = 1\n{lines}}}\n"));
    is_refused(&project.run(&["plan"]), "3000000 parts")
}
