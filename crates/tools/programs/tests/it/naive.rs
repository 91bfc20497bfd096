//! The naive programs are small, need little, and listen on loopback addresses only.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use programs::{Language, Process, Server, command, folders, root, run};

/// The names of the naive programs.
fn naive() -> Result<Vec<String>> {
    let names = folders()?.into_iter().filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned()));
    let naive: Vec<String> = names.filter(|name| name.starts_with("naive-")).collect();
    ensure!(naive.len() == 13, "{naive:?}");
    Ok(naive)
}

#[test]
fn servers_refuse_an_address_of_the_network() -> Result<()> {
    for name in naive()?.iter().filter(|name| name.ends_with("-server")) {
        for language in Language::ALL {
            let mut command = command(name, language)?;
            command.arg("0.0.0.0:0").current_dir(env!("CARGO_TARGET_TMPDIR"));
            let ended = Process::start(&mut command, b"")?.wait()?;
            assert_eq!(ended.status.code(), Some(1), "{name} {language:?}: {ended:?}");
            assert!(ended.err()[0].contains("is not a loopback address"), "{name} {language:?}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn they_use_none_of_our_crates_and_few_others() -> Result<()> {
    for name in naive()? {
        let mut tree = Command::new(env!("CARGO"));
        tree.current_dir(root()).args(["tree", "--prefix", "none", "--edges", "normal,build", "--package", &name]);
        let output = tree.output().context("cannot run cargo")?;
        let text = String::from_utf8(output.stdout)?;
        let (ours, mut others): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.contains('/'));
        assert_eq!(ours.len(), 1, "{name}: {ours:?}");
        others.sort_unstable();
        others.dedup();
        if name == "naive-gate-server" {
            // With itself, at most 26.
            assert!(others.len() <= 25, "{name}: {others:?}");
        }
    }
    Ok(())
}

#[test]
fn the_tls_programs_work_in_all_pairings_also_with_a_response_for_one_certificate() -> Result<()> {
    for (server_language, client_language) in Language::PAIRINGS {
        for (server_binds, client_binds) in [(false, false), (true, true), (true, false)] {
            let argument = |binds| if binds { &["certificate"][..] } else { &[] };
            let mut server = Server::start("naive-tls-server", server_language, argument(server_binds))?;
            let address = server.address.to_string();
            let arguments = [&[&*address], argument(client_binds)].concat();
            let ended = run("naive-tls-client", client_language, &arguments, b"hello\n")?;
            let is_accepted = server_binds == client_binds;
            assert_eq!(ended.out().iter().any(|line| line.ends_with("] hello")), is_accepted, "{ended:?}");
            server.line(if is_accepted { ": accepted, it holds" } else { ": rejected, it does not hold" })?;
        }
    }
    Ok(())
}
