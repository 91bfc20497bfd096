//! A measure as a bar chart: a bar for each median, a line from the least to the most.

use svg::Document;
use svg::node::element::{Group, Line, Rectangle, Text, Title};

use super::super::figures::{Contestant, Figure, Measure, Outcome, Spread};
use super::tables::number;

const WIDTH: f64 = 640.0;
const ROW: f64 = 30.0;
const BAR: f64 = 18.0;
/// Where bars begin, right of their names.
const LEFT: f64 = 165.0;
/// Where the longest ends; the figure stands right of it.
const RIGHT: f64 = 560.0;

pub(super) fn chart(measure: &Measure) -> String {
    let height = ROW * measure.figures.len() as f64;
    let longest = measure.figures.iter().filter_map(spread).map(|spread| spread.most).fold(f64::MIN_POSITIVE, f64::max);
    let x = |value: f64| LEFT + (RIGHT - LEFT) * value / longest;
    let mut document = Document::new()
        .set("viewBox", (0, 0, WIDTH, height))
        .set("role", "img")
        .add(Title::new(format!("{}: {}, {}", measure.load, measure.what, measure.unit)));
    for (row, figure) in measure.figures.iter().enumerate() {
        let middle = ROW * (row as f64 + 0.5);
        let name = label(figure.contestant.to_string(), LEFT - 10.0, middle).set("text-anchor", "end");
        let group = Group::new().set("class", class(figure.contestant)).add(name);
        document = document.add(match spread(figure) {
            Some(spread) => {
                let whisker = Line::new()
                    .set("x1", x(spread.least))
                    .set("x2", x(spread.most))
                    .set("y1", middle)
                    .set("y2", middle);
                let bar = Rectangle::new()
                    .set("x", LEFT)
                    .set("y", middle - BAR / 2.0)
                    .set("width", x(spread.median) - LEFT)
                    .set("height", BAR)
                    .set("rx", 2);
                let figure = label(number(spread.median), x(spread.most) + 8.0, middle).set("class", "figure");
                group.add(bar).add(whisker).add(figure)
            }
            None => group.add(label("not run".to_owned(), LEFT, middle)),
        });
    }
    document.to_string()
}

fn spread(figure: &Figure) -> Option<&Spread> {
    match &figure.outcome {
        Outcome::Measured(spread) => Some(spread),
        Outcome::NotRun(_) => None,
    }
}

fn label(text: String, x: f64, middle: f64) -> Text {
    Text::new(text).set("x", x).set("y", middle).set("dominant-baseline", "central")
}

/// What the page's style colours it by.
fn class(contestant: Contestant) -> &'static str {
    match contestant {
        Contestant::Ours => "ours",
        Contestant::Python => "python",
        Contestant::FloorInline | Contestant::FloorThreads | Contestant::BareTungstenite => "floor",
    }
}
