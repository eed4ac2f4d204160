//! Commands on states, one after the other, with this program and with the real Terraform: the same exit codes, the same
//! words where they succeed, and the same state after each.

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::Value as Json;
use trustform_test_support::terraform::{Terraform, terraform};

use crate::common::project::{Project, ran};
use crate::common::{repository, without};

/// The commands. Where two lines of output are not to be compared, a `~` stands before the command.
const COMMANDS: &[&str] = &[
    "state list",
    "state list module.m",
    "state list terraform_data.c[1] terraform_data.a",
    "state list terraform_data.missing",
    "state list module.m[7]",
    "state list -id=nothing",
    "state show terraform_data.missing",
    "state show module.m",
    "taint terraform_data.b",
    "taint terraform_data.b",
    "taint terraform_data.c",
    "taint module.m",
    "taint data.x.y",
    "~taint -allow-missing terraform_data.missing",
    "untaint terraform_data.b",
    "untaint terraform_data.b",
    "untaint terraform_data.missing",
    "taint module.m[1].terraform_data.in",
    "state rm",
    "state rm terraform_data.missing",
    "state rm -dry-run terraform_data.c module.m",
    "state rm terraform_data.c[1]",
    "state rm module.m[0] terraform_data.alone",
    "state mv terraform_data.a",
    "state mv terraform_data.missing terraform_data.d",
    "state mv terraform_data.a terraform_data.b",
    "state mv -dry-run terraform_data.a terraform_data.z",
    "state mv terraform_data.a terraform_data.z",
    "state mv terraform_data.z terraform_data.a[0]",
    "state mv terraform_data.a[0] terraform_data.a[\"k\"]",
    "state mv terraform_data.a[\"k\"] terraform_data.a",
    "state mv terraform_data.c terraform_data.d",
    "state mv terraform_data.d terraform_data.d[5]",
    "state mv terraform_data.d[0] terraform_data.e",
    "state mv module.m module.n",
    "state mv module.m[1] module.n",
    "state mv module.n module.q[\"k\"]",
    "state mv module.q[\"k\"] module.m[0].module.q",
    "state mv terraform_data.a other_type.a",
    "state mv terraform_data.a module.m",
    "state mv terraform_data.a module.new.terraform_data.a",
    "~state replace-provider -auto-approve hashicorp/aws hashicorp/google",
    "~state replace-provider -auto-approve terraform.io/builtin/terraform example.com/own/terraform",
    "state list",
    "state push old.tfstate",
    "state push other.tfstate",
    "state push missing.tfstate",
    "state push main.tf",
    "state push first.tfstate",
    "state push -force old.tfstate",
    "state push first.tfstate",
    "state push -force other.tfstate",
    "state push -force first.tfstate",
];

/// The trials.
pub fn trials() -> Vec<Trial> {
    let compared = Trial::ignorable_test("state_commands::terraform", || match terraform() {
        Ok(terraform) => {
            compare(terraform)?;
            Ok(Completion::Completed)
        }
        Err(missing) => without(&missing),
    });
    vec![
        compared,
        Trial::test("state_commands::backups", || {
            backups();
            Ok(())
        }),
        Trial::test("state_commands::without_configuration", || {
            without_configuration();
            Ok(())
        }),
    ]
}

/// A project with some objects in its state, and other states beside it.
fn applied() -> Project {
    let project = Project::new();
    let folder = repository().join("tests/cases/target_an_update/before");
    project.copy(&folder, |_| false);
    project.succeeds(&["apply", "-auto-approve"]);
    let mut state = project.state();
    state["serial"] = 5.into();
    for name in ["first.tfstate", "terraform.tfstate"] {
        let text = format!("{state:#}\n");
        project.write(name, &text);
    }
    state["serial"] = 2.into();
    project.write("old.tfstate", &state.to_string());
    state["lineage"] = "other".into();
    project.write("other.tfstate", &state.to_string());
    project
}

