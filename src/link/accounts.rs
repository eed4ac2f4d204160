//! What the linker follows in a block before anything else: which cluster, which role.

use super::Linker;
use super::build::Make;
use super::nouns::{Ways, default_name, is_false, is_given, is_true, title};
use super::references::{References, Target};
use super::subjects::Account;
use crate::address::Name;
use crate::config::{NounBlock, NounKind, Nouns, Repetition};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Expression;
use crate::source::Span;
use crate::value::Value;
use std::collections::BTreeMap;

/// The nouns that a service account refers to.
struct Followed {
    cluster: Option<Target>,
    role: Option<Target>,
}

/// All service accounts, by what they refer to.
#[derive(Default)]
pub(super) struct Accounts {
    followed: BTreeMap<Name, Followed>,
    /// The accounts that name each role.
    of_role: BTreeMap<Name, Vec<Name>>,
    /// The accounts that ask for their namespace, by cluster.
    asking: BTreeMap<Name, Vec<Name>>,
}

impl Accounts {
    /// The cluster of an account.
    pub(super) fn cluster(&self, account: &Name) -> Option<&Target> {
        self.followed.get(account)?.cluster.as_ref()
    }

    /// The role of an account.
    pub(super) fn role(&self, account: &Name) -> Option<&Target> {
        self.followed.get(account)?.role.as_ref()
    }

    /// The accounts that name a role, whatever else is wrong with them.
    pub(super) fn of_role(&self, role: &Name) -> &[Name] {
        self.of_role.get(role).map_or(&[], Vec::as_slice)
    }

    /// The accounts on a cluster that ask for their namespace.
    pub(super) fn asking(&self, cluster: &str) -> &[Name] {
        self.asking.get(cluster).map_or(&[], Vec::as_slice)
    }
}

/// Follows every service account; what cannot be followed is noted with the references.
pub(super) fn followed(nouns: &Nouns, references: &References) -> Accounts {
    let follow = |block: &NounBlock, argument: &str, kind| {
        let expression = &block.body.argument(argument)?.value;
        is_given(block, argument)
            .then(|| references.follow(argument, expression, kind))
            .flatten()
    };
    let accounts = nouns
        .values()
        .filter(|block| block.kind == NounKind::ServiceAccount);
    let mut found = Accounts::default();
    for block in accounts {
        let followed = Followed {
            cluster: follow(block, "cluster", NounKind::Cluster),
            role: follow(block, "role", NounKind::Role),
        };
        let lists = [
            (followed.role.as_ref(), &mut found.of_role, true),
            (
                followed.cluster.as_ref(),
                &mut found.asking,
                asks_for_namespace(block),
            ),
        ];
        for (target, lists, belongs) in lists {
            if let Some(target) = target.filter(|_| belongs) {
                let list = lists.entry(target.label.clone()).or_default();
                list.push(block.name.clone());
            }
        }
        found.followed.insert(block.name.clone(), followed);
    }
    found
}

/// Whether a service account asks for its namespace to be made, for all that is known without evaluating.
fn asks_for_namespace(account: &NounBlock) -> bool {
    is_given(account, "create_namespace") && !is_false(account, "create_namespace")
}

impl<'a> Linker<'a> {
    /// The accounts that name a role, with what its subjects need of them.
    pub(super) fn accounts_of(&mut self, role: &NounBlock, ways: Ways) -> Vec<Account<'a>> {
        let mut accounts = Vec::new();
        for label in self.accounts.of_role(&role.name) {
            let parts = self
                .accounts
                .role(label)
                .zip(self.accounts.cluster(label))
                .zip(self.block(NounKind::ServiceAccount, label));
            let Some(((target, cluster), block)) = parts else {
                continue;
            };
            let Some(namespace) = block.body.argument("namespace") else {
                continue;
            };
            let cluster_local = ways.token.then(|| self.provider_local(cluster, role));
            if cluster_local == Some(None) {
                continue;
            }
            accounts.push(Account {
                block,
                cluster,
                role: target,
                namespace: namespace.value.clone(),
                name: name_of(block),
                cluster_local: cluster_local.flatten(),
            });
        }
        accounts
    }

    /// Finds objects that are declared twice, where that can be seen without evaluating.
    pub(super) fn duplicates(&mut self) {
        let mut seen: BTreeMap<(NounKind, String), Span> = BTreeMap::new();
        for kind in [NounKind::Role, NounKind::ServiceAccount, NounKind::Cluster] {
            for block in self.of_kind(kind) {
                if kind != NounKind::ServiceAccount && is_true(block, "existing") {
                    continue;
                }
                let Some(identity) = self.static_identity(block) else {
                    continue;
                };
                let place = block
                    .body
                    .argument("name")
                    .map_or(block.span, |name| name.value.span);
                match seen.get(&(kind, identity.clone())) {
                    None => _ = seen.insert((kind, identity), place),
                    Some(first) => {
                        let shown = identity.rsplit(' ').next().unwrap_or_default();
                        let detail = format!("The {} `{shown}` is declared twice.", title(kind));
                        self.diagnostics.push(
                            Diagnostic::error(Code::Duplicate, detail)
                                .with_summary(format!("Duplicate {}", title(kind)))
                                .at(place)
                                .also(*first, "first declared here"),
                        );
                    }
                }
            }
        }
    }

    /// What makes the object of a block one of a kind; `None` where that takes an evaluation. What is shown stands last.
    fn static_identity(&self, block: &NounBlock) -> Option<String> {
        if !matches!(block.repetition, Repetition::None) {
            return None;
        }
        let constant = |argument: &str| {
            let argument = block.body.argument(argument)?;
            argument.value.as_literal()?.as_str().map(str::to_owned)
        };
        let alias = block.provider.as_ref().and_then(|p| p.alias.clone());
        let alias = alias.unwrap_or_default();
        let name = || match block.body.argument("name") {
            Some(_) => constant("name"),
            None => Some(default_name(block)),
        };
        match block.kind {
            NounKind::Cluster => Some(format!("{alias} {}", constant("name")?)),
            NounKind::Role if is_given(block, "name_prefix") => None,
            // IAM compares the names of roles without regard to case.
            NounKind::Role => Some(format!("{alias} {}", name()?.to_lowercase())),
            NounKind::ServiceAccount => {
                let cluster = self.accounts.cluster(&block.name)?;
                let key = match &cluster.key {
                    None => String::new(),
                    Some(key) => key.as_literal()?.as_str()?.to_owned(),
                };
                Some(format!(
                    "{}[{key}] {}/{}",
                    cluster.label,
                    constant("namespace")?,
                    name()?
                ))
            }
            NounKind::OidcProvider => None,
        }
    }
}

/// The name of a block's object, as written or by default.
pub(super) fn name_of(block: &NounBlock) -> Expression {
    match block.body.argument("name") {
        Some(name) if is_given(block, "name") => name.value.clone(),
        _ => Make(block.span).value(Value::string(default_name(block))),
    }
}
