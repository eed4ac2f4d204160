//! What a file looks like after formatting, without the judgement of the parser.

use super::laid_out;

#[test]
fn brackets_may_be_nested_without_end() {
    let depth = 100_000;
    let text = format!("a={}1{}\n", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(laid_out(&text).unwrap(), text.replacen('=', " = ", 1));
    let text = format!("a = {}b{}\n", "\"${f(".repeat(depth), ")}\"".repeat(depth));
    assert!(laid_out(&text).is_ok());
}