fn compare(terraform: &Terraform) -> Result<(), Failed> {
    let ours = applied();
    let theirs = Project::new();
    theirs.copy(ours.path(), |_| false);
    let initialised = ran(terraform.command(theirs.path()).arg("init").output());
    assert_eq!(initialised.code, 0, "{initialised}");
    for line in COMMANDS {
        let command = line.trim_start_matches('~');
        let arguments: Vec<&str> = command.split(' ').collect();
        let our = ours.run(&arguments);
        let mut real = terraform.command(theirs.path());
        let their = ran(real.args(&arguments).output());
        if our.code != their.code {
            return Err(Failed::from(format!(
                "{command}\ntrustform: {our}\nTerraform: {their}"
            )));
        }
        let is_compared = our.code == 0 && !line.starts_with('~');
        if is_compared && our.stdout.trim_end() != their.stdout.trim_end() {
            return Err(Failed::from(format!(
                "{command}\ntrustform: {our}\nTerraform: {their}"
            )));
        }
        let (mut our, mut their) = (comparable(ours.state()), comparable(theirs.state()));
        if command.starts_with("state push -force") {
            // Terraform counts the serial on where the content is another.
            (our["serial"], their["serial"]) = (Json::Null, Json::Null);
        }
        if our != their {
            return Err(Failed::from(format!(
                "{command}\n{our:#}\nTerraform: {their:#}"
            )));
        }
    }
    let initialised = ran(terraform.command(ours.path()).arg("init").output());
    assert_eq!(initialised.code, 0, "{initialised}");
    let pulled = ran(terraform
        .command(ours.path())
        .args(["state", "pull"])
        .output());
    let ours_pulled = ours.run(&["state", "pull"]);
    let parsed = |text: &str| serde_json::from_str::<Json>(text).map_err(Failed::from);
    if parsed(&pulled.stdout)? != parsed(&ours_pulled.stdout)? {
        return Err(Failed::from(format!("{ours_pulled}\nTerraform: {pulled}")));
    }
    Ok(())
}

/// A state without recorded dependencies, which Terraform drops where they are renamed here, in an order of its own.
fn comparable(mut state: Json) -> Json {
    state["terraform_version"] = Json::Null;
    if let Some(resources) = state["resources"].as_array_mut() {
        for resource in resources.iter_mut() {
            for instance in resource["instances"].as_array_mut().into_iter().flatten() {
                instance
                    .as_object_mut()
                    .map(|members| members.remove("dependencies"));
            }
        }
        resources.sort_by_key(|resource| {
            ["module", "mode", "type", "name"].map(|name| resource.get(name).map(Json::to_string))
        });
    }
    state
}

fn backups() {
    let project = applied();
    let before = project.read("terraform.tfstate");
    let kept = || {
        let files = std::fs::read_dir(project.path()).expect("the project");
        let names = files
            .flatten()
            .map(|file| file.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names
            .filter(|name| name.starts_with("terraform.tfstate.1") && name.ends_with(".backup"))
            .collect();
        names.sort();
        names
    };
    project.succeeds(&["state", "rm", "-dry-run", "terraform_data.a"]);
    project.succeeds(&["taint", "terraform_data.a"]);
    assert_eq!(project.read("terraform.tfstate.backup"), before);
    assert!(kept().is_empty(), "{:?}", kept());
    let tainted = project.read("terraform.tfstate");
    project.succeeds(&["state", "mv", "terraform_data.a", "terraform_data.z"]);
    project.succeeds(&["state", "rm", "terraform_data.z"]);
    assert_eq!(
        kept().len(),
        2,
        "one for each command, also within a second"
    );
    assert_eq!(project.read(&kept()[0]), tainted);
    let ran = project.run(&["state", "rm", "-backup=kept", "terraform_data.b"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(project.read("kept").contains("\"name\": \"b\""));
    assert_eq!(kept().len(), 2);
    for refused in ["-backup=-", "-state-out=other", "-backup-out=other"] {
        let ran = project.run(&["state", "rm", refused, "terraform_data.c"]);
        assert_eq!(ran.code, 1, "{ran}");
    }
}

fn without_configuration() {
    let project = Project::new();
    assert_eq!(project.succeeds(&["state", "pull"]).stdout, "");
    assert_eq!(project.run(&["state", "list"]).code, 1);
    let first = applied();
    project.write("given", &first.read("first.tfstate"));
    project.succeeds(&["state", "push", "given"]);
    assert_eq!(project.state(), first.state());
    project.succeeds(&[
        "state",
        "mv",
        "-state=given",
        "terraform_data.a",
        "terraform_data.z",
    ]);
    assert_eq!(project.state(), first.state());
    let listed = project.succeeds(&["state", "list", "-state=given", "terraform_data.z"]);
    assert_eq!(listed.stdout, "terraform_data.z\n");
}
