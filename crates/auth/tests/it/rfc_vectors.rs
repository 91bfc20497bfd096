//! HMAC-MD5 and HMAC-SHA-256 agree with the test cases of their RFCs.

use auth::{Key, KeyError, Scheme};

const LONG_KEY: &[u8] = b"Test Using Larger Than Block-Size Key - Hash Key First";

/// RFC 2202, section 2.
#[test]
fn hmac_md5_agrees_with_its_rfc() -> Result<(), KeyError> {
    let long_data = b"Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data";
    let cases: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 16], b"Hi There", "9294727a3638bb1c13f48ef8158bfc9d"),
        (b"Jefe", b"what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"),
        (&[0xaa; 16], &[0xdd; 50], "56be34521d144c88dbb8c733f0e8b3f6"),
        (&counting(), &[0xcd; 50], "697eaf0aca3a3aea3a75164746ffaa79"),
        (&[0x0c; 16], b"Test With Truncation", "56461ef2342edc00f9bab995690efd4c"),
        (&[0xaa; 80], LONG_KEY, "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"),
        (&[0xaa; 80], long_data, "6f630fad67cda0ee1fb1f562db3aa53e"),
    ];
    for (number, (key, data, digest)) in (1..).zip(cases) {
        let key = Key::new(key)?;
        assert_eq!(hex(Scheme::Md5.response(&key, data).as_bytes()), digest, "case {number}");
        assert_eq!(Scheme::Md5Hex.response(&key, data).as_bytes(), digest.as_bytes(), "case {number}, as hex");
    }
    Ok(())
}

/// RFC 4231, section 4.
#[test]
fn hmac_sha_256_agrees_with_its_rfc() -> Result<(), KeyError> {
    let long_data = b"This is a test using a larger than block-size key and a larger than block-size data. \
                      The key needs to be hashed before being used by the HMAC algorithm.";
    let cases: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (&counting(), &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        // The RFC gives only the first 128 bits of this one.
        (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
        (&[0xaa; 131], LONG_KEY, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        (&[0xaa; 131], long_data, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ];
    for (number, (key, data, digest)) in (1..).zip(cases) {
        let response = hex(Scheme::Sha256.response(&Key::new(key)?, data).as_bytes());
        assert_eq!(response.len(), 64, "case {number}");
        assert_eq!(response[..digest.len()], *digest, "case {number}");
    }
    Ok(())
}

fn counting() -> Vec<u8> {
    (0x01..=0x19).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
