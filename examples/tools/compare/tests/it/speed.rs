//! `--speed --quick` measures all that there is to measure, and says it in four forms. How fast it is is not tested here.

use std::fs;
use std::path::Path;

use crate::shared::rows;
use anyhow::{Context, Result};
use serde_json::Value;

const ALL: &[&str] = &["ours", "python", "inline", "threads"];
const SESSION: &[&str] = &["ours", "python", "threads"];
const WEBSOCKET: &[&str] = &["ours", "python", "tungstenite"];
const NO_BASELINE: &[&str] = &["ours", "python"];

/// Every measure: its load, what, and who is measured.
const MEASURES: &[(&str, &str, &[&str])] = &[
    ("gate, 8 clients", "rate", ALL),
    ("gate, 8 clients", "server CPU per operation", ALL),
    ("echo, 1 session", "rate", SESSION),
    ("echo, 1 session", "server CPU per operation", SESSION),
    ("echo, 64 sessions", "rate", SESSION),
    ("echo, 64 sessions", "server CPU per operation", SESSION),
    ("line, 8 clients", "rate", ALL),
    ("line, 8 clients", "server CPU per operation", ALL),
    ("threaded, 8 clients", "rate", ALL),
    ("threaded, 8 clients", "server CPU per operation", ALL),
    ("WebSocket, 1 session", "rate", WEBSOCKET),
    ("WebSocket, 1 session", "server CPU per operation", WEBSOCKET),
    ("WebSocket, 8 sessions", "rate", WEBSOCKET),
    ("WebSocket, 8 sessions", "server CPU per operation", WEBSOCKET),
    ("WebSocket, 64 sessions", "rate", WEBSOCKET),
    ("WebSocket, 64 sessions", "server CPU per operation", WEBSOCKET),
    ("echo, 100 idle sessions", "resident memory per session", NO_BASELINE),
    ("echo, 1000 idle sessions", "resident memory per session", NO_BASELINE),
    ("threaded, 2 clients, 200 stalled peers", "99th percentile", NO_BASELINE),
    ("threaded, 2 clients, 200 stalled peers", "99th percentile without stalled peers", NO_BASELINE),
    ("threaded, 2 clients, 200 stalled peers", "ratio of the two", NO_BASELINE),
];

#[test]
fn all_that_is_measured_is_in_every_form() -> Result<()> {
    let path = |name: &str| format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
    let (html, json, markdown) = (path("speed.html"), path("speed.json"), path("speed.md"));
    let options = ["--speed", "--quick", "--html", &html, "--json", &json, "--markdown", &markdown];
    let ended = crate::shared::run(&options)?;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.err(), [""; 0], "progress is for a terminal alone");

    let report: Value = serde_json::from_str(&fs::read_to_string(&json)?)?;
    let measures = report["measures"].as_array().context("no measures")?;
    assert_eq!(measures.len(), MEASURES.len());
    for (measure, (load, what, implementations)) in measures.iter().zip(MEASURES) {
        assert_eq!((measure["load"].as_str(), measure["what"].as_str()), (Some(*load), Some(*what)));
        assert!(measure["unit"].is_string() && measure["more_is_better"].is_boolean(), "{measure}");
        let figures = measure["figures"].as_array().context("no figures")?;
        let who: Vec<_> = figures.iter().filter_map(|figure| figure["implementation"].as_str()).collect();
        assert_eq!(who, *implementations, "{load}, {what}");
        // The system counts CPU time in hundredths of a second, of which a short run on a busy machine may have none.
        let may_be_none = *what == "server CPU per operation";
        figures
            .iter()
            .try_for_each(|figure| is_in_order(&figure["measured"], may_be_none))
            .with_context(|| measure.to_string())?;
    }
    for what in ["cpu", "cores", "system", "rust", "python", "profile"] {
        assert!(!report["machine"][what].is_null(), "{what}");
    }

    let figures: usize = MEASURES.iter().map(|(_, _, implementations)| implementations.len()).sum();
    has_both_tables(&ended.out(), figures);
    let markdown = fs::read_to_string(markdown)?;
    has_both_tables(&markdown.lines().collect::<Vec<_>>(), figures);

    let html = fs::read_to_string(Path::new(&html))?;
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"));
    assert_eq!(html.matches("<figure>").count(), MEASURES.len());
    assert_eq!(html.matches("class=\"bar ").count(), figures);
    assert_eq!(html.matches("<tr>").count(), 2 + MEASURES.len() + figures);
    assert!(!html.contains("src=") && !html.contains("href="), "the page must need no other file");
    Ok(())
}

fn is_in_order(spread: &Value, may_be_none: bool) -> Result<()> {
    let number = |name: &str| spread[name].as_f64().with_context(|| format!("no {name}: {spread}"));
    let (min, median, max) = (number("min")?, number("median")?, number("max")?);
    anyhow::ensure!(0.0 <= min && min <= median && median <= max, "{spread}");
    anyhow::ensure!(0.0 < max || may_be_none, "{spread}");
    anyhow::ensure!(spread["rounds"].as_array().is_some_and(|rounds| !rounds.is_empty()), "no rounds");
    Ok(())
}

fn has_both_tables(lines: &[&str], figures: usize) {
    let rows = rows(lines);
    assert_eq!(rows.len(), 2 + MEASURES.len() + figures, "{lines:#?}");
    for (row, (load, what, _)) in rows[1..].iter().zip(MEASURES) {
        assert_eq!(row[..2], [*load, *what]);
    }
}

#[test]
fn without_python_its_figures_are_missing_and_the_reason_is_told() -> Result<()> {
    let json = format!("{}/no-python.json", env!("CARGO_TARGET_TMPDIR"));
    let html = format!("{}/no-python.html", env!("CARGO_TARGET_TMPDIR"));
    let options = ["--speed", "--quick", "--html", &html, "--json", &json];
    let mut command = crate::shared::compare(&options)?;
    let ended = programs::Process::start(command.env("PYTHON", "no-such-python"), b"")?.wait()?;
    assert!(ended.status.success(), "{ended:?}");
    let report: Value = serde_json::from_str(&fs::read_to_string(&json)?)?;
    for measure in report["measures"].as_array().context("no measures")? {
        let python = &measure["figures"][1];
        assert_eq!(python["implementation"], "python");
        assert!(python["not_run"].as_str().is_some_and(|why| why.contains("cannot run no-such-python")), "{python}");
    }
    let told = ended.out().iter().filter(|line| line.starts_with("Python twin was not run: ")).count();
    assert_eq!(told, 1, "{ended:?}");
    Ok(())
}
