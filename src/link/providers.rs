//! Which OIDC provider a role trusts for a cluster: one that is declared, or the one that the account has already.

use super::Linker;
use super::build::Make;
use super::nouns::{call_name, is_false, is_given};
use super::references::Target;
use super::subjects::{over_instances, own_key};
use crate::address::{Name, ResourceMode, ResourceName};
use crate::config::{
    Argument, Body, Internals, Lifecycle, NounBlock, NounKind, ProviderReference, Provisioning,
    Repetition, Resource,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, Step, Subject};
use crate::source::Span;

impl<'a> Linker<'a> {
    /// The local value that holds issuer and provider of a cluster for a role: an object `{ issuer, provider_arn }`, or
    /// objects by the cluster's key. Made when it is first asked for.
    pub(super) fn provider_local(&mut self, cluster: &Target, role: &NounBlock) -> Option<Name> {
        let alias = alias_of(role.provider.as_ref());
        let id = (cluster.label.clone(), alias.clone());
        if let Some(known) = self.provider_locals.get(&id) {
            return Some(known.clone());
        }
        let block = self.block(NounKind::Cluster, &cluster.label)?;
        let arn = self.provider_arn(block, role, cluster.span)?;
        let make = Make(block.span);
        let key = own_key(&block.repetition, make);
        let issuer = make.output(
            &call_name(NounKind::Cluster, &block.name),
            key.clone(),
            "issuer",
        );
        let object = make.object([("issuer", issuer), ("provider_arn", arn)]);
        let value = match &key {
            None => object,
            Some(key) => {
                let key = make.call("tostring", vec![key.clone()]);
                over_instances(&block.repetition, &key, &object, make)
            }
        };
        let name = self.free_name("cluster", &block.name, alias.as_ref());
        self.add_local(&name, block.span, value);
        self.provider_locals.insert(id, name.clone());
        Some(name)
    }

    /// A name for a local value or data source of a cluster. The label of one cluster may be label and alias of another.
    fn free_name(&self, what: &str, label: &str, alias: Option<&Name>) -> Name {
        let mut name = own_name(what, label, alias);
        let taken = |name: &Name| {
            self.root.locals.contains_key(name)
                || self
                    .root
                    .resources
                    .keys()
                    .any(|resource| resource.name == *name)
        };
        // A data source and the local value made of it share a name: only others count.
        while taken(&name) && !self.is_own_data(&name, label) {
            name = format!("{name}_").into();
        }
        name
    }

    /// Whether a name belongs to the data source that was just made for this cluster.
    fn is_own_data(&self, name: &Name, label: &str) -> bool {
        let call: Name = call_name(NounKind::Cluster, label).into();
        !self.root.locals.contains_key(name)
            && self.root.resources.values().any(|resource| {
                let mut own = false;
                resource.body.each_reference(&mut |reference, _| {
                    own |= reference.subject == Subject::Module(call.clone());
                });
                own && resource.name.name == *name
            })
    }

    /// The ARN of the provider of a cluster, as an expression over one instance of the cluster.
    fn provider_arn(
        &mut self,
        cluster: &NounBlock,
        role: &NounBlock,
        asked: Span,
    ) -> Option<Expression> {
        let alias = alias_of(role.provider.as_ref());
        let declared = self.declared_providers(cluster, alias.as_ref());
        let make = Make(cluster.span);
        if let [first, rest @ ..] = declared.as_slice() {
            if matches!(cluster.repetition, Repetition::None) {
                return self.single_provider(first, rest, make);
            }
            return Some(self.providers_by_key(cluster, &declared, alias.as_ref()));
        }
        if let Some(arn) = self.plain_provider(cluster, make) {
            return Some(arn);
        }
        if is_false(cluster, "existing") {
            let detail = format!(
                "Roles are assumed by pods on cluster.{0}, but no OIDC provider is declared for it. A cluster that is \
                 made here has a new issuer, for which the account cannot have a provider yet.",
                cluster.name
            );
            self.diagnostics.push(
                Diagnostic::error(Code::NoProvider, detail)
                    .at(cluster.span)
                    .also(asked, "the cluster is used here")
                    .hint(format!(
                        "Add a provider: oidc_provider \"{0}\" {{ cluster = cluster.{0} }}",
                        cluster.name
                    )),
            );
            return None;
        }
        Some(self.found_provider(cluster, role))
    }

    /// The nouns that declare a provider for a cluster, with the reference to the cluster.
    fn declared_providers(
        &self,
        cluster: &NounBlock,
        alias: Option<&Name>,
    ) -> Vec<(&'a NounBlock, Target)> {
        let mut found = Vec::new();
        for block in self.of_kind(NounKind::OidcProvider) {
            if alias_of(block.provider.as_ref()).as_ref() != alias || !is_given(block, "cluster") {
                continue;
            }
            let target = block.body.argument("cluster").and_then(|argument| {
                self.references
                    .follow("cluster", &argument.value, NounKind::Cluster)
            });
            found.extend(
                target
                    .filter(|target| target.label == cluster.name)
                    .map(|target| (block, target)),
            );
        }
        found
    }

