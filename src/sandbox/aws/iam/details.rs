//! The whole account in one listing: roles with all that hangs on them, and the account's managed policies.

use super::super::Call;
use super::super::protocol::{Answer, Xml, encode_document};
use super::paging::page;
use super::role::{self, Role};
use super::role_policies::attached_element;
use super::{instance_profile, managed_policy, tags};

/// One object of the listing, by the key that orders it.
struct Detail {
    key: String,
    is_role: bool,
    elements: Vec<Xml>,
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let filter = call.form.list("Filter").unwrap_or_default();
    let wanted = |kind: &str| filter.is_empty() || filter.iter().any(|asked| asked == kind);
    let mut details = Vec::new();
    if wanted("LocalManagedPolicy") {
        details.extend(policies(call));
    }
    if wanted("Role") {
        details.extend(roles(call));
    }
    let page = page(call, details, |detail| detail.key.clone())?;
    let (roles, policies): (Vec<Detail>, Vec<Detail>) =
        page.items.into_iter().partition(|detail| detail.is_role);
    let members = |details: Vec<Detail>| details.into_iter().map(|detail| detail.elements);
    let mut result = vec![
        Xml::parent("UserDetailList", Vec::new()),
        Xml::parent("GroupDetailList", Vec::new()),
        Xml::list("RoleDetailList", members(roles)),
        Xml::list("Policies", members(policies)),
    ];
    result.extend(page.tail);
    Ok(Some(result))
}

fn roles(call: &Call<'_>) -> Vec<Detail> {
    let visible = role::all(call)
        .into_iter()
        .filter(|role| role::is_visible(call, role));
    let detail = |role: Role| Detail {
        key: format!("role/{}", role::key(&role.name)),
        is_role: true,
        elements: role_elements(call, &role),
    };
    visible.map(detail).collect()
}

fn policies(call: &Call<'_>) -> Vec<Detail> {
    let detail = |(arn, elements): (String, Vec<Xml>)| Detail {
        key: format!("policy/{arn}"),
        is_role: false,
        elements,
    };
    managed_policy::details(call)
        .into_iter()
        .map(detail)
        .collect()
}

/// What a role's detail says beyond `GetRole`; description and session duration are not in it.
fn role_elements(call: &Call<'_>, role: &Role) -> Vec<Xml> {
    let inline = role.inline_policies.iter().map(|(name, document)| {
        vec![
            Xml::text("PolicyName", name),
            Xml::text("PolicyDocument", encode_document(document)),
        ]
    });
    let mut elements = role::identity_elements(call, role);
    elements.push(instance_profile::of_role(call, &role.name));
    elements.push(Xml::list("RolePolicyList", inline));
    elements.push(attached_element(
        "AttachedManagedPolicies",
        &role.attached_policies,
    ));
    elements.extend(role::boundary_element(role));
    elements.push(tags::element(&role.tags));
    elements.push(Xml::parent("RoleLastUsed", Vec::new()));
    elements
}
