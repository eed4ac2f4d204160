//! What the addresses of nouns become in blocks that speak of objects.

use super::linked;
use crate::address::InstanceKey;
use crate::config::Target;
use crate::link::PriorFacts;

fn written<K>(target: &Target<K>, key: &dyn Fn(&K) -> String) -> String {
    assert!(target.noun.is_none(), "the linker turns nouns into modules");
    let shown = |own: &Option<K>| own.as_ref().map(key).unwrap_or_default();
    let modules = target.modules.iter();
    let modules = modules.map(|(name, own)| format!("module.{name}{}", shown(own)));
    let resource = target.resource.iter();
    let resource = resource.map(|(name, own)| format!("{name}{}", shown(own)));
    modules.chain(resource).collect::<Vec<_>>().join(".")
}

fn constant(target: &Target<InstanceKey>) -> String {
    written(target, &ToString::to_string)
}

#[test]
fn a_noun_is_its_own_object_where_a_resource_is_meant_and_a_module_elsewhere() {
    let cases = [
        (
            "aws_iam_role.a",
            "role.b[\"k\"]",
            "aws_iam_role.a",
            "module.role_b[\"k\"].aws_iam_role.this[0]",
        ),
        (
            "role.a",
            "aws_iam_role.b",
            "module.role_a.aws_iam_role.this[0]",
            "aws_iam_role.b",
        ),
        ("role.a", "role.b[0]", "module.role_a", "module.role_b[0]"),
        ("module.a", "role.b", "module.a", "module.role_b"),
        (
            "aws_iam_role_policy.a",
            "role.b.aws_iam_role_policy.inline[\"p\"]",
            "aws_iam_role_policy.a",
            "module.role_b.aws_iam_role_policy.inline[\"p\"]",
        ),
        (
            "aws_iam_role.a",
            "cluster.b.aws_iam_role.cluster",
            "aws_iam_role.a",
            "module.cluster_b.aws_iam_role.cluster[0]",
        ),
        (
            "service_account.a",
            "module.b.kubernetes_service_account_v1.c",
            "module.service_account_a.kubernetes_service_account_v1.this[0]",
            "module.b.kubernetes_service_account_v1.c",
        ),
    ];
    for (from, to, turned_from, turned_to) in cases {
        let text = format!("moved {{\n  from = {from}\n  to = {to}\n}}\n");
        let (configuration, diagnostics) = linked(&text, &PriorFacts::default());
        assert!(diagnostics.is_empty(), "{from}: {diagnostics:?}");
        let root = configuration.root();
        let moved = &root.moved[0];
        assert_eq!(constant(&moved.from), turned_from);
        assert_eq!(constant(&moved.to), turned_to);
    }
}

#[test]
fn a_removed_noun_is_the_whole_of_it_and_an_imported_one_its_own_object() {
    let text = "removed {\n  from = role.a\n}\nimport {\n  to = role.b\n  id = role.c.name\n}\nrole \"c\" {\n  trust = \"[]\"\n}\n";
    let (configuration, diagnostics) = linked(text, &PriorFacts::default());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let root = configuration.root();
    assert_eq!(constant(&root.removed[0].from), "module.role_a");
    let import = &root.imports[0];
    let to = written(&import.to, &|key| {
        format!("[{}]", super::print::expression(key))
    });
    assert_eq!(to, "module.role_b.aws_iam_role.this[0]");
    assert_eq!(super::print::expression(&import.id), "module.role_c.name");
}

#[test]
fn nouns_are_named_in_the_root_module_only() {
    let text = "module \"m\" {\n  source = \"./m\"\n}\n# file: m/main.tf\nmoved {\n  from = role.a\n  to = aws_iam_role.b\n}\n";
    let (_, diagnostics) = linked(text, &PriorFacts::default());
    let summaries: Vec<&str> = diagnostics.iter().map(|d| d.summary.as_ref()).collect();
    assert_eq!(summaries, ["Noun outside the root module"]);
}
