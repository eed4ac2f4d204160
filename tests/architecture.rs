//! The structure of the code, checked against `docs/architecture.md`: who uses whom, what pure modules leave alone, and
//! that no file is forgotten.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libtest_mimic::Trial;

use crate::common::import_table::{ImportTable, Row};
use crate::common::rust_source::{NamedPath, RustSource};
use crate::common::{finds_nothing, repository, rust_files};

/// No file is longer; the middle is to be far below.
const LONGEST_FILE: usize = 900;

/// What a pure module does not name, of `std`.
const OUTSIDE_WORLD: [&str; 4] = ["fs", "env", "process", "thread"];

/// Types that tell the time or open a connection; addresses of `std::net` are values like others.
const WORLDLY: [&str; 5] = [
    "SystemTime",
    "Instant",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
];

pub fn trials() -> Vec<Trial> {
    vec![
        finds_nothing("architecture::the_table_is_in_order", order_of_the_table),
        finds_nothing("architecture::imports_follow_the_table", imports),
        finds_nothing("architecture::outside_crates_stay_at_home", outside_crates),
        finds_nothing("architecture::pure_modules_are_pure", purity),
        finds_nothing("architecture::no_file_is_forgotten", forgotten_files),
        finds_nothing("architecture::files_say_what_they_are", module_docs),
        finds_nothing("architecture::files_are_not_too_long", long_files),
        finds_nothing("architecture::tests_have_their_rows", rows_of_tests),
        finds_nothing("architecture::the_reader_of_sources_reads", reader),
    ]
}

/// A file of the code that belongs to a row of the table.
struct Member {
    path: PathBuf,
    module: String,
    /// Its path within the module, such as `aws/iam/role/mod.rs`.
    part: String,
    source: RustSource,
}

impl Member {
    fn at(&self, line: usize) -> String {
        let path = self.path.strip_prefix(repository()).unwrap_or(&self.path);
        format!("{}:{line}", path.display())
    }
}

/// All files but those of unit tests and the two roots of the package; read once.
fn members() -> &'static [Member] {
    static MEMBERS: OnceLock<Vec<Member>> = OnceLock::new();
    MEMBERS.get_or_init(read_members)
}

fn read_members() -> Vec<Member> {
    let mut members = Vec::new();
    for (folder, crate_name) in [("src", None), ("state/src", Some("state"))] {
        let folder = repository().join(folder);
        for path in rust_files(&folder) {
            let inside = path
                .strip_prefix(&folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            if inside
                .split('/')
                .any(|part| ["tests", "tests.rs", "testing.rs"].contains(&part))
            {
                continue;
            }
            let (module, part) = match crate_name {
                Some(name) => (name, inside.as_str()),
                None => inside
                    .split_once('/')
                    .unwrap_or((root_module(&inside), &inside)),
            };
            if !module.is_empty() {
                members.push(Member {
                    module: module.to_owned(),
                    part: part.to_owned(),
                    source: RustSource::read(&path, depth(&inside)),
                    path,
                });
            }
        }
    }
    members
}

/// 1 for `plan/mod.rs`, 2 for `plan/diff.rs` and `plan/diff/mod.rs`.
fn depth(inside: &str) -> usize {
    let is_name_of_folder = ["mod.rs", "lib.rs", "main.rs"]
        .iter()
        .any(|name| inside.ends_with(name));
    inside.matches('/').count() + usize::from(!is_name_of_folder)
}

/// `main.rs` counts as part of `cli`; `lib.rs` is a list of modules.
fn root_module(file: &str) -> &'static str {
    if file == "main.rs" { "cli" } else { "" }
}

/// The table of tests in `CONTRIBUTING.md` names every module of the runner.
fn rows_of_tests() -> Vec<String> {
    let read = |name: &str| std::fs::read_to_string(repository().join(name)).expect(name);
    let (runner, page) = (read("tests/runner.rs"), read("CONTRIBUTING.md"));
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
    let modules = runner
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .filter(|name| *name != "common");
    let has_row = |name: &&str| {
        let (file, folder) = (format!("tests/{name}.rs"), format!("tests/{name}/"));
        let places = [
            (&file, format!("`{file}`")),
            (&folder, format!("`{folder}")),
        ];
        places.iter().any(|(place, named)| {
            repository().join(place).exists() && rows.iter().any(|row| row.contains(named))
        })
    };
    modules
        .filter(|name| !has_row(name))
        .map(|name| format!("CONTRIBUTING.md: no row of the table of tests names tests/{name}"))
        .collect()
}

