//! For a fixed key and nonce, Rust and Python compute the same response.

use auth::{Key, Nonce, Scheme};

#[test]
fn response_of_the_gate() {
    let key = Key::new("老衲洗头用飘柔").unwrap();
    let nonce = Nonce::from(std::array::from_fn(|i| i as u8));
    assert_eq!(Scheme::Md5Hex.response(&key, nonce).as_bytes(), b"00f626b82f891188de326e430626405d");
}

#[test]
fn response_of_the_echo() {
    let key = Key::new("芝麻开门").unwrap();
    let nonce = Nonce::from([0x0b; 32]);
    assert_eq!(
        Scheme::Md5.response(&key, nonce).as_bytes(),
        0x376e_5227_0a98_cad0_1d22_7b6d_2acf_44cd_u128.to_be_bytes()
    );
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
    assert!(report.contains("\nRan 2 tests in "), "{report}");
}
