//! The stable codes of diagnostics, each with its fixed summary.

/// Declares the codes: name in the enum, name for people, summary, documentation.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal: $summary:literal,)+) => {
        /// The stable code of a diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $variant,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The code as people search for it, `unknown-argument`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// The fixed summary, without user names.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary,)+ }
            }

            /// What it means and what to do, from the documentation of the code.
            pub fn documentation(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
}

codes! {
    /// A file or directory could not be read.
    Unreadable = "unreadable": "Failed to read file",
    /// The text is not HCL; the place is where the parser stopped.
    Syntax = "syntax": "Invalid syntax",
    /// A block type that does not exist here.
    UnknownBlock = "unknown-block": "Unsupported block type",
    /// A block, argument or flag that this version does not have yet.
    NotSupportedYet = "not-supported-yet": "Not supported by this version",
    /// An argument that does not exist here.
    UnknownArgument = "unknown-argument": "Unsupported argument",
    /// A required argument or block is not there.
    MissingArgument = "missing-argument": "Missing required argument",
    /// Two declarations of the same name.
    Duplicate = "duplicate": "Duplicate declaration",
    /// A block or argument whose shape is wrong: labels, nesting, number of blocks.
    InvalidBlock = "invalid-block": "Invalid block",
    /// A reference to something that is not declared.
    UnknownReference = "unknown-reference": "Reference to undeclared resource",
    /// A reference that is not well formed.
    InvalidReference = "invalid-reference": "Invalid reference",
    /// An attribute that an object does not have.
    UnknownAttribute = "unknown-attribute": "Unsupported attribute",
    /// An index that a collection does not have, or of the wrong type.
    InvalidIndex = "invalid-index": "Invalid index",
    /// A value of the wrong type.
    WrongType = "wrong-type": "Incorrect value type",
    /// A value of the right type that is not allowed.
    InvalidValue = "invalid-value": "Invalid value",
    /// A function that does not exist.
    UnknownFunction = "unknown-function": "Call to unknown function",
    /// A function that was called with the wrong arguments, or refused them.
    FunctionCall = "function-call": "Invalid function argument",
    /// An operator whose operands have the wrong type.
    InvalidOperand = "invalid-operand": "Invalid operand",
    /// An expression that cannot be evaluated.
    InvalidExpression = "invalid-expression": "Invalid expression",
    /// Things that need each other.
    Cycle = "cycle": "Dependency cycle",
    /// `count` or `for_each` with a value it cannot have.
    InvalidRepetition = "invalid-repetition": "Invalid repetition argument",
    /// A variable without a default that was given no value.
    MissingVariable = "missing-variable": "No value for required variable",
    /// A value for a variable that is not declared.
    UndeclaredVariable = "undeclared-variable": "Value for undeclared variable",
    /// A provider configuration that is missing, wrong, or of a provider that is not built in.
    InvalidProvider = "invalid-provider": "Invalid provider configuration",
    /// A resource or data type that is not supported.
    UnknownType = "unknown-type": "Invalid resource type",
    /// A precondition or postcondition that does not hold.
    ConditionFailed = "condition-failed": "Resource precondition failed",
    /// An assertion of a `check` block that does not hold, or that nobody can judge yet.
    CheckFailed = "check-failed": "Check block assertion failed",
    /// A plan that would destroy what `prevent_destroy` protects.
    PreventDestroy = "prevent-destroy": "Instance cannot be destroyed",
    /// A module that is not installed or cannot be.
    ModuleNotInstalled = "module-not-installed": "Module not installed",
    /// A noun used in a way the linker cannot follow.
    InvalidNoun = "invalid-noun": "Invalid reference to a noun",
    /// A role without anybody who could assume it.
    RoleWithoutSubjects = "role-without-subjects": "Role without subjects",
    /// A service account that will not be able to assume its role.
    Refuted = "binding-refuted": "Service account cannot assume its role",
    /// The trust policy names another service account.
    Subject = "T01": "Trust policy names another service account",
    /// The condition keys `:aud` and `:sub` are swapped, or one is misspelt.
    SwappedOrMisspeltKey = "T02": "Condition key of the trust policy is wrong",
    /// A condition key contains the provider's ARN or a scheme in place of the bare issuer.
    ArnOrSchemeInKey = "T03": "Condition key holds an ARN or a scheme",
    /// A wildcard stands under an operator that takes it literally.
    LiteralWildcard = "T04": "Wildcard is taken literally",
    /// A value differs from the token's in letter case or white space alone.
    LetterCase = "T05": "Letter case or white space differs",
    /// The host of the issuer is written `oidc.<region>.eks` for `oidc.eks.<region>`.
    IssuerHost = "T06": "Host of the issuer is wrong",
    /// The trust policy is about another action than `sts:AssumeRoleWithWebIdentity`.
    Action = "T07": "Trust policy is about another action",
    /// No OIDC provider for the issuer in the role's account.
    NoProvider = "T08": "No OIDC provider for the issuer",
    /// Provider or trust policy name the issuer of another cluster, perhaps of one that was replaced.
    StaleIssuer = "T09": "Issuer of another cluster",
    /// The OIDC provider lies in another account than the role.
    OtherAccount = "T10": "OIDC provider of another account",
    /// The dual-stack alias of EKS stands where the issuer should, and never stands in a token.
    DualStackAlias = "T11": "Dual-stack alias in place of the issuer",
    /// The provider does not accept the audience of the tokens.
    Audience = "T12": "Audience is not accepted",
    /// A thumbprint of the provider is not that of the certificate of its issuer.
    Thumbprint = "T13": "Thumbprint differs",
    /// A policy is larger than IAM's quota.
    PolicySize = "T15": "Policy exceeds the quota",
    /// A federated principal is empty or no ARN of a provider.
    FederatedPrincipal = "T16": "Federated principal is no provider",
    /// An OIDC provider of that issuer is in the account already.
    ProviderExists = "T17": "OIDC provider exists already",
    /// An OIDC provider is to be deleted that roles still trust.
    ProviderInUse = "T18": "OIDC provider is still trusted",
    /// A trust policy that admits more than it names.
    Overbroad = "T19": "Trust policy is over-broad",
    /// A principal of the trust policy was deleted; what stands there is its id.
    PrincipalGone = "T20": "Principal was deleted",
    /// A cluster is to take users from the issuer of its own service accounts.
    OwnIssuer = "T21": "Identity provider is the cluster itself",
    /// A workload runs as another service account than the one that has the role.
    OtherServiceAccount = "W02": "Pods run as another service account",
    /// A container sets one variable of the pair that points at the credentials, so the webhook does not add the other.
    HalfConfigured = "W05": "Variables for credentials are half there",
    /// A container sets every variable itself, so the webhook mounts no token.
    NoTokenMounted = "W06": "Token is not mounted",
    /// Another volume is mounted where the token belongs, and the API server refuses the pod.
    MountPathTaken = "W07": "Mount path of the token is taken",
    /// A volume of the pod has the name of the token's volume.
    ForeignVolume = "W08": "Another volume in the place of the token",
    /// The annotation is no ARN of a role.
    AnnotationNotARole = "W10": "Annotation is no ARN of a role",
    /// The annotation names a role of another account or partition, or another role than the one that is meant.
    AnnotationElsewhere = "W11": "Annotation names another role",
    /// A pod identity association overrides the annotation.
    ShadowedByPodIdentity = "W12": "Pod identity association overrides the annotation",
    /// Another tool writes the annotation too, and will take it back.
    ManagedElsewhere = "W13": "Annotation is managed by another tool",
    /// A service account is made again, which makes the tokens of running pods invalid.
    TokensInvalid = "W16": "Tokens of running pods become invalid",
    /// Regional endpoints of STS are off in a partition that has no others.
    NoRegionalEndpoint = "R05": "Regional endpoint of STS is off",
    /// A role that is assumed and may do nothing.
    NoPermissions = "R07": "Role has no permissions",
    /// Pods in the host's network reach the credentials of the node as well.
    HostNetwork = "R08": "Pods reach the credentials of the node",
    /// A policy document that IAM would refuse.
    InvalidPolicy = "invalid-policy": "IAM would refuse the policy document",
    /// A binding about which nothing could be said.
    Undecided = "binding-undecided": "Binding not decided yet",
    /// An object that is to be created exists already.
    AlreadyExists = "already-exists": "Object exists already",
    /// A live object could not be read.
    NotRead = "not-read": "Object could not be read",
    /// Settings of a provider that cannot be used, or that lead to something else than what was meant.
    ProviderSettings = "provider-settings": "Invalid provider configuration",
    /// Credentials are missing or refused.
    Credentials = "credentials": "No valid credential sources found",
    /// An operation was refused by the service.
    OperationFailed = "operation-failed": "Operation failed",
    /// An operation was not tried because one before it failed.
    Skipped = "skipped": "Operation skipped",
    /// A result of apply contradicts what the plan showed.
    InconsistentResult = "inconsistent-result": "Provider produced inconsistent result after apply",
    /// The state could not be read, written or understood.
    State = "state": "State could not be used",
    /// The state is locked by someone else.
    Locked = "locked": "Error acquiring the state lock",
    /// A saved plan that does not fit the world any more.
    StalePlan = "stale-plan": "Saved plan is stale",
    /// A saved plan that cannot be read.
    InvalidPlan = "invalid-plan": "Invalid plan file",
    /// A plan that is limited to some addresses.
    Targeting = "targeting": "Resource targeting is in effect",
    /// Objects that applying drops from the state and leaves where they are.
    Forgotten = "forgotten": "Some objects will no longer be managed by Trustform",
    /// Wrong usage of the command line.
    Usage = "usage": "Invalid command-line usage",
    /// The backend has to be initialised, or was changed.
    Backend = "backend": "Backend initialization required",
    /// The run was interrupted.
    Interrupted = "interrupted": "Interrupted",
    /// An object that was to be destroyed stays, because others have something in it.
    Kept = "kept": "Object kept",
    /// The Kubernetes connection leads to another cluster than the one meant.
    WrongCluster = "wrong-cluster": "Connection leads to another cluster",
    /// The tool contradicted itself.
    Internal = "internal": "Internal error",
}
