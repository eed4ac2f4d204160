//! Trust: will the pods of a service account be able to assume a role, why not, and who else can?
//!
//! A decision procedure over what is known before apply, in three-valued logic: [`Verdict::Proved`], [`Verdict::Refuted`] with the first failing gate and the smallest element that makes it fail,
//! [`Verdict::Undecided`] with the inputs it hangs on, [`Verdict::Invalid`] for a policy that IAM would refuse. Pure and synchronous; one file per idea, each opening with its rule and the rule's source.
//!
//! From the question downwards: [`Question`] (decision), [`TrustPolicy`] (document), [`TrustStatement`] (statement), [`Condition`] (operator), [`PolicyValue`] (variable), [`Glob`] (glob), [`TokenContext`] (context), [`Truth`] (Kleene's logic);
//! and the answers: [`Refutation`] (explanation), [`Hint`] (hint), [`OverBroad`] (breadth). [`Door`] (reverse) asks who can; [`AssociationQuestion`] (association) decides the other binding, Pod Identity. [`Witness`] stands in for what does not exist yet.
//!
//! ```
//! use std::collections::BTreeSet;
//! use trustform::policy::Partition;
//! use trustform::trust::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let issuer: trustform::policy::Issuer =
//!     "https://oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53".parse()?;
//! let trust = r#"{
//!   "Version": "2012-10-17",
//!   "Statement": [{
//!     "Effect": "Allow",
//!     "Principal": { "Federated": "arn:aws:iam::132099918825:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53" },
//!     "Action": "sts:AssumeRoleWithWebIdentity",
//!     "Condition": { "StringEquals": {
//!       "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53:aud": "sts.amazonaws.com",
//!       "oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53:sub": "system:serviceaccount:kube-system:aws-load-balancer-controller"
//!     } }
//!   }]
//! }"#;
//! let role = Role {
//!     arn: "arn:aws:iam::132099918825:role/aws-load-balancer-controller".parse()?,
//!     exists: Fact::Known(true),
//!     trust: Fact::Known(TrustPolicy::parse(trust)),
//!     max_session_duration: Fact::Known(3600),
//! };
//! let account = role.arn.account().clone();
//! let provider = Provider {
//!     account: account.clone(),
//!     issuer: issuer.clone(),
//!     client_ids: Fact::Known(BTreeSet::from([DEFAULT_AUDIENCE.to_owned()])),
//! };
//! let providers = Providers { known: vec![provider], complete_for: BTreeSet::from([account]) };
//! let mut binding = Binding {
//!     cluster: Cluster { issuer: Fact::Known(issuer), partition: Partition::aws() },
//!     subject: Subject::new("kube-system", "aws-load-balancer-controller")?,
//!     role_annotation: Fact::Known(Some(role.arn.to_string())),
//!     audience: Fact::Known(DEFAULT_AUDIENCE.to_owned()),
//!     association: Fact::Known(None),
//!     duration: None,
//! };
//! let ask = |binding: &Binding| Question { binding, role: &role, providers: &providers }.decide();
//! assert_eq!(ask(&binding).verdict, Verdict::Proved);
//!
//! binding.subject = Subject::new("kube-system", "external-dns")?;
//! assert_eq!(ask(&binding).verdict.refuted_at(), Some((Gate::Trust, Code::Subject)));
//! # Ok(())
//! # }
//! ```

mod alone;
mod association;
mod association_call;
mod binding;
mod breadth;
mod chain;
mod comparison;
mod context;
mod decision;
mod document;
mod example;
mod explained;
mod explanation;
mod gate;
mod glob;
mod hint;
mod kleene;
mod narration;
mod near;
mod note;
mod operator;
pub mod pod;
mod reach;
mod reverse;
mod search;
mod statement;
pub mod sts;
mod token;
mod unknown;
mod variable;
mod witness;

#[cfg(test)]
mod tests;

pub use alone::{Alone, Claims, ClaimsError, Registered, is_no_json};
pub use association::{Association, AssociationQuestion};
pub use association_call::{SERVICE as POD_IDENTITY_SERVICE, SESSION_TAGS};
pub use binding::{
    Binding, Cluster, DEFAULT_AUDIENCE, Fact, Provider, Providers, Role, SUBJECT_PREFIX, Subject,
    SubjectError,
};
pub use breadth::{Breadth, OverBroad};
pub use chain::{Chain, ChainFacts, Outcome};
pub use context::{Claim, Knowledge, TokenContext};
pub use decision::{Decision, Question, Verdict, decide_with_witnesses};
pub use document::TrustPolicy;
pub use explained::{Entrance, Entrances, Explained, Story, shown};
pub use explanation::{
    Cause, Failure, NearProvider, PrincipalDifference, Refutation, StatementRefusal, nearest,
};
pub use gate::{Code, Gate};
pub use glob::{Glob, Token};
pub use hint::{Hint, PrefixFault, SubjectFault};
pub use kleene::Truth;
pub use note::Note;
pub use operator::Condition;
pub use reverse::{Admitted, Door};
pub use statement::{
    Call, Conjunct, StatementRef, TrustStatement, WEB_IDENTITY_ACTION, WebIdentity,
};
pub use token::{LONGEST as LONGEST_TOKEN, Token as TokenPrediction};
pub use unknown::{Input, Unknown};
pub use variable::{PolicyValue, Resolved};
pub use witness::{Which, Witness, Witnesses};
