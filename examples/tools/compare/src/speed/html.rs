//! The report as one HTML page that needs no other file.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figures::{Implementation, Measure, Report};
use super::report::{FIGURES, RATIOS, caution, figures, machine, not_run, number, ratios};
use crate::table::Table;

const STYLE: &str = include_str!("style.css");

pub(super) fn page(report: &Report) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Open Sesame: how fast" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "How fast" }
                p { "The servers of Open Sesame in Rust, their Python twins, and baselines." }
                @if let Some(caution) = caution(report) { p.caution { (caution) } }
                h2 { "Ratios" }
                p { (RATIOS) }
                (table("ratios", &ratios(report)))
                h2 { "Charts" }
                p { "A bar shows the median. The line across its end goes from the minimum to the maximum of all rounds." }
                div.charts { @for measure in &report.measures { (chart(measure)) } }
                h2 { "Figures" }
                p { (FIGURES) }
                (table("figures", &figures(report)))
                @for reason in not_run(report) { p { (reason) } }
                h2 { "Measured on" }
                dl { @for (what, value) in machine(report) { dt { (what) } dd { (value) } } }
            }
        }
    };
    page.into_string()
}

fn chart(measure: &Measure) -> Markup {
    let spreads = measure.figures.iter().filter_map(|figure| figure.measured.as_ref());
    let longest = spreads.map(|spread| spread.max).fold(f64::MIN_POSITIVE, f64::max);
    let percent = |value: f64| 100.0 * value / longest;
    html! {
        figure {
            figcaption {
                (measure.load) ": " (measure.metric.what)
                span { ", " (measure.metric.unit) "; " @if measure.metric.more_is_better { "more" } @else { "less" } " is better" }
            }
            @for figure in &measure.figures {
                div.row {
                    span { (figure.implementation) }
                    @if let Some(spread) = &figure.measured {
                        div.track {
                            div class={ "bar " (class(figure.implementation)) } style={ "width: " (percent(spread.median)) "%" } {}
                            i style={ "left: " (percent(spread.min)) "%; width: " (percent(spread.max - spread.min)) "%" } {}
                        }
                        b { (number(spread.median)) }
                    } @else { span { "not run" } }
                }
            }
        }
    }
}

/// Returns what the style sheet colours a bar by.
fn class(implementation: Implementation) -> &'static str {
    match implementation {
        Implementation::Ours => "ours",
        Implementation::Python => "python",
        _ => "baseline",
    }
}

fn table(class: &str, table: &Table) -> Markup {
    html! {
        table class=(class) {
            thead { tr { @for cell in &table.head { th { (cell) } } } }
            tbody { @for row in &table.rows { tr { @for cell in row { td { (cell) } } } } }
        }
    }
}
