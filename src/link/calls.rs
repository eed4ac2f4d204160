//! From the block of a noun to the call of its module.

use super::Linker;
use super::accounts::name_of;
use super::build::Make;
use super::instantiate::{Places, instantiate, leave_out};
use super::nouns::{Ways, a, call_name, is_given, is_true, variable_of};
use super::providers::own_name;
use super::subjects::{Account, Form, of_accounts, own_key};
use crate::address::{InstanceKey, Name};
use crate::config::{
    Argument, Dependency, ModuleCall, NounBlock, NounKind, ProviderReference, Repetition,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{BinaryOperator, Expression, ExpressionKind, Reference, Subject};
use crate::prelude::PreludeModule;
use crate::source::Span;
use crate::value::{Number, Type, Value};
use std::collections::BTreeMap;

/// Arguments that do not reach the noun's module as they are.
const FOLLOWED: &[&str] = &[
    "cluster",
    "role",
    "service_accounts",
    "binding",
    "create_namespace",
];

impl Linker<'_> {
    /// Turns a noun into its call.
    pub(super) fn add_noun(&mut self, block: &NounBlock) {
        let mut arguments: Vec<Argument> = block
            .body
            .arguments
            .iter()
            .filter(|argument| !FOLLOWED.contains(&argument.name.as_ref()))
            .map(|argument| Argument {
                name: variable_of(&argument.name).into(),
                ..argument.clone()
            })
            .collect();
        let mut providers = self.provider_of_noun(block);
        match block.kind {
            NounKind::Cluster => {}
            NounKind::OidcProvider => arguments.extend(self.url_of_cluster(block)),
            NounKind::Role => self.role_arguments(block, &mut arguments),
            NounKind::ServiceAccount => {
                account_arguments(block, &mut arguments);
                arguments.extend(self.role_of_account(block));
                if providers.is_empty() {
                    providers.extend(self.connection_of_account(block));
                }
                if self.ways_of_account(block).association {
                    providers.extend(self.aws_of_account(block));
                }
            }
        }
        arguments.extend(self.recorded(block));
        let mut depends_on = block.depends_on.clone();
        depends_on.extend(self.namespaces_of_account(block));
        let places = Places {
            header: block.span,
            written: places_of(&arguments),
        };
        let which = PreludeModule::Noun(block.kind);
        let mut module = instantiate(which, &places);
        if block.kind == NounKind::ServiceAccount && !self.ways_of_account(block).association {
            leave_out(&mut module, "aws_eks_pod_identity_association");
        }
        let call = ModuleCall {
            arguments,
            depends_on,
            providers,
            repetition: block.repetition.clone(),
            noun: Some(block.kind),
            ..blank_call(call_name(block.kind, &block.name).into(), which, block.span)
        };
        self.add_call(call, module, &format!("{}.{}", block.kind, block.name));
    }

    /// The provider configuration that a block names itself.
    fn provider_of_noun(
        &mut self,
        block: &NounBlock,
    ) -> Vec<(ProviderReference, ProviderReference)> {
        let Some(outer) = &block.provider else {
            return Vec::new();
        };
        let wanted = match block.kind {
            NounKind::Cluster | NounKind::OidcProvider | NounKind::Role => "aws",
            NounKind::ServiceAccount => "kubernetes",
        };
        let address = self.root.provider(&outer.local_name);
        if address.provider_type.as_ref() != wanted {
            let detail = format!(
                "{} is made with the provider `{wanted}`, not with `{}`.",
                a(block.kind),
                outer.local_name
            );
            self.diagnostics
                .push(Diagnostic::error(Code::InvalidProvider, detail).at(outer.span));
            return Vec::new();
        }
        vec![(plain_provider(wanted, outer.span), outer.clone())]
    }

    fn url_of_cluster(&mut self, block: &NounBlock) -> Option<Argument> {
        let argument = block.body.argument("cluster")?;
        if !is_given(block, "cluster") {
            return None;
        }
        let target = self
            .references
            .follow("cluster", &argument.value, NounKind::Cluster)?;
        let call = call_name(NounKind::Cluster, &target.label);
        let value = Make(target.span).output(&call, target.key, "issuer");
        Some(Argument {
            name: "url".into(),
            span: argument.span,
            value,
        })
    }

    fn role_arguments(&mut self, block: &NounBlock, arguments: &mut Vec<Argument>) {
        if !is_given(block, "name") && !is_given(block, "name_prefix") {
            arguments.push(made("name", name_of(block)));
        }
        let make = Make(block.span);
        let ways = Ways::of(block).unwrap_or(Ways {
            token: true,
            association: false,
        });
        let further = self.further_subjects(block, ways);
        let named = !self.accounts.of_role(&block.name).is_empty();
        if !named && !further.any && !is_given(block, "trust") && !is_true(block, "existing") {
            self.diagnostics.push(nobody(block));
        }
        let accounts = self.accounts_of(block, ways);
        let forms = [
            (ways.token, Form::Token, "role", "bindings"),
            (
                ways.association,
                Form::Association,
                "associations",
                "associations",
            ),
        ];
        for (_, form, local, argument) in forms.into_iter().filter(|(wanted, ..)| *wanted) {
            let mut lists = further.lists(form, make);
            if !accounts.is_empty() {
                lists.insert(0, self.subjects_of_accounts(block, &accounts, form, local));
            }
            if let [only] = lists.as_slice() {
                arguments.push(made(argument, only.clone()));
            } else if !lists.is_empty() {
                arguments.push(made(argument, make.call("concat", lists)));
            }
        }
    }

    /// The subjects that accounts give a role, through a local value of the linker's own.
    fn subjects_of_accounts(
        &mut self,
        block: &NounBlock,
        accounts: &[Account<'_>],
        form: Form,
        local: &str,
    ) -> Expression {
        let make = Make(block.span);
        let repeated = !matches!(block.repetition, Repetition::None);
        let local = own_name(local, &block.name, None);
        let subjects = of_accounts(accounts, form, repeated, make);
        self.add_local(&local, block.span, subjects);
        match own_key(&block.repetition, make) {
            None => make.local(&local, None),
            Some(key) => make.call(
                "lookup",
                vec![
                    make.local(&local, None),
                    make.call("tostring", vec![key]),
                    make.tuple(Vec::new()),
                ],
            ),
        }
    }

    /// The ARN that an account is annotated with.
    fn role_of_account(&self, block: &NounBlock) -> Vec<Argument> {
        if let Some(target) = self.accounts.role(&block.name).cloned() {
            let make = Make(target.span);
            let call = call_name(NounKind::Role, &target.label);
            let ways = self.ways_of_account(block);
            let mut arguments = vec![
                made("role_arn", make.output(&call, target.key, "arn")),
                made("has_role", make.value(Value::bool(ways.token))),
            ];
            if ways.association {
                arguments.push(made("association", make.value(Value::bool(true))));
                arguments.extend(self.cluster_name_of(block));
            }
            return arguments;
        }
        let Some(arn) = block.body.argument("role_arn") else {
            return Vec::new();
        };
        let span = arn.value.span;
        let null = Expression::literal(span, Value::null(Type::Dynamic));
        let kind =
            ExpressionKind::Binary(arn.value.clone(), vec![(BinaryOperator::NotEqual, null)]);
        vec![made("has_role", Expression::new(span, kind))]
    }

    /// How the pods of an account come by its role.
    fn ways_of_account(&self, block: &NounBlock) -> Ways {
        let role = self.accounts.role(&block.name);
        let role = role.and_then(|role| self.block(NounKind::Role, &role.label));
        role.and_then(Ways::of).unwrap_or(Ways {
            token: true,
            association: false,
        })
    }

    /// The name of the account's cluster, for its association.
    fn cluster_name_of(&self, block: &NounBlock) -> Option<Argument> {
        let cluster = self.accounts.cluster(&block.name)?.clone();
        let call = call_name(NounKind::Cluster, &cluster.label);
        let name = Make(cluster.span).output(&call, cluster.key, "name");
        Some(made("cluster_name", name))
    }

    /// The AWS configuration of the account's cluster, which has the associations.
    fn aws_of_account(&self, block: &NounBlock) -> Option<(ProviderReference, ProviderReference)> {
        let cluster = self.accounts.cluster(&block.name)?;
        let span = cluster.span;
        let own = self
            .block(NounKind::Cluster, &cluster.label)?
            .provider
            .clone();
        let outer = own.unwrap_or_else(|| plain_provider(&self.local_name_of("aws"), span));
        Some((plain_provider("aws", span), outer))
    }

    /// The connection of the account's cluster, as its module's Kubernetes provider.
    fn connection_of_account(
        &self,
        block: &NounBlock,
    ) -> Option<(ProviderReference, ProviderReference)> {
        let cluster = self.accounts.cluster(&block.name)?.clone();
        let outer = self.connection_reference(&cluster.label, cluster.key, cluster.span);
        Some((plain_provider("kubernetes", cluster.span), outer))
    }

    /// Accounts wait for the namespaces that are made on their cluster.
    fn namespaces_of_account(&self, block: &NounBlock) -> Option<Dependency> {
        if block.kind != NounKind::ServiceAccount {
            return None;
        }
        let cluster = self.accounts.cluster(&block.name)?;
        let name = self.namespaces_call(&cluster.label)?;
        Some(Dependency {
            reference: Reference {
                subject: Subject::Module(name),
                span: block.span,
            },
            steps: Vec::new(),
        })
    }

    /// What the noun only read until now, so that it can be adopted.
    fn recorded(&self, block: &NounBlock) -> Option<Argument> {
        let ids = self.prior.read_only(block.kind, &block.name);
        let make = Make(block.span);
        let key = own_key(&block.repetition, make);
        let value = match key {
            None => make.text(ids.get(&InstanceKey::None)?),
            Some(key) => {
                let items = ids.iter().filter_map(|(key, id)| match key {
                    InstanceKey::None => None,
                    InstanceKey::Int(index) => Some((make.text(index.to_string()), make.text(id))),
                    InstanceKey::String(name) => Some((make.text(name), make.text(id))),
                });
                let items: Vec<_> = items.collect();
                if items.is_empty() {
                    return None;
                }
                let null = make.value(Value::null(Type::Dynamic));
                let key = make.call("tostring", vec![key]);
                make.call("lookup", vec![make.object_of(items), key, null])
            }
        };
        Some(made("recorded", value))
    }
}

/// The name of a service account, where it is not written.
fn account_arguments(block: &NounBlock, arguments: &mut Vec<Argument>) {
    if !is_given(block, "name") {
        arguments.retain(|argument| argument.name.as_ref() != "name");
        arguments.push(made("name", name_of(block)));
    }
}

/// An argument that the linker adds; it stands where its value does.
pub(super) fn made(name: &str, value: Expression) -> Argument {
    Argument {
        name: name.into(),
        span: value.span,
        value,
    }
}

/// A call with nothing filled in.
pub(super) fn blank_call(name: Name, which: PreludeModule, span: Span) -> ModuleCall {
    ModuleCall {
        name,
        span,
        source: format!("./modules/{}", which.name()),
        source_span: span,
        version: None,
        arguments: Vec::new(),
        repetition: Repetition::None,
        depends_on: Vec::new(),
        providers: Vec::new(),
        noun: None,
    }
}

/// The default configuration of a provider inside a module.
pub(super) fn plain_provider(local_name: &str, span: Span) -> ProviderReference {
    ProviderReference {
        local_name: local_name.into(),
        alias: None,
        key: None,
        span,
    }
}

fn places_of(arguments: &[Argument]) -> BTreeMap<Name, Span> {
    let written = arguments
        .iter()
        .filter(|argument| !argument.value.as_literal().is_some_and(Value::is_null));
    written
        .map(|argument| (argument.name.clone(), argument.value.span))
        .collect()
}

fn nobody(block: &NounBlock) -> Diagnostic {
    let detail = format!(
        "No service account names role.{0}, and it has neither `service_accounts` nor `trust`: nobody could assume it.",
        block.name
    );
    let repeated = !matches!(block.repetition, Repetition::None);
    let index = if repeated { "[each.key]" } else { "" };
    Diagnostic::error(Code::RoleWithoutSubjects, detail)
        .at(block.span)
        .hint(format!(
            "Write `role = role.{}{index}` in a service account, or name those that are managed elsewhere: \
             `service_accounts = [\"namespace/name\"]`.",
            block.name
        ))
}

/// A number as an expression's value.
pub(super) fn number(value: i64) -> Value {
    Value::number(Number::from(value))
}
