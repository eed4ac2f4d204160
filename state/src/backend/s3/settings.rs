//! Where in a bucket states are kept, and how their objects are written.

use std::fmt;

use super::DEFAULT_WORKSPACE;

/// What a `backend "s3"` block says about its objects. The names of the fields are those of its arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct S3Settings {
    /// The bucket, which exists.
    pub bucket: String,
    /// The key of the default workspace's state.
    pub key: String,
    /// What the keys of other workspaces begin with; `env:` in Terraform.
    pub workspace_key_prefix: String,
    /// A canned ACL for every object.
    pub acl: Option<String>,
    /// How objects are encrypted where they lie.
    pub encryption: Encryption,
    /// The address of S3, if it is not the region's own.
    pub endpoint: Option<String>,
    /// Whether the bucket stands in the path, not in the host.
    pub use_path_style: bool,
    /// Whether objects are sent without a checksum, for servers that do not know them.
    pub skip_s3_checksum: bool,
}

/// Server-side encryption, as Amazon S3 names its ways.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Encryption {
    /// What the bucket does by itself.
    #[default]
    OfBucket,
    /// SSE-S3: keys of the service.
    Aes256,
    /// SSE-KMS: this key.
    Kms(String),
    /// SSE-C: this key, 32 bytes, sent with every request.
    Customer([u8; 32]),
}

/// Without the customer's key.
impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfBucket => f.write_str("OfBucket"),
            Self::Aes256 => f.write_str("Aes256"),
            Self::Kms(key) => f.debug_tuple("Kms").field(key).finish(),
            Self::Customer(_) => f.write_str("Customer"),
        }
    }
}

impl S3Settings {
    /// The key of a workspace's state.
    pub fn state_key(&self, workspace: &str) -> String {
        if workspace == DEFAULT_WORKSPACE {
            return self.key.clone();
        }
        format!("{}{workspace}/{}", self.workspaces_prefix(), self.key)
    }

    /// What the keys of all workspaces but the default one begin with.
    pub(super) fn workspaces_prefix(&self) -> String {
        match self.workspace_key_prefix.as_str() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }

    /// The workspace whose state has this key, if one has.
    pub(super) fn workspace_of<'k>(&self, key: &'k str) -> Option<&'k str> {
        let (workspace, key) = key
            .strip_prefix(&self.workspaces_prefix())?
            .split_once('/')?;
        (key == self.key && !workspace.is_empty()).then_some(workspace)
    }
}

#[cfg(test)]
mod tests {
    use super::S3Settings;

    #[test]
    fn keys_are_those_of_terraform() {
        let settings = |prefix: &str| S3Settings {
            key: "a/b.tfstate".to_owned(),
            workspace_key_prefix: prefix.to_owned(),
            ..S3Settings::default()
        };
        for (prefix, workspace, key) in [
            ("env:", "default", "a/b.tfstate"),
            ("env:", "dev", "env:/dev/a/b.tfstate"),
            ("teams/x", "dev", "teams/x/dev/a/b.tfstate"),
            ("", "dev", "dev/a/b.tfstate"),
        ] {
            assert_eq!(settings(prefix).state_key(workspace), key);
            let found = settings(prefix);
            let found = found.workspace_of(key);
            assert_eq!(
                found,
                (workspace != "default")
                    .then_some(workspace)
                    .or(found.filter(|_| prefix.is_empty()))
            );
        }
        for key in [
            "env:/dev/a/b.tfstate.tflock",
            "env:/dev/other",
            "env:/a/b.tfstate",
            "x",
        ] {
            assert_eq!(settings("env:").workspace_of(key), None, "{key}");
        }
    }
}
