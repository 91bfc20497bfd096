use std::io::{ErrorKind, Read, Write};
use std::iter::repeat;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use programs::Signal;

use crate::exercise::Exercise;
use crate::program::Program;
use crate::server::{Server, reset};
use crate::{expect, random};

/// The exercises of lesson 4.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 4,
        name: "escape-output",
        checks: &[
            ("escapes the control characters of ASCII", escapes_c0),
            ("escapes the control characters from U+0080 on", escapes_c1),
            ("escapes bytes that are not UTF-8, and leaves text as it is", escapes_bytes),
        ],
    },
    Exercise {
        lesson: 4,
        name: "limit-threads",
        checks: &[
            ("serves N clients, and the next ones when others leave", keeps_the_others_waiting),
            ("still serves N clients, and no more, after some that reset their connections", gives_places_back),
            ("lets 60 others wait, although it may open only 32 files", does_not_accept_the_others),
        ],
    },
    Exercise {
        lesson: 4,
        name: "survive-accept",
        checks: &[
            ("serves the next client when a crowd has left", outlives_a_crowd),
            ("prints at most 20 lines in a second while it cannot accept", pauses_after_an_error),
        ],
    },
    Exercise {
        lesson: 4,
        name: "graceful-shutdown",
        checks: &[
            ("finishes a reply after SIGTERM, and then exits with status 0", finishes_a_reply),
            ("serves no new client after SIGINT, and exits with status 0", serves_no_new_client),
            ("exits with status 0 after the grace period, although a client says nothing", ends_after_the_grace_period),
        ],
    },
];

fn escapes_c0(program: &Program) -> Result<()> {
    escapes(program, ('\0'..' ').chain(['\u{7f}']))
}

fn escapes_c1(program: &Program) -> Result<()> {
    escapes(program, '\u{80}'..'\u{a0}')
}

/// Checks that each of these characters is escaped, with random text after it.
fn escapes(program: &Program, characters: impl Iterator<Item = char>) -> Result<()> {
    let mut cases = Vec::new();
    for char in characters {
        let text = random::text(4, &['a', ' ', '\\', 'é', '门', '👍'])?;
        cases.push((format!("{char}{text}").into_bytes(), format!("\\u{{{:x}}}{text}", u32::from(char))));
    }
    compare_escaped(program, &cases)
}

fn escapes_bytes(program: &Program) -> Result<()> {
    let mut cases = Vec::new();
    for byte in 0x80..=0xff {
        let text = random::text(4, &['a', ' ', '\\', 'é', '门', '👍'])?;
        cases.push(([text.as_bytes(), &[byte, b'!']].concat(), format!("{text}\\x{byte:02x}!")));
    }
    compare_escaped(program, &cases)
}

fn compare_escaped(program: &Program, cases: &[(Vec<u8>, String)]) -> Result<()> {
    let input: String = cases.iter().map(|(bytes, _)| wire::hex(bytes) + "\n").collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for ((bytes, expected), got) in cases.iter().zip(ended.out().into_iter().chain(repeat("nothing"))) {
        let got = wire::from_hex(got).with_context(|| format!("the harness printed {got:?}"))?;
        let what = format!("the text for {}, which should be {expected},", wire::hex(bytes));
        expect::bytes(&what, expected.as_bytes(), &got)?;
    }
    Ok(())
}

fn keeps_the_others_waiting(program: &Program) -> Result<()> {
    let limit = 2 + random::below(3)?;
    program.run_as_server(&[&limit.to_string()], |server| {
        let mut clients = ready_clients(server, limit)?;
        let mut waiting = Vec::new();
        for number in limit + 1..limit + 4 {
            let client = server.connect()?;
            expect::silence(&client, &format!("client {number} should wait while {limit} are served"))?;
            waiting.push(client);
        }
        while let Some(client) = clients.pop() {
            expect_echo(&client)?;
            drop(client);
            // The first that waits is served next.
            if !waiting.is_empty() {
                let next = waiting.remove(0);
                expect_ready(&next).context("a client left, but the next one got no \"ready\"")?;
                clients.insert(0, next);
            }
        }
        Ok(())
    })
}

fn gives_places_back(program: &Program) -> Result<()> {
    let limit = 2 + random::below(3)?;
    program.run_as_server(&[&limit.to_string()], |server| {
        for number in 1..=limit + 2 {
            let client = server.connect()?;
            let why = || format!("{} clients reset their connections, but the next got no \"ready\"", number - 1);
            expect_ready(&client).with_context(why)?;
            reset(client)?;
        }
        let _clients = ready_clients(server, limit)?;
        expect::silence(&server.connect()?, &format!("client {} should wait while {limit} are served", limit + 1))
    })
}