    fn single_provider(
        &mut self,
        (block, _): &(&NounBlock, Target),
        rest: &[(&NounBlock, Target)],
        make: Make,
    ) -> Option<Expression> {
        if let [(second, _), ..] = rest {
            let detail = "Two OIDC providers are declared for one cluster, but an account has at most one for an issuer.";
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Duplicate OIDC provider")
                    .at(second.span)
                    .also(block.span, "the first one"),
            );
            return None;
        }
        if !matches!(block.repetition, Repetition::None) {
            let detail = "The instances of this OIDC provider all name one cluster, but an account has at most one \
                          provider for an issuer.";
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Duplicate OIDC provider")
                    .at(block.span)
                    .hint("Remove `count` or `for_each`, or repeat the cluster too."),
            );
            return None;
        }
        let call = call_name(NounKind::OidcProvider, &block.name);
        Some(make.output(&call, None, "arn"))
    }

    /// For a repeated cluster: a local value with the ARNs by the cluster's key, and the one of this instance.
    fn providers_by_key(
        &mut self,
        cluster: &NounBlock,
        declared: &[(&NounBlock, Target)],
        alias: Option<&Name>,
    ) -> Expression {
        let make = Make(cluster.span);
        let maps = declared.iter().filter_map(|(block, target)| {
            let make = Make(block.span);
            let call = call_name(NounKind::OidcProvider, &block.name);
            let arn = make.output(&call, own_key(&block.repetition, make), "arn");
            let key = make.call("tostring", vec![target.key.clone()?]);
            Some(over_instances(&block.repetition, &key, &arn, make))
        });
        let all = make.call("merge", maps.collect());
        let name = self.free_name("providers", &cluster.name, alias);
        self.add_local(&name, cluster.span, all);
        let key = own_key(&cluster.repetition, make);
        make.local(&name, key.map(|key| make.call("tostring", vec![key])))
    }

    /// A plain `aws_iam_openid_connect_provider` whose `url` is the issuer of the cluster.
    fn plain_provider(&self, cluster: &NounBlock, make: Make) -> Option<Expression> {
        let call: Name = call_name(NounKind::Cluster, &cluster.name).into();
        let of_cluster = |resource: &&Resource| {
            let mut found = false;
            if let Some(url) = resource.body.argument("url") {
                url.value.each_reference(&mut |reference, steps| {
                    let issuer = matches!(
                        steps,
                        [Step::Attribute(name, _)] | [Step::Index(..), Step::Attribute(name, _)]
                            if name.as_ref() == "issuer"
                    );
                    found |= issuer && reference.subject == Subject::Module(call.clone());
                });
            }
            found && resource.name.resource_type.as_ref() == "aws_iam_openid_connect_provider"
        };
        let resource = self.root.resources.values().find(of_cluster)?;
        let key = match (&cluster.repetition, &resource.repetition) {
            (_, Repetition::None) => None,
            (Repetition::None, _) => return None,
            _ => own_key(&cluster.repetition, make),
        };
        let mut steps: Vec<Step> = key
            .map(|key| Step::Index(key, make.0))
            .into_iter()
            .collect();
        steps.push(make.step("arn"));
        Some(make.reference(Subject::Resource(resource.name.clone()), steps))
    }

    /// The provider that the account has already: a data source of the root module.
    fn found_provider(&mut self, cluster: &NounBlock, role: &NounBlock) -> Expression {
        let make = Make(cluster.span);
        let alias = alias_of(role.provider.as_ref());
        let name = ResourceName {
            mode: ResourceMode::Data,
            resource_type: "aws_iam_openid_connect_provider".into(),
            name: self.free_name("cluster", &cluster.name, alias.as_ref()),
        };
        let key = own_key(&cluster.repetition, make);
        let call = call_name(NounKind::Cluster, &cluster.name);
        let mut body = Body::empty(cluster.span);
        body.arguments.push(Argument {
            name: "url".into(),
            span: cluster.span,
            value: make.output(&call, key.clone(), "issuer"),
        });
        let resource = Resource {
            name: name.clone(),
            span: cluster.span,
            repetition: cluster.repetition.clone(),
            provider: role.provider.clone(),
            depends_on: Vec::new(),
            lifecycle: Lifecycle::default(),
            body,
            provisioning: Provisioning::default(),
            check: None,
            internals: Internals::default(),
        };
        self.root.resources.insert(name.clone(), resource);
        let mut steps: Vec<Step> = key
            .map(|key| Step::Index(key, make.0))
            .into_iter()
            .collect();
        steps.push(make.step("arn"));
        make.reference(Subject::Resource(name), steps)
    }
}

/// A name of the linker's own: `trustform_cluster_main`.
pub(super) fn own_name(what: &str, label: &str, alias: Option<&Name>) -> Name {
    match alias {
        None => format!("{}{what}_{label}", super::RESERVED).into(),
        Some(alias) => format!("{}{what}_{label}_{alias}", super::RESERVED).into(),
    }
}

fn alias_of(provider: Option<&ProviderReference>) -> Option<Name> {
    provider.and_then(|provider| provider.alias.clone())
}
