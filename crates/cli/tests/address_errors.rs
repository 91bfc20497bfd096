//! What is said where there is no socket.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

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
            "cannot listen on {address}: the port is in use; end the program that has it, \
             or choose another port (--listen HOST:0 takes any)"
        )
    );
    Ok(())
}

#[test]
fn the_machine_has_no_such_address() -> Result {
    // For documentation, and so no machine's (RFC 5737).
    assert_eq!(
        error_of_listen("192.0.2.1:9527")?,
        "cannot listen on 192.0.2.1:9527: this machine has no such address; 127.0.0.1 is always there"
    );
    Ok(())
}

#[test]
fn nothing_listens() -> Result {
    // Taken, so that nobody else can listen there, and not listened on.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let address = socket.local_addr()?.as_socket().ok_or("no address")?.to_string();
    assert_eq!(
        error_of_connect(&address)?,
        format!(
            "cannot connect to {address}: nothing listens there; start the server first, \
             or say where it is (--connect)"
        )
    );
    Ok(())
}

#[test]
fn the_name_does_not_resolve() -> Result {
    // No name under .invalid ever does (RFC 2606).
    let expected = "cannot resolve nowhere.invalid: no address is known for that name; check its spelling";
    assert_eq!(error_of_connect("nowhere.invalid:9527")?, expected);
    assert_eq!(error_of_listen("nowhere.invalid:9527")?, expected);
    Ok(())
}

#[test]
fn no_time_is_left_to_connect() -> Result {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?.to_string();
    let error = address.parse::<Address>()?.connect(Duration::ZERO).err().ok_or("connected")?;
    assert_eq!(error.to_string(), format!("cannot connect to {address}: no answer in time; is the address right?"));
    Ok(())
}

fn error_of_listen(address: &str) -> std::result::Result<String, Box<dyn std::error::Error>> {
    Ok(address.parse::<Address>()?.listen().err().ok_or("it listens")?.to_string())
}

fn error_of_connect(address: &str) -> std::result::Result<String, Box<dyn std::error::Error>> {
    let error = address.parse::<Address>()?.connect(Duration::from_secs(60)).err();
    Ok(error.ok_or("it is connected")?.to_string())
}
