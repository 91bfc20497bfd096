//! What is measured, of whom, and for how long.

use std::time::Duration;

use super::figures::Contestant::{self, BareTungstenite, FloorInline, FloorThreads, Ours, Python};
use super::floor::What;

pub(super) struct Plan {
    /// How long a server is under load, each time.
    pub(super) time: Duration,
    /// The first of all is the warm-up and does not count.
    pub(super) rounds: usize,
    /// How many sessions are held to see what each takes.
    pub(super) sessions: [usize; 2],
    /// How often; memory differs little from one time to the next, and ten thousand sessions take their time to open.
    pub(super) session_rounds: [usize; 2],
    pub(super) stalled_peers: usize,
}

impl Plan {
    pub(super) fn full() -> Plan {
        Plan {
            time: Duration::from_millis(900),
            rounds: 6,
            sessions: [1_000, 10_000],
            session_rounds: [3, 1],
            stalled_peers: 200,
        }
    }

    pub(super) fn quick() -> Plan {
        Plan {
            time: Duration::from_millis(150),
            rounds: 3,
            sessions: [100, 1_000],
            session_rounds: [1, 1],
            stalled_peers: 200,
        }
    }
}

/// A load that some contestants have in turns.
pub(super) struct Throughput {
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    pub(super) what: What,
    pub(super) clients: usize,
    pub(super) contestants: &'static [Contestant],
}

pub(super) const THROUGHPUTS: &[Throughput] = &[
    Throughput {
        title: "gate, 8 clients",
        unit: "handshakes a second",
        what: What::Gate,
        clients: 8,
        contestants: &[Ours, Python, FloorInline, FloorThreads],
    },
    Throughput {
        title: "echo, 1 session",
        unit: "round trips a second",
        what: What::Echo,
        clients: 1,
        contestants: &[Ours, Python, FloorThreads],
    },
    Throughput {
        title: "echo, 64 sessions",
        unit: "round trips a second",
        what: What::Echo,
        clients: 64,
        contestants: &[Ours, Python, FloorThreads],
    },
    Throughput {
        title: "line, 8 clients",
        unit: "requests a second",
        what: What::Line,
        clients: 8,
        contestants: &[Ours, Python, FloorInline, FloorThreads],
    },
    Throughput {
        title: "threaded, 8 clients",
        unit: "requests a second",
        what: What::Threaded,
        clients: 8,
        contestants: &[Ours, Python, FloorInline, FloorThreads],
    },
    Throughput {
        title: "WebSocket, 1 session",
        unit: "echoes a second",
        what: What::WebSocket,
        clients: 1,
        contestants: &[Ours, Python, BareTungstenite],
    },
    Throughput {
        title: "WebSocket, 8 sessions",
        unit: "echoes a second",
        what: What::WebSocket,
        clients: 8,
        contestants: &[Ours, Python, BareTungstenite],
    },
    Throughput {
        title: "WebSocket, 64 sessions",
        unit: "echoes a second",
        what: What::WebSocket,
        clients: 64,
        contestants: &[Ours, Python, BareTungstenite],
    },
];
