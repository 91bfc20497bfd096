//! For a fixed key and fixed nonces, Rust and Python compute the same proofs.

use auth::mutual::{ChannelBinding, Role, proof};
use auth::{Key, Nonce};

#[test]
fn proofs_of_a_mutual_handshake() {
    let counting_from = |first: u8| std::array::from_fn(|i| first + i as u8);
    let key = Key::new(counting_from(0)).unwrap();
    let nonces = (Nonce::from(counting_from(0x40)), Nonce::from(counting_from(0x80)));
    let bound = ChannelBinding::TlsExporter(counting_from(0xc0));
    for (role, channel, expected) in [
        (Role::Client, ChannelBinding::None, "6129b475d5f627131f3146bcfac298c8b9261d32d848573446c74d1236515f35"),
        (Role::Server, ChannelBinding::None, "e707c88474abcdc43d1914e4987fd8e601f5dcf77680bff0d51ea653b9ce2e14"),
        (Role::Client, bound, "3d9c9b5c4cb1588cdf36f268ff27e6f758ad43eedf0b4d4f4f0fc96401add6de"),
        (Role::Server, bound, "66f8c5530a03cf10204739a971cedebac62b9f5700d6948c0976ecd98763741f"),
    ] {
        let proof = proof(&key, role, channel, nonces.0, nonces.1);
        let hex: String = proof.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected, "{role:?} {channel:?}");
    }
}

#[test]
fn python_computes_the_same() {
    let output = programs::python()
        .current_dir(programs::root())
        .args(["-m", "unittest", "crates.auth.test_golden"])
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}");
    assert!(report.contains("\nRan 1 test in "), "{report}");
}
