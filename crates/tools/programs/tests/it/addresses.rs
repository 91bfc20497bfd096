//! If a program cannot listen or connect, one line says why and what to do.

use std::net::TcpListener;

use anyhow::{Context, Result};
use programs::{ClosedPort, Language, run};

use crate::common::{CLIENTS, SERVERS, at_once, both, fails, with_key};

/// No name under .invalid ever resolves (RFC 2606).
const UNKNOWN_HOST: &str = "cannot resolve nowhere.invalid: unknown host; check the spelling";

#[test]
fn a_server_that_cannot_listen() -> Result<()> {
    let other = TcpListener::bind("127.0.0.1:0")?;
    let in_use = other.local_addr()?.to_string();
    let advice = "the port is in use; stop the program that uses it or choose another port with --listen";
    let port_in_use = format!("cannot listen on {in_use}: {advice}");
    let cases = [
        (&*in_use, &*port_in_use),
        // No machine has this address, which is for documentation (RFC 5737).
        ("192.0.2.1:9527", "cannot listen on 192.0.2.1:9527: this machine has no such address; use 127.0.0.1"),
        ("nowhere.invalid:9527", UNKNOWN_HOST),
    ];
    at_once(both(&SERVERS), |(name, language)| {
        cases.iter().try_for_each(|(address, error)| {
            fails(with_key(name, language, &["--listen", address])?, 1, &[&format!("{name}: {error}")])
        })
    })
}

#[test]
fn a_client_that_cannot_connect() -> Result<()> {
    let closed_port = ClosedPort::new()?;
    let unused = closed_port.address.to_string();
    let advice = "nothing listens there; start the server first, or set its address with --connect";
    let nothing_listens = format!("cannot connect to {unused}: {advice}");
    let cases = [(&*unused, &*nothing_listens), ("nowhere.invalid:9527", UNKNOWN_HOST)];
    at_once(both(&CLIENTS), |(name, language)| {
        cases.iter().try_for_each(|(address, error)| {
            fails(with_key(name, language, &["--connect", address])?, 1, &[&format!("{name}: {error}")])
        })
    })
}

#[test]
fn an_invalid_address_is_refused_with_the_form_that_is_expected() -> Result<()> {
    let expected = "expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527";
    let options = SERVERS.map(|name| (name, "--listen")).into_iter().chain(CLIENTS.map(|name| (name, "--connect")));
    at_once(options, |(name, option)| {
        let usage = format!("error: invalid value 'localhost' for '{option} <HOST:PORT>': {expected}");
        let rust = with_key(name, Language::Rust, &[option, "localhost"])?;
        fails(rust, 2, &[&usage, "", "For more information, try '--help'."])?;
        is_refused_by_python(name, option, "localhost", expected)
    })?;
    // What else is invalid in Rust is in the tests of `cli`.
    at_once(["localhost:65536", ":9527", "::1"], |address| {
        is_refused_by_python("line-client", "--connect", address, expected)
    })
}

/// The words around the expected form are those of argparse.
fn is_refused_by_python(name: &str, option: &str, address: &str, expected: &str) -> Result<()> {
    let ended = run(name, Language::Python, &[option, address], b"")?;
    assert_eq!(ended.status.code(), Some(2), "{name} {address}");
    let last = *ended.err().last().context("no error")?;
    assert!(last.contains(expected), "{name} {address}: {last}");
    Ok(())
}
