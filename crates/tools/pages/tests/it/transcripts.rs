//! A transcript shows what is typed and printed at a terminal: the programs are run again, and must print the same.
//!
//! The blocks of one page with the same `scene=` are one conversation, each in a terminal of its own, started in the
//! page's order. A line `$ …` is a command; what stands after a prompt `>>>` is typed once the prompt is there; `^C`
//! is Ctrl-C. A server, and a block with the word `stays`, is left running while what follows is played. Servers listen
//! on a free port, which stands for the one on the page, and `$(pgrep NAME)` is the scene's own server, whichever others
//! run on this machine. Then all is played again, each program by its twin if it has one.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use pages::{Block, Page};
use programs::Language;
use programs::terminal::{Key, Screen, Terminal};
use regex_lite::{Captures, Regex};

#[test]
fn programs_print_what_the_pages_show() -> Result<()> {
    let mut scenes = 0;
    for page in pages::all()? {
        for scene in Scene::all(&page)? {
            let casts = if scene.has_twins() { &[Cast::AsWritten, Cast::Twins][..] } else { &[Cast::AsWritten] };
            for &cast in casts {
                let context = || format!("{}: scene={}, {cast:?}", page.path.display(), scene.name);
                scene.play(cast).with_context(context)?;
            }
            scenes += 1;
        }
    }
    ensure!(scenes >= 8, "only {scenes} scenes: have the pages lost them?");
    Ok(())
}

/// Who plays a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cast {
    /// The one whose command stands on the page.
    AsWritten,
    /// Its twin in the other language, which prints the same.
    Twins,
}

/// One conversation.
struct Scene {
    name: String,
    sessions: Vec<Session>,
}

/// A command, and what its terminal shows from then on.
struct Session {
    place: String,
    command: String,
    lines: Vec<String>,
    stays: bool,
}

impl Scene {
    fn all(page: &Page) -> Result<Vec<Scene>> {
        let mut scenes: Vec<Scene> = Vec::new();
        for block in page.blocks.iter().filter(|block| block.language == "console") {
            let name = block.value("scene").with_context(|| format!("{block}: no scene="))?;
            let sessions = Session::all(block)?;
            match scenes.iter_mut().find(|scene| scene.name == name) {
                Some(scene) => scene.sessions.extend(sessions),
                None => scenes.push(Scene { name: name.to_owned(), sessions }),
            }
        }
        Ok(scenes)
    }

    fn has_twins(&self) -> bool {
        self.sessions.iter().any(|session| session.program().is_some_and(has_twin))
    }

    fn play(&self, cast: Cast) -> Result<()> {
        let mut ports = Ports::new()?;
        let (mut servers, mut staying) = (Vec::<(&Session, Terminal)>::new(), Vec::new());
        for session in &self.sessions {
            let server = servers.last().map(|(_, terminal)| terminal.id());
            let mut terminal = session.start(&ports, server, cast)?;
            if session.is_server() {
                let on_page = listening_ports(&session.lines);
                for (on_page, here) in on_page.iter().zip(session.wait_until_listening(&mut terminal)?) {
                    ports.stand_for(*on_page, here);
                }
                servers.push((session, terminal));
            } else if session.stays {
                session.wait_for(&mut terminal, &session.lines[..1], &ports)?;
                staying.push((session, terminal));
            } else {
                session.play(terminal, &ports)?;
            }
        }
        servers.into_iter().chain(staying).try_for_each(|(session, terminal)| session.play(terminal, &ports))
    }
}

impl Session {
    fn all(block: &Block) -> Result<Vec<Session>> {
        let mut sessions: Vec<Session> = Vec::new();
        let mut lines = block.text.lines();
        while let Some(line) = lines.next() {
            if let Some(command) = line.strip_prefix("$ ") {
                let mut command = command.to_owned();
                while let Some(begun) = command.strip_suffix('\\') {
                    command = format!("{begun}{}", lines.next().unwrap_or_default().trim_start());
                }
                let (place, lines, stays) = (block.place.clone(), Vec::new(), block.says("stays"));
                sessions.push(Session { place, command, lines, stays });
            } else {
                let session = sessions.last_mut().with_context(|| format!("{block}: begins with no command `$ `"))?;
                session.lines.push(line.to_owned());
            }
        }
        ensure!(!sessions.is_empty(), "{block}: no command");
        Ok(sessions)
    }

    /// The name of the program that it runs.
    fn program(&self) -> Option<&str> {
        let (_, name) = self.command.split_once("cargo run -p ").or_else(|| {
            let (folder, _) = self.command.split_once("/main.py")?;
            folder.rsplit_once('/')
        })?;
        name.split(' ').next()
    }

