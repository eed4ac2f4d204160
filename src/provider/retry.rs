//! Retrying: which failures are worth another try, and how long.

use super::{Clock, ProviderError};
use std::future::Future;
use std::time::Duration;

/// What a failure means for trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryClass {
    /// Something else is wrong: trying again changes nothing.
    Final,
    /// Not visible or not possible yet; try until the given time has passed since the first try.
    Until(Duration),
}

/// Runs `attempt` until it succeeds, its failure is final, or the class's time has passed.
///
/// Waits between tries start at half a second and double up to 20 s. Each is shortened by up to a quarter, by chance,
/// so that tries that began together do not go on arriving together.
pub async fn retry<T, F, Fut>(
    clock: &dyn Clock,
    classify: impl Fn(&ProviderError) -> RetryClass,
    mut attempt: F,
) -> Result<T, ProviderError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, ProviderError>>,
{
    let start = clock.now();
    let mut pause = Duration::from_millis(500);
    loop {
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        match classify(&error) {
            RetryClass::Final => return Err(error),
            RetryClass::Until(limit) if clock.now().saturating_sub(start) >= limit => {
                return Err(error);
            }
            RetryClass::Until(_) => {}
        }
        clock.sleep(spread(pause)).await;
        pause = (pause * 2).min(LONGEST);
    }
}

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(20);

fn spread(pause: Duration) -> Duration {
    let chance = uuid::Uuid::new_v4().as_u128() % 256;
    let chance = u32::try_from(chance).unwrap_or_default();
    pause.saturating_sub(pause * chance / 1_024)
}

#[cfg(test)]
mod tests {
    use super::{RetryClass, retry, spread};
    use crate::provider::{Clock, ProviderError};
    use std::cell::Cell;
    use std::future::{Future, ready};
    use std::pin::Pin;
    use std::sync::Mutex;
    use std::time::Duration;

    /// A clock that is moved by waiting only.
    struct Moved(Mutex<Duration>);

    impl Clock for Moved {
        fn now(&self) -> Duration {
            *self.0.lock().unwrap()
        }

        fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
            *self.0.lock().unwrap() += duration;
            Box::pin(ready(()))
        }
    }

    async fn tries(class: RetryClass, failures: u32) -> (u32, bool, Duration) {
        let clock = Moved(Mutex::new(Duration::ZERO));
        let tried = Cell::new(0);
        let result = retry(
            &clock,
            |_| class,
            || {
                tried.set(tried.get() + 1);
                ready(if tried.get() > failures {
                    Ok(())
                } else {
                    Err(ProviderError::internal("trying", "not yet"))
                })
            },
        )
        .await;
        (tried.get(), result.is_ok(), clock.now())
    }

    #[tokio::test]
    async fn a_failure_is_tried_again_for_as_long_as_its_class_says() {
        let minute = RetryClass::Until(Duration::from_mins(1));
        assert_eq!(
            tries(RetryClass::Final, 1).await,
            (1, false, Duration::ZERO)
        );
        let (tried, good, waited) = tries(minute, 3).await;
        assert_eq!((tried, good), (4, true));
        assert!(waited > Duration::from_secs(2) && waited <= Duration::from_millis(3_500));
        let (_, good, waited) = tries(minute, 1_000).await;
        assert!(!good && waited >= Duration::from_mins(1) && waited < Duration::from_secs(81));
    }

    #[test]
    fn waits_are_shortened_by_a_quarter_at_most() {
        let pause = Duration::from_secs(8);
        for _ in 0..100 {
            let spread = spread(pause);
            assert!(spread <= pause && spread >= Duration::from_secs(6));
        }
    }
}
