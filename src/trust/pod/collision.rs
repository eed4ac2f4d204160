//! What a pod brings along that keeps its credentials from working, although the webhook did its part.
//!
//! Source: aws/amazon-eks-pod-identity-webhook, its reports #8, #62, #67, #159, #315, and what follows from its rules (see mutation): variables are added in groups, mounts by the volume's name.

use super::mutation::{Mutated, SKIP_CONTAINERS, Treatment, skipped};
use super::webhook::{Credentials, Webhook};
use super::workload::{PodTemplate, mounts, text, variables};
use serde_json::{Map, Value, json};
use std::fmt;

/// Something that a pod brings along and that its credentials do not stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collision {
    /// The container sets everything itself, so it has the variables but no token.
    NoTokenMounted {
        /// The container.
        container: String,
    },
    /// The container sets one variable of the pair that points at the credentials, so it does not get the other.
    HalfConfigured {
        /// The container.
        container: String,
        /// The one it sets.
        set: &'static str,
        /// The one it lacks.
        missing: &'static str,
    },
    /// A volume of the token's name is something else.
    ForeignVolume {
        /// The volume.
        volume: String,
    },
    /// Another volume is mounted where the token belongs: the API server refuses the pod.
    MountPathTaken {
        /// The container.
        container: String,
        /// The volume that is mounted there.
        volume: String,
        /// The path.
        path: String,
    },
    /// Fixed keys come before the role in most SDKs.
    StaticKeys {
        /// The container.
        container: String,
    },
    /// Variables may come from a config map or secret, but those that are added win over them.
    HiddenVariables {
        /// The container.
        container: String,
    },
    /// The container's own region is kept.
    OtherRegion {
        /// The container.
        container: String,
        /// Its region.
        region: String,
    },
    /// A name to be skipped that no container has; blanks after commas belong to the names.
    SkipsNobody {
        /// The name as written.
        name: String,
    },
    /// A pod in the host's network reaches the node's own credentials as well.
    HostNetwork,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// It does not work.
    Error,
    /// It may not be what was meant.
    Warning,
    /// Good to know.
    Note,
}

/// All collisions of a pod that the webhook changed, the gravest first.
pub fn collisions(
    before: &PodTemplate,
    after: &Mutated,
    webhook: &Webhook,
    credentials: &Credentials,
) -> Vec<Collision> {
    let mut found = Vec::new();
    let treated = before.containers().zip(&after.containers);
    for (container, (name, treatment)) in treated {
        if *treatment != Treatment::Skipped {
            of_container(container, name, treatment, webhook, credentials, &mut found);
        }
    }
    if !after.volume_added && is_foreign(before, credentials) {
        let volume = credentials.volume().to_owned();
        found.push(Collision::ForeignVolume { volume });
    }
    for name in skipped(before) {
        let known = before
            .containers()
            .any(|one| text(one, "name") == Some(name.as_str()));
        if !known {
            found.push(Collision::SkipsNobody { name });
        }
    }
    if before.spec.get("hostNetwork") == Some(&json!(true)) {
        found.push(Collision::HostNetwork);
    }
    found.sort_by_key(Collision::gravity);
    found
}

fn of_container(
    container: &Map<String, Value>,
    name: &str,
    treatment: &Treatment,
    webhook: &Webhook,
    credentials: &Credentials,
    found: &mut Vec<Collision>,
) {
    let container_name = || name.to_owned();
    let set: Vec<&str> = variables(container).collect();
    let path = credentials.mount_path(webhook);
    let at_path = |mount: &&Value| mount.get("mountPath") == Some(&json!(path));
    let elsewhere = mounts(container)
        .find(at_path)
        .and_then(|mount| mount.get("name")?.as_str());
    let pair = credentials.variables(webhook, false).map(|(name, _)| name);
    match (treatment, elsewhere) {
        (Treatment::Untouched, None) => found.push(Collision::NoTokenMounted {
            container: container_name(),
        }),
        (Treatment::Changed { mounted: true, .. }, Some(volume)) => {
            found.push(Collision::MountPathTaken {
                container: container_name(),
                volume: volume.to_owned(),
                path: path.to_owned(),
            });
        }
        (Treatment::Changed { .. } | Treatment::Untouched | Treatment::Skipped, _) => {}
    }
    if let [first, second] = pair
        && set.contains(&first) != set.contains(&second)
    {
        let (set, missing) = match set.contains(&first) {
            true => (first, second),
            false => (second, first),
        };
        found.push(Collision::HalfConfigured {
            container: container_name(),
            set,
            missing,
        });
    }
    if set.contains(&"AWS_ACCESS_KEY_ID") {
        found.push(Collision::StaticKeys {
            container: container_name(),
        });
    }
    if container
        .get("envFrom")
        .and_then(Value::as_array)
        .is_some_and(|all| !all.is_empty())
    {
        found.push(Collision::HiddenVariables {
            container: container_name(),
        });
    }
    if let Some(region) = other_region(container, webhook) {
        found.push(Collision::OtherRegion {
            container: container_name(),
            region,
        });
    }
}

