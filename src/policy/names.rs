//! Names that IAM compares without regard to letter case: condition keys and actions.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition" (condition key names are not case-sensitive) and "Action" (neither are actions).

use std::cmp::Ordering;
use std::fmt;

macro_rules! caseless_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Printed as it was written; compared and ordered with ASCII letter case folded.
        #[derive(Debug, Clone)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as written.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text with ASCII letters in lower case: two names are equal exactly when this is.
            pub fn folded(&self) -> String {
                self.0.to_ascii_lowercase()
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                folded_bytes(&self.0).cmp(folded_bytes(&other.0))
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl Eq for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

caseless_name! {
    /// The name of a condition key, such as `aws:SourceIp` or `<issuer>:sub`.
    ConditionKey
}

caseless_name! {
    /// An action of a policy, perhaps with `*` and `?`, such as `sts:AssumeRole*`.
    ActionPattern
}

fn folded_bytes(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}
