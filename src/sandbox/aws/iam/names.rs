//! Names, paths and ARNs of IAM objects.

use super::super::Call;
use super::super::checks::Checks;
use super::super::protocol::AwsError;
use super::validation;

/// Checks a role's or policy's name: 1 to `most` letters, digits and `+=,.@_-`.
pub(super) fn check_name(member: &str, name: &str, most: usize) -> Result<(), AwsError> {
    let mut checks = Checks::default();
    checks
        .length(member, name, 1, most)
        .finish("ValidationError")?;
    if name.chars().all(is_name_character) {
        return Ok(());
    }
    Err(validation(format!(
        "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
    )))
}

/// Checks a path: `/`, or printable ASCII between two slashes, 512 characters at most.
pub(super) fn check_path(path: &str) -> Result<(), AwsError> {
    let mut checks = Checks::default();
    checks
        .length("path", path, 1, 512)
        .finish("ValidationError")?;
    let framed = path == "/" || (path.len() > 2 && path.starts_with('/') && path.ends_with('/'));
    if framed
        && path
            .chars()
            .all(|character| matches!(character, '\x21'..='\x7e'))
    {
        return Ok(());
    }
    Err(validation(
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ))
}

/// Checks a description: 1,000 characters at most, tabs, line ends, printable Latin-1.
pub(super) fn check_description(text: &str) -> Result<(), AwsError> {
    let mut checks = Checks::default();
    checks.length("description", text, 0, 1_000);
    let pattern = "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*";
    checks.characters(
        "description",
        text,
        pattern,
        |character| matches!(character, '\t' | '\n' | '\r' | '\x20'..='\x7e' | '\u{a1}'..='\u{ff}'),
    );
    checks.finish("ValidationError")
}

/// The ARN of an object of the caller's account: `kind` is `role`, `policy` or `oidc-provider`.
pub(super) fn arn(call: &Call<'_>, kind: &str, path_and_name: &str) -> String {
    let separator = if path_and_name.starts_with('/') {
        ""
    } else {
        "/"
    };
    format!(
        "arn:{}:iam::{}:{kind}{separator}{path_and_name}",
        call.account.partition, call.account.id
    )
}

/// `[\w+=,.@-]`
pub(super) fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}
