//! What Terraform's CLI configuration says about registries: where they are, and the tokens for them
//! (<https://developer.hashicorp.com/terraform/cli/config/config-file>). The environment's `TF_TOKEN_*` go first.

use super::hcl;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{LoadError, SourceMap, files_ending, read_file};
use crate::syntax::Tree;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The service of a registry of modules.
const MODULES: &str = "modules.v1";

/// The settings for registries, by host.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// Where the modules of a host are, where a `host` block says so instead of the host itself.
    pub(super) modules: BTreeMap<String, String>,
    /// Tokens. Never shown.
    tokens: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the files that an environment names: `TF_CLI_CONFIG_FILE`, or else `~/.terraformrc` and the `*.tfrc` files of
    /// `~/.terraform.d`; in either case `~/.terraform.d/credentials.tfrc.json`.
    ///
    /// # Errors
    /// One of them cannot be read or understood.
    pub(super) fn read(
        environment: &BTreeMap<String, String>,
    ) -> Result<Settings, (Diagnostics, SourceMap)> {
        let mut settings = Settings::default();
        let mut sources = SourceMap::default();
        for path in
            files(environment).map_err(|error| (unreadable(&error), SourceMap::default()))?
        {
            let text = match read_file(&path) {
                Ok(text) => text,
                Err(error) if error.cause.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err((unreadable(&error), sources)),
            };
            let is_json = path.extension().is_some_and(|ending| ending == "json");
            let understood = if is_json {
                settings.take_json(&path, &text)
            } else {
                settings.take(&path, &text, &mut sources)
            };
            understood.map_err(|problems| (problems, sources.clone()))?;
        }
        for (name, token) in environment {
            if let Some(name) = name.strip_prefix("TF_TOKEN_") {
                settings.tokens.insert(host_of(name), token.clone());
            }
        }
        Ok(settings)
    }

    /// The token for a host.
    pub(super) fn token(&self, host: &str) -> Option<&str> {
        self.tokens.get(host).map(String::as_str)
    }

    fn take(
        &mut self,
        path: &Path,
        text: &str,
        sources: &mut SourceMap,
    ) -> Result<(), Diagnostics> {
        let file = sources.add(path, text);
        let (tree, problems) = crate::lang::parse(&text.into(), file);
        if problems.has_errors() {
            return Err(problems);
        }
        self.take_blocks(&tree);
        Ok(())
    }

    fn take_blocks(&mut self, tree: &Tree) {
        for block in tree.blocks() {
            let Some(host) = hcl::label(tree, block).map(|host| host.to_ascii_lowercase()) else {
                continue;
            };
            match hcl::kind(tree, block) {
                "credentials" => {
                    let token = hcl::text(tree, block, "token");
                    self.tokens.extend(token.map(|token| (host, token)));
                }
                "host" => {
                    let services = hcl::member(tree, block, "services", MODULES);
                    self.modules.extend(services.map(|url| (host, url)));
                }
                _ => {}
            }
        }
    }

    fn take_json(&mut self, path: &Path, text: &str) -> Result<(), Diagnostics> {
        let json: serde_json::Value = serde_json::from_str(text).map_err(|error| {
            let cause = error.into();
            unreadable(&LoadError {
                path: path.to_owned(),
                cause,
            })
        })?;
        let members = |name: &str| {
            let hosts = json.get(name).and_then(serde_json::Value::as_object);
            hosts.into_iter().flatten()
        };
        for (host, member) in members("credentials") {
            let token = member.get("token").and_then(serde_json::Value::as_str);
            self.tokens
                .extend(token.map(|token| (host.to_ascii_lowercase(), token.to_owned())));
        }
        for (host, member) in members("host") {
            let services = member
                .get("services")
                .and_then(|services| services.get(MODULES));
            let url = services.and_then(serde_json::Value::as_str);
            self.modules
                .extend(url.map(|url| (host.to_ascii_lowercase(), url.to_owned())));
        }
        Ok(())
    }
}

/// The files, whether they exist or not; later ones win.
fn files(environment: &BTreeMap<String, String>) -> Result<Vec<PathBuf>, LoadError> {
    let set = |name: &str| environment.get(name).filter(|text| !text.is_empty());
    let home = set("HOME").map(PathBuf::from);
    let folder = home.as_ref().map(|home| home.join(".terraform.d"));
    let mut files: Vec<PathBuf> = folder
        .iter()
        .map(|folder| folder.join("credentials.tfrc.json"))
        .collect();
    match set("TF_CLI_CONFIG_FILE").or_else(|| set("TERRAFORM_CONFIG")) {
        Some(path) => files.push(path.into()),
        None => {
            files.extend(home.map(|home| home.join(".terraformrc")));
            if let Some(folder) = folder {
                match files_ending(&folder, &[".tfrc"]) {
                    Ok(more) => files.extend(more),
                    Err(error) if error.cause.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    Ok(files)
}

/// The host that a variable `TF_TOKEN_<name>` is for: `_` stands for a dot, `__` for a dash.
fn host_of(name: &str) -> String {
    name.replace("__", "-")
        .replace('_', ".")
        .to_ascii_lowercase()
}

fn unreadable(error: &LoadError) -> Diagnostics {
    Diagnostic::error(Code::Unreadable, format!("{error}."))
        .with_summary("Failed to read the CLI configuration")
        .into()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn variables_name_hosts() {
        assert_eq!(host_of("app_terraform_io"), "app.terraform.io");
        assert_eq!(host_of("My__host_example_com"), "my-host.example.com");
    }
}
