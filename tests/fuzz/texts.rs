//! The targets that read one text: files, expressions, calls, types, policies, addresses.

use super::seeds;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use trustform::address::{InstanceAddress, ModuleInstance, ProviderAddress, ProviderConfigAddress};
use trustform::config::{Module, decode_file, decode_values, enclosing_block};
use trustform::diagnostic::{Diagnostics, Style, render};
use trustform::lang::type_constraint_of_text;
use trustform::policy::{PolicyDocument, equivalent};
use trustform::source::{SourceMap, Span};

/// The summaries of what is wrong, in no order; each was drawn, since that reads the text once more.
pub(super) fn said(problems: &Diagnostics, sources: &SourceMap) -> String {
    let mut summaries = BTreeSet::new();
    for problem in problems.iter().take(20) {
        assert!(!render(problem, sources, Style::Plain).is_empty());
        summaries.insert(problem.summary.as_str());
    }
    summaries.into_iter().collect::<Vec<_>>().join("; ")
}

/// A random file.
pub(super) fn file(number: u64) -> String {
    crate::format::random_file(number)
}

/// The text of an input.
pub(super) fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// Reads a configuration file, as a values file too.
pub(super) fn parser(input: &[u8]) -> String {
    let text = text(input);
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", text.as_str());
    let problems = decode_file(file, &text, &mut Module::default());
    let (_, more) = decode_values(file, &text);
    let middle = text.len() / 2;
    let around = enclosing_block(&text, middle).is_some();
    format!(
        "{} {} {around}",
        said(&problems, &sources),
        said(&more, &sources)
    )
}

/// Puts a file into canonical layout: once is enough, and it means the same afterwards.
pub(super) fn formatter(input: &[u8]) -> String {
    let text = text(input);
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", text.as_str());
    let layout = |text: &str| trustform::lang::formatted(text, file);
    match layout(&text) {
        Err(problem) => said(&problem, &sources),
        Ok(once) => {
            let twice = match layout(&once) {
                Ok(twice) => twice,
                // A template that is nothing but an expression over several lines stands bare afterwards, as in
                // Terraform, and its lines are arguments of their own then.
                Err(_) if has_lines_in_quotes(&text) => return "taken out of its quotes".into(),
                // Without the blank, which Terraform takes away too, `1e9. 0` is one number.
                Err(_) if has_parted_number(&text) => return "a number of two".into(),
                Err(problem) => panic!(
                    "what is laid out is not well formed:\n{once}\n{}",
                    said(&problem, &sources)
                ),
            };
            if has_lines_in_quotes(&text) {
                return "taken out of its quotes".into();
            }
            // Of templates in templates one is taken out each time, as Terraform does, so it gets shorter each time.
            assert!(
                once == twice || twice.len() < once.len(),
                "another layout the second time:\n{once}\n--\n{twice}"
            );
            let before = meaning(&text);
            let after = meaning(&once);
            assert!(before == after, "another meaning:\n{before}\n--\n{after}");
            "well formed".into()
        }
    }
}

/// Whether a blank stands between the point of a number and a digit.
fn has_parted_number(text: &str) -> bool {
    let mut parts = text.split('.').zip(text.split('.').skip(1));
    parts.any(|(before, behind)| {
        let digit = behind
            .trim_start()
            .starts_with(|c: char| c.is_ascii_digit());
        digit && behind.starts_with(char::is_whitespace) && before.ends_with(char::is_alphanumeric)
    })
}

/// Whether a text in quotes begins with an expression that ends in a later line.
fn has_lines_in_quotes(text: &str) -> bool {
    let mut behind = text.split("\"${").skip(1);
    behind.any(|rest| {
        rest.split("}\"")
            .next()
            .is_some_and(|within| within.contains('\n'))
    })
}

/// What a short file declares, without places; empty for a long one.
fn meaning(text: &str) -> String {
    if text.len() > 4_000 {
        return String::new();
    }
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", text);
    let mut module = Module::default();
    let problems = decode_file(file, text, &mut module);
    if problems.has_errors() {
        return String::new();
    }
    let mut meaning = String::new();
    for (name, local) in &module.locals {
        writeln!(meaning, "{name} = {}", local.value.to_hcl(0)).expect("text");
    }
    for (name, output) in &module.outputs {
        writeln!(meaning, "{name} = {}", output.value.to_hcl(0)).expect("text");
    }
    meaning
}

/// Expressions that people wrote.
pub(super) fn expressions() -> Vec<Vec<u8>> {
    let named = seeds::ending(&["tests/language/expressions"], &[".txt"]);
    let lines = named
        .iter()
        .flat_map(|text| text.split(|byte| *byte == b'\n'));
    let expressions = lines.filter(|line| !line.starts_with(b"  ") && !line.starts_with(b"#"));
    expressions.map(<[u8]>::to_vec).collect()
}

