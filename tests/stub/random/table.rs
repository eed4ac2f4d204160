//! `values.txt`: what may be written for arguments that have rules of their own.

/// Ends of paths, each with what may be written there.
pub(super) struct Table(Vec<(&'static str, Vec<&'static str>)>);

impl Table {
    /// Reads it.
    pub(super) fn read() -> Self {
        let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
        let lines = include_str!("values.txt").lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with("--")) {
            let (path, value) = line.split_once(" = ").expect("a path and a value");
            match entries.iter_mut().find(|(known, _)| *known == path) {
                Some((_, values)) => values.push(value),
                None => entries.push((path, vec![value])),
            }
        }
        Self(entries)
    }

    /// What may be written at a path; nothing when anything may be.
    pub(super) fn values(&self, path: &str) -> Option<&[&'static str]> {
        let fits = |end: &str| {
            let before = path.strip_suffix(end);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        let fitting = self.0.iter().filter(|(end, _)| fits(end));
        let longest = fitting.max_by_key(|(end, _)| end.len());
        longest.map(|(_, values)| &**values)
    }

    /// Whether nothing is ever written there.
    pub(super) fn is_left_out(&self, path: &str) -> bool {
        self.values(path) == Some(&["-"])
    }
}
