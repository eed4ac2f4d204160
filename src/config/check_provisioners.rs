//! What provisioners may say, and refer to; which providers may be told of a module.

use super::body::Body;
use super::check::{Allowed, Checker};
use super::module::{Module, Resource};
use super::provisioner::{LOCAL_EXEC, Provisioner, Provisioning, When};
use crate::address::ProviderAddress;
use crate::diagnostic::Code;
use crate::lang::{EachPart, Subject};
use crate::schema::local_exec;

/// Types of provisioners that Terraform had before its version 0.15.
const REMOVED: [&str; 4] = ["chef", "habitat", "puppet", "salt-masterless"];

impl Checker<'_> {
    /// Checks the provisioners of `removed` blocks, which speak of the instances as their block would.
    pub(super) fn removed(&mut self) {
        let allowed = Allowed {
            each: true,
            count: true,
            own: true,
        };
        for removed in &self.module.removed {
            self.provisioners(&removed.provisioning, allowed);
        }
    }

    /// Checks the provisioners and connections of a block. All may speak of the object itself; those that run when it
    /// is destroyed of nothing else.
    pub(super) fn provisioners(&mut self, all: &Provisioning, allowed: Allowed) {
        let allowed = Allowed {
            own: true,
            ..allowed
        };
        let own = |when: When| all.provisioners.iter().any(|it| it.when == when);
        if own(When::Create) || own(When::Destroy) {
            let shape = local_exec();
            for provisioner in &all.provisioners {
                if provisioner.kind.as_ref() == LOCAL_EXEC {
                    self.shape(&provisioner.body, &shape, "`local-exec` provisioners");
                } else {
                    self.unsupported_provisioner(provisioner);
                }
                self.body(&provisioner.body, allowed);
                if provisioner.when == When::Destroy {
                    self.only_itself(&provisioner.body);
                }
            }
        }
        for (when, body) in &all.provisioner_connections {
            self.body(body, allowed);
            if *when == When::Destroy {
                self.only_itself(body);
            }
        }
        if let Some((_, body)) = &all.connection {
            self.body(body, allowed);
            if own(When::Destroy) {
                self.only_itself(body);
            }
        }
    }

    /// Refuses `provider_meta` for the built-in provider, which takes none, where the module has a resource of it.
    pub(super) fn provider_meta(&mut self) {
        let module = self.module;
        for (provider, span) in &module.provider_meta {
            let address = module.provider(provider);
            let of_it = |resource: &&Resource| {
                let implied = || Module::implied_provider(&resource.name.resource_type).into();
                let local = resource.provider.as_ref().map(|it| it.local_name.clone());
                module.provider(&local.unwrap_or_else(implied)) == address
            };
            let resource = module.resources.values().find(of_it);
            if let Some(resource) = resource.filter(|_| address == ProviderAddress::builtin()) {
                let detail = format!(
                    "The resource {} belongs to a provider that doesn't support provider_meta blocks.",
                    resource.name
                );
                let summary = format!("Provider {address} doesn't support provider_meta");
                self.push(Code::InvalidBlock, *span, detail, &summary);
            }
        }
    }

    fn unsupported_provisioner(&mut self, provisioner: &Provisioner) {
        let kind = &provisioner.kind;
        let (summary, span) = if REMOVED.contains(&kind.as_ref()) {
            let summary = format!("The \"{kind}\" provisioner has been removed");
            (summary, provisioner.kind_span)
        } else {
            let summary = Code::NotSupportedYet.summary();
            (summary.to_owned(), provisioner.span)
        };
        let detail = format!(
            "The provisioner type \"{kind}\" is not supported by this version; \"{LOCAL_EXEC}\" is."
        );
        self.push(Code::NotSupportedYet, span, detail, &summary);
    }

    /// Records expressions that speak of something else than the object itself.
    fn only_itself(&mut self, body: &Body) {
        for expression in body.expressions() {
            for reference in expression.references() {
                if speaks_of_itself(&reference.subject) {
                    continue;
                }
                let detail = "Destroy-time provisioners and their connection configurations may only reference attributes of \
                              the related resource, via 'self', 'count.index', or 'each.key'. References to other resources \
                              during the destroy phase can cause dependency cycles and interact poorly with \
                              create_before_destroy.";
                let summary = "Invalid reference from destroy provisioner";
                let span = expression.span;
                self.push(Code::InvalidReference, span, detail.to_owned(), summary);
            }
        }
    }
}

fn speaks_of_itself(subject: &Subject) -> bool {
    matches!(
        subject,
        Subject::Own
            | Subject::CountIndex
            | Subject::Each(EachPart::Key)
            | Subject::Path(_)
            | Subject::Workspace
    )
}
