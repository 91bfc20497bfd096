//! A transcript shows what is typed and printed at a terminal: the programs are run again, and must print the same.
//!
//! The blocks of one page with the same `scene=` are one conversation, each in a terminal of its own, started in the
//! page's order. A line `$ …` is a command; what stands after a prompt `>>>` is typed once the prompt is there; `^C`
//! is Ctrl-C. A server, and a block with the word `stays`, is left running while what follows is played. Servers listen
//! on a free port, which stands for the page's 9527. Then all is played again, each program by its twin,
//! if it has one.

use std::net::TcpListener;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use pages::{Block, Page};
use programs::Language;
use regex_lite::{Captures, Regex};
use terminal::{Key, Screen, Terminal};

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
        // Where the scene has no server, nothing listens there.
        let mut port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let (mut servers, mut staying) = (Vec::new(), Vec::new());
        for session in &self.sessions {
            let mut terminal = session.start(port, cast)?;
            if session.is_server() {
                port = session.listening_port(&mut terminal)?;
                servers.push((session, terminal));
            } else if session.stays {
                session.wait_for(&mut terminal, &session.lines[..1], port)?;
                staying.push((session, terminal));
            } else {
                session.play(terminal, port)?;
            }
        }
        servers.into_iter().chain(staying).try_for_each(|(session, terminal)| session.play(terminal, port))
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
        let (_, name) = self.command.split_once("cargo run -p ").or(self.command.split_once("python3 examples/"))?;
        name.split([' ', '/']).next()
    }

    fn is_server(&self) -> bool {
        self.lines.iter().any(|line| line.contains(" listens on "))
    }

    fn start(&self, port: u16, cast: Cast) -> Result<Terminal> {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(self.command_line(port, cast)?)
            .current_dir(programs::root())
            .env_remove("OPEN_SESAME_KEY");
        Terminal::start_large(command)
    }

    /// The command as the page has it, but with the program as it is built, and the port as it is here.
    fn command_line(&self, port: u16, cast: Cast) -> Result<String> {
        let form = Regex::new(r"(cargo run -p |python3 examples/)([a-z-]+)(?:/main\.py| --)?(.*)")?;
        let Some(found) = form.captures(&self.command) else {
            return Ok(self.command.replace("9527", &port.to_string()));
        };
        let cast = if has_twin(&found[2]) { cast } else { Cast::AsWritten };
        let language = match (found[1].starts_with("cargo"), cast) {
            (true, Cast::AsWritten) | (false, Cast::Twins) => Language::Rust,
            (false, Cast::AsWritten) | (true, Cast::Twins) => Language::Python,
        };
        let program = programs::command(&found[2], language)?;
        let words = std::iter::once(program.get_program()).chain(program.get_args());
        let program: Vec<String> = words.map(|word| format!("'{}'", word.display())).collect();
        let address = match (self.is_server(), has_twin(&found[2])) {
            (true, _) => " --listen 127.0.0.1:0".to_owned(),
            (false, true) => format!(" --connect 127.0.0.1:{port}"),
            // Neither server nor client.
            (false, false) => String::new(),
        };
        let before = found.get(0).map_or(0, |found| found.start());
        Ok(format!("{}{}{address}{}", &self.command[..before], program.join(" "), &found[3]))
    }

    fn listening_port(&self, terminal: &mut Terminal) -> Result<u16> {
        let port = |screen: &Screen| {
            let line = screen.rows.iter().find(|row| row.contains(" listens on "))?;
            line.rsplit(':').next()?.parse().ok()
        };
        let screen = terminal.wait_until(|screen| port(screen).is_some()).with_context(|| self.place.clone())?;
        port(&screen).context("no port")
    }

    /// Types what is to be typed, each when all before it stands on the screen; and compares the whole at the end.
    fn play(&self, mut terminal: Terminal, port: u16) -> Result<()> {
        for (number, line) in self.lines.iter().enumerate() {
            let before = &self.lines[..number];
            if let Some(typed) = line.strip_prefix(">>>") {
                self.wait_for(&mut terminal, &[before, &[">>>".to_owned()]].concat(), port)?;
                match typed {
                    "" => terminal.press(Key::CtrlD)?,
                    typed => terminal.enter(typed)?,
                }
            } else if line.starts_with("^C") {
                self.wait_for(&mut terminal, before, port)?;
                terminal.press(Key::CtrlC)?;
            }
        }
        let (_, screen) = terminal.wait().with_context(|| format!("{}: $ {}", self.place, self.command))?;
        ensure!(shows(&screen, &self.lines, port), self.difference(&screen.rows, &self.lines));
        Ok(())
    }

    fn wait_for(&self, terminal: &mut Terminal, lines: &[String], port: u16) -> Result<()> {
        match terminal.wait_until(|screen| shows(screen, lines, port)) {
            Ok(_) => Ok(()),
            Err(error) => bail!("{}\n({error})", self.difference(&terminal.screen().rows, lines)),
        }
    }

    fn difference(&self, rows: &[String], lines: &[String]) -> String {
        let (rows, lines) = (rows.join("\n"), lines.join("\n"));
        format!("{}: $ {}\n--- prints:\n{rows}\n--- the page has:\n{lines}\n---", self.place, self.command)
    }
}

