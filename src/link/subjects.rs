//! Who may assume a role: expressions over the arguments of the service accounts that name it.
//!
//! Each cluster has a local value with its issuer and the ARN of its provider, each role one with its subjects, grouped by
//! the role's key in one pass, so that N roles with N accounts are linear. Nothing here goes through the modules of the
//! accounts: a name is known before any object exists, and there is no cycle.

use super::build::{Make, Part};
use super::nouns::{call_name, is_given};
use super::rebuild::Rebuild;
use super::references::Target;
use crate::address::Name;
use crate::config::{NounBlock, NounKind, Repetition};
use crate::lang::{EachPart, Expression, ExpressionKind, Reference, Step, Subject};
use crate::source::Span;

/// The names of `each.key` (or `count.index`) and `each.value` where instances are iterated over.
const KEY: &str = "trustform_key";
const VALUE: &str = "trustform_value";

/// The audience of tokens when nothing else is said:
/// <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>
const AUDIENCE: &str = "sts.amazonaws.com";

/// A service account that names a role.
pub(super) struct Account<'a> {
    pub(super) block: &'a NounBlock,
    pub(super) cluster: &'a Target,
    pub(super) role: &'a Target,
    pub(super) namespace: Expression,
    pub(super) name: Expression,
    /// The local value of the cluster, where the role trusts its tokens.
    pub(super) cluster_local: Option<Name>,
}

/// A further subject of a role.
pub(super) struct Further {
    pub(super) cluster: Target,
    /// The local value of the cluster, where the role trusts its tokens.
    pub(super) cluster_local: Option<Name>,
    /// `system:serviceaccount:…`, or a pattern of it.
    pub(super) subject: Expression,
}

/// What a subject is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Whom a token speaks of: issuer, provider, audience, subject.
    Token,
    /// Whom the tags of a session speak of: the cluster's ARN, and the subject.
    Association,
}

