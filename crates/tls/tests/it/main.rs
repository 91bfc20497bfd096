//! One test binary; each module tests one behaviour.

mod exporter;
mod mutual_tls;