/// The region a container sets itself, where it is not the cluster's.
fn other_region(container: &Map<String, Value>, webhook: &Webhook) -> Option<String> {
    let env = container.get("env")?.as_array()?;
    let regions = env.iter().filter(|variable| {
        let name = variable.get("name").and_then(Value::as_str);
        matches!(name, Some("AWS_REGION" | "AWS_DEFAULT_REGION"))
    });
    let mut values = regions.filter_map(|variable| variable.get("value")?.as_str());
    let other = values.find(|region| Some(*region) != webhook.region.as_deref())?;
    Some(other.to_owned())
}

/// Whether the volume of the token's name is no projected token of the same audience.
fn is_foreign(pod: &PodTemplate, credentials: &Credentials) -> bool {
    let named = |volume: &&Value| volume.get("name") == Some(&json!(credentials.volume()));
    let sources = pod
        .volumes()
        .find(named)
        .and_then(|volume| volume.pointer("/projected/sources")?.as_array());
    let same = |source: &Value| {
        let token = |member: &str| source.pointer(&format!("/serviceAccountToken/{member}"));
        token("audience") == Some(&json!(credentials.audience))
            && token("path") == Some(&json!(credentials.file()))
    };
    !sources.into_iter().flatten().any(same)
}

impl Collision {
    /// How bad it is.
    pub fn gravity(&self) -> Gravity {
        match self {
            Self::NoTokenMounted { .. }
            | Self::HalfConfigured { .. }
            | Self::ForeignVolume { .. }
            | Self::MountPathTaken { .. } => Gravity::Error,
            Self::StaticKeys { .. }
            | Self::HiddenVariables { .. }
            | Self::SkipsNobody { .. }
            | Self::HostNetwork => Gravity::Warning,
            Self::OtherRegion { .. } => Gravity::Note,
        }
    }

    /// The stable code, as it is printed and searched for.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HalfConfigured { .. } => "W05",
            Self::NoTokenMounted { .. } => "W06",
            Self::MountPathTaken { .. } => "W07",
            Self::ForeignVolume { .. } => "W08",
            Self::HostNetwork => "R08",
            Self::StaticKeys { .. } => "static-keys",
            Self::HiddenVariables { .. } => "hidden-variables",
            Self::OtherRegion { .. } => "other-region",
            Self::SkipsNobody { .. } => "skips-nobody",
        }
    }
}

impl fmt::Display for Collision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTokenMounted { container } => write!(
                f,
                "container `{container}` sets the variables for credentials, region and STS itself, so the webhook leaves it alone and mounts no token"
            ),
            Self::HalfConfigured {
                container,
                set,
                missing,
            } => write!(
                f,
                "container `{container}` sets `{set}`, so the webhook does not add `{missing}`, without which an SDK fails"
            ),
            Self::ForeignVolume { volume } => write!(
                f,
                "the pod has a volume `{volume}` of its own, which is mounted in the place of the token"
            ),
            Self::MountPathTaken {
                container,
                volume,
                path,
            } => write!(
                f,
                "container `{container}` mounts volume `{volume}` at `{path}`, where the token belongs: the API server refuses the pod, because mount paths must be unique"
            ),
            Self::StaticKeys { container } => write!(
                f,
                "container `{container}` sets `AWS_ACCESS_KEY_ID`, which comes before the role in the credential chain of most SDKs"
            ),
            Self::HiddenVariables { container } => write!(
                f,
                "container `{container}` takes variables from a config map or secret (`envFrom`); the webhook does not see them, and what it adds wins over them"
            ),
            Self::OtherRegion { container, region } => {
                write!(f, "container `{container}` keeps its own region `{region}`")
            }
            Self::SkipsNobody { name } => write!(
                f,
                "annotation `{SKIP_CONTAINERS}` names `{name}`, and no container is called so{}",
                if name.trim() == name { "" } else { ": blanks belong to the name" }
            ),
            Self::HostNetwork => f.write_str(
                "the pod is in the host's network, so its processes reach the credentials of the node as well",
            ),
        }
    }
}
