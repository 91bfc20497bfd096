//! Errors say for which address a program cannot listen or connect, why, and what to do.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

use cli::Address;
use socket2::{Domain, Socket, Type};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

#[test]
fn the_port_is_in_use() -> Result {
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = other.local_addr()?.to_string();
    assert_eq!(
        error_of_listen(&address)?,
        format!(
            "cannot listen on {address}: the port is in use; stop the program that uses it \
             or choose another port with --listen"
        )
    );
    Ok(())
}

#[test]
fn the_machine_has_no_such_address() -> Result {
    // This address is for documentation; no machine has it (RFC 5737).
    assert_eq!(
        error_of_listen("192.0.2.1:9527")?,
        "cannot listen on 192.0.2.1:9527: this machine has no such address; use 127.0.0.1"
    );
    Ok(())
}

#[test]
fn nothing_listens() -> Result {
    // Bound, so that nobody else can listen there, but not listening.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let address = socket.local_addr()?.as_socket().ok_or("no address")?.to_string();
    assert_eq!(
        error_of_connect(&address)?,
        format!(
            "cannot connect to {address}: nothing listens there; start the server first, \
             or set its address with --connect"
        )
    );
    Ok(())
}

#[test]
fn the_name_does_not_resolve() -> Result {
    // No name under .invalid ever resolves (RFC 2606).
    let expected = "cannot resolve nowhere.invalid: unknown host; check the spelling";
    assert_eq!(error_of_connect("nowhere.invalid:9527")?, expected);
    assert_eq!(error_of_listen("nowhere.invalid:9527")?, expected);
    Ok(())
}

#[test]
fn the_server_does_not_respond_in_time() -> Result {
    let address: Address = "127.0.0.1:9527".parse()?;
    let error = address.cannot_connect(ErrorKind::TimedOut.into());
    assert_eq!(error.to_string(), "cannot connect to 127.0.0.1:9527: no response in time; check the address");
    Ok(())
}

fn error_of_listen(address: &str) -> std::result::Result<String, Box<dyn std::error::Error>> {
    let address: Address = address.parse()?;
    let error = TcpListener::bind(&address).err().ok_or("it listens")?;
    Ok(address.cannot_listen(error).to_string())
}

fn error_of_connect(address: &str) -> std::result::Result<String, Box<dyn std::error::Error>> {
    let address: Address = address.parse()?;
    let error = TcpStream::connect(&address).err().ok_or("it is connected")?;
    Ok(address.cannot_connect(error).to_string())
}