fn does_not_accept_the_others(program: &Program) -> Result<()> {
    let limit = 2 + random::below(3)?;
    program.run_as_server_with_open_files(&[&limit.to_string()], OPEN_FILES, |server| {
        let clients = ready_clients(server, limit)?;
        let crowd = connect_crowd(server)?;
        for client in crowd.first().into_iter().chain(crowd.last()) {
            expect::silence(client, &format!("{CROWD} clients should wait while {limit} are served"))?;
        }
        drop((clients, crowd));
        expect_ready(&server.connect()?).context("all clients left, but the next one got no \"ready\"")
    })
}

fn ready_clients(server: &Server<'_>, count: usize) -> Result<Vec<TcpStream>> {
    let mut clients = Vec::new();
    for number in 1..=count {
        let client = server.connect()?;
        expect_ready(&client).with_context(|| format!("client {number} of {count} got no \"ready\""))?;
        clients.push(client);
    }
    Ok(clients)
}

fn expect_ready(client: &TcpStream) -> Result<()> {
    client.set_read_timeout(Some(Duration::from_secs(3)))?;
    expect_line(client, "ready\n")
}

fn expect_line(mut client: &TcpStream, line: &str) -> Result<()> {
    let mut got = vec![0; line.len()];
    client.read_exact(&mut got)?;
    expect::bytes("what the server sent", line.as_bytes(), &got)
}

fn expect_echo(mut client: &TcpStream) -> Result<()> {
    let sent = wire::hex(&random::bytes(8)?) + "\n";
    client.write_all(sent.as_bytes())?;
    expect_line(client, &sent)
}

const OPEN_FILES: u32 = 32;
const CROWD: usize = 60;

fn outlives_a_crowd(program: &Program) -> Result<()> {
    program.run_as_server_with_open_files(&[], OPEN_FILES, |server| {
        let crowd = connect_crowd(server)?;
        server.line("cannot accept")?;
        drop(crowd);
        let client = server.connect()?;
        client.set_read_timeout(Some(Duration::from_secs(5)))?;
        expect_echo(&client).context("after the crowd had left")
    })
}

fn pauses_after_an_error(program: &Program) -> Result<()> {
    program.run_as_server_with_open_files(&[], OPEN_FILES, |server| {
        let _crowd = connect_crowd(server)?;
        server.line("cannot accept")?;
        let lines = server.lines_within(Duration::from_secs(1));
        ensure!(lines.len() <= 20, "it printed {} more lines in the next second", lines.len());
        Ok(())
    })
}

fn connect_crowd(server: &Server<'_>) -> Result<Vec<TcpStream>> {
    (0..CROWD).map(|_| server.connect()).collect()
}

fn finishes_a_reply(program: &Program) -> Result<()> {
    program.run_as_server(&["8000"], |server| {
        let client = begun(server)?;
        server.signal(Signal::TERM)?;
        expect_line(&client, "end\n").context("after the signal, the client waits for the end of its reply")?;
        let start = Instant::now();
        expect_success(server)?;
        let time = start.elapsed();
        ensure!(time < Duration::from_secs(4), "the last client left, but the server ended {time:.1?} later");
        Ok(())
    })
}

fn serves_no_new_client(program: &Program) -> Result<()> {
    program.run_as_server(&["8000"], |server| {
        let client = begun(server)?;
        server.signal(Signal::INT)?;
        server.line("shutting down")?;
        // If nothing listens any more, that is fine too.
        if let Ok(mut late) = server.connect() {
            late.set_read_timeout(Some(Duration::from_secs(3)))?;
            let _ = late.write_all(b"late");
            let mut got = Vec::new();
            let result = late.read_to_end(&mut got);
            expect::bytes("what a client got that connected after the signal", b"", &got)?;
            let waits = result.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
            ensure!(!waits, "a client that connected after the signal waits, and its connection is not closed");
        }
        expect_line(&client, "end\n").context("after the signal, the client waits for the end of its reply")?;
        expect_success(server)
    })
}

fn ends_after_the_grace_period(program: &Program) -> Result<()> {
    program.run_as_server(&["1000"], |server| {
        let _silent = server.connect()?;
        // Clients are accepted in their order.
        expect_line(&begun(server)?, "end\n")?;
        let start = Instant::now();
        server.signal(Signal::TERM)?;
        expect_success(server)?;
        let time = start.elapsed();
        ensure!(
            time > Duration::from_millis(700),
            "the server ended after {time:.1?}, before its grace period was over"
        );
        Ok(())
    })
}

/// Returns a client to which the server has begun to reply.
fn begun(server: &Server<'_>) -> Result<TcpStream> {
    let mut client = server.connect()?;
    client.write_all(b"go\n")?;
    expect_line(&client, "begin\n")?;
    Ok(client)
}

fn expect_success(server: &mut Server<'_>) -> Result<()> {
    let status = server.wait()?;
    ensure!(status.success(), "your program ended with {status}, and not with status 0");
    Ok(())
}
