//! One test binary; each module tests one behaviour.

mod mutual_tls;
