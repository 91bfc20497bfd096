//! tshark, the terminal version of Wireshark, finds no error in what `--save` writes, and follows its streams.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wire::hex;

use crate::shared::{Tapped, path, reset};

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