/// What expressions may name.
pub(super) const NAMES: &[&str] = &[
    "local.us",
    "local.ud",
    "local.s",
    "local.nl",
    "local.up",
    "local.ul",
    "local.um",
    "local.pl",
    "local.st",
    "local.so",
    "local.objects",
    "terraform_data.u.output",
    "templatefile(\"itself.tpl\", {})",
    "templatefile(\"loop.tpl\", { x = [1] })",
    "flatten(",
    "merge(",
    "setproduct(",
    "format(\"%s\", ",
    "regexall(\"(a*)*b\", ",
    "cidrsubnets(",
    "[for a in range(100) : ",
    "toset(",
    "tomap(",
    "jsondecode(",
    "yamlencode(",
];

/// Evaluates an expression among values that are unknown, secret, null or missing.
pub(super) fn evaluator(input: &[u8]) -> String {
    crate::language::answered(&text(input))
}

/// Calls of functions that read a text, each with one: the call in the first line, the text in the others.
pub(super) fn calls() -> Vec<Vec<u8>> {
    seeds::of(&[
        "jsondecode(local.t)\n{\"a\": [1, 2.5e3, null, true, \"x\\u00e9\\ud83d\\ude00\"]}",
        "yamldecode(local.t)\na: &x [1, 2]\nb: *x\nc: {d: !!str 1}\ne: |\n  f\n",
        "yamldecode(local.t)\na: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\n",
        "csvdecode(local.t)\na,b\n1,\"x\"\"y\"\n",
        "regex(local.t, \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\")\n(a|b)*?[[:alpha:]]{1,3}(?P<n>.)$",
        "regexall(local.t, \"abc\")\nb*",
        "replace(\"aaa\", local.t, \"b\")\n/a(?P<x>b)?/",
        "format(local.t, 1, \"a\", [1])\n%d %-5s %+08.3f %#v %[1]q %%",
        "formatdate(local.t, \"2026-01-02T03:04:05Z\")\nDD MMM YYYY hh:mm ZZZ 'x'",
        "timeadd(\"2026-01-02T03:04:05Z\", local.t)\n1h30m5.5s",
        "formatdate(\"YYYY\", local.t)\n2026-01-02T03:04:05+23:59",
        "cidrsubnet(local.t, 4, 2)\n10.0.0.0/8",
        "cidrhost(local.t, -1)\nfd00::/8",
        "templatestring(local.t, {})\n%{ for x in [1, 2] ~}\n${x}\n%{ endfor }",
        "base64gunzip(local.t)\nH4sIAAAAAAAA/8tIzcnJBwCGphA2BQAAAA==",
        "base64decode(local.t)\naGVsbG8=",
        "textdecodebase64(local.t, \"UTF-16LE\")\naABlAA==",
        "parseint(local.t, 62)\n-zZ09",
        "tonumber(local.t)\n-1.5e-10",
        "urlencode(local.t)\na b/ü",
        "title(local.t)\nhello wörld",
        "substr(local.t, -2, 1)\nna\u{ef}ve",
        "indent(3, local.t)\na\nb",
        "fileset(\".\", local.t)\n{a,b}/**/[a-z]*.tf",
        "rsadecrypt(\"aaaa\", local.t)\n-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----",
        "provider::terraform::decode_tfvars(local.t)\na = 1",
        "split(\"\", local.t)\nabc",
        "strrev(local.t)\ne\u{301}a",
        "jsonencode(local.t)\n<>&\u{2028}\u{7f}",
        "yamlencode({ a = local.t })\n- x: y\n#",
        "convert(local.t, list(string))\na",
        "sort(split(\",\", local.t))\nb,a",
        "startswith(local.t, \"a\")\na",
        "trim(local.t, \" \")\n a ",
        "bcrypt(local.t)\nx",
    ])
}

/// Calls a function with a text.
pub(super) fn functions(input: &[u8]) -> String {
    let text = text(input);
    let (call, given) = text.split_once('\n').unwrap_or((&text, ""));
    crate::language::answered_with(call, given)
}

/// Type constraints, each with a value.
pub(super) fn types() -> Vec<Vec<u8>> {
    seeds::of(&[
        "list(string)",
        "object({ a = optional(number, 1), b = map(any) })",
        "tuple([string, set(bool)])",
        "map(object({ x = optional(list(object({ y = optional(string, \"z\") })), []) }))",
        "any",
        "list",
    ])
}

