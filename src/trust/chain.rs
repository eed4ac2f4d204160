//! The whole way from a service account to a role, predicted: annotation, pod, token, trust policy, STS, verdict.
//!
//! Each step is a rule of its own (see pod, token, sts, decision); here one follows from the other.

use super::binding::Subject;
use super::context::TokenContext;
use super::decision::{Decision, Verdict};
use super::document::TrustPolicy;
use super::kleene::Truth;
use super::pod::{
    AccountAnnotations, AccountDefaults, Collision, Gravity, Identity, Mutated, PodTemplate,
    Webhook, Workload, admit, collisions, mutate,
};
use super::statement::{StatementRef, WebIdentity};
use super::sts::{NotAsked, StsAnswer, StsRequest};
use super::token::Token;
use crate::policy::{Effect, Issuer, OidcProviderArn, RoleArn};

/// What the prediction starts from.
#[derive(Debug, Clone)]
pub struct ChainFacts {
    /// The service account.
    pub subject: Subject,
    /// Its annotations that the webhook reads.
    pub annotations: AccountAnnotations,
    /// What it says about its pods besides.
    pub defaults: AccountDefaults,
    /// The pods: those of a manifest, or one container with nothing to it.
    pub workload: Workload,
    /// The association of Pod Identity for it, as people refer to it.
    pub association: Option<String>,
    /// The issuer of its cluster, if it is known or stood in for.
    pub issuer: Option<Issuer>,
    /// The region of its cluster.
    pub region: Option<String>,
    /// The role's trust policy as a text, if it is known.
    pub policy: Option<String>,
    /// The verdict, or why there is none.
    pub finding: Result<Decision, String>,
}

/// The way, predicted.
#[derive(Debug, Clone)]
pub struct Chain {
    /// What it starts from.
    pub facts: ChainFacts,
    /// The pod after the API server's own admission.
    pub admitted: PodTemplate,
    /// The pod after the webhook, which leaves one alone that it has nothing for.
    pub mutated: Option<Mutated>,
    /// What in the pod stands in the way.
    pub collisions: Vec<Collision>,
    /// The token; none where the issuer is not known or the pod is left alone.
    pub token: Option<Token>,
    /// The statements that match the token, those that deny among them.
    pub matching: Vec<(StatementRef, Effect)>,
    /// The request; none where STS is not asked.
    pub request: Option<StsRequest>,
    /// The answer.
    pub answer: StsAnswer,
}

/// How a way ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The pods can act as the role.
    Works,
    /// It depends on what is not known.
    Open,
    /// They cannot.
    Fails,
}

impl Chain {
    /// Predicts the way.
    pub fn predict(facts: ChainFacts) -> Self {
        let webhook = webhook(facts.region.as_deref());
        let pod = &facts.workload.template;
        let admitted = admit(pod, &facts.defaults);
        let associated = facts.association.is_some();
        let identity = webhook.identity(&facts.annotations, &admitted, associated);
        let mut chain = Self {
            answer: StsAnswer::NotAsked(NotAsked::NoCredentials),
            admitted,
            mutated: None,
            collisions: Vec::new(),
            token: None,
            matching: Vec::new(),
            request: None,
            facts,
        };
        let Identity::Some(credentials) = identity else {
            return chain;
        };
        let mutated = mutate(&chain.admitted, &webhook, &credentials);
        chain.collisions = collisions(&chain.admitted, &mutated, &webhook, &credentials);
        chain.mutated = Some(mutated);
        let issuer = chain.facts.issuer.clone();
        chain.token = issuer
            .as_ref()
            .map(|issuer| Token::of(&issuer.url(), &chain.facts.subject, &credentials));
        match &credentials.role_arn {
            None => chain.answer = StsAnswer::NotAsked(NotAsked::PodIdentity),
            Some(role) => {
                let region = chain.facts.region.as_deref();
                chain.request = Some(StsRequest::new(role, region, credentials.regional_sts));
                chain.ask(role);
            }
        }
        chain
    }

    /// What STS makes of the request for a role.
    fn ask(&mut self, role: &str) {
        self.answer = StsAnswer::Depends;
        let (Ok(role), Some(issuer)) = (role.parse::<RoleArn>(), &self.facts.issuer) else {
            return;
        };
        let (partition, account) = (role.partition().clone(), role.account().clone());
        let provider = OidcProviderArn::new(partition, account, issuer.clone()).to_string();
        let Some(token) = &self.token else { return };
        if let Ok(decision) = &self.facts.finding {
            self.answer = StsAnswer::predicted(&decision.verdict, &role, token, &provider);
        }
        let policy = self.facts.policy.as_deref().map(TrustPolicy::parse);
        if let Some(Ok(policy)) = policy {
            let subject = token.subject.to_string();
            let context = TokenContext {
                issuer,
                audience: Some(&token.audience),
                subject: &subject,
            };
            let call = WebIdentity {
                provider: &provider,
                token: context,
            };
            let matching = policy
                .statements()
                .iter()
                .filter(|statement| statement.matches(&call) == Truth::True);
            self.matching = matching
                .map(|statement| (statement.reference.clone(), statement.effect))
                .collect();
        }
    }

    /// How it ends: a verdict is worth nothing to a pod that does not get that far.
    pub fn outcome(&self) -> Outcome {
        if self
            .collisions
            .iter()
            .any(|one| one.gravity() == Gravity::Error)
        {
            return Outcome::Fails;
        }
        match &self.facts.finding {
            Err(_) => Outcome::Open,
            Ok(decision) => match &decision.verdict {
                Verdict::Proved if self.mutated.is_none() => Outcome::Fails,
                Verdict::Proved => Outcome::Works,
                Verdict::Undecided(_) => Outcome::Open,
                Verdict::Refuted(_) | Verdict::Invalid(_) => Outcome::Fails,
            },
        }
    }
}

fn webhook(region: Option<&str>) -> Webhook {
    match region {
        Some(region) => Webhook::of_eks(region),
        None => Webhook {
            region: None,
            ..Webhook::of_eks("")
        },
    }
}
