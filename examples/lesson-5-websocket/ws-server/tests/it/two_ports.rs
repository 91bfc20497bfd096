//! Two servers in one process: each port has its own limits and counts, and one signal shuts both down.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use programs::{Language, Signal, WAIT, connect, connect_from, run};
use wire::websocket::{FIN, TEXT};

use crate::common::{Client, WsServer, frame, with_each};

#[test]
fn one_signal_shuts_both_ports_down_and_frees_them() -> Result<()> {
    for (language, signal) in
        Language::ALL.into_iter().flat_map(|language| [Signal::INT, Signal::TERM].map(|signal| (language, signal)))
    {
        let mut server = WsServer::start(language, &[])?;
        let (mut client, _silent) = (Client::connect(server.echo)?, connect(server.token)?);
        client.assert_echoes("hello")?;
        let mut without_token = Client::connect(server.token)?;
        server.server.process.signal(signal)?;
        let start = Instant::now();
        let (echo, token) = (server.line("(echo) served 1: ")?, server.line("(token) served 2: ")?);
        let ended = server.server.process.wait()?;
        ensure!(ended.status.success(), "{language:?}: {ended:?}");
        // The interpreter needs time of its own to end.
        let max = Duration::from_secs(if language == Language::Rust { 1 } else { 2 });
        ensure!(start.elapsed() < max, "{language:?}: {:?}", start.elapsed());
        ensure!(echo.contains("0 failed, 1 closed at shutdown") && token.contains("0 failed, 2 closed at shutdown"));
        for client in [&mut client, &mut without_token] {
            ensure!(client.assert_closed(1001)? == "the server is shutting down", "{language:?}");
        }
        for address in [server.echo, server.token] {
            TcpListener::bind(address).with_context(|| format!("{language:?}: {address} is not free"))?;
        }
        ensure!(fs::read_to_string(&server.log)?.is_empty(), "{language:?}: a shutdown is not an error");
        fs::remove_file(server.log)?;
    }
    Ok(())
}

#[test]
fn the_limits_of_one_port_do_not_affect_the_other() -> Result<()> {
    let options = ["--max-connections", "20", "--when-full", "close", "--deadline", "60s"];
    with_each(&options, |mut server| {
        let silent: Vec<TcpStream> = (0..20).map(|_| connect(server.token)).collect::<Result<_>>()?;
        server.wait_for_status("token", "20 open")?;
        ensure!(connect(server.token)?.read(&mut [0])? == 0);
        server.line("token: refused 127.0.0.1: all 20 connections are in use (--max-connections)")?;
        Client::connect(server.echo)?.assert_echoes("hello")?;
        server.server.process.signal(Signal::USR1)?;
        let echo = server.line("echo: ")?;
        ensure!(echo.contains(" open; served "), "{echo}");
        drop(silent);
        server.stop().map(drop)
    })
}

#[test]
fn two_hundred_silent_clients_delay_nobody() -> Result<()> {
    with_each(&["--deadline", "60s"], |server| {
        let connect_50 = |to: SocketAddr| (0..50).map(move |_| connect(to));
        let mut silent: Vec<TcpStream> =
            connect_50(server.echo).chain(connect_50(server.token)).collect::<Result<_>>()?;
        for number in 0..50 {
            // In the middle of a frame, and before the token.
            let mut client = Client::connect(server.echo)?;
            client.0.write_all(&frame(FIN | TEXT, b"hello")[..number % 10])?;
            silent.push(client.0);
            silent.push(Client::connect(server.token)?.0);
        }
        let start = Instant::now();
        Client::connect(server.echo)?.assert_echoes("hello")?;
        ensure!(start.elapsed() < WAIT / 20, "{:?}", start.elapsed());
        drop(silent);
        server.stop().map(drop)
    })
}

#[test]
fn addresses_that_are_not_allowed_are_refused_at_both_ports() -> Result<()> {
    with_each(&["--allow", "127.0.0.1"], |server| {
        for port in [server.echo, server.token] {
            ensure!(connect_from("127.0.0.2", port)?.read(&mut [0])? == 0);
            Client::connect(port)?;
        }
        let stopped = server.stop()?;
        for port in ["echo", "token"] {
            let warning = format!("{port}: refused 127.0.0.2: not allowed by --allow");
            ensure!(stopped.err.contains(&warning), "{:?}", stopped.err);
            let served = stopped.served(port)?;
            ensure!(served.starts_with("1: ") && served.ends_with("; refused 1 (1 not in --allow)"), "{served}");
        }
        Ok(())
    })
}

#[test]
fn an_error_names_the_option_whose_port_is_in_use() -> Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    for language in Language::ALL {
        for (option, other, prefix) in
            [("--listen", "--listen-token", ""), ("--listen-token", "--listen", "--listen-token: ")]
        {
            let options = [option, &address, other, "127.0.0.1:0", "--error-log", "/dev/null"];
            let ended = run("ws-server", language, &options, b"")?;
            let reason = format!("ws-server: {prefix}cannot listen on {address}: the port is in use; ");
            ensure!(ended.err().last().is_some_and(|line| line.starts_with(&reason)), "{language:?}: {ended:?}");
            ensure!(ended.status.code() == Some(1) && ended.out().is_empty(), "{language:?}: {ended:?}");
        }
    }
    Ok(())
}
