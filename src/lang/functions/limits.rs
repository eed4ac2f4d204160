//! How large results may become. Terraform has no such limits and fills the memory instead.

use super::{CallError, failed};

/// The longest text that a function makes, in bytes.
pub(crate) const MAX_TEXT: usize = 64 << 20;

/// The most elements of a list that a function makes.
pub(crate) const MAX_ELEMENTS: usize = 2_000_000;

/// What is said of a text that would be longer than [`MAX_TEXT`].
pub(super) const TOO_LONG: &str = "the result would be longer than 64 MiB";

/// Refuses a text that would have more bytes than [`MAX_TEXT`].
pub(super) fn room_for_text(length: usize) -> Result<(), CallError> {
    if length > MAX_TEXT {
        return Err(failed(TOO_LONG));
    }
    Ok(())
}

/// Refuses a list that would have more elements than [`MAX_ELEMENTS`].
pub(super) fn room_for_elements(count: usize) -> Result<(), CallError> {
    if count > MAX_ELEMENTS {
        return Err(failed(format!(
            "the result would have more than {MAX_ELEMENTS} elements"
        )));
    }
    Ok(())
}
