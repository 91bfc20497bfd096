use std::fmt::Display;
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::program::{Program, short};

impl Program {
    /// Checks a prediction, a word or a number, without a look at upper case and blanks.
    ///
    /// # Errors
    /// Returns an error if it is missing or wrong. It does not say what is right.
    pub fn predicts(&self, label: &str, truth: impl Display) -> Result<()> {
        let predicted = self.prediction(label)?;
        let same = normalized(&predicted) == normalized(&truth.to_string());
        ensure!(same, "you predict `{}`, and that is not what happens", short(&predicted));
        Ok(())
    }

    /// Checks a prediction of bytes, such as `00 f6`.
    ///
    /// # Errors
    /// Returns an error if it is missing, not in hexadecimal or wrong. It says where, and not what is right.
    pub fn predicts_bytes(&self, label: &str, truth: &[u8]) -> Result<()> {
        let predicted = self.prediction(label)?;
        let digits = normalized(&predicted);
        let is_hex = digits.len().is_multiple_of(2) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        ensure!(is_hex, "`{}` is not bytes in hexadecimal, such as 00 f6", short(&predicted));
        let predicted = digits.as_bytes().chunks(2);
        let truth: Vec<_> = truth.iter().map(|byte| wire::hex(&[*byte])).collect();
        let (count, expected) = (predicted.len(), truth.len());
        for (at, (predicted, truth)) in predicted.zip(&truth).enumerate() {
            let right = predicted == truth.as_bytes();
            ensure!(right, "byte {at}, counted from 0, is not {}", String::from_utf8_lossy(predicted));
        }
        ensure!(count == expected, "what you predict is {count} bytes long, and it should be {expected}");
        Ok(())
    }

    /// Returns what the file of a prediction says after `label:`.
    fn prediction(&self, label: &str) -> Result<String> {
        let text = fs::read_to_string(&self.source.path)?;
        let value = text.lines().find_map(|line| line.trim().strip_prefix(label)?.trim_start().strip_prefix(':'));
        let value = value.with_context(|| format!("the line `{label}: ...` is missing in your file"))?.trim();
        ensure!(!value.trim_matches('.').is_empty(), "you have not filled in `{label}` yet");
        Ok(value.to_owned())
    }
}

fn normalized(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect()
}