fn order_of_the_table() -> Vec<String> {
    let table = ImportTable::read();
    let mut above = BTreeSet::new();
    let mut findings = Vec::new();
    for row in &table.rows {
        above.insert(row.module.clone());
        for used in row
            .may_use
            .difference(&above)
            .filter(|_| row.module != "cli")
        {
            findings.push(format!(
                "`{}` may use `{used}`, which stands below it",
                row.module
            ));
        }
    }
    if table.rows.is_empty() {
        findings.push("docs/architecture.md holds no import table".to_owned());
    }
    findings
}

fn imports() -> Vec<String> {
    let table = ImportTable::read();
    let mut findings = Vec::new();
    for member in members() {
        let Some(row) = table.row(&member.module) else {
            findings.push(format!(
                "{}: `{}` has no row in the table",
                member.at(1),
                member.module
            ));
            continue;
        };
        for path in &member.source.paths {
            // The other crate has a `format` of its own.
            let is_within_state = member.module == "state" && path.root == "crate";
            if let Some(used) = used_module(path, &table)
                && !is_within_state
                && used != member.module
                && !row.may_use.contains(used)
            {
                findings.push(format!(
                    "{}: `{}` may not use `{used}`",
                    member.at(path.line),
                    row.module
                ));
            }
        }
    }
    findings
}

/// The module of ours that a path leads to.
fn used_module<'a>(path: &'a NamedPath, table: &ImportTable) -> Option<&'a str> {
    match path.root.as_str() {
        "trustform_state" => Some("state"),
        "crate" | "trustform" => table.row(&path.second).map(|_| path.second.as_str()),
        _ => None,
    }
}

fn outside_crates() -> Vec<String> {
    let table = ImportTable::read();
    let dependencies: BTreeSet<String> = ["Cargo.toml", "state/Cargo.toml"]
        .into_iter()
        .flat_map(|manifest| dependencies(&repository().join(manifest)))
        .collect();
    let mut findings = Vec::new();
    for member in members() {
        for path in &member.source.paths {
            let named = dependencies
                .iter()
                .find(|name| name_in_code(name) == path.root);
            let refusal = named.and_then(|name| table.refusal(&member.module, &member.part, name));
            if let Some(refusal) = refusal {
                findings.push(format!("{}: {refusal}", member.at(path.line)));
            }
        }
    }
    findings
}

/// The outside crates that a manifest names.
fn dependencies(manifest: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(manifest).expect("a manifest");
    text.lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| !name.starts_with("trustform"))
        .collect()
}

/// The name under which code sees a crate.
fn name_in_code(dependency: &str) -> String {
    match dependency {
        "md-5" => "md5".to_owned(),
        _ => dependency.replace('-', "_"),
    }
}

fn purity() -> Vec<String> {
    let table = ImportTable::read();
    let pure: BTreeSet<&str> = table
        .rows
        .iter()
        .filter(|row| row.is_pure)
        .map(|row: &Row| row.module.as_str())
        .collect();
    let mut findings = Vec::new();
    for member in members() {
        if !pure.contains(member.module.as_str()) {
            continue;
        }
        let source = &member.source;
        for path in source.paths.iter().filter(|path| leaves_the_process(path)) {
            let what = format!("{}::{}", path.root, path.second);
            findings.push(format!(
                "{}: `{what}` in a pure module",
                member.at(path.line)
            ));
        }
        for &line in &source.asynchronous {
            findings.push(format!("{}: `async` in a pure module", member.at(line)));
        }
    }
    findings
}