    fn start(&self, ports: &Ports, server: Option<u32>, cast: Cast) -> Result<Terminal> {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(self.command_line(ports, server, cast)?)
            .current_dir(programs::root())
            .env_remove("OPEN_SESAME_KEY");
        Terminal::start_large(command, || {})
    }

    /// The command as the page has it, but with the programs as they are built, and the ports and the server as they are
    /// here.
    fn command_line(&self, ports: &Ports, server: Option<u32>, cast: Cast) -> Result<String> {
        let program = Regex::new(r"(cargo run -p |python3 examples/[a-z0-9-]+/)([a-z-]+)(?:/main\.py| --)?([^|]*)")?;
        let (mut line, mut end) = (String::new(), 0);
        for found in program.captures_iter(&self.command) {
            let all = found.get(0).context("a match")?;
            line += &self.command[end..all.start()];
            line += &self.program_line(&found[2], found[1].starts_with("cargo"), &found[3], ports, cast)?;
            end = all.end();
        }
        line += &self.command[end..];
        if end == 0 {
            let server = server.map_or("no server".to_owned(), |id| id.to_string());
            line = Regex::new(r"\$\(pgrep [a-z-]+\)")?.replace_all(&ports.put_into(&line)?, &*server).into_owned();
        }
        // As cargo does, so that the server's process is the one that was started.
        Ok(if self.is_server() { format!("exec {line}") } else { line })
    }

    fn program_line(&self, name: &str, in_rust: bool, options: &str, ports: &Ports, cast: Cast) -> Result<String> {
        let language = match (in_rust, cast) {
            _ if !has_twin(name) => Language::Rust,
            (true, Cast::AsWritten) | (false, Cast::Twins) => Language::Rust,
            (false, Cast::AsWritten) | (true, Cast::Twins) => Language::Python,
        };
        let program = programs::command(name, language)?;
        let words = std::iter::once(program.get_program()).chain(program.get_args());
        let program: Vec<String> = words.map(|word| format!("'{}'", word.display())).collect();
        let mut options = options.to_owned();
        if self.is_server() {
            options = Regex::new(r"--listen(-token)? \S+")?.replace_all(&options, "").into_owned();
            let token = if listening_ports(&self.lines).len() > 1 { " --listen-token 127.0.0.1:0" } else { "" };
            options = format!("{} --listen 127.0.0.1:0{token}", ports.put_into(&options)?);
        } else if options.contains("--connect ") || !name.ends_with("-client") {
            options = ports.put_into(&options)?;
        } else {
            let default = if name == "ws-client" { "ws://127.0.0.1:8765" } else { "127.0.0.1:9527" };
            options = ports.put_into(&format!("--connect {default} {options}"))?;
        }
        Ok(format!("{} {options}", program.join(" ")))
    }

    /// Whether it goes on until Ctrl-C.
    fn is_server(&self) -> bool {
        !listening_ports(&self.lines).is_empty()
    }

    fn wait_until_listening(&self, terminal: &mut Terminal) -> Result<Vec<u16>> {
        let count = listening_ports(&self.lines).len();
        let listens = |screen: &Screen| listening_ports(&screen.rows).len() == count;
        let screen = terminal.wait_until(listens).with_context(|| self.place.clone())?;
        Ok(listening_ports(&screen.rows))
    }

    /// Types what is to be typed, each when all before it stands on the screen; and compares the whole at the end.
    fn play(&self, mut terminal: Terminal, ports: &Ports) -> Result<()> {
        for (number, line) in self.lines.iter().enumerate() {
            let before = &self.lines[..number];
            if let Some(typed) = line.strip_prefix(">>>") {
                self.wait_for(&mut terminal, &[before, &[">>>".to_owned()]].concat(), ports)?;
                match typed {
                    "" => terminal.press(Key::CtrlD)?,
                    typed => terminal.enter(typed)?,
                }
            } else if line.starts_with("^C") {
                self.wait_for(&mut terminal, before, ports)?;
                terminal.press(Key::CtrlC)?;
            }
        }
        let (_, screen) = terminal.wait().with_context(|| format!("{}: $ {}", self.place, self.command))?;
        ensure!(shows(&screen, &self.lines, ports), self.difference(&screen.rows, &self.lines));
        Ok(())
    }

