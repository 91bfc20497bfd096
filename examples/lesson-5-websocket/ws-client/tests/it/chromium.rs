//! A page in Chromium without a window. chromedriver controls it over WebDriver (<https://www.w3.org/TR/webdriver2/>).

use std::env::temp_dir;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, id};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use anyhow::{Context, Result, ensure};
use programs::{Process, WAIT};
use serde_json::{Value, json};

const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Waits until the conversation has this many lines, and returns them.
const LINES: &str = "
    const [wanted, done] = arguments;
    const conversation = document.getElementById('conversation');
    const look = () => {
        if (conversation.children.length >= wanted) done([...conversation.children].map((line) => line.textContent));
    };
    new MutationObserver(look).observe(conversation, { childList: true });
    look();";

pub struct Page {
    /// The URL of the WebDriver session.
    url: String,
    profile: PathBuf,
    /// The lines of the conversation so far.
    lines: Vec<String>,
    _driver: Process,
}

impl Page {
    /// Opens a page in a browser with an empty profile.
    pub fn open(page: &str) -> Result<Page> {
        Page::open_with(page, &[])
    }

    /// Opens a page in a browser with these flags and an empty profile.
    pub fn open_with(page: &str, flags: &[&str]) -> Result<Page> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let mut driver = Process::start(Command::new("chromedriver").arg("--port=0"), b"")?;
        let started = driver.lines.find("started successfully on port ", WAIT)?.text;
        let port = started.trim_end_matches('.').rsplit(' ').next().context("no port")?;

        let profile = temp_dir().join(format!("ws-client-chromium-{}-{}", id(), COUNT.fetch_add(1, Relaxed)));
        let user_data = format!("--user-data-dir={}", profile.display());
        let args: Vec<&str> = FLAGS.iter().chain(flags).copied().chain([user_data.as_str()]).collect();
        let capabilities = json!({
            "goog:chromeOptions": { "args": args },
            "timeouts": { "script": WAIT.as_millis() as u64 },
        });
        let parameters = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let sessions = format!("http://127.0.0.1:{port}/session");
        let created = send(minreq::post(&sessions).with_json(&parameters)?)?;
        let url = format!("{sessions}/{}", created["sessionId"].as_str().context("no session")?);
        let opened = Page { url, profile, lines: Vec::new(), _driver: driver };
        opened.post("url", json!({ "url": page }))?;
        Ok(opened)
    }

    /// Waits for these lines, which must follow those that were expected before.
    pub fn expect(&mut self, lines: &[&str]) -> Result<()> {
        self.lines.extend(lines.iter().copied().map(str::to_owned));
        let shown = self.post("execute/async", json!({ "script": LINES, "args": [self.lines.len()] }));
        let shown = shown.with_context(|| format!("{:?} instead of {lines:?}", self.eval("conversation.innerText")))?;
        ensure!(shown == json!(self.lines), "{shown} instead of {:?}", self.lines);
        Ok(())
    }

    /// Replaces the text of a field, given by its name.
    pub fn fill(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(name)?;
        self.post(&format!("{field}/clear"), json!({}))?;
        self.post(&format!("{field}/value"), json!({ "text": text }))?;
        Ok(())
    }

    pub fn click(&self, name: &str) -> Result<()> {
        self.post(&format!("{}/click", self.find(name)?), json!({}))?;
        Ok(())
    }

    /// Presses keys in the focused element.
    pub fn press(&self, keys: &str) -> Result<()> {
        let focused = send(minreq::get(format!("{}/element/active", self.url)))?;
        self.post(&format!("{}/value", element(&focused)?), json!({ "text": keys }))?;
        Ok(())
    }

    /// Evaluates a JavaScript expression in the page.
    pub fn eval(&self, expression: &str) -> Result<Value> {
        self.post("execute/sync", json!({ "script": format!("return {expression}"), "args": [] }))
    }

    fn find(&self, name: &str) -> Result<String> {
        let by = json!({ "using": "css selector", "value": format!("[name={name}]") });
        element(&self.post("element", by)?)
    }

    fn post(&self, command: &str, parameters: Value) -> Result<Value> {
        let request = minreq::post(format!("{}/{command}", self.url)).with_json(&parameters)?;
        send(request).with_context(|| command.to_owned())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // The driver ends the browser with the session. A driver that is killed leaves the browser behind.
        let _ = send(minreq::delete(&self.url));
        let _ = fs::remove_dir_all(&self.profile);
    }
}

fn send(request: minreq::Request) -> Result<Value> {
    let response = request.with_timeout(2 * WAIT.as_secs()).send().context("no response from chromedriver")?;
    let mut body: Value = response.json()?;
    ensure!(response.status_code == 200, "{}: {}", body["value"]["error"], body["value"]["message"]);
    Ok(body["value"].take())
}

/// The path of an element. Its id is under this name (WebDriver, section 12.1).
fn element(value: &Value) -> Result<String> {
    let id = value["element-6066-11e4-a52e-4f735466cecf"].as_str().context("no element")?;
    Ok(format!("element/{id}"))
}
