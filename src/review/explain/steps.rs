//! The steps of a way as plain sentences and lines, which each form of the output sets in its own way.

use super::{policy, yaml};
use crate::policy::Effect;
use crate::trust::pod::Gravity;
use crate::trust::sts::{Endpoint, Granted, NotAsked, StsAnswer, StsError, StsRequest};
use crate::trust::{Chain, Story, Verdict, shown};
use serde_json::{Map, Value as Json};

/// How a line is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    /// New, or what lets the token in.
    Good,
    /// What keeps it out.
    Bad,
    Faint,
}

/// A step.
pub(super) struct Step {
    pub(super) heading: String,
    /// The language of the lines: yaml, json, http; none for sentences.
    pub(super) language: &'static str,
    pub(super) lines: Vec<(Look, String)>,
    /// Sentences after the lines.
    pub(super) remarks: Vec<(Look, String)>,
}

/// The steps of a way but the verdict, in order.
pub(super) fn steps(story: &Story) -> Vec<Step> {
    let chain = &story.chain;
    let mut steps = vec![annotation(story), pod(story)];
    steps.extend(chain.token.as_ref().map(|token| Step {
        heading: "Token".to_owned(),
        language: "json",
        lines: plain(&format!("{:#}", token.claims())),
        remarks: Vec::new(),
    }));
    if let (Some(role), Some(document)) = (&story.role, &chain.facts.policy) {
        steps.push(trust(role, document, chain));
    }
    steps.push(sts(chain));
    steps
}

fn plain(text: &str) -> Vec<(Look, String)> {
    text.lines()
        .map(|line| (Look::Plain, line.to_owned()))
        .collect()
}

fn annotation(story: &Story) -> Step {
    let chain = &story.chain;
    let all = &chain.facts.annotations;
    let known = [
        ("role-arn", &all.role_arn),
        ("audience", &all.audience),
        ("token-expiration", &all.token_expiration),
        ("sts-regional-endpoints", &all.sts_regional_endpoints),
    ];
    let known = known.into_iter().filter_map(|(name, value)| {
        let line = format!("eks.amazonaws.com/{name}: {}", value.as_ref()?);
        Some((Look::Plain, line))
    });
    let mut lines: Vec<(Look, String)> = known.collect();
    if lines.is_empty() {
        lines.push((
            Look::Faint,
            "# no annotation of eks.amazonaws.com".to_owned(),
        ));
    }
    let association = chain.facts.association.iter().map(|association| {
        let text = match all.role_arn {
            Some(_) => format!(
                "{association} is there too, and wins: new pods get its role and not the annotation's (W12); pods made \
                 before it keep the annotation's"
            ),
            None => format!("{association} binds it by EKS Pod Identity"),
        };
        (Look::Plain, text)
    });
    let unknown = story.association_unknown.iter().map(|reason| {
        let text = format!(
            "whether an association of EKS Pod Identity binds it too is not known: {reason}"
        );
        (Look::Plain, text)
    });
    Step {
        heading: "Annotation of the service account".to_owned(),
        language: "yaml",
        lines,
        remarks: association.chain(unknown).collect(),
    }
}

/// The volume of the token for the API server, and its mounts: every pod has them, and nothing hangs on them.
const API_TOKEN: &str = "kube-api-access-xxxxx";

fn pod(story: &Story) -> Step {
    let chain = &story.chain;
    let before = shortened(&chain.admitted.spec);
    let (after, heading) = match &chain.mutated {
        Some(mutated) => (shortened(&mutated.pod.spec), "as the webhook changes it"),
        None => (before.clone(), "which the webhook leaves alone"),
    };
    let what = story
        .manifest
        .clone()
        .unwrap_or_else(|| "Any pod of it".to_owned());
    let lines = yaml::lines(&before, &after).into_iter();
    let lines = lines.map(|line| match line.added {
        true => (Look::Good, line.text),
        false => (Look::Plain, line.text),
    });
    let collisions = chain.collisions.iter().map(|collision| {
        let look = match collision.gravity() {
            Gravity::Error => Look::Bad,
            Gravity::Warning | Gravity::Note => Look::Plain,
        };
        (look, format!("{collision} ({})", collision.code()))
    });
    Step {
        heading: format!("{what}, {heading}"),
        language: "yaml",
        lines: lines.collect(),
        remarks: other_account(story).into_iter().chain(collisions).collect(),
    }
}

/// That the pods run as an account without a role, while another has one.
fn other_account(story: &Story) -> Option<(Look, String)> {
    if story.meant.is_empty() {
        return None;
    }
    let own = shown(&story.chain.facts.subject);
    let meant = story.meant.join(", ");
    let has = match story.meant.len() {
        1 => "has one",
        _ => "have one",
    };
    let text = format!(
        "its pods run as {own}, which has no role; {meant} {has}: name it in `serviceAccountName` (W02)"
    );
    Some((Look::Bad, text))
}

