//! What provisioners may say, and refer to.

use super::body::Body;
use super::check::{Allowed, Checker};
use super::module::Resource;
use super::provisioner::When;
use crate::diagnostic::Code;
use crate::lang::{EachPart, Subject};
use crate::schema::local_exec;

impl Checker<'_> {
    /// Checks the provisioners and connections of a resource. All may speak of the object itself; those that run when it
    /// is destroyed of nothing else.
    pub(super) fn provisioners(&mut self, resource: &Resource, allowed: Allowed) {
        let allowed = Allowed {
            own: true,
            ..allowed
        };
        let own = |when: When| resource.provisioners.iter().any(|it| it.when == when);
        if own(When::Create) || own(When::Destroy) {
            let shape = local_exec();
            for provisioner in &resource.provisioners {
                self.shape(&provisioner.body, &shape, "`local-exec` provisioners");
                self.body(&provisioner.body, allowed);
                if provisioner.when == When::Destroy {
                    self.only_itself(&provisioner.body);
                }
            }
        }
        for (when, body) in &resource.provisioner_connections {
            self.body(body, allowed);
            if *when == When::Destroy {
                self.only_itself(body);
            }
        }
        if let Some((_, body)) = &resource.connection {
            self.body(body, allowed);
            if own(When::Destroy) {
                self.only_itself(body);
            }
        }
    }

    fn only_itself(&mut self, body: &Body) {
        let mut wrong = Vec::new();
        body.each_reference(&mut |reference, _| {
            let itself = matches!(
                reference.subject,
                Subject::Own
                    | Subject::CountIndex
                    | Subject::Each(EachPart::Key)
                    | Subject::Path(_)
            );
            if !itself {
                wrong.push(reference.span);
            }
        });
        for span in wrong {
            let detail = "Destroy-time provisioners and their connection configurations may only reference attributes of \
                          the related resource, via 'self', 'count.index', or 'each.key'. References to other resources \
                          during the destroy phase can cause dependency cycles and interact poorly with \
                          create_before_destroy.";
            let summary = "Invalid reference from destroy provisioner";
            self.push(Code::InvalidReference, span, detail.to_owned(), summary);
        }
    }
}