/// Whether the program of `examples/` stands in both languages.
fn has_twin(name: &str) -> bool {
    programs::root().join("examples").join(name).join("main.py").exists()
}

/// Whether the screen shows these lines of the page, but for what is another each time.
fn shows(screen: &Screen, lines: &[String], port: u16) -> bool {
    let rows = screen.rows.iter().map(|row| form(row, port));
    rows.eq(lines.iter().map(|line| form(line, 9527)))
}

/// The line with a word for what is another each time: the time, an answer, a client's port, how long something took.
fn form(line: &str, server: u16) -> String {
    let replace = |line: &str, form: &str, by: &str| match Regex::new(form) {
        Ok(form) => form.replace_all(line, by).into_owned(),
        Err(error) => error.to_string(),
    };
    let line = replace(line, r"\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]", "[TIME]");
    let line = replace(&line, r" with [0-9a-f]{32}$", " with ANSWER");
    let line = replace(&line, r"\d+ loops, best of 5: [\d.]+ [num]?sec per loop", "TIMES");
    let Ok(port) = Regex::new(r"127\.0\.0\.1:(\d+)") else { return line };
    let port = port.replace_all(
        &line,
        |found: &Captures<'_>| {
            if found[1] == server.to_string() { "SERVER" } else { "CLIENT" }
        },
    );
    port.into_owned()
}

#[test]
fn only_what_is_another_each_time_may_differ() {
    let same = |page: &str, printed: &str| form(page, 9527) == form(printed, 40001);
    assert!(same("127.0.0.1:55898: accepted", "127.0.0.1:33333: accepted"));
    assert!(same("[Thu May 10 22:00:19 2018] a", "[Wed May  9 20:44:11 2018] a"));
    assert!(same("a with 9d59886e7ccb7b3ae644c1beca02488a", "a with 1de274382e7fe279c87aeb76fc917848"));
    assert!(same("listens on 127.0.0.1:9527", "listens on 127.0.0.1:40001"));
    for (page, printed) in [
        ("127.0.0.1:55898: accepted", "127.0.0.1:33333: rejected"),
        ("127.0.0.1:9527: accepted", "127.0.0.1:33333: accepted"),
        ("[Thu May 10 22:00:19 2018] a", "[Wed May  9 20:44:11 2018] b"),
        ("[Thu May 10 22:00:19 2018] a", "[Wed May 9 20:44:11 2018] a"),
        ("a with 9d59886e7ccb7b3ae644c1beca02488a", "a with 1de274382e7fe279c87aeb76fc91784"),
    ] {
        assert!(!same(page, printed), "{page:?} {printed:?}");
    }
}
