//! `--speed --quick` measures everything and writes it in four forms. How fast the servers are is not tested here.

use std::fs;

use anyhow::{Context, Result};
use programs::Process;
use serde_json::Value;

use crate::shared::{compare, path, rows, run};

const BUSY: &[&str] = &["rate", "server CPU per operation"];
const IDLE: &[&str] = &["resident memory per session"];
const STALLED: &[&str] = &["99th percentile", "99th percentile without stalled peers", "ratio of the two"];

const ALL: &[&str] = &["ours", "python", "inline", "threads"];
const SESSION: &[&str] = &["ours", "python", "threads"];
const WEBSOCKET: &[&str] = &["ours", "python", "tungstenite"];
const NO_BASELINE: &[&str] = &["ours", "python"];

/// Each load, its metrics, and the servers that bear it.
const LOADS: &[(&str, &[&str], &[&str])] = &[
    ("gate, 8 clients", BUSY, ALL),
    ("echo, 1 session", BUSY, SESSION),
    ("echo, 64 sessions", BUSY, SESSION),
    ("line, 8 clients", BUSY, ALL),
    ("threaded, 8 clients", BUSY, ALL),
    ("WebSocket, 1 session", BUSY, WEBSOCKET),
    ("WebSocket, 8 sessions", BUSY, WEBSOCKET),
    ("WebSocket, 64 sessions", BUSY, WEBSOCKET),
    ("echo, 100 idle sessions", IDLE, NO_BASELINE),
    ("echo, 1000 idle sessions", IDLE, NO_BASELINE),
    ("threaded, 2 clients, 200 stalled peers", STALLED, NO_BASELINE),
];

#[test]
fn everything_that_is_measured_is_in_every_form() -> Result<()> {
    let [html, json, markdown] = ["speed.html", "speed.json", "speed.md"].map(|name| path(name).display().to_string());
    let ended = run(&["--speed", "--quick", "--html", &html, "--json", &json, "--markdown", &markdown])?;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.err(), [""; 0], "progress is for a terminal alone");

    let report: Value = serde_json::from_str(&fs::read_to_string(&json)?)?;
    let expected: Vec<_> = LOADS
        .iter()
        .flat_map(|(load, metrics, servers)| metrics.iter().map(move |metric| (*load, *metric, *servers)))
        .collect();
    let measures = report["measures"].as_array().context("no measures")?;
    assert_eq!(measures.len(), expected.len());
    for (measure, (load, metric, servers)) in measures.iter().zip(&expected) {
        assert_eq!((measure["load"].as_str(), measure["what"].as_str()), (Some(*load), Some(*metric)));
        let figures = measure["figures"].as_array().context("no figures")?;
        let measured: Vec<_> = figures.iter().filter_map(|figure| figure["implementation"].as_str()).collect();
        assert_eq!(measured, *servers, "{load}, {metric}");
        for figure in figures {
            let number = |name: &str| figure["measured"][name].as_f64().with_context(|| figure.to_string());
            let [min, median, max] = [number("min")?, number("median")?, number("max")?];
            assert!(0.0 <= min && min <= median && median <= max, "{figure}");
            // The system counts CPU time in hundredths of a second, and a short run may use less.
            assert!(0.0 < max || *metric == "server CPU per operation", "{figure}");
        }
    }
    for what in ["cpu", "cores", "system", "rust", "python", "profile"] {
        assert!(!report["machine"][what].is_null(), "{what}");
    }

    let figures: usize = expected.iter().map(|(_, _, servers)| servers.len()).sum();
    let markdown = fs::read_to_string(markdown)?;
    for lines in [ended.out(), markdown.lines().collect()] {
        let rows = rows(&lines);
        assert_eq!(rows.len(), 2 + expected.len() + figures, "{lines:#?}");
        for (row, (load, metric, _)) in rows[1..].iter().zip(&expected) {
            assert_eq!(row[..2], [*load, *metric]);
        }
    }

    let html = fs::read_to_string(html)?;
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"));
    assert_eq!(html.matches("<figure>").count(), expected.len());
    assert_eq!(html.matches("class=\"bar ").count(), figures);
    assert_eq!(html.matches("<tr>").count(), 2 + expected.len() + figures);
    assert!(!html.contains("src=") && !html.contains("href="), "the page must need no other file");
    Ok(())
}

#[test]
fn without_python_its_figures_are_missing_and_the_reason_is_given() -> Result<()> {
    let [html, json] = ["no-python.html", "no-python.json"].map(|name| path(name).display().to_string());
    let mut command = compare(&["--speed", "--quick", "--html", &html, "--json", &json])?;
    let ended = Process::start(command.env("PYTHON", "no-such-python"), b"")?.wait()?;
    assert!(ended.status.success(), "{ended:?}");
    let report: Value = serde_json::from_str(&fs::read_to_string(&json)?)?;
    for measure in report["measures"].as_array().context("no measures")? {
        let python = &measure["figures"][1];
        assert_eq!(python["implementation"], "python");
        assert!(python["not_run"].as_str().is_some_and(|why| why.contains("cannot run no-such-python")), "{python}");
    }
    let reasons = ended.out().iter().filter(|line| line.starts_with("Python twin was not run: ")).count();
    assert_eq!(reasons, 1, "{ended:?}");
    Ok(())
}
