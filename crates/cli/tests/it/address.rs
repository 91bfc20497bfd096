//! Which texts are addresses, that programs can listen on them and connect to them, and what errors say about them.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use cli::Address;

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

#[test]
fn valid_addresses_are_displayed_unchanged() -> Result {
    let texts = "127.0.0.1:9527 localhost:9527 example.com:1 0.0.0.0:0 a:65535 [::1]:9527 [::]:0 [fe80::1]:80";
    for text in texts.split(' ') {
        assert_eq!(text.parse::<Address>()?.to_string(), text);
    }
    Ok(())
}

#[test]
fn invalid_addresses_are_refused_with_the_form_that_is_expected() {
    let numbers =
        "|:|9527|:9527|localhost|localhost:|localhost:http|localhost:65536|localhost:-1|localhost:+1|localhost: 1";
    // Without brackets, it is unclear where the port begins.
    let ipv6 = "[::1]|[::1]9527|[::1:9527|::1]:9527|[]:9527|::1|::1:9527|fe80::1:9527|http://localhost:9527";
    for text in numbers.split('|').chain(ipv6.split('|')) {
        let error = text.parse::<Address>().map(|address| address.to_string());
        let expected = "expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527".to_owned();
        assert_eq!(error, Err(expected), "{text:?}");
    }
}

#[test]
fn a_client_connects_by_address_and_by_name() -> Result {
    let mut pairs = vec![("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("localhost", "localhost")];
    // Not every machine has IPv6.
    match TcpListener::bind("[::1]:0") {
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {}
        _ => pairs.push(("[::1]", "[::1]")),
    }
    for (listening, connecting) in pairs {
        let listener = TcpListener::bind(format!("{listening}:0").parse::<Address>()?)?;
        let port = listener.local_addr()?.port();
        let mut client = TcpStream::connect(format!("{connecting}:{port}").parse::<Address>()?)?;
        client.write_all(b"hello")?;
        let mut received = [0; 5];
        listener.accept()?.0.read_exact(&mut received)?;
        assert_eq!(&received, b"hello");
    }
    Ok(())
}

/// What programs print if a port is in use, nothing listens or a host is unknown is tested with them.
#[test]
fn an_error_says_for_which_address_and_what_to_do() -> Result {
    let address: Address = "127.0.0.1:80".parse()?;
    let cannot_listen = address.cannot_listen(ErrorKind::PermissionDenied.into());
    assert_eq!(cannot_listen.to_string(), "cannot listen on 127.0.0.1:80: permission denied; choose a port above 1023");
    let cannot_connect = address.cannot_connect(ErrorKind::TimedOut.into());
    assert_eq!(cannot_connect.to_string(), "cannot connect to 127.0.0.1:80: no response in time; check the address");
    assert_eq!(
        address.cannot_connect(ErrorKind::OutOfMemory.into()).to_string(),
        "cannot connect to 127.0.0.1:80: out of memory"
    );
    Ok(())
}