    fn wait_for(&self, terminal: &mut Terminal, lines: &[String], ports: &Ports) -> Result<()> {
        match terminal.wait_until(|screen| shows(screen, lines, ports)) {
            Ok(_) => Ok(()),
            Err(error) => bail!("{}\n({error})", self.difference(&terminal.screen().rows, lines)),
        }
    }

    fn difference(&self, rows: &[String], lines: &[String]) -> String {
        let (rows, lines) = (rows.join("\n"), lines.join("\n"));
        format!("{}: $ {}\n--- prints:\n{rows}\n--- the page has:\n{lines}\n---", self.place, self.command)
    }
}

/// Where a server listens, as it says.
fn listening_ports(lines: &[String]) -> Vec<u16> {
    let says = lines.iter().filter(|line| line.contains(" listens on "));
    says.filter_map(|line| line.rsplit(':').next()?.parse().ok()).collect()
}

/// Ports on a page, and those that stand for them here.
struct Ports(BTreeMap<u16, u16>);

impl Ports {
    fn new() -> Result<Ports> {
        // Until a server does, nothing listens there.
        let nobody = || anyhow::Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
        Ok(Ports(BTreeMap::from([(9527, nobody()?), (8765, nobody()?), (8888, nobody()?)])))
    }

    fn stand_for(&mut self, on_page: u16, here: u16) {
        self.0.insert(on_page, here);
    }