/// Reads a type constraint.
pub(super) fn type_constraint(input: &[u8]) -> String {
    let text = text(input);
    let mut sources = SourceMap::default();
    let file = sources.add("main.tf", text.as_str());
    match type_constraint_of_text(&text, Span::new(file, 0..text.len())) {
        Ok(constraint) => {
            drop(constraint.convert(&trustform::value::Value::tuple(Vec::new())));
            constraint
                .ty
                .friendly_constraint()
                .chars()
                .take(30)
                .collect()
        }
        Err(problems) => said(&problems, &sources),
    }
}

/// Policies that people wrote.
pub(super) fn policies() -> Vec<Vec<u8>> {
    let mut policies = seeds::of(&[
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/AB"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.eks.us-east-1.amazonaws.com/id/AB:sub":["system:serviceaccount:a:b"],"x:aud":"sts.amazonaws.com"}}}]}"#,
        r#"{"Version":"2008-10-17","Id":"i","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:root","*"]},"NotAction":["s3:*","*"],"NotResource":"arn:aws:s3:::a/${aws:username}/*","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:x":["a?","*"]},"Bool":{"aws:y":true},"NumericLessThan":{"aws:z":1.5},"DateGreaterThan":{"aws:t":"2026-01-02T03:04:05Z"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Null":{"k":"false"}}}}"#,
    ]);
    policies.extend(seeds::ending(
        &["tests/cases", "examples", "tests/lives", "src/policy"],
        &["policy.json"],
    ));
    policies
}

/// What policies are made of.
pub(super) const POLICY_WORDS: &[&str] = &[
    "\"Statement\"",
    "\"Principal\": \"*\"",
    "\"Resource\": []",
    "\"Action\": \"*\"",
    "\"Condition\": {}",
    "\"StringEquals\"",
    "\"ArnLike\"",
    "\"arn:aws-cn:iam::1:role/x\"",
    "{\"a\": 1, \"a\": 2}",
    "\"Version\": \"2012-10-17\",",
];

/// Reads a policy, and what is written of it means the same.
pub(super) fn policy(input: &[u8]) -> String {
    let text = text(input);
    drop(PolicyDocument::parse_trust(&text));
    drop(PolicyDocument::parse_identity(&text));
    assert!(equivalent(&text, &format!("{text} ")) || PolicyDocument::parse(&text).is_err());
    match PolicyDocument::parse(&text) {
        Ok(document) => {
            let canonical = document.canonical_json();
            let again = PolicyDocument::parse(&canonical).expect("the canonical form is a policy");
            assert!(
                again.means_the_same_as(&document),
                "another meaning: {canonical}"
            );
            assert_eq!(again.canonical_json(), canonical);
            "a policy".into()
        }
        Err(error) => error.to_string().chars().take(60).collect(),
    }
}

/// Addresses and names of all kinds.
pub(super) fn addresses() -> Vec<Vec<u8>> {
    seeds::of(&[
        "module.a[\"x\"].module.b[0].data.aws_iam_role.c[\"d\\\"e\"]",
        "terraform_data.a[0]",
        "registry.terraform.io/hashicorp/aws",
        "module.a.provider[\"registry.terraform.io/hashicorp/aws\"].west",
        "arn:aws:iam::111122223333:role/path/name",
        "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/AB",
        "ForAllValues:StringNotEqualsIgnoreCaseIfExists",
        "system:serviceaccount:a:b",
        "oidc.eks.us-east-1.amazonaws.com/id/ABCDEF",
        "1.2.3-beta.1+x",
    ])
}

/// Reads a text as everything that is named by one; what is read reads back.
pub(super) fn address(input: &[u8]) -> String {
    let text = text(input);
    let mut kinds = String::new();
    let mut note = |name: &str, read: Option<(String, bool)>| {
        if let Some((written, same)) = read {
            assert!(same, "{name} `{text}` is written {written}");
            kinds.push_str(name);
        }
    };
    macro_rules! reads_back {
        ($($kind:ty),*) => {
            $(note(stringify!($kind), text.parse::<$kind>().ok().map(|read| {
                let written = read.to_string();
                let same = written.parse::<$kind>().is_ok_and(|again| again == read);
                (written, same)
            }));)*
        };
    }
    reads_back!(
        ModuleInstance,
        InstanceAddress,
        ProviderConfigAddress,
        trustform::policy::RoleArn,
        trustform::policy::OidcProviderArn,
        trustform::policy::Issuer
    );
    drop(text.parse::<trustform::address::Target>());
    drop(text.parse::<trustform::policy::Arn>());
    drop(text.parse::<trustform_state::snapshot::TerraformVersion>());
    drop(ProviderAddress::parse_source(&text));
    drop(trustform::value::Number::parse(&text).map(|number| number.to_string()));
    kinds
}
