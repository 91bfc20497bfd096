//! Two servers in one process: each port has its limits and its counts, and one signal reaches both.

use crate::common;

use std::io::Read;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use common::{FIN, LONG, Raw, TEXT, WsServer, frame};
use programs::{Language, Signal, run};
use socket2::{Domain, Socket, Type};

#[test]
fn each_ends_when_told_and_both_ports_are_free_again() -> Result<()> {
    for language in Language::ALL {
        for signal in [Signal::INT, Signal::TERM] {
            let mut server = WsServer::start(language, &[])?;
            let (mut talker, _silent) = (Raw::connect(server.echo)?, TcpStream::connect(server.token)?);
            ensure!(talker.asks("hello")? == "Server received: hello");
            let mut tokenless = Raw::connect(server.token)?;
            server.server.process.signal(signal)?;
            let start = Instant::now();
            let (echo, token) = (server.server.line("(echo) served 1: ")?, server.server.line("(token) served 2: ")?);
            let ended = server.server.process.wait()?;
            ensure!(ended.status.success(), "{language:?}: {ended:?}");
            // To end the interpreter takes time of its own.
            let most = Duration::from_secs(if language == Language::Rust { 1 } else { 2 });
            ensure!(start.elapsed() < most, "{language:?}: {:?}", start.elapsed());
            ensure!(
                echo.contains("0 failed, 1 closed at shutdown") && token.contains("0 failed, 2 closed at shutdown")
            );
            for client in [&mut talker, &mut tokenless] {
                ensure!(client.closed()? == (1001, "the server is shutting down".to_owned()), "{language:?}");
            }
            for address in [server.echo, server.token] {
                TcpListener::bind(address).with_context(|| format!("{language:?}: {address} is not free"))?;
            }
            std::fs::remove_file(server.log)?;
        }
    }
    Ok(())
}

#[test]
fn a_crowd_at_one_port_is_none_at_the_other() -> Result<()> {
    for language in Language::ALL {
        let options = ["--max-connections", "20", "--when-full", "close", "--deadline", "60s"];
        let mut server = WsServer::start(language, &options)?;
        let silent: Vec<TcpStream> =
            (0..20).map(|_| TcpStream::connect(server.token)).collect::<std::io::Result<_>>()?;
        // Connected is not yet admitted: threads may overtake each other.
        loop {
            server.server.process.signal(Signal::USR1)?;
            if server.server.line("token: ")?.starts_with("token: 20 open; served 0: ") {
                break;
            }
        }
        // The one too many is closed, and the operator told at which port.
        let mut refused = TcpStream::connect(server.token)?;
        ensure!(refused.read(&mut [0])? == 0, "{language:?}");
        server.server.line("token: refused 127.0.0.1: all 20 connections are in use (--max-connections)")?;
        ensure!(Raw::connect(server.echo)?.asks("hello")? == "Server received: hello", "{language:?}");
        server.server.process.signal(Signal::USR1)?;
        let echo = server.server.line("echo: ")?;
        ensure!(echo.contains(" open; served "), "{language:?}: {echo}");
        drop(silent);
        server.stop()?;
    }
    Ok(())
}

#[test]
fn two_hundred_who_say_nothing_keep_nobody_waiting() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--deadline", "60s"])?;
        let begun = |to: SocketAddr| (0..50).map(move |_| TcpStream::connect(to));
        let mut silent: Vec<TcpStream> =
            begun(server.echo).chain(begun(server.token)).collect::<std::io::Result<_>>()?;
        for number in 0..50 {
            // In the middle of a frame, and before the token.
            let mut stalled = Raw::connect(server.echo)?;
            std::io::Write::write_all(&mut stalled.0, &frame(FIN | TEXT, b"hello")[..number % 10])?;
            silent.push(stalled.0);
            silent.push(Raw::connect(server.token)?.0);
        }
        let start = Instant::now();
        ensure!(Raw::connect(server.echo)?.asks("hello")? == "Server received: hello");
        ensure!(start.elapsed() < LONG / 20, "{language:?}: {:?}", start.elapsed());
        drop(silent);
        server.stop()?;
    }
    Ok(())
}

#[test]
fn who_is_not_allowed_gets_no_handshake_at_either() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--allow", "127.0.0.1"])?;
        for (port, name) in [(server.echo, "echo"), (server.token, "token")] {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            socket.bind(&SocketAddr::new("127.0.0.2".parse::<IpAddr>()?, 0).into())?;
            socket.connect(&port.into())?;
            let mut client = TcpStream::from(socket);
            ensure!(client.read(&mut [0])? == 0, "{language:?}: {name}");
            Raw::connect(port)?;
        }
        let (ended, _) = server.stop()?;
        for name in ["echo", "token"] {
            let told = format!("{name}: refused 127.0.0.2: not allowed by --allow");
            ensure!(ended.err().contains(&told.as_str()), "{language:?}: {ended:?}");
            let served = format!("ws-server ({name}) served 1: ");
            let last = ended.out().into_iter().find(|line| line.starts_with(&served)).context(served)?;
            ensure!(last.ends_with("; refused 1 (1 not in --allow)"), "{language:?}: {last}");
        }
    }
    Ok(())
}

#[test]
fn a_port_in_use_is_one_line_that_says_which() -> Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    for language in Language::ALL {
        for (option, other, before) in
            [("--listen", "--listen-token", ""), ("--listen-token", "--listen", "--listen-token: ")]
        {
            let options = [option, &address, other, "127.0.0.1:0", "--error-log", "/dev/null"];
            let ended = run("ws-server", language, &options, b"")?;
            let says = format!("ws-server: {before}cannot listen on {address}: the port is in use; ");
            let error = ended.err().last().copied().unwrap_or_default().to_owned();
            ensure!(error.starts_with(&says), "{language:?}: {error}");
            ensure!(ended.status.code() == Some(1) && ended.out().is_empty(), "{language:?}: {ended:?}");
        }
    }
    Ok(())
}
