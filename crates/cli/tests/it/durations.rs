//! Durations on a command line are greater than zero.

use std::time::Duration;

use cli::nonzero_duration;

#[test]
fn a_duration_has_a_unit_and_is_not_zero() {
    assert_eq!(nonzero_duration("1500ms"), Ok(Duration::from_millis(1500)));
    assert_eq!(nonzero_duration("2m 3s"), Ok(Duration::from_secs(123)));
    assert_eq!(nonzero_duration("0s"), Err("the duration must be greater than zero".to_owned()));
    assert!(nonzero_duration("3").is_err_and(|reason| reason.contains("time unit needed")));
}
