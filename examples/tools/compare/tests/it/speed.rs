//! `--speed --quick` measures everything. How fast the servers are is not tested here.

use anyhow::Result;

use crate::shared::{rows, run};

const BUSY: &[&str] = &["operations per second", "server CPU per operation, µs", "99th percentile, ms"];
const IDLE: &[&str] = &["resident memory per session, KiB"];

/// Each load, its metrics, and whether the inline loop bears it. All other servers do.
const LOADS: &[(&str, &[&str], bool)] = &[
    ("gate, 8 clients", BUSY, true),
    ("line, 8 clients", BUSY, true),
    ("threaded, 8 clients", BUSY, true),
    ("threaded, 2 clients", BUSY, true),
    ("threaded, 2 clients, 200 stalled peers", BUSY, false),
    ("echo, 1 session", BUSY, false),
    ("echo, 8 sessions", BUSY, false),
    ("echo, 64 sessions", BUSY, false),
    ("WebSocket, 1 session", BUSY, false),
    ("WebSocket, 8 sessions", BUSY, false),
    ("WebSocket, 64 sessions", BUSY, false),
    ("TLS, 1 session", BUSY, false),
    ("TLS, 8 sessions", BUSY, false),
    ("echo, 8 clients, handshakes", BUSY, true),
    ("mutual, 8 clients, handshakes", BUSY, true),
    ("TLS, 8 clients, handshakes", BUSY, true),
    ("echo, 100 idle sessions", IDLE, false),
    ("TLS, 100 idle sessions", IDLE, false),
];

#[test]
fn everything_is_measured() -> Result<()> {
    let ended = run(&["--speed", "--quick"])?;
    assert!(ended.status.success(), "{ended:?}");
    let progress: Vec<_> = LOADS.iter().map(|(load, ..)| format!("measuring {load}")).collect();
    assert_eq!(ended.err(), progress);

    let rows = rows(&ended.out());
    let (ratios, figures) = rows.split_at(rows.len() / 2);
    assert_eq!(ratios[0], ["load", "metric", "inline loop", "thread per connection", "Python twin"]);
    assert_eq!(figures[0], ["load", "metric", "ours", "inline loop", "thread per connection", "Python twin"]);
    let measures =
        LOADS.iter().flat_map(|(load, metrics, inline)| metrics.iter().map(|metric| (*load, *metric, *inline)));
    assert_eq!(figures.len(), 1 + measures.clone().count());
    for ((ratios, figures), (load, metric, has_inline)) in ratios.iter().zip(figures).skip(1).zip(measures) {
        assert_eq!((&ratios[0], &ratios[1], &figures[..2]), (&load.to_owned(), &metric.to_owned(), &ratios[..2]));
        for (column, cell) in figures.iter().enumerate().skip(2) {
            let numbers: Vec<f64> = cell.split([' ', '(', ')']).filter_map(|word| word.parse().ok()).collect();
            let [median, min, max] = numbers[..] else {
                assert!(cell == "-" && column == 3 && !has_inline, "{figures:?}");
                continue;
            };
            assert!(0.0 <= min && min <= median && median <= max, "{figures:?}");
            // The system counts CPU time in hundredths of a second, and a short run may use less.
            assert!(0.0 < max || metric.starts_with("server CPU"), "{figures:?}");
        }
    }
    Ok(())
}
