//! The declarations of one module, as the later phases see them.

use super::Body;
use crate::address::{AttributePath, ModulePath, Name, ProviderAddress, ResourceName};
use crate::lang::{Expression, Reference, Step, TypeConstraint};
use crate::source::Span;
use crate::value::{Marks, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Everything that the files of one directory declare.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The directory, as `path.module` shows it.
    pub directory: PathBuf,
    /// `variable` blocks.
    pub variables: BTreeMap<Name, Variable>,
    /// The arguments of all `locals` blocks.
    pub locals: BTreeMap<Name, Local>,
    /// `output` blocks.
    pub outputs: BTreeMap<Name, Output>,
    /// `resource`, `data` and `ephemeral` blocks.
    pub resources: BTreeMap<ResourceName, Resource>,
    /// `module` blocks.
    pub calls: BTreeMap<Name, ModuleCall>,
    /// `provider` blocks.
    pub providers: Vec<ProviderBlock>,
    /// `required_providers`, by local name.
    pub required_providers: BTreeMap<Name, RequiredProvider>,
    /// `required_version` constraints.
    pub required_versions: Vec<(String, Span)>,
    /// Where the `required_providers` block stands.
    pub requirements: Option<Span>,
    /// Where the `provider_meta` blocks stand, by the provider's local name.
    pub provider_meta: BTreeMap<Name, Span>,
    /// The `backend` block.
    pub backend: Option<Backend>,
    /// `moved` blocks.
    pub moved: Vec<super::Moved>,
    /// `removed` blocks.
    pub removed: Vec<super::Removed>,
    /// `import` blocks.
    pub imports: Vec<super::Import>,
    /// `check` blocks.
    pub checks: BTreeMap<Name, super::Check>,
    /// The blocks of the four nouns, which the linker turns into module calls.
    pub nouns: Nouns,
}

/// The blocks of the four nouns by kind and label.
pub type Nouns = BTreeMap<(NounKind, Name), NounBlock>;

/// A `variable` block.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an argument of its own in the language"
)]
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Name,
    /// The block's header.
    pub span: Span,
    /// The type it must have.
    pub constraint: TypeConstraint,
    /// Whether a type is written.
    pub has_type: bool,
    /// The value when none is given; `None` makes it required.
    pub default: Option<Value>,
    /// Whether null is a value of its own; otherwise null means the default.
    pub nullable: bool,
    /// Whether its value must not be shown.
    pub sensitive: bool,
    /// Whether its value must not be stored.
    pub ephemeral: bool,
    /// What it is for; empty when not said.
    pub description: String,
    /// What must hold of its value.
    pub validations: Vec<Condition>,
}

/// One argument of a `locals` block.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub span: Span,
    /// Its value.
    pub value: Expression,
}

/// An `output` block.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: Name,
    /// The block's header.
    pub span: Span,
    /// Its value.
    pub value: Expression,
    /// Whether its value must not be shown.
    pub sensitive: bool,
    /// Whether its value must not be stored, which only modules can have that are called.
    pub ephemeral: bool,
    /// What it is for; empty when not said.
    pub description: String,
    /// What must be done before the value is final.
    pub depends_on: Vec<Dependency>,
    /// What must hold.
    pub preconditions: Vec<Condition>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Mode, type and label.
    pub name: ResourceName,
    /// The block's header.
    pub span: Span,
    /// `count` or `for_each`.
    pub repetition: Repetition,
    /// The provider configuration it asks for; `None` for the default of its type's provider.
    pub provider: Option<ProviderReference>,
    /// `depends_on`.
    pub depends_on: Vec<Dependency>,
    /// The `lifecycle` block.
    pub lifecycle: Lifecycle,
    /// The arguments and blocks of its type.
    pub body: Body,
    /// What is run beside its objects.
    pub provisioning: super::Provisioning,
    /// The `check` block in which a data source stands: only its assertions may refer to it.
    pub check: Option<Name>,
    /// What only the prelude can say.
    pub internals: Internals,
}

/// Internal arguments of prelude resources, which configuration files cannot write.
#[derive(Clone, Debug, Default)]
pub struct Internals {
    /// The import id of an object to adopt instead of creating one, when it is not null.
    pub adopt: Option<Expression>,
    /// When true, an object that is no longer wanted is forgotten, not deleted.
    pub forget: Option<Expression>,
    /// Whether an object that is no longer wanted stays when others have something in it.
    pub spares_content: bool,
}

/// How many instances a block has.
#[derive(Clone, Debug, Default)]
pub enum Repetition {
    /// One, without a key.
    #[default]
    None,
    /// As many as the number says.
    Count(Expression),
    /// One for each element.
    ForEach(Expression),
}

/// A reference to a provider configuration.
#[derive(Clone, Debug)]
pub struct ProviderReference {
    /// The provider's local name.
    pub local_name: Name,
    /// The alias; `None` for the default configuration.
    pub alias: Option<Name>,
    /// The key, for configurations that the linker made for each instance of a cluster.
    pub key: Option<Expression>,
    /// Where it stands.
    pub span: Span,
}

/// An entry of `depends_on`.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// What is depended upon.
    pub reference: Reference,
    /// What follows the name. An instance is depended upon as its whole block is.
    pub steps: Vec<Step>,
}

