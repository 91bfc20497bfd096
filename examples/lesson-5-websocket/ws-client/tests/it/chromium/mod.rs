//! A page in Chromium without a window, which chromedriver drives by WebDriver (<https://www.w3.org/TR/webdriver2/>).

use std::env::temp_dir;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, id};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use programs::Process;
use serde_json::{Value, json};

/// Longer than anything here takes when all is well.
const LONG: Duration = Duration::from_secs(60);

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

/// Waits until the conversation has as many lines as are wanted.
const LINES: &str = "
    const [wanted, done] = arguments;
    const conversation = document.getElementById('conversation');
    const look = () => {
        if (conversation.children.length >= wanted) done([...conversation.children].map((line) => line.textContent));
    };
    new MutationObserver(look).observe(conversation, { childList: true });
    look();";

pub struct Page {
    session: String,
    profile: PathBuf,
    _driver: Process,
}

impl Page {
    /// Opens it in a browser of its own, which knows nothing yet.
    pub fn open(url: &str) -> Result<Page> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let mut driver = Process::start(Command::new("chromedriver").arg("--port=0"), b"")?;
        let started = driver.lines.find("started successfully on port ", LONG)?.text;
        let port = started.trim_end_matches('.').rsplit(' ').next().context("a port")?;

        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let profile = temp_dir().join(format!("ws-client-chromium-{}-{count}", id()));
        let data = format!("--user-data-dir={}", profile.display());
        let args: Vec<&str> = FLAGS.into_iter().chain([data.as_str()]).collect();
        let wanted = json!({
            "goog:chromeOptions": { "args": args },
            "timeouts": { "script": LONG.as_millis() as u64 },
        });
        let sessions = format!("http://127.0.0.1:{port}/session");
        let new = answer(minreq::post(&sessions).with_json(&json!({ "capabilities": { "alwaysMatch": wanted } }))?)?;
        let session = format!("{sessions}/{}", new["sessionId"].as_str().context("a session")?);
        let page = Page { session, profile, _driver: driver };
        page.post("url", json!({ "url": url }))?;
        Ok(page)
    }

    /// Holds the conversation to these lines, once it has as many.
    pub fn shows(&self, lines: &[&str]) -> Result<()> {
        let shown = self.post("execute/async", json!({ "script": LINES, "args": [lines.len()] }));
        let shown = shown.with_context(|| format!("{:?} instead of {lines:?}", self.eval("conversation.innerText")))?;
        ensure!(shown == json!(lines), "{shown} instead of {lines:?}");
        Ok(())
    }

    /// Types into the field of this name, in the place of what is there.
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

    /// Types where the focus is.
    pub fn types(&self, text: &str) -> Result<()> {
        let focused = element(&self.get("element/active")?)?;
        self.post(&format!("{focused}/value"), json!({ "text": text }))?;
        Ok(())
    }

    /// What an expression of JavaScript is in the page.
    pub fn eval(&self, expression: &str) -> Result<Value> {
        self.post("execute/sync", json!({ "script": format!("return {expression}"), "args": [] }))
    }

    fn find(&self, name: &str) -> Result<String> {
        let by = json!({ "using": "css selector", "value": format!("[name={name}]") });
        element(&self.post("element", by)?)
    }

    fn get(&self, command: &str) -> Result<Value> {
        answer(minreq::get(format!("{}/{command}", self.session))).context(command.to_owned())
    }

    fn post(&self, command: &str, parameters: Value) -> Result<Value> {
        let request = minreq::post(format!("{}/{command}", self.session)).with_json(&parameters)?;
        answer(request).context(command.to_owned())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // The driver ends the browser with the session, and would leave it behind if it were killed before.
        let _ = answer(minreq::delete(&self.session));
        let _ = fs::remove_dir_all(&self.profile);
    }
}

fn answer(request: minreq::Request) -> Result<Value> {
    let answer = request.with_timeout(2 * LONG.as_secs()).send().context("no answer from chromedriver")?;
    let mut said: Value = answer.json()?;
    ensure!(answer.status_code == 200, "{}: {}", said["value"]["error"], said["value"]["message"]);
    Ok(said["value"].take())
}

/// The path of an element; WebDriver names its id so (section 12.1).
fn element(value: &Value) -> Result<String> {
    let id = value["element-6066-11e4-a52e-4f735466cecf"].as_str().context("no element")?;
    Ok(format!("element/{id}"))
}
