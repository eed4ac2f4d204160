//! "Did you mean …?": the nearest of the names that exist.

/// The name closest to `given`, if one is close enough to be a slip of the finger.
///
/// Close enough is a distance of at most a third of the longer name's length, which finds one slip in three letters
/// and does not offer a name that merely has the same length.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, name)| *distance * 3 <= given.chars().count().max(name.chars().count()))
        .min()
        .map(|(_, name)| name)
}
