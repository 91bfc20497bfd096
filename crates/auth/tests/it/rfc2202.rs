//! HMAC-MD5: the test cases of RFC 2202, section 2.

use auth::{Key, KeyError, Scheme};

#[test]
fn all_cases_of_hmac_md5() -> Result<(), KeyError> {
    let counting: Vec<u8> = (0x01..=0x19).collect();
    let cases: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 16], b"Hi There", "9294727a3638bb1c13f48ef8158bfc9d"),
        (b"Jefe", b"what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"),
        (&[0xaa; 16], &[0xdd; 50], "56be34521d144c88dbb8c733f0e8b3f6"),
        (&counting, &[0xcd; 50], "697eaf0aca3a3aea3a75164746ffaa79"),
        (&[0x0c; 16], b"Test With Truncation", "56461ef2342edc00f9bab995690efd4c"),
        (&[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First", "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"),
        (
            &[0xaa; 80],
            b"Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
            "6f630fad67cda0ee1fb1f562db3aa53e",
        ),
    ];
    for (number, (key, data, digest)) in (1..).zip(cases) {
        let key = Key::new(key)?;
        assert_eq!(hex(Scheme::Md5.response(&key, data).as_bytes()), digest, "case {number}");
        assert_eq!(Scheme::Md5Hex.response(&key, data).as_bytes(), digest.as_bytes(), "case {number}, as hex");
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
