//! The argument `service_accounts` of a role: subjects that are managed elsewhere.

use super::Linker;
use super::build::{Make, Part};
use super::nouns::{Ways, written_list};
use super::references::Target;
use super::subjects::{Form, Further, of_block};
use crate::address::Name;
use crate::config::{NounBlock, NounKind, Repetition};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, ExpressionKind, ObjectItem};
use crate::source::Span;
use crate::value::Value;

/// The further subjects of a role: each as it was written out, and texts that only an evaluation will tell.
#[derive(Default)]
pub(super) struct FurtherSubjects {
    pub(super) written: Vec<Further>,
    /// A list that is not written out, as subjects of the only cluster: of one element, and the list.
    pub(super) computed: Option<(Further, Expression)>,
    /// Whether anything is written at all.
    pub(super) any: bool,
}

impl FurtherSubjects {
    /// The subjects as lists of one form.
    pub(super) fn lists(&self, form: Form, make: Make) -> Vec<Expression> {
        let written = (!self.written.is_empty()).then(|| of_block(&self.written, form, make));
        let computed = self.computed.as_ref().map(|(further, list)| {
            let make = Make(list.span);
            let one = make.element(of_block(std::slice::from_ref(further), form, make), 0);
            make.for_each((None, "text"), list.clone(), one, None)
        });
        written.into_iter().chain(computed).collect()
    }
}

