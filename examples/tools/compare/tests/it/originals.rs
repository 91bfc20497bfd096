//! A program of the reader's own, written for port 9527 and the hmac of Python 3.7, takes a twin's place.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use programs::{Ended, Process};

use crate::shared::{compare, rows, run};

const GATE_SERVER: &str = r#"
import hmac, os, socket
listener = socket.socket()
listener.bind(("localhost", 9527))
listener.listen(1)
client, _ = listener.accept()
nonce = os.urandom(32)
client.sendall(nonce)
print(client.recv(32).decode() == hmac.new("老衲洗头用飘柔".encode(), nonce).hexdigest())
"#;

/// Listens at both of the tutorial's ports, and forgets at the second that its clients have more to say.
const WS_SERVER: &str = r#"
import threading
from websockets.sync.server import serve

def echo(websocket):
    for message in websocket:
        websocket.send(f"Server received: {message}")

def let_in(websocket):
    websocket.recv()
    websocket.send("Authenticated!")

with serve(echo, "localhost", 8765) as anyone, serve(let_in, "127.0.0.1", 8888) as holders:
    threading.Thread(target=anyone.serve_forever).start()
    holders.serve_forever()
"#;

/// Writes a program to a file and returns its path.
fn file(name: &str, text: &str) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text)?;
    Ok(path)
}

/// Runs it in the place of a twin, with an interpreter that has the packages of WebSocket programs.
fn run_original(path: &Path, role: &str) -> Result<Ended> {
    let mut command = compare(&["--original", path.to_str().context("a path in UTF-8")?, "--as", role])?;
    Process::start(command.env("PYTHON", programs::python_for("ws-server")?.get_program()), b"")?.wait()
}

#[test]
fn a_server_and_a_client_that_send_the_same() -> Result<()> {
    let naive_client = programs::root().join(programs::folder("naive-echo-client")?).join("main.py");
    for (path, role, row) in [
        (file("my_gate_server.py", GATE_SERVER)?, "gate-server", ["1. The gate", "my_gate_server.py", "OTHER"]),
        (naive_client, "echo-client", ["2. The echo", "OTHER", "main.py"]),
    ] {
        let ended = run_original(&path, role)?;
        assert!(ended.status.success(), "{ended:?}");
        let rows = rows(&ended.out());
        assert_eq!(rows.len(), 5, "{rows:?}");
        for other in ["Rust", "Python"] {
            let names = row.map(|cell| if cell == "OTHER" { other } else { cell });
            assert!(rows.iter().any(|row| row[..3] == names && row[3..] == ["complete", "the same"]), "{rows:?}");
        }
    }
    Ok(())
}

#[test]
fn one_that_fails_is_not_complete() -> Result<()> {
    let ended = run_original(&file("failing_client.py", "raise SystemExit('out of order')")?, "threaded-client")?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let out = ended.out();
    assert_eq!(rows(&out)[2][3..], ["not complete", "different"]);
    assert!(out.contains(&"the client: it ends with exit status: 1: out of order"), "{out:#?}");
    assert_eq!(out.last(), Some(&"2 of 4 pairings are complete, with the bytes that the lesson defines"));
    Ok(())
}

#[test]
fn a_file_that_does_not_exist_is_an_error() -> Result<()> {
    let ended = run(&["--original", "no_such.py", "--as", "gate-server"])?;
    assert_eq!(ended.err(), ["compare: no such file: no_such.py"]);
    assert_eq!(ended.status.code(), Some(1));
    Ok(())
}

#[test]
fn a_websocket_server_is_found_on_the_port_of_the_lesson() -> Result<()> {
    let ended = run_original(&file("my_ws_server.py", WS_SERVER)?, "ws-server")?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let out = ended.out();
    let rows = rows(&out);
    assert_eq!(rows[3], ["5. WebSocket", "my_ws_server.py", "Rust", "complete", "the same"]);
    assert_eq!(rows[4], ["5. WebSocket", "my_ws_server.py", "Python", "complete", "the same"]);
    assert_eq!(rows[5], ["6. Tokens", "Rust", "Rust", "complete", "the same"]);
    assert_eq!(rows[7], ["6. Tokens", "my_ws_server.py", "Rust", "not complete", "different"]);
    // It closes where an echo is expected.
    assert!(out.iter().any(|line| line.starts_with("+") && line.contains(" 88 02 03 e8 ")), "{out:#?}");
    Ok(())
}
