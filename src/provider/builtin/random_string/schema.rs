//! The attributes that random strings and passwords share.

use crate::provider::builtin::triggers;
use crate::schema::Attribute;
use crate::value::Type;

/// The attributes, of which `result` is finished by the caller.
pub(in crate::provider::builtin) fn attributes(
    finish: fn(Attribute) -> Attribute,
) -> Vec<Attribute> {
    let truth =
        |name, description| Attribute::optional_computed(name, Type::Bool, description).replaces();
    let least = |name, description| {
        Attribute::optional_computed(name, Type::Number, description).replaces()
    };
    vec![
        Attribute::computed("id", Type::String, "The characters; `none` for a password."),
        triggers::keepers(),
        Attribute::required(
            "length",
            Type::Number,
            "The number of characters, at least 1.",
        )
        .replaces(),
        truth(
            "lower",
            "Whether there are lower-case letters; true unless set.",
        ),
        least(
            "min_lower",
            "The least number of lower-case letters; 0 unless set.",
        ),
        least("min_numeric", "The least number of digits; 0 unless set."),
        least(
            "min_special",
            "The least number of special characters; 0 unless set.",
        ),
        least(
            "min_upper",
            "The least number of upper-case letters; 0 unless set.",
        ),
        truth("number", "Deprecated. Use `numeric`."),
        truth("numeric", "Whether there are digits; true unless set."),
        Attribute::optional(
            "override_special",
            Type::String,
            "The special characters, instead of `!@#$%&*()-_=+[]{}<>:?`; others make a new object.",
        ),
        finish(Attribute::computed(
            "result",
            Type::String,
            "The characters.",
        )),
        truth(
            "special",
            "Whether there are special characters; true unless set.",
        ),
        truth(
            "upper",
            "Whether there are upper-case letters; true unless set.",
        ),
    ]
}
