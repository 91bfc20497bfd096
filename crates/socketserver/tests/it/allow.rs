//! `--allow` accepts addresses and networks, and permits the clients in them.

use std::net::{IpAddr, TcpListener};

use anyhow::Result;
use clap::Parser;
use socketserver::{AllowList, Server};

use crate::server::{LONG, Running, deadline, echo_line, read_until_closed};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    allow_list: AllowList,
}

/// The networks, the addresses that they permit, and those that they do not. test_allow.py has the same.
const CASES: &[(&[&str], &[&str], &[&str])] = &[
    (&[], &["192.0.2.1", "2001:db8::1"], &[]),
    // A network contains its first and its last address. Any of its addresses can name it.
    (&["127.0.0.0/8"], &["127.0.0.0", "127.255.255.255"], &["126.255.255.255", "128.0.0.0"]),
    (&["127.1.2.3/8"], &["127.0.0.0", "127.255.255.255"], &["126.255.255.255", "128.0.0.0"]),
    (&["2001:db8::/33"], &["2001:db8:7fff::1"], &["2001:db8:8000::"]),
    (&["192.0.2.1"], &["192.0.2.1"], &["192.0.2.2"]),
    (&["192.0.2.1/32", "::1"], &["192.0.2.1", "::1"], &["192.0.2.2", "::2"]),
    // A prefix of zero permits one address family.
    (&["0.0.0.0/0"], &["192.0.2.1"], &["::1"]),
    (&["::/0"], &["::1"], &["::ffff:192.0.2.1"]),
    // IPv4 in IPv6 notation counts as IPv4.
    (&["192.0.2.0/24"], &["192.0.2.1", "::ffff:192.0.2.1"], &["::ffff:192.0.3.1"]),
    (&["192.0.2.1"], &["192.0.2.1", "::ffff:192.0.2.1"], &["::ffff:192.0.3.1"]),
    (&["::ffff:192.0.2.0/120"], &["192.0.2.1", "::ffff:192.0.2.1"], &["::ffff:192.0.3.1"]),
    (&["::ffff:192.0.2.1"], &["192.0.2.1", "::ffff:192.0.2.1"], &["::ffff:192.0.3.1"]),
    (&["::ffff:0:0/96"], &["192.0.2.1"], &["::1"]),
    (&["::ffff:0:0/95"], &["::fffe:0:1"], &["192.0.2.1"]),
];

#[test]
fn a_list_permits_the_addresses_in_its_networks() -> Result<()> {
    for (networks, inside, outside) in CASES {
        let options = networks.iter().flat_map(|network| ["--allow", network]);
        let Args { allow_list } = Args::try_parse_from(["test"].into_iter().chain(options))?;
        for (addresses, is_permitted) in [(inside, true), (outside, false)] {
            for address in *addresses {
                assert_eq!(allow_list.permits(address.parse::<IpAddr>()?), is_permitted, "{networks:?}: {address}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_client_outside_is_refused_and_counted() -> Result<()> {
    let Args { allow_list } = Args::try_parse_from(["test", "--allow", "127.0.0.2"])?;
    let server = Server::sequential(TcpListener::bind("127.0.0.1:0")?, deadline(LONG), allow_list)?;
    let server = Running::run(server, echo_line)?;
    for _ in 0..3 {
        assert_eq!(read_until_closed(server.connect()?).0, b"");
    }
    assert!(server.stop()?.to_string().ends_with(" 0 closed at shutdown; refused 3 (3 not in --allow)"));
    Ok(())
}
