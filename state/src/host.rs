//! What a lock says about this machine: who we are, where, and what time it is.

use std::fs;

use jiff::Timestamp;

/// The present moment in RFC 3339, in UTC.
pub(crate) fn now() -> String {
    Timestamp::now().to_string()
}

/// User and host, as `alice@laptop`; the user's number where the name cannot be found.
pub(crate) fn user_at_host() -> String {
    let uname = rustix::system::uname();
    let host = uname.nodename().to_string_lossy();
    let number = rustix::process::getuid().as_raw();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = user_name(&accounts, number).unwrap_or_else(|| number.to_string());
    format!("{user}@{host}")
}

/// The name of a user in the lines of `/etc/passwd`.
fn user_name(accounts: &str, number: u32) -> Option<String> {
    let number = number.to_string();
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn user_names_are_found_by_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nbroken\nalice:x:1000:1000::/home/alice:\n";
        let name = |number| super::user_name(accounts, number);
        assert_eq!(name(0).as_deref(), Some("root"));
        assert_eq!(name(1000).as_deref(), Some("alice"));
        assert_eq!(name(1), None);
    }
}
