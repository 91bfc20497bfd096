//! A key never prints itself.

use auth::{Key, KeyError};

#[test]
fn a_key_shows_nothing_of_itself() -> Result<(), KeyError> {
    for key in ["k", "open sesame", "芝麻开门", &"k".repeat(Key::MAX_LEN)] {
        let key = Key::new(key)?;
        assert_eq!(format!("{key:?}"), "Key(secret)");
        assert_eq!(format!("{key:#?}"), "Key(secret)");
        assert_eq!(format!("{:?}", Some(key)), "Some(Key(secret))");
    }
    Ok(())
}
