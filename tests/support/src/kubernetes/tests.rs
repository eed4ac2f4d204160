//! What can be said of a cluster before it runs.

use super::ClusterOptions;

#[test]
fn names_make_distinct_issuers_of_the_shape_of_eks() {
    let main = ClusterOptions::named("main").issuer;
    assert_ne!(main, ClusterOptions::named("other").issuer);
    let id = main.rsplit('/').next().unwrap_or_default();
    assert_eq!(id.len(), 32, "{main}");
    assert!(
        id.bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()),
        "{main}"
    );
}
