//! Which block of a file a place lies in.

use crate::source::FileId;
use hcl_edit::Span as _;
use hcl_edit::structure::BlockLabel;

/// The header of the outermost block around a byte of a file, as `resource "aws_iam_role" "a"`; `None` outside of blocks
/// and in a file that is no HCL.
pub fn enclosing_block(text: &str, offset: usize) -> Option<String> {
    let (body, _) = crate::lang::parse(text, FileId::default());
    let around = |block: &&hcl_edit::structure::Block| {
        block.span().is_some_and(|span| span.contains(&offset))
    };
    let block = body.blocks().find(around)?;
    let label = |label: &BlockLabel| match label {
        BlockLabel::Ident(name) => format!(" {}", name.as_str()),
        BlockLabel::String(text) => format!(" \"{}\"", text.as_str()),
    };
    let labels: String = block.labels.iter().map(label).collect();
    Some(format!("{}{labels}", block.ident.as_str()))
}
