//! Which block of a file a place lies in.

use crate::syntax::{Label, parse};
use std::sync::Arc;

/// The header of the outermost block around a byte of a file, as `resource "aws_iam_role" "a"`; `None` outside of blocks
/// and in a file that is no HCL.
pub fn enclosing_block(text: &str, offset: usize) -> Option<String> {
    let parsed = parse(&Arc::from(text));
    let tree = &parsed.tree;
    let block = tree
        .blocks()
        .find(|block| block.place.range().contains(&offset))?;
    let label = |label: &Label| {
        let written = label.place.text(text);
        format!(" {written}")
    };
    let labels: String = tree.labels(block.labels).iter().map(label).collect();
    Some(format!("{}{labels}", block.name.text(text)))
}
