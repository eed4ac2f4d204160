#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::*;

#[test]
fn every_module_decodes_and_has_its_internals() {
    for module in PreludeModule::ALL {
        let decoded = module.decoded();
        assert!(
            decoded.diagnostics.is_empty(),
            "{}: {:?}",
            module.name(),
            decoded.diagnostics
        );
        for (resource_type, label, adopt, _) in module.internals() {
            let resource =
                &decoded.module.resources[&ResourceName::managed(*resource_type, *label)];
            assert!(resource.internals.forget.is_some());
            assert_eq!(resource.internals.adopt.is_some(), adopt.is_some());
        }
    }
}
