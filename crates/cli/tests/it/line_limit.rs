//! A log has a maximum number of lines about each address, and a count of what is left out.

use std::net::{IpAddr, Ipv4Addr};

use cli::LineLimit;

#[test]
fn each_address_has_its_own_count() {
    let limit = LineLimit::default();
    let (one, two) = (Ipv4Addr::new(127, 0, 0, 1), Ipv4Addr::new(127, 0, 0, 2));
    let permitted = (0..1_234_567).filter(|_| limit.permits(one.into())).count();
    assert_eq!(permitted as u64, LineLimit::MAX_LINES);
    // An IPv4 address is the same on an IPv6 socket.
    assert!((0..LineLimit::MAX_LINES).all(|_| limit.permits(IpAddr::V6(two.to_ipv6_mapped()))));
    assert!(!limit.permits(two.into()));

    assert_eq!(limit.left_out(), [""; 0], "the minute is not over");
    let mut left_out = limit.finish();
    left_out.sort();
    assert_eq!(left_out, ["and 1 more from 127.0.0.2", "and 1,234,467 more from 127.0.0.1"]);
    assert!(limit.permits(one.into()));
    assert_eq!(limit.finish(), [""; 0]);
}