    fn put_into(&self, command: &str) -> Result<String> {
        let here = |port: &str| Some(self.0.get(&port.parse().ok()?)?.to_string());
        let number = Regex::new(r"\b\d{4,5}\b")?;
        let command =
            number.replace_all(command, |found: &Captures<'_>| here(&found[0]).unwrap_or(found[0].to_owned()));
        Ok(command.into_owned())
    }

    /// The page's own, each with itself.
    fn on_page(&self) -> BTreeMap<u16, u16> {
        self.0.keys().map(|port| (*port, *port)).collect()
    }

    /// Those that are here, each with the page's.
    fn here(&self) -> BTreeMap<u16, u16> {
        self.0.iter().map(|(on_page, here)| (*here, *on_page)).collect()
    }
}

/// Whether the program of `examples/` stands in both languages.
fn has_twin(name: &str) -> bool {
    programs::folder(name).is_ok_and(|folder| programs::root().join(folder).join("main.py").exists())
}

/// Whether the screen shows these lines of the page, but for what is another each time.
fn shows(screen: &Screen, lines: &[String], ports: &Ports) -> bool {
    forms(&screen.rows, &ports.here()) == forms(lines, &ports.on_page())
}

/// The lines with a word for what is another each time; under a nonce, a response, a timestamp, a masking key or what is masked
/// that is all bytes. Headers are left out: programs have others, or in another order, and so more bytes or fewer.
fn forms(lines: &[String], ports: &BTreeMap<u16, u16>) -> Vec<String> {
    let mut name = "";
    let mut has_headers = false;
    let form = |line| {
        // A time of 10 seconds or more begins in the same column.
        let begins_with_a_byte = |dump: &str| dump.split(' ').next().is_some_and(|byte| byte.len() == 2);
        let dump = str::split_once(line, " │   ").filter(|(_, dump)| begins_with_a_byte(dump));
        if dump.is_none() {
            name = line;
        }
        let is_one_of = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        if is_one_of(&[" header, "]) {
            has_headers = true;
            return None;
        }
        Some(match dump {
            Some((connection, dump))
                if is_one_of(&["  nonce, ", "  response, ", "  timestamp, ", "  masking key, ", "  masked "]) =>
            {
                let (hex, text) = dump.split_at_checked("00 ".len() * 16).unwrap_or((dump, ""));
                let text = if is_one_of(&["  masked "]) { text } else { "" };
                format!("{connection} │ BYTES: {}{text}", hex.split_whitespace().count())
            }
            Some(_) => line.to_owned(),
            None if has_headers => match line.split_once(" forwarded ") {
                Some((wiretap, _)) => wiretap.to_owned(),
                None => form(line, ports),
            },
            None => form(line, ports),
        })
    };
    lines.iter().map(String::as_str).filter_map(form).collect()
}

/// The line with a word for what is another each time: the time, an answer, a client's port, how long something took.
fn form(line: &str, ports: &BTreeMap<u16, u16>) -> String {
    let replace = |line: &str, form: &str, by: &str| match Regex::new(form) {
        Ok(form) => form.replace_all(line, by).into_owned(),
        Err(error) => error.to_string(),
    };
    let line = replace(line, r"\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]", "[TIME]");
    let line = replace(&line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d ", "TIME ");
    let line = replace(&line, r" with [0-9a-f]{32}$", " with ANSWER");
    let line = replace(&line, r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", "TOKEN");
    let line = replace(&line, r"\d+ loops, best of 5: [\d.]+ [num]?sec per loop", "TIMES");
    let line = replace(&line, r" │ +\d+\.\d{3}s  ", " │ SECONDS  ");
    // Where both close at the same time, either may be seen first.
    let line = replace(&line, r"(client → server|server → client)  end: ", "end: ");
    let Ok(port) = Regex::new(r"127\.0\.0\.1:(\d+)") else { return line };
    let server = |port: &str| ports.get(&port.parse().ok()?);
    let port = port.replace_all(&line, |found: &Captures<'_>| match server(&found[1]) {
        Some(server) => format!("SERVER {server}"),
        None => "CLIENT".to_owned(),
    });
    port.into_owned()
}

#[test]
fn only_what_is_another_each_time_may_differ() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let ports = Ports(BTreeMap::from([(9527, 40001), (9528, 9527)]));
    let same =
        |page: &str, printed: &str| forms(&lines(page), &ports.on_page()) == forms(&lines(printed), &ports.here());
    assert!(same("127.0.0.1:55898: accepted", "127.0.0.1:33333: accepted"));
    assert!(same("[Thu May 10 22:00:19 2018] a", "[Wed May  9 20:44:11 2018] a"));
    assert!(same("2026-11-22T20:01:02+01:00 127.0.0.1:1 echo: a", "2025-01-02T03:04:05-08:00 127.0.0.1:2 echo: a"));
    assert!(same("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.x-y_z", "eyJhbGciOiJIUzI1NiJ9.eyJhIjoyfQ.a-b_c"));
    assert!(same("a with 9d59886e7ccb7b3ae644c1beca02488a", "a with 1de274382e7fe279c87aeb76fc917848"));
    assert!(same("listens on 127.0.0.1:9527", "listens on 127.0.0.1:40001"));
    assert!(same("listens on 127.0.0.1:9528", "listens on 127.0.0.1:9527"));
    assert!(same("  1 │    0.001s  nonce, 2\n  1 │   00 01", "  1 │    1.234s  nonce, 2\n  1 │   ab cd"));
    assert!(same("  1 │    0.001s  nonce, 2\n  1 │   00 01", "  1 │   12.345s  nonce, 2\n  1 │   ab cd"));
    let masked = |hex: &str, text: &str| format!("  1 │    0.001s  masked payload, 2\n  1 │   {hex:48}  {text}");
    assert!(same(&masked("00 01", "hi"), &masked("02 03", "hi")));
    assert!(!same(&masked("00 01", "hi"), &masked("00 01", "ho")));
    assert!(!same(&masked("00 01", "hi"), &masked("00", "hi")));
    assert!(same("  1 │    0.001s  a\n  1 │    0.001s  Host header, 2\n  1 │   00 01", "  1 │    0.001s  a"));
    for (page, printed) in [
        ("127.0.0.1:55898: accepted", "127.0.0.1:33333: rejected"),
        ("127.0.0.1:9527: accepted", "127.0.0.1:33333: accepted"),
        ("[Thu May 10 22:00:19 2018] a", "[Wed May  9 20:44:11 2018] b"),
        ("[Thu May 10 22:00:19 2018] a", "[Wed May 9 20:44:11 2018] a"),
        ("a with 9d59886e7ccb7b3ae644c1beca02488a", "a with 1de274382e7fe279c87aeb76fc91784"),
        ("listens on 127.0.0.1:9527", "listens on 127.0.0.1:9527"),
        ("2026-11-22T20:01:02+01:00 127.0.0.1:1 echo: a", "2026-11-22T20:01:02+01:00 127.0.0.1:1 echo: b"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.x", "eyJhbGciOiJIUzI1NiJ9.eyJhIjoyfQ"),
        ("  1 │    0.001s  nonce, 2\n  1 │   00 01", "  1 │    0.001s  nonce, 2\n  1 │   ab"),
        ("  1 │    0.001s  nonce, 2\n  1 │   00 01", "  2 │    0.001s  nonce, 2\n  2 │   00 01"),
        ("  1 │    0.001s  message, 2\n  1 │   00 01", "  1 │    0.001s  message, 2\n  1 │   ab cd"),
        ("  1 │    0.001s  message, 2", "  1 │    0.001s  message, 3"),
    ] {
        assert!(!same(page, printed), "{page:?} {printed:?}");
    }
}
