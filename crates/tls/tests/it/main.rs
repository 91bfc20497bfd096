//! One test binary; each module tests one behaviour.

mod exporter;
mod interruptions;
mod mutual_tls;
