//! The report as one page that needs nothing beside itself.

use maud::{DOCTYPE, Markup, PreEscaped, html as page};

use super::super::figures::Report;
use super::chart::chart;
use super::{FIGURES, RATIOS, caution, machine, tables};
use crate::table::Table;

const STYLE: &str = include_str!("style.css");

pub(crate) fn html(report: &Report) -> String {
    let page = page! {
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
                p { "The servers of Open Sesame in Rust, beside their twins in Python and beside floors." }
                @if let Some(caution) = caution(report) { p.caution { (caution) } }
                h2 { "Ratios" }
                p { (RATIOS) }
                (table("ratios", &tables::ratios(report)))
                h2 { "Charts" }
                p { "A bar is the median, the line across its end goes from the least to the most of all rounds." }
                div.charts {
                    @for measure in &report.measures {
                        figure {
                            figcaption {
                                (measure.load) ": " (measure.what)
                                span { ", " (measure.unit) "; " @if measure.more_is_better { "more" } @else { "less" } " is better" }
                            }
                            (PreEscaped(chart(measure)))
                        }
                    }
                }
                h2 { "Figures" }
                p { (FIGURES) }
                (table("figures", &tables::figures(report)))
                @for reason in tables::not_run(report) { p { (reason) } }
                h2 { "Measured on" }
                dl { @for (what, it) in machine(report) { dt { (what) } dd { (it) } } }
            }
        }
    };
    page.into_string()
}

fn table(class: &str, table: &Table) -> Markup {
    page! {
        table class=(class) {
            thead { tr { @for cell in &table.head { th { (cell) } } } }
            tbody { @for row in &table.rows { tr { @for cell in row { td { (cell) } } } } }
        }
    }
}
