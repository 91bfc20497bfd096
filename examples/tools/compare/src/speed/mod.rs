//! The speed: measures our servers in Rust, their Python twins, and baselines.

mod baseline;
mod client;
mod figures;
mod html;
mod loads;
mod machine;
mod report;
mod rounds;
mod server;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cli::say;

pub(crate) use baseline::Baseline;

/// The files to write the figures to.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Outputs {
    /// File for the page with charts [default: target/compare/report.html]
    #[arg(long, value_name = "FILE", requires = "speed")]
    html: Option<PathBuf>,
    /// Also write all figures as JSON to this file
    #[arg(long, value_name = "FILE", requires = "speed")]
    json: Option<PathBuf>,
    /// Also write the tables as a Markdown page to this file
    #[arg(long, value_name = "FILE", requires = "speed")]
    markdown: Option<PathBuf>,
}

/// Measures everything, prints the tables, and writes the files.
pub(crate) fn measure(quick: bool, outputs: &Outputs) -> Result<()> {
    let measures = rounds::run_all(&loads::all(quick))?;
    let report = figures::Report { machine: machine::this_one(), quick, measures };
    say!("{}", report::text(&report));
    let html = outputs.html.clone().unwrap_or_else(|| programs::root().join("target/compare/report.html"));
    write(&html, &html::page(&report))?;
    if let Some(file) = &outputs.json {
        write(file, &serde_json::to_string_pretty(&report)?)?;
    }
    if let Some(file) = &outputs.markdown {
        write(file, &report::markdown(&report))?;
    }
    say!("");
    say!("page with charts: {}", html.display());
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    let context = || format!("cannot write {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::write(file, text).with_context(context)
}
