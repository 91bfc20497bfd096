//! What close-code takes for right is what ws-server does.

use std::fs;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use exercises::lessons::lesson_5::{Case, MAX_MESSAGE, close_codes};
use programs::{Language, Server, connect};
use wire::websocket::{CLOSE, FIN, Frame, REQUEST, RESPONSE};

#[test]
fn ws_server_closes_with_the_same_codes() -> Result<()> {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("close-codes.log");
    let options = ["--max-message", &MAX_MESSAGE.to_string(), "--error-log", &log.display().to_string()];
    let server = Server::start("ws-server", Language::Rust, &options)?;
    for case in close_codes()? {
        let got = close_code(server.address, &case).with_context(|| format!("{case:?}"))?;
        ensure!(got == case.close_code, "ws-server closes with {got:?}: {case:?}");
    }
    server.stop()?;
    Ok(fs::remove_file(log)?)
}

fn close_code(server: SocketAddr, case: &Case) -> Result<Option<u16>> {
    let mut client = connect(server)?;
    client.write_all(REQUEST.as_bytes())?;
    client.read_exact(&mut vec![0; RESPONSE.len()])?;
    // After a valid frame, the server takes the request to close the session: 1000.
    client.write_all(&case.frame)?;
    client.write_all(&Frame::new(FIN | CLOSE, 1000_u16.to_be_bytes()).masked([1, 2, 3, 4]).encode())?;
    loop {
        let frame = Frame::read_from(&client)?;
        if let (true, [high, low, ..]) = (frame.first_byte == FIN | CLOSE, &frame.payload[..]) {
            let code = u16::from_be_bytes([*high, *low]);
            return Ok(Some(code).filter(|code| *code != 1000));
        }
    }
}
