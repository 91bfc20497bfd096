//! For fixed keys and challenges, Rust and Python compute the same responses, and send these bytes.

use auth::Key;
use mp::{Authenticator, recv_bytes, send_bytes};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn responses_and_their_length() {
    let authenticator = Authenticator::new(Key::new("open sesame key!").unwrap());
    for (first, response) in [
        (0, "44680292f8e30ef45effe2c0f83f1e75d4f28b82e0947b71e15c3da1d00b9492"),
        (40, "d729b728dce832debf58437f99e101810ad792630109fc975a1905e0cbb2dbac"),
    ] {
        let challenge: Vec<u8> = b"{sha256}".iter().copied().chain(first..first + 40).collect();
        let mut sent = Vec::new();
        send_bytes(&mut sent, &authenticator.response(&challenge)).unwrap();
        assert_eq!(hex(&sent), format!("00000028{}{response}", hex(b"{sha256}")));
        assert_eq!(recv_bytes(&sent[..], 256).unwrap(), Some(authenticator.response(&challenge)));
    }
}

#[test]
fn python_computes_the_same() {
    let output = programs::python()
        .current_dir(programs::root())
        .args(["-m", "unittest", "crates.mp.test_golden"])
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && report.contains("\nRan 1 test in "), "{report}");
}
