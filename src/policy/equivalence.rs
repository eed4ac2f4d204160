//! When two policy texts mean the same, so that spelling is never a difference to show or to repair.
//!
//! Statement order, lists against single values, letter case of actions and condition keys, quoted against bare numbers and booleans, and an account number against the ARN of its root mean nothing;
//! `Version`, `Id`, `Sid` and the letter case of everything else do (IAM User Guide, "IAM JSON policy elements reference"; for account and root ARN "AWS JSON policy elements: Principal").

use super::arn::{AccountId, Arn};
use super::document::{PolicyDocument, PrincipalClause, PrincipalKind, Principals, Statement};
use std::collections::BTreeSet;

/// Whether two texts are the same policy; texts that are no policies are compared as JSON, and else byte by byte.
pub fn equivalent(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match (PolicyDocument::parse(one), PolicyDocument::parse(other)) {
        (Ok(one), Ok(other)) => one.means_the_same_as(&other),
        (Ok(_) | Err(_), Err(_)) | (Err(_), Ok(_)) => same_json(one, other),
    }
}

impl PolicyDocument {
    /// Whether two documents are the same policy, as [`equivalent`] has it for texts.
    pub fn means_the_same_as(&self, other: &Self) -> bool {
        let mut bare = accounts_by_number(self);
        bare.extend(accounts_by_number(other));
        self.version == other.version
            && self.id == other.id
            && statements(self, &bare) == statements(other, &bare)
    }
}

fn same_json(one: &str, other: &str) -> bool {
    let read = serde_json::from_str::<serde_json::Value>;
    matches!((read(one), read(other)), (Ok(one), Ok(other)) if one == other)
}

/// The statements as a set, with root ARNs of the accounts in `bare` reduced to the account number.
///
/// The number alone names no partition, so a root ARN is only reduced where one of the two documents writes the number.
fn statements(document: &PolicyDocument, bare: &BTreeSet<String>) -> BTreeSet<Statement> {
    document
        .statements
        .iter()
        .map(|statement| with_accounts(statement, bare))
        .collect()
}

fn with_accounts(statement: &Statement, bare: &BTreeSet<String>) -> Statement {
    let mut statement = statement.clone();
    if let Some(names) = aws_principals_mut(&mut statement) {
        let reduced = names.iter().map(|name| match root_account(name) {
            Some(account) if bare.contains(&account) => account,
            _ => name.clone(),
        });
        *names = reduced.collect();
    }
    statement
}

fn accounts_by_number(document: &PolicyDocument) -> BTreeSet<String> {
    let mut statements = document.statements.clone();
    let names = statements.iter_mut().filter_map(aws_principals_mut);
    names
        .flat_map(|names| names.iter().filter(|name| is_account(name)).cloned())
        .collect()
}

fn aws_principals_mut(statement: &mut Statement) -> Option<&mut BTreeSet<String>> {
    let (PrincipalClause::Principal(principals) | PrincipalClause::NotPrincipal(principals)) =
        statement.principal.as_mut()?;
    match principals {
        Principals::Everyone => None,
        Principals::Named(named) => named.get_mut(&PrincipalKind::Aws),
    }
}

fn is_account(name: &str) -> bool {
    name.parse::<AccountId>().is_ok()
}

fn root_account(name: &str) -> Option<String> {
    let arn: Arn = name.parse().ok()?;
    (arn.service() == "iam" && arn.resource() == "root").then(|| arn.account().to_owned())
}