fn leaves_the_process(path: &NamedPath) -> bool {
    let is_worldly =
        WORLDLY.contains(&path.root.as_str()) || WORLDLY.contains(&path.second.as_str());
    is_worldly || (path.root == "std" && OUTSIDE_WORLD.contains(&path.second.as_str()))
}

fn forgotten_files() -> Vec<String> {
    let mut findings = Vec::new();
    for (folder, roots) in [
        ("src", &["lib.rs", "main.rs"][..]),
        ("state/src", &["lib.rs"]),
        ("state/tests/outside", &["main.rs"]),
        ("tests/support/src", &["lib.rs"]),
        ("tests", &["runner.rs"]),
    ] {
        let folder = repository().join(folder);
        for path in rust_files(&folder) {
            let inside = path.strip_prefix(&folder).unwrap();
            let is_root = roots.iter().any(|root| inside == Path::new(root));
            // A package of its own, and what a unit test of the sandbox takes in by its path.
            let elsewhere = ["support", "conformance"];
            let is_elsewhere = folder.ends_with("tests")
                && elsewhere.iter().any(|folder| inside.starts_with(folder));
            if !is_root && !is_elsewhere && !is_declared(&folder, inside, roots[0]) {
                findings.push(format!("{} is declared by no `mod`", path.display()));
            }
        }
    }
    findings
}

/// Whether the file above declares this one.
fn is_declared(folder: &Path, inside: &Path, root: &str) -> bool {
    let is_folder = inside.ends_with("mod.rs");
    let named = if is_folder {
        inside.parent().unwrap()
    } else {
        inside
    };
    let name = named.file_stem().unwrap().to_string_lossy();
    let above = match named.parent() {
        Some(above) if above != Path::new("") => folder.join(above).join("mod.rs"),
        _ => folder.join(root),
    };
    above.is_file()
        && RustSource::read(&above, 0)
            .declared
            .iter()
            .any(|declared| *declared == name)
}

/// Unit tests belong to the file whose tests they are, and need no word of their own.
fn module_docs() -> Vec<String> {
    each_file(|path, text| {
        let is_silent = !path.ends_with("tests.rs") && !text.starts_with("//!");
        is_silent.then(|| "does not open with a module doc (`//!`)".to_owned())
    })
}

fn long_files() -> Vec<String> {
    each_file(|_, text| {
        let lines = text.lines().count();
        (lines > LONGEST_FILE).then(|| format!("has {lines} lines; {LONGEST_FILE} are the most"))
    })
}

fn each_file(check: fn(&Path, &str) -> Option<String>) -> Vec<String> {
    let mut findings = Vec::new();
    for folder in ["src", "state/src", "tests"] {
        for path in rust_files(&repository().join(folder)) {
            let text = std::fs::read_to_string(&path).expect("a source file");
            if let Some(finding) = check(&path, &text) {
                let path = path.strip_prefix(repository()).unwrap_or(&path);
                findings.push(format!("{} {finding}", path.display()));
            }
        }
    }
    findings
}

/// The checks above are worth what their reader is.
fn reader() -> Vec<String> {
    let text = "//! `crate::comment`\n\
        use crate::{value::Value, plan};\n\
        use super::super::config::Config;\n\
        use super::sibling::Thing;\n\
        fn f() { let _ = std::fs::read(\"crate::text\"); self.kube::<u8>(); }\n\
        #[cfg(test)] mod tests { use crate::provider; }\n\
        mod inner { use super::super::super::apply; async fn g() {} }\n";
    let source = RustSource::of(text, 2).expect("it is Rust");
    let paths: Vec<String> = source
        .paths
        .iter()
        .map(|path| format!("{}::{}@{}", path.root, path.second, path.line))
        .collect();
    let expected = [
        "crate::value@2",
        "crate::plan@2",
        "crate::config@3",
        "std::fs@5",
        "crate::apply@7",
    ];
    let mut findings = Vec::new();
    if paths != expected {
        findings.push(format!("expected {expected:?}, found {paths:?}"));
    }
    if source.asynchronous != [7] {
        findings.push(format!(
            "expected one `async`, found {:?}",
            source.asynchronous
        ));
    }
    findings
}
