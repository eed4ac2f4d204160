//! What a type of policy may and must contain, beyond the grammar all share.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" (required in trust policies, not allowed in identity policies), "`NotPrincipal`" and "Resource" (not allowed in trust policies, one required in identity policies).

use super::document::{ActionClause, PolicyDocument, PrincipalClause, ResourceClause, Statement};
use super::error::{PolicyError, PolicyProblem, ProblemKind};
use std::collections::BTreeSet;

/// Judges every statement and gathers the problems under their places.
pub(super) fn check(
    document: &PolicyDocument,
    problems_of: fn(&Statement) -> Vec<ProblemKind>,
) -> Result<(), PolicyError> {
    let mut problems = Vec::new();
    for (position, statement) in document.statements.iter().enumerate() {
        let path = document.statement_path(position);
        for kind in problems_of(statement) {
            problems.push(PolicyProblem {
                path: path.clone(),
                kind,
            });
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(PolicyError { problems })
    }
}

/// What a statement of a trust policy does wrong.
pub(super) fn trust_problems(statement: &Statement) -> Vec<ProblemKind> {
    let mut problems = Vec::new();
    match &statement.principal {
        None => problems.push(ProblemKind::MissingElement("Principal")),
        Some(PrincipalClause::NotPrincipal(_)) => {
            problems.push(ProblemKind::ProhibitedElement("NotPrincipal"));
        }
        Some(PrincipalClause::Principal(_)) => {}
    }
    match &statement.resource {
        None => {}
        Some(ResourceClause::Resource(_)) => {
            problems.push(ProblemKind::ProhibitedElement("Resource"));
        }
        Some(ResourceClause::NotResource(_)) => {
            problems.push(ProblemKind::ProhibitedElement("NotResource"));
        }
    }
    problems
}

/// What a statement of an identity policy does wrong.
pub(super) fn identity_problems(statement: &Statement) -> Vec<ProblemKind> {
    let mut problems = Vec::new();
    match &statement.principal {
        None => {}
        Some(PrincipalClause::Principal(_)) => {
            problems.push(ProblemKind::ProhibitedElement("Principal"));
        }
        Some(PrincipalClause::NotPrincipal(_)) => {
            problems.push(ProblemKind::ProhibitedElement("NotPrincipal"));
        }
    }
    let (ActionClause::Action(actions) | ActionClause::NotAction(actions)) = &statement.action;
    for action in actions
        .iter()
        .filter(|action| !names_service(action.as_str()))
    {
        problems.push(ProblemKind::UnqualifiedAction(action.to_string()));
    }
    match &statement.resource {
        None => problems.push(ProblemKind::MissingElement("Resource")),
        Some(ResourceClause::Resource(resources) | ResourceClause::NotResource(resources)) => {
            problems.extend(resource_problems(resources));
        }
    }
    problems
}

fn names_service(action: &str) -> bool {
    action == "*"
        || action
            .split_once(':')
            .is_some_and(|(service, _)| !service.is_empty())
}

fn resource_problems(resources: &BTreeSet<String>) -> impl Iterator<Item = ProblemKind> {
    resources
        .iter()
        .filter(|resource| *resource != "*" && !resource.starts_with("arn:"))
        .map(|resource| ProblemKind::InvalidResource(resource.clone()))
}
