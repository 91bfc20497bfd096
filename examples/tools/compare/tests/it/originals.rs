//! A program of the reader's own, written for port 9527 and the hmac of Python 3.7, takes a twin's place.

use crate::shared::{file, rows, run};
use anyhow::{Context, Result};
use programs::{Ended, Process};

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

const ECHO_CLIENT: &str = r#"
from hmac import new
from socket import *
from sys import stdin
server = create_connection(("127.0.0.1", 9527))
server.sendall(new("芝麻开门".encode(), server.recv(32, MSG_WAITALL)).digest())
for line in stdin:
    if line.strip() == "quit":
        break
    server.sendall(line.strip().encode())
    print(server.recv(1024).decode())
"#;

/// Forgets the line ending of every line.
const LINE_CLIENT: &str = r#"
import socket
while True:
    line = input()
    if not line:
        break
    with socket.socket() as server:
        server.connect(("localhost", 9527))
        server.sendall(line.encode())
        server.shutdown(socket.SHUT_WR)
        print(server.recv(1024).decode())
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

/// Says the text in two frames.
const WS_CLIENT: &str = r#"
import sys
from websockets.sync.client import connect
with connect("ws://127.0.0.1:8765", compression=None) as server:
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        server.send(iter([line.strip()[:2], line.strip()[2:]]))
        print(server.recv())
"#;

#[test]
fn a_server_and_a_client_that_say_the_same() -> Result<()> {
    for (name, text, role, lesson) in [
        ("my_gate_server.py", GATE_SERVER, "gate-server", "1. The gate"),
        ("my_echo_client.py", ECHO_CLIENT, "echo-client", "2. The echo"),
    ] {
        let path = file(name, text)?;
        let ended = run(&["--original", path.to_str().context("a path")?, "--as", role])?;
        assert!(ended.status.success(), "{ended:?}");
        let rows = rows(&ended.out());
        let in_its_place = |other: &str| match role {
            "gate-server" => [lesson, name, other, "complete", "the same"].map(str::to_owned),
            _ => [lesson, other, name, "complete", "the same"].map(str::to_owned),
        };
        assert_eq!(rows.len(), 5, "{rows:?}");
        assert!(rows.contains(&in_its_place("Rust").to_vec()), "{rows:?}");
        assert!(rows.contains(&in_its_place("Python").to_vec()), "{rows:?}");
    }
    Ok(())
}

#[test]
fn other_bytes_are_shown_as_a_diff() -> Result<()> {
    let path = file("my_line_client.py", LINE_CLIENT)?;
    let ended = run(&["--original", path.to_str().context("a path")?, "--as", "line-client"])?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let out = ended.out();
    assert_eq!(rows(&out)[2], ["3. Lines", "Rust", "my_line_client.py", "complete", "different"]);
    assert_eq!(rows(&out)[3], ["3. Lines", "Python", "Rust", "complete", "the same"]);
    let diff = [
        "connection 1, client → server:",
        "--- expected",
        "+++ actual",
        "@@ -1 +1 @@",
        "-0000  68 65 6c 6c 6f 0d 0a                             |hello..|",
        "+0000  68 65 6c 6c 6f                                   |hello|",
    ];
    assert!(out.windows(diff.len()).any(|lines| lines == diff), "{out:#?}");
    assert_eq!(out.last(), Some(&"2 of 4 pairings are complete, with the bytes that the lesson defines"));
    Ok(())
}

#[test]
fn one_that_fails_is_not_complete() -> Result<()> {
    let path = file("my_failing_client.py", "raise SystemExit('out of order')")?;
    let ended = run(&["--original", path.to_str().context("a path")?, "--as", "threaded-client"])?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let out = ended.out();
    assert_eq!(rows(&out)[2][3..], ["not complete", "different"]);
    assert!(out.contains(&"the client: it ends with exit status: 1: out of order"), "{out:#?}");
    Ok(())
}

#[test]
fn a_file_that_is_not_there_is_refused() -> Result<()> {
    let ended = run(&["--original", "no_such.py", "--as", "gate-server"])?;
    assert_eq!(ended.err(), ["compare: no such file: no_such.py"]);
    assert_eq!(ended.status.code(), Some(1));
    Ok(())
}

#[test]
fn a_websocket_server_is_heard_at_the_port_of_the_lesson() -> Result<()> {
    let ended = run_with_packages("my_ws_server.py", WS_SERVER, "ws-server")?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let out = ended.out();
    let rows = rows(&out);
    assert_eq!(rows[3], ["5. WebSocket", "my_ws_server.py", "Rust", "complete", "the same"]);
    assert_eq!(rows[4], ["5. WebSocket", "my_ws_server.py", "Python", "complete", "the same"]);
    assert_eq!(rows[5], ["6. Tokens", "Rust", "Rust", "complete", "the same"]);
    assert_eq!(rows[7], ["6. Tokens", "my_ws_server.py", "Rust", "not complete", "different"]);
    // It takes leave where an echo is due.
    assert!(out.iter().any(|line| line.starts_with("+") && line.contains(" 88 02 03 e8 ")), "{out:#?}");
    Ok(())
}

#[test]
fn websocket_frames_are_shown_with_what_was_said_in_them() -> Result<()> {
    let ended = run_with_packages("my_ws_client.py", WS_CLIENT, "ws-client")?;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let out = ended.out();
    assert_eq!(rows(&out)[2], ["5. WebSocket", "Rust", "my_ws_client.py", "complete", "different"]);
    assert_eq!(rows(&out)[4], ["5. WebSocket", "Python", "my_ws_client.py", "complete", "different"]);
    let has = |first: char, part: &str| out.iter().any(|line| line.starts_with(first) && line.contains(part));
    assert!(has('-', "81 85 -- -- -- -- 68 "), "{out:#?}");
    assert!(has('+', "01 82 -- -- -- -- 68 "), "{out:#?}");
    Ok(())
}

/// With an interpreter that has what a WebSocket program imports: the twins' own.
fn run_with_packages(name: &str, text: &str, role: &str) -> Result<Ended> {
    let python = programs::python_for("ws-server")?;
    let path = file(name, text)?;
    let mut command = crate::shared::compare(&["--original", path.to_str().context("a path")?, "--as", role])?;
    Process::start(command.env("PYTHON", python.get_program()), b"")?.wait()
}
