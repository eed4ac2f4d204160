//! Nouns as plain Terraform: the files of a configuration in which calls of ordinary modules stand for them.
//!
//! The files of the root module stay as they are, with their comments, but for the blocks of nouns, which are left out, and
//! references to nouns, which become those to the calls. What the linker made of the nouns is one more file, and the
//! modules that are called are the prelude's own files. Addresses stay the same, so that the state of either fits the
//! other.
//!
//! What has no words in Terraform is left behind: that an object is adopted or forgotten when `existing` changes, and that
//! a namespace stays while others have something in it. A repeated cluster cannot be expanded, since provider
//! configurations cannot be repeated.

mod declarations;
mod edits;

use super::references::References;
use super::{PriorFacts, link, targets};
use crate::config::{
    Configuration, Module, NounBlock, NounKind, Repetition, decode_file, is_override,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::formatted;
use crate::prelude::PreludeModule;
use crate::source::{FileId, SourceFile, Span};
use edits::Edits;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file of plain Terraform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainFile {
    /// Where it belongs, relative to the directory of the root module.
    pub path: PathBuf,
    /// Its text; empty when nothing is left of the file, which is then not needed.
    pub text: String,
}

/// The folder of the modules that stand for nouns.
pub(super) const MODULES: &str = "nouns";

/// What ends the names of files that only trustform reads.
const OWN_ENDING: &str = ".trustform.hcl";

/// The files of a configuration in plain Terraform: those of the root module that nouns have a part in, and what stands
/// for the nouns. Errors are those of linking, and repeated clusters.
pub fn expand(configuration: &Configuration) -> Result<Vec<PlainFile>, Diagnostics> {
    let root = configuration.root();
    let (linked, problems) = link(configuration.clone(), &PriorFacts::default());
    let repeated = root.nouns.values().filter(|noun| is_repeated_cluster(noun));
    let mut problems: Diagnostics = problems.iter().cloned().collect();
    problems.extend(repeated.map(refused));
    if problems.has_errors() {
        return Err(problems);
    }
    let linked = linked.root();
    let edits = edits_of(&root, &linked);
    let files = configuration.sources.iter();
    let files = files.filter(|(_, file)| is_of(&root, file));
    problems.extend(files.filter_map(|(id, file)| unwritable(id, file, &root, &edits)));
    if problems.has_errors() {
        return Err(problems);
    }
    let mut files: Vec<PlainFile> = configuration
        .sources
        .iter()
        .filter(|(_, file)| is_of(&root, file))
        .filter_map(|(id, file)| plain(id, file, &root, &edits))
        .collect();
    let called = declarations::of_nouns(&root, &linked, &configuration.sources, &edits);
    if called.is_empty() {
        return Ok(files);
    }
    let text = laid_out(&called)?;
    files.push(PlainFile {
        path: free_name(&root, configuration),
        text,
    });
    files.extend(modules(&linked)?);
    Ok(files)
}

fn is_repeated_cluster(noun: &NounBlock) -> bool {
    noun.kind == NounKind::Cluster && !matches!(noun.repetition, Repetition::None)
}

fn refused(cluster: &NounBlock) -> Diagnostic {
    let detail = format!(
        "cluster.{} is repeated, and so are the connections to its instances; a provider configuration of Terraform's \
         cannot be repeated.",
        cluster.name
    );
    Diagnostic::error(Code::InvalidNoun, detail)
        .with_summary("Repeated cluster cannot be expanded")
        .at(cluster.span)
        .hint("Write a `cluster` block for each cluster.")
}

/// The problem of a file in which nouns have a part, and cannot be replaced where they stand.
fn unwritable(id: FileId, file: &SourceFile, root: &Module, edits: &Edits) -> Option<Diagnostic> {
    let is_json = file.is_json();
    let why = if is_json {
        "it is written in JSON"
    } else if is_override(file.path()) {
        "it is an override file"
    } else {
        return None;
    };
    let has_nouns = root.nouns.values().any(|noun| noun.span.file == id);
    let may_override = !root.nouns.is_empty() && overrides_nouns(id, file, is_json);
    if !has_nouns && !edits.touch(id) && !may_override {
        return None;
    }
    let detail = format!(
        "{} cannot be rewritten in plain Terraform: {why}.",
        file.path().display()
    );
    Some(
        Diagnostic::error(Code::NotSupportedYet, detail)
            .at(Span::new(id, 0..0))
            .hint("Write what it says in an ordinary file of the native syntax first."),
    )
}

/// Whether an override file says something of nouns; one in JSON is taken to do so where there are any.
fn overrides_nouns(id: FileId, file: &SourceFile, is_json: bool) -> bool {
    if !is_override(file.path()) {
        return false;
    }
    if is_json {
        return true;
    }
    let mut module = Module::default();
    let problems = decode_file(id, file.text(), &mut module);
    problems.has_errors() || !module.nouns.is_empty()
}

/// What is written otherwise in the files of the root module.
fn edits_of(root: &Module, linked: &Module) -> Edits {
    let references = References::new(&root.nouns);
    let mut turned = root.clone();
    references.turn_module(&mut turned);
    targets::turn(&mut turned, &references);
    let nouns = root.nouns.values().cloned();
    nouns.for_each(|mut noun| references.turn_noun(&mut noun));
    let mut edits = Edits::default();
    for (span, name) in references.into_turned() {
        edits.replace(span, format!("module.{name}"));
    }
    for (before, after) in root.moved.iter().zip(&linked.moved) {
        edits.retarget(&before.from, &after.from);
        edits.retarget(&before.to, &after.to);
    }
    for (before, after) in root.removed.iter().zip(&linked.removed) {
        edits.retarget(&before.from, &after.from);
    }
    for (before, after) in root.imports.iter().zip(&linked.imports) {
        edits.retarget_import(&before.to, &after.to);
    }
    edits
}

/// Whether a file belongs to the root module.
fn is_of(root: &Module, file: &SourceFile) -> bool {
    let plain = |path: &Path| path.components().collect::<PathBuf>();
    let folder = file.path().parent().unwrap_or(Path::new(""));
    let here = |path: PathBuf| {
        if path == Path::new(".") {
            PathBuf::new()
        } else {
            path
        }
    };
    here(plain(folder)) == here(plain(&root.directory))
}

/// A file without its nouns; nothing if nouns have no part in it.
fn plain(id: FileId, file: &SourceFile, root: &Module, edits: &Edits) -> Option<PlainFile> {
    let text = file.text();
    let headers: BTreeSet<u32> = root
        .nouns
        .values()
        .map(|noun| noun.span)
        .filter(|span| span.file == id)
        .map(|span| span.start)
        .collect();
    let blocks = edits::blocks_at(text, &headers);
    let mut edited = edits.applied(id, text, &blocks);
    if edited.trim().is_empty() {
        edited.clear();
    }
    let name = file.path().file_name()?.to_str()?;
    let stem = name.strip_suffix(OWN_ENDING);
    if edited == text.as_ref() && stem.is_none() {
        return None;
    }
    let name = stem.map_or_else(|| name.to_owned(), |stem| format!("{stem}.tf"));
    Some(PlainFile {
        path: name.into(),
        text: edited,
    })
}

/// A name for the file of calls that no file has.
fn free_name(root: &Module, configuration: &Configuration) -> PathBuf {
    let taken: BTreeSet<&Path> = configuration
        .sources
        .iter()
        .filter(|(_, file)| is_of(root, file))
        .filter_map(|(_, file)| file.path().file_name())
        .map(Path::new)
        .collect();
    let numbered = (2..).map(|number| PathBuf::from(format!("{MODULES}_{number}.tf")));
    let mut names = std::iter::once(PathBuf::from(format!("{MODULES}.tf"))).chain(numbered);
    names
        .find(|name| !taken.contains(name.as_path()))
        .unwrap_or_default()
}

/// The files of the modules that are called for nouns.
fn modules(linked: &Module) -> Result<Vec<PlainFile>, Diagnostic> {
    let is_called = |module: &PreludeModule| {
        let source = format!("./modules/{}", module.name());
        let mut calls = linked.calls.iter();
        calls.any(|(_, call)| call.source == source && declarations::is_made(call))
    };
    let called = PreludeModule::ALL.into_iter().filter(is_called);
    let files: Vec<Vec<PlainFile>> = called.map(files_of).collect::<Result<_, _>>()?;
    Ok(files.into_iter().flatten().collect())
}

/// A text that was made, in canonical layout.
fn laid_out(text: &str) -> Result<String, Diagnostic> {
    // A problem has no place that a user could look at: nobody wrote that file.
    formatted(text, FileId::default()).map_err(|problems| {
        let first = problems.iter().next();
        let why = first.map_or("", |problem| &problem.detail);
        let detail = format!("What was made of the nouns cannot be read: {why}");
        Diagnostic::error(Code::Internal, detail)
    })
}

/// The files of a module, and one that says which providers it needs, so that they can be passed to it.
fn files_of(module: PreludeModule) -> Result<Vec<PlainFile>, Diagnostic> {
    let file = |(name, text): (&str, String)| PlainFile {
        path: Path::new(MODULES).join(module.name()).join(name),
        text,
    };
    let declared = module.module();
    let types = declared.resources.keys();
    let providers = types.map(|name| Module::implied_provider(&name.resource_type));
    let providers: BTreeSet<&str> = providers.collect();
    let lines = providers
        .into_iter()
        .map(|provider| format!("    {provider} = {{ source = \"hashicorp/{provider}\" }}"));
    let lines: Vec<String> = lines.collect();
    let lines = lines.join("\n");
    let versions = laid_out(&format!(
        "terraform {{\n  required_providers {{\n{lines}\n  }}\n}}\n"
    ))?;
    let own = module.files().iter().copied();
    let files = own
        .map(|(name, text)| (name, text.to_owned()))
        .chain([("versions.tf", versions)])
        .map(file);
    Ok(files.collect())
}