/// The subjects that accounts give a role, as one expression: a list, or lists by the role's key.
pub(super) fn of_accounts(
    accounts: &[Account<'_>],
    form: Form,
    repeated: bool,
    make: Make,
) -> Expression {
    let lists = accounts
        .iter()
        .map(|account| list_of(account, form, repeated));
    let lists: Vec<Expression> = lists.collect();
    let all = match lists.as_slice() {
        [only] => only.clone(),
        _ => make.call("concat", lists),
    };
    if !repeated {
        return all;
    }
    let entry = || make.variable("entry", Vec::new());
    let key = make.variable("entry", vec![make.step("role")]);
    make.for_object((None, "entry"), all, (key, entry()), true)
}

/// A list of one element for each instance of the account.
fn list_of(account: &Account<'_>, form: Form, role_is_repeated: bool) -> Expression {
    let make = Make(account.role.span);
    let element = element_of(account, form, role_is_repeated);
    match &account.block.repetition {
        Repetition::None => make.tuple(vec![element]),
        Repetition::Count(count) => {
            let range = make.call("range", vec![count.clone()]);
            make.for_each((None, KEY), range, iterated(&element), None)
        }
        Repetition::ForEach(collection) => make.for_each(
            (Some(KEY), VALUE),
            collection.clone(),
            iterated(&element),
            None,
        ),
    }
}

fn element_of(account: &Account<'_>, form: Form, role_is_repeated: bool) -> Expression {
    let make = Make(account.role.span);
    let audience = match account.block.body.argument("audience") {
        Some(audience) if is_given(account.block, "audience") => make.call(
            "coalesce",
            vec![audience.value.clone(), make.text(AUDIENCE)],
        ),
        _ => make.text(AUDIENCE),
    };
    let subject = make.template([
        Part::Text("system:serviceaccount:"),
        Part::Of(account.namespace.clone()),
        Part::Text(":"),
        Part::Of(account.name.clone()),
    ]);
    let cluster = facts_of(account.cluster, account.cluster_local.as_ref(), form, make);
    let mut items: Vec<(Expression, Expression)> = cluster
        .into_iter()
        .map(|(name, value)| (make.text(name), value))
        .collect();
    if form == Form::Token {
        items.push((make.text("audience"), audience));
    }
    items.push((make.text("subject"), subject));
    if role_is_repeated {
        let key = account.role.key.clone();
        let key = key.map(|key| make.call("tostring", vec![key]));
        items.extend(key.map(|key| (make.text("role"), key)));
    }
    make.object_of(items)
}

/// The subjects that the role's block itself adds, as a list.
pub(super) fn of_block(further: &[Further], form: Form, make: Make) -> Expression {
    let elements = further.iter().map(|subject| {
        let mut items = facts_of(&subject.cluster, subject.cluster_local.as_ref(), form, make);
        if form == Form::Token {
            items.push(("audience", make.text(AUDIENCE)));
        }
        items.push(("subject", subject.subject.clone()));
        let items = items
            .into_iter()
            .map(|(name, value)| (make.text(name), value));
        make.object_of(items.collect())
    });
    make.tuple(elements.collect())
}

/// What a role needs of a cluster: a name by which subjects are grouped, and the issuer with the provider's ARN, or the
/// cluster's own ARN.
fn facts_of(
    cluster: &Target,
    local: Option<&Name>,
    form: Form,
    make: Make,
) -> Vec<(&'static str, Expression)> {
    let key = cluster
        .key
        .as_ref()
        .map(|key| make.call("tostring", vec![key.clone()]));
    let group = match &key {
        None => make.text(&cluster.label),
        Some(key) => make.call(
            "join",
            vec![
                make.text("/"),
                make.tuple(vec![make.text(&cluster.label), key.clone()]),
            ],
        ),
    };
    let mut facts = vec![("cluster", group)];
    match (form, local) {
        (Form::Token, Some(local)) => {
            let part = |name: &str| {
                let whole = make.local(local, key.clone());
                make.access(whole, vec![make.step(name)])
            };
            facts.push(("issuer", part("issuer")));
            facts.push(("provider_arn", part("provider_arn")));
        }
        // Subjects that come without a local value are asked for associations only.
        (Form::Token, None) => {}
        (Form::Association, _) => {
            let call = call_name(NounKind::Cluster, &cluster.label);
            let arn = make.output(&call, cluster.key.clone(), "arn");
            facts.push(("cluster_arn", arn));
        }
    }
    facts
}

/// The expression of one instance, where the instance is iterated over.
pub(super) fn iterated(expression: &Expression) -> Expression {
    let replace = |reference: &Reference, steps: &[Step], _: Span| {
        let name = match &reference.subject {
            Subject::Each(EachPart::Key) | Subject::CountIndex => KEY,
            Subject::Each(EachPart::Value) => VALUE,
            Subject::Variable(_)
            | Subject::Local(_)
            | Subject::Module(_)
            | Subject::Resource(_)
            | Subject::Path(_)
            | Subject::Workspace
            | Subject::Own => return None,
        };
        Some(ExpressionKind::Variable(name.into(), steps.to_vec()))
    };
    Rebuild {
        place: None,
        replace: &replace,
    }
    .expression(expression)
}

/// An object or list over the instances of a block: `element` for each, by its key where there are keys.
pub(super) fn over_instances(
    repetition: &Repetition,
    key: &Expression,
    element: &Expression,
    make: Make,
) -> Expression {
    let (names, collection) = match repetition {
        Repetition::None => return make.object_of(vec![(key.clone(), element.clone())]),
        Repetition::Count(count) => ((None, KEY), make.call("range", vec![count.clone()])),
        Repetition::ForEach(collection) => ((Some(KEY), VALUE), collection.clone()),
    };
    let entry = (iterated(key), iterated(element));
    make.for_object(names, collection, entry, false)
}

/// A list over the instances of a block.
pub(super) fn list_over_instances(
    repetition: &Repetition,
    element: &Expression,
    condition: Option<&Expression>,
    make: Make,
) -> Expression {
    let (names, collection) = match repetition {
        Repetition::None => {
            let one = make.tuple(vec![make.value(crate::value::Value::bool(true))]);
            ((None, KEY), one)
        }
        Repetition::Count(count) => ((None, KEY), make.call("range", vec![count.clone()])),
        Repetition::ForEach(collection) => ((Some(KEY), VALUE), collection.clone()),
    };
    make.for_each(
        names,
        collection,
        iterated(element),
        condition.map(iterated),
    )
}

/// The key of an instance inside a block with this repetition, as `each.key` or `count.index`.
pub(super) fn own_key(repetition: &Repetition, make: Make) -> Option<Expression> {
    match repetition {
        Repetition::None => None,
        Repetition::Count(_) => Some(make.reference(Subject::CountIndex, Vec::new())),
        Repetition::ForEach(_) => Some(make.each_key()),
    }
}
