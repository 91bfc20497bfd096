//! tshark, the terminal version of Wireshark, finds no error in what `--save` writes, and follows its streams: also
//! encrypted ones, if it has the keys.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use programs::{Language, Process, Server, command};
use wire::hex;

use crate::shared::{Tapped, path, reset, start};

fn tshark(file: &str, options: &[&str]) -> Result<String> {
    let mut tshark = Command::new("tshark");
    tshark.args(["-r", file, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]).args(options);
    let output = tshark.output().context("cannot run tshark")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns what each side sent in one stream, as tshark follows it: it indents the lines of the server.
fn follow(file: &str, stream: usize) -> Result<[String; 2]> {
    let shown = tshark(file, &["-q", "-z", &format!("follow,tcp,raw,{stream}")])?;
    let hex = |line: &&str| !line.trim().is_empty() && line.trim().bytes().all(|byte| byte.is_ascii_hexdigit());
    let lines: Vec<&str> = shown.lines().filter(hex).collect();
    let (server, client): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with('\t'));
    Ok([client.concat(), server.iter().map(|line| line.trim()).collect()])
}

#[test]
#[ignore = "needs tshark; .ci/run runs it"]
fn tshark_follows_the_streams() -> Result<()> {
    for (listen, name) in [("127.0.0.1:0", "tshark4.pcap"), ("[::1]:0", "tshark6.pcap")] {
        let file = path(name)?;
        let Ok(listener) = TcpListener::bind(listen) else { continue };
        let mut tapped = Tapped::before(listener, &["--save", &file])?;

        // Two at the same time; one is closed normally, one is reset.
        let (mut client, mut server) = tapped.connect()?;
        let (other_client, mut other_server) = tapped.connect()?;
        let (question, reply) = ("open 门".as_bytes(), vec![0xa5; 300_000]);
        client.write_all(question)?;
        (&other_client).write_all(b"and I")?;
        server.read_exact(&mut vec![0; question.len()])?;
        other_server.read_exact(&mut [0; 5])?;
        server.write_all(&reply)?;
        drop(server);
        client.read_to_end(&mut Vec::new())?;
        drop(client);
        tapped.wait_until_closed()?;
        reset(other_client)?;
        tapped.wait_until_closed()?;
        tapped.stop()?;

        assert_eq!(
            tshark(&file, &["-Y", "_ws.malformed || _ws.expert.severity >= \"Warning\" && !tcp.flags.reset == 1"])?,
            ""
        );
        assert_eq!(tshark(&file, &["-Y", "tcp.checksum.status != 1 || ip.checksum.status != 1"])?, "");
        assert_eq!(tshark(&file, &["-Y", "tcp.analysis.flags"])?, "");
        assert_eq!(tshark(&file, &["-Y", "tcp.flags.fin == 1"])?.lines().count(), 2);
        assert_eq!(tshark(&file, &["-Y", "tcp.flags.reset == 1"])?.lines().count(), 1);
        // The wiretap may see the second connection first.
        let streams = [follow(&file, 0)?, follow(&file, 1)?];
        assert!(streams.contains(&[hex(question), hex(&reply)]), "other bytes in the closed connection");
        assert!(streams.contains(&[hex(b"and I"), String::new()]), "other bytes in the connection that was reset");
        fs::remove_file(file)?;
    }
    Ok(())
}

#[test]
#[ignore = "needs tshark; .ci/run runs it"]
fn tshark_decrypts_a_session_whose_keys_one_side_has_logged() -> Result<()> {
    for (server_language, client_language) in Language::PAIRINGS {
        for logs in ["the client logs", "the server logs"] {
            let [file, key_log] = [path("tls.pcap")?, path("keys.log")?];
            let with_key = |name, language, side| -> Result<Command> {
                let mut command = command(name, language)?;
                command.env("OPEN_SESAME_KEY", "a key that only the two sides know");
                if logs == side {
                    command.env("SSLKEYLOGFILE", &key_log);
                }
                Ok(command)
            };
            let mut server = with_key("tls-server", server_language, "the server logs")?;
            let server = Server::from_command(server.args(["--listen", "127.0.0.1:0"]))?;
            let wiretap = start(server.address, &["--lesson", "tls", "--save", &file])?;
            let mut client = with_key("tls-client", client_language, "the client logs")?;
            let ended = Process::start(client.args(["--connect", &wiretap.address.to_string()]), b"hello\n")?.wait()?;
            assert!(ended.status.success(), "{ended:?}");
            server.stop()?;
            wiretap.stop()?;

            let case = format!("server {server_language:?}, client {client_language:?}, {logs}");
            let follow = ["-q", "-z", "follow,tls,ascii,0"];
            let [encrypted, decrypted] = [None, Some(format!("tls.keylog_file:{key_log}"))].map(|key_log| {
                let options: Vec<_> = key_log.iter().flat_map(|option| ["-o", option]).chain(follow).collect();
                tshark(&file, &options)
            });
            let (encrypted, decrypted) = (encrypted?, decrypted?);
            for text in ["open-sesame/2", "\nhello", "] hello"] {
                assert!(decrypted.contains(text), "{case}: {decrypted}");
                assert!(!encrypted.contains(text), "{case}: {encrypted}");
            }
            let mode = fs::metadata(&key_log)?.permissions().mode();
            assert_eq!(mode & 0o077, 0, "{case}: others can read the file");
            fs::remove_file(file)?;
            fs::remove_file(key_log)?;
        }
    }
    Ok(())
}
