//! Waiting for a lock: try, pause a little longer each time, give up when the time is used up.

use std::time::Duration;

use super::{LockError, LockInfo};
use crate::backend::Backend;

/// The pauses between attempts to lock: from 100 ms, doubling up to 2 s, their sum no longer than
/// the time allowed.
#[derive(Debug, Clone)]
pub struct Delays {
    left: Duration,
    next: Duration,
}

impl Delays {
    const LONGEST: Duration = Duration::from_secs(2);

    /// Allows pauses of `timeout` in all; zero means a single attempt.
    pub const fn within(timeout: Duration) -> Self {
        Self {
            left: timeout,
            next: Duration::from_millis(100),
        }
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let pause = self.next.min(self.left);
        if pause.is_zero() {
            return None;
        }
        self.left -= pause;
        self.next = (self.next * 2).min(Self::LONGEST);
        Some(pause)
    }
}

/// Locks the state, waiting for its present holder for up to `timeout`.
///
/// `sleep` is the pause of the caller's runtime, which says whether to try again; it is told the
/// holder's error, so that it can say what is waited for. Errors other than a held lock end the wait at once.
pub async fn lock_waiting<S>(
    backend: &dyn Backend,
    info: LockInfo,
    timeout: Duration,
    mut sleep: S,
) -> Result<LockInfo, LockError>
where
    S: AsyncFnMut(Duration, &LockError) -> bool,
{
    let mut delays = Delays::within(timeout);
    loop {
        let held = match backend.lock(info.clone()).await {
            Err(error @ LockError::Held { .. }) => error,
            done => return done,
        };
        match delays.next() {
            Some(pause) if sleep(pause, &held).await => {}
            Some(_) | None => return Err(held),
        }
    }
}
