//! What formatting changes, as `diff -u` shows it.

use similar::TextDiff;

/// The difference of two texts of a file in the unified format; empty if there is none.
pub fn difference(path: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("old/{path}"), &format!("new/{path}"))
        .to_string()
}