fn shortened(spec: &Map<String, Json>) -> Map<String, Json> {
    let mut spec = spec.clone();
    remove_api_token(spec.get_mut("volumes"));
    for list in ["initContainers", "containers"] {
        let containers = spec.get_mut(list).and_then(Json::as_array_mut);
        for container in containers.into_iter().flatten() {
            remove_api_token(container.get_mut("volumeMounts"));
            if let Some(members) = container.as_object_mut() {
                members.retain(|name, value| name != "volumeMounts" || !is_empty(value));
            }
        }
    }
    spec.retain(|name, value| {
        (name != "volumes" || !is_empty(value)) && name.as_str() != "serviceAccount"
    });
    spec
}

fn remove_api_token(list: Option<&mut Json>) {
    if let Some(list) = list.and_then(Json::as_array_mut) {
        list.retain(|one| one.get("name").and_then(Json::as_str) != Some(API_TOKEN));
    }
}

fn is_empty(list: &Json) -> bool {
    list.as_array().is_some_and(Vec::is_empty)
}

fn trust(role: &str, document: &str, chain: &Chain) -> Step {
    let lines = policy::lines(document, &chain.matching).into_iter();
    let lines = lines.map(|(effect, line)| match effect {
        Some(Effect::Allow) => (Look::Good, line),
        Some(Effect::Deny) => (Look::Bad, line),
        None => (Look::Plain, line),
    });
    let remarks = chain
        .matching
        .iter()
        .map(|(reference, effect)| match effect {
            Effect::Allow => (Look::Good, format!("{reference} admits the token")),
            Effect::Deny => (Look::Bad, format!("{reference} denies it")),
        });
    let mut remarks: Vec<(Look, String)> = remarks.collect();
    if remarks.is_empty() && chain.request.is_some() {
        remarks.push((
            Look::Plain,
            "no statement certainly matches the token".to_owned(),
        ));
    }
    Step {
        heading: format!("Trust policy of {role}"),
        language: "json",
        lines: lines.collect(),
        remarks,
    }
}

fn sts(chain: &Chain) -> Step {
    let lines = chain.request.as_ref().map(request).unwrap_or_default();
    Step {
        heading: "Request to STS".to_owned(),
        language: "http",
        lines,
        remarks: answer(&chain.answer),
    }
}

fn request(request: &StsRequest) -> Vec<(Look, String)> {
    let mut lines = match &request.endpoint {
        Endpoint::Regional(url) => plain(&format!("POST {url}")),
        Endpoint::Either { regional, global } => {
            let mut lines = plain(&format!("POST {regional}"));
            let or = format!("# or {global}, if the SDK's own default is the global endpoint");
            lines.push((Look::Faint, or));
            lines
        }
        Endpoint::Unknown => plain("POST https://sts.<region>.<suffix>/"),
    };
    let parameters = request.parameters.iter();
    lines.extend(parameters.map(|(name, value)| (Look::Plain, format!("{name}={value}"))));
    lines
}

fn answer(answer: &StsAnswer) -> Vec<(Look, String)> {
    let line = |look, text: String| (look, text);
    match answer {
        StsAnswer::Granted(Granted {
            subject,
            assumed_role,
            provider,
            audience,
            seconds,
        }) => vec![
            line(Look::Good, format!("granted, for {seconds} seconds")),
            line(Look::Plain, format!("AssumedRoleUser: {assumed_role}")),
            line(
                Look::Plain,
                format!("SubjectFromWebIdentityToken: {subject}"),
            ),
            line(Look::Plain, format!("Provider: {provider}")),
            line(Look::Plain, format!("Audience: {audience}")),
        ],
        StsAnswer::Refused(StsError {
            code,
            status,
            message,
        }) => vec![line(Look::Bad, format!("{status} {code}: {message}"))],
        StsAnswer::Depends => vec![line(
            Look::Plain,
            "the answer depends on what is not known before the call".to_owned(),
        )],
        StsAnswer::NotAsked(why) => vec![line(Look::Plain, not_asked(*why).to_owned())],
    }
}

fn not_asked(why: NotAsked) -> &'static str {
    match why {
        NotAsked::NoCredentials => {
            "not asked: the pod has no token for AWS, so its SDK takes what comes next, such as the role of the node"
        }
        NotAsked::OtherRole => "asked for another role",
        NotAsked::PodIdentity => {
            "not asked: the SDK gets its credentials from the agent of EKS Pod Identity on the node"
        }
        NotAsked::NoSuchPolicy => {
            "never asked: IAM refuses the trust policy (MalformedPolicyDocument)"
        }
    }
}

/// Whether a verdict is good news.
pub(super) fn look(story: &Story) -> Look {
    match story.chain.facts.finding.as_ref().map(|one| &one.verdict) {
        Ok(Verdict::Proved) => Look::Good,
        Ok(Verdict::Refuted(_) | Verdict::Invalid(_)) => Look::Bad,
        Ok(Verdict::Undecided(_)) | Err(_) => Look::Plain,
    }
}
