//! "Did you mean …?": the nearest of the names that exist.

/// Names that are looked at: where there are more, each mistake would cost as much as all of them.
const MOST: usize = 1_000;

/// The name closest to `given`, if one is close enough to be a slip of the finger.
///
/// Close enough is a distance of at most a third of the longer name's length, which finds one slip in three letters
/// and does not offer a name that merely has the same length. Of thousands of names the first of a fitting length count.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = given.chars().count();
    let allows = |distance: usize, name: &str| distance * 3 <= length.max(name.chars().count());
    names
        .into_iter()
        .filter(|name| allows(length.abs_diff(name.chars().count()), name))
        .take(MOST)
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, name)| allows(*distance, name))
        .min()
        .map(|(_, name)| name)
}
