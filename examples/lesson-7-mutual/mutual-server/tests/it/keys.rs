//! Keys: a program makes good ones, refuses bad ones, and warns about a file that others can read.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use anyhow::Result;
use programs::{ClosedPort, Ended, Language, Process, Server, command};

const MAKE_ONE: &str = "make one: cargo run -p mutual-server -- --make-key FILE";
const PROGRAMS: [&str; 4] = ["mutual-server", "mutual-client", "mp-listener", "mp-client"];

/// Returns each program in each language.
fn all() -> impl Iterator<Item = (&'static str, Language)> {
    PROGRAMS.into_iter().flat_map(|name| Language::ALL.map(|language| (name, language)))
}

fn run(command: &mut Command) -> Result<Ended> {
    Process::start(command, b"")?.wait()
}

#[test]
fn a_key_that_a_program_makes_is_random_and_only_its_owner_can_read_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut keys = Vec::new();
    for (name, language) in all() {
        let path = folder.path().join(format!("{name}-{language:?}.key"));
        let ended = run(command(name, language)?.arg("--make-key").arg(&path))?;
        let wrote = format!("wrote a new key to {}; the other side needs a copy, and nobody else", path.display());
        assert_eq!((ended.out(), ended.status.code()), (vec![&*wrote], Some(0)), "{ended:?}");
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path)?;
        assert!(text.len() == 65 && text.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
        assert!(!keys.contains(&text));

        // It never replaces a file, and the file is a key.
        let ended = run(command(name, language)?.arg("--make-key").arg(&path))?;
        let exists = format!("{name}: --make-key {}: this file exists; choose another name", path.display());
        assert_eq!((ended.err(), ended.status.code()), (vec![&*exists], Some(1)));
        assert_eq!(fs::read_to_string(&path)?, text);
        if name == "mutual-server" {
            let mut command = command(name, language)?;
            Server::from_command(command.args(["--listen", "127.0.0.1:0", "--key-file"]).arg(&path))?.stop()?;
        }
        keys.push(text);
        let both = ["--make-key", "a", "--key-file", "b"];
        assert_eq!(run(command(name, language)?.args(both))?.status.code(), Some(2));
    }
    Ok(())
}

#[test]
fn no_key_and_short_keys_are_refused_with_the_command_to_make_one() -> Result<()> {
    for (name, language) in all() {
        let ended = run(&mut command(name, language)?)?;
        let none = format!("{name}: there is no key: set one with --key-file or OPEN_SESAME_KEY, or {MAKE_ONE}");
        assert_eq!((ended.err(), ended.status.code()), (vec![&*none], Some(1)));
        // The tutorial's keys are among them.
        for key in ["k", "芝麻开门", "老衲洗头用飘柔", "0123456789012345678901234567890"] {
            let ended = run(command(name, language)?.env("OPEN_SESAME_KEY", key))?;
            let length = key.len();
            let short = format!(
                "{name}: environment variable OPEN_SESAME_KEY: the key has {length} bytes, and needs 32 or more; {MAKE_ONE}"
            );
            assert_eq!((ended.err(), ended.status.code()), (vec![&*short], Some(1)));
        }
    }
    Ok(())
}

#[test]
fn a_key_file_that_others_can_read_causes_a_warning() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("the.key");
    // Exactly as long as it must be.
    fs::write(&path, "01234567890123456789012345678901\n")?;
    let nobody = ClosedPort::new()?;
    let address = nobody.address.to_string();
    let shown = path.display();
    let warning = format!("note: other users can read --key-file {shown}; to keep them out, run: chmod 600 {shown}");
    for (mode, warns) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o622, true)] {
        fs::set_permissions(&path, Permissions::from_mode(mode))?;
        for language in Language::ALL {
            let mut command = command("mutual-client", language)?;
            let ended = run(command.args(["--connect", &address, "--key-file"]).arg(&path))?;
            assert_eq!(ended.err().contains(&&*warning), warns, "{mode:o} {language:?}: {ended:?}");
            assert!(ended.err().last().is_some_and(|line| line.contains("nothing listens there")), "{ended:?}");
        }
    }
    Ok(())
}