impl Linker<'_> {
    /// Reads `service_accounts`.
    pub(super) fn further_subjects(&mut self, role: &NounBlock, ways: Ways) -> FurtherSubjects {
        let mut found = FurtherSubjects::default();
        let Some(argument) = role.body.argument("service_accounts") else {
            return found;
        };
        let Some(elements) = written_list(&argument.value) else {
            found.any = true;
            found.computed = self.computed_list(role, ways, &argument.value);
            return found;
        };
        found.any = !elements.is_empty();
        for element in &elements {
            found.written.extend(self.further(role, ways, element));
        }
        found
    }

    fn further(&mut self, role: &NounBlock, ways: Ways, element: &Expression) -> Option<Further> {
        let make = Make(element.span);
        if let ExpressionKind::Object(items) = element.kind.as_ref() {
            return self.further_object(role, ways, items, make);
        }
        if let Some(value) = element.as_literal() {
            if let Some(entries) = value.as_entries() {
                let item = |(key, value): (&Name, &Value)| ObjectItem {
                    key: make.text(key),
                    value: make.value(value.clone()),
                };
                let items: Vec<ObjectItem> = entries.iter().map(item).collect();
                return self.further_object(role, ways, &items, make);
            }
            return self.further_text(role, ways, value, element.span);
        }
        let text = self.references.turn(element);
        let cluster = self.only_cluster(element.span)?;
        let cluster_local = self.token_local(&cluster, role, ways)?;
        Some(Further {
            cluster,
            cluster_local,
            subject: subject_of_text(text, make),
        })
    }

    fn further_text(
        &mut self,
        role: &NounBlock,
        ways: Ways,
        value: &Value,
        span: Span,
    ) -> Option<Further> {
        let parts = value.as_str().and_then(|text| text.split_once('/'));
        let Some((namespace, name)) = parts.filter(|(namespace, name)| {
            !namespace.is_empty() && !name.is_empty() && !name.contains('/')
        }) else {
            let detail = "An element of `service_accounts` is \"namespace/name\", or { cluster, namespace, name }.";
            self.diagnostics
                .push(Diagnostic::error(Code::InvalidValue, detail).at(span));
            return None;
        };
        let subject = format!("system:serviceaccount:{namespace}:{name}");
        let cluster = self.only_cluster(span)?;
        let cluster_local = self.token_local(&cluster, role, ways)?;
        Some(Further {
            cluster,
            cluster_local,
            subject: Make(span).text(subject),
        })
    }

    fn further_object(
        &mut self,
        role: &NounBlock,
        ways: Ways,
        items: &[ObjectItem],
        make: Make,
    ) -> Option<Further> {
        const KEYS: [&str; 3] = ["cluster", "namespace", "name"];
        let key = |item: &ObjectItem| {
            item.key
                .as_literal()
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        for item in items {
            if !key(item).is_some_and(|key| KEYS.contains(&key.as_str())) {
                let detail =
                    "An element of `service_accounts` has the members cluster, namespace and name.";
                self.diagnostics
                    .push(Diagnostic::error(Code::UnknownArgument, detail).at(item.key.span));
                return None;
            }
        }
        let member = |name: &str| {
            items
                .iter()
                .find(|item| key(item).as_deref() == Some(name))
                .map(|item| &item.value)
        };
        let (Some(namespace), Some(name)) = (member("namespace"), member("name")) else {
            let detail = "An element of `service_accounts` needs namespace and name.";
            self.diagnostics
                .push(Diagnostic::error(Code::MissingArgument, detail).at(make.0));
            return None;
        };
        let cluster = match member("cluster") {
            Some(cluster) => self
                .references
                .follow("cluster", cluster, NounKind::Cluster)?,
            None => self.only_cluster(make.0)?,
        };
        let subject = make.template([
            Part::Text("system:serviceaccount:"),
            Part::Of(self.references.turn(namespace)),
            Part::Text(":"),
            Part::Of(self.references.turn(name)),
        ]);
        let cluster_local = self.token_local(&cluster, role, ways)?;
        Some(Further {
            cluster,
            cluster_local,
            subject,
        })
    }

    /// A list that is not written out: texts, on the only cluster.
    fn computed_list(
        &mut self,
        role: &NounBlock,
        ways: Ways,
        list: &Expression,
    ) -> Option<(Further, Expression)> {
        let cluster = self.only_cluster(list.span)?;
        let cluster_local = self.token_local(&cluster, role, ways)?;
        let make = Make(list.span);
        let further = Further {
            cluster,
            cluster_local,
            subject: subject_of_text(make.variable("text", Vec::new()), make),
        };
        Some((further, self.references.turn(list)))
    }

    /// The local value of a cluster, where the role trusts its tokens; `None` when that has no provider.
    #[expect(
        clippy::option_option,
        reason = "outside: whether to go on, as for every step of the linker; inside: whether there is one"
    )]
    fn token_local(
        &mut self,
        cluster: &Target,
        role: &NounBlock,
        ways: Ways,
    ) -> Option<Option<Name>> {
        if !ways.token {
            return Some(None);
        }
        self.provider_local(cluster, role).map(Some)
    }

    /// The cluster that is meant where none is named: the only one there is.
    fn only_cluster(&mut self, span: Span) -> Option<Target> {
        let clusters = self.of_kind(NounKind::Cluster);
        if let [cluster] = clusters.as_slice()
            && matches!(cluster.repetition, Repetition::None)
        {
            return Some(Target {
                label: cluster.name.clone(),
                key: None,
                span,
            });
        }
        let names: Vec<Name> = clusters.iter().map(|block| block.name.clone()).collect();
        let detail = if names.is_empty() {
            "No cluster is declared on which these service accounts could be.".to_owned()
        } else {
            format!(
                "Which cluster is meant? \"namespace/name\" is enough only where there is one cluster; declared are: {}.",
                names.join(", ")
            )
        };
        self.diagnostics.push(
            Diagnostic::error(Code::InvalidNoun, detail)
                .with_summary("Ambiguous cluster")
                .at(span)
                .hint("Write { cluster = cluster.main, namespace = \"…\", name = \"…\" }."),
        );
        None
    }
}

fn subject_of_text(text: Expression, make: Make) -> Expression {
    let parts = make.call("split", vec![make.text("/"), text]);
    make.call(
        "format",
        vec![
            make.text("system:serviceaccount:%s:%s"),
            make.element(parts.clone(), 0),
            make.element(parts, 1),
        ],
    )
}