/// The `lifecycle` block.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Whether a replacement is created before the old object is destroyed.
    pub create_before_destroy: bool,
    /// Whether a plan that destroys the object is an error.
    pub prevent_destroy: Option<Span>,
    /// What the configuration does not decide after creation.
    pub ignore_changes: IgnoreChanges,
    /// What makes it be made again.
    pub replace_triggered_by: Vec<super::Trigger>,
    /// What must hold before planning.
    pub preconditions: Vec<Condition>,
    /// What must hold afterwards.
    pub postconditions: Vec<Condition>,
}

/// `ignore_changes`.
#[derive(Clone, Debug, Default)]
pub enum IgnoreChanges {
    /// Nothing is ignored.
    #[default]
    None,
    /// Every attribute is.
    All,
    /// These are.
    Paths(Vec<(AttributePath, Span)>),
}

/// A `precondition`, `postcondition` or `validation` block.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What must be true.
    pub condition: Expression,
    /// What to say when it is not.
    pub error_message: Expression,
    /// The block's header.
    pub span: Span,
}

/// A `module` block, or a noun's call that the linker made.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// Its name.
    pub name: Name,
    /// The block's header.
    pub span: Span,
    /// The `source`, as written.
    pub source: String,
    /// Where the source stands.
    pub source_span: Span,
    /// The `version`, as written.
    pub version: Option<String>,
    /// The values of the module's variables.
    pub arguments: Vec<super::Argument>,
    /// `count` or `for_each`.
    pub repetition: Repetition,
    /// `depends_on`.
    pub depends_on: Vec<Dependency>,
    /// The module's provider configurations, each with the one of the caller that it means.
    pub providers: Vec<(ProviderReference, ProviderReference)>,
    /// The noun this call stands for, if a noun made it.
    pub noun: Option<NounKind>,
}

/// A `provider` block.
#[derive(Clone, Debug)]
pub struct ProviderBlock {
    /// The provider's local name.
    pub local_name: Name,
    /// The alias; `None` for the default configuration.
    pub alias: Option<Name>,
    /// The block's header.
    pub span: Span,
    /// The settings.
    pub body: Body,
    /// Instances, for configurations that the linker made for a cluster under `count` or `for_each`.
    pub repetition: Repetition,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug)]
pub struct RequiredProvider {
    /// The provider.
    pub address: ProviderAddress,
    /// The version constraint as written; empty when there is none.
    pub version: String,
    /// Where it stands.
    pub span: Span,
}

/// The `backend` block.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The backend's type, as `local`.
    pub backend_type: Name,
    /// The block's header.
    pub span: Span,
    /// Its settings.
    pub body: Body,
}

/// One of the four nouns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NounKind {
    /// `cluster`
    Cluster,
    /// `oidc_provider`
    OidcProvider,
    /// `role`
    Role,
    /// `service_account`
    ServiceAccount,
}

impl NounKind {
    /// All nouns.
    pub const ALL: [NounKind; 4] = [
        NounKind::Cluster,
        NounKind::OidcProvider,
        NounKind::Role,
        NounKind::ServiceAccount,
    ];

    /// The block type.
    pub fn name(self) -> &'static str {
        match self {
            NounKind::Cluster => "cluster",
            NounKind::OidcProvider => "oidc_provider",
            NounKind::Role => "role",
            NounKind::ServiceAccount => "service_account",
        }
    }

    /// The noun of a block type.
    pub fn from_name(name: &str) -> Option<NounKind> {
        NounKind::ALL.into_iter().find(|noun| noun.name() == name)
    }
}

impl fmt::Display for NounKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The block of a noun, before the linker.
#[derive(Clone, Debug)]
pub struct NounBlock {
    /// Which noun.
    pub kind: NounKind,
    /// The label.
    pub name: Name,
    /// The block's header.
    pub span: Span,
    /// `count` or `for_each`.
    pub repetition: Repetition,
    /// `depends_on`.
    pub depends_on: Vec<Dependency>,
    /// `provider`.
    pub provider: Option<ProviderReference>,
    /// The arguments and blocks of the noun.
    pub body: Body,
}

impl Variable {
    /// The marks that its values have.
    pub fn marks(&self) -> Marks {
        let marks = [
            (self.sensitive, Marks::SENSITIVE),
            (self.ephemeral, Marks::EPHEMERAL),
        ];
        let set = marks.into_iter().filter(|(set, _)| *set);
        set.fold(Marks::NONE, |all, (_, mark)| all | mark)
    }
}

impl Module {
    /// Whether the module is one of the prelude's, which every copy of the tool has.
    pub fn is_builtin(&self) -> bool {
        self.directory.starts_with("prelude:")
    }

    /// The provider that a local name means in this module.
    pub fn provider(&self, local_name: &str) -> ProviderAddress {
        match self.required_providers.get(local_name) {
            Some(required) => required.address.clone(),
            None if local_name == "terraform" => ProviderAddress::builtin(),
            None => ProviderAddress::hashicorp(local_name),
        }
    }

    /// Whether a provider is required by this name whose functions can be called: the built-in one.
    pub fn offers_functions(&self, local_name: &str) -> bool {
        let required = self.required_providers.get(local_name);
        required.is_some_and(|required| required.address == ProviderAddress::builtin())
    }

    /// The local name of the provider of a resource type: what stands before the first `_`.
    pub fn implied_provider(resource_type: &str) -> &str {
        resource_type.split('_').next().unwrap_or(resource_type)
    }
}

/// The module of a path, for messages: `the root module` or its address.
pub(super) fn module_name(path: &ModulePath) -> String {
    if path.is_root() {
        "the root module".to_owned()
    } else {
        path.to_string()
    }
}
