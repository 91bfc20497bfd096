use std::iter::repeat;

use anyhow::{Context, Result};

use super::lesson_2::from_hex;
use crate::exercise::Exercise;
use crate::program::Program;
use crate::{expect, random};

/// The exercises of lesson 5.
pub(crate) const EXERCISES: &[Exercise] = &[Exercise {
    lesson: 5,
    name: "unmask",
    checks: &[
        ("unmasks payloads of 1 to 125 bytes", |program| unmasks(program, &[1, 2, 3, 4, 5, 124, 125])),
        ("unmasks payloads of 126 bytes and more, whose length has two bytes", |program| {
            unmasks(program, &[126, 127, 255, 256, 300, 1000])
        }),
        ("ends where the frame ends, also if the next one follows", unmasks_the_first),
    ],
}];

/// A frame begins with this if it is the last of its message, and a text.
const FINAL_TEXT: u8 = 0x81;

/// Returns a masked frame with a random masking key.
fn frame(first: u8, payload: &[u8]) -> Result<Vec<u8>> {
    let length = u16::try_from(payload.len()).context("the payload is too long")?;
    let mut frame = match length {
        0..126 => vec![first, 0x80 | payload.len() as u8],
        126.. => [&[first, 0x80 | 126][..], &length.to_be_bytes()].concat(),
    };
    let key = random::bytes(4)?;
    frame.extend(&key);
    frame.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
    Ok(frame)
}

fn payload(length: usize) -> Result<Vec<u8>> {
    Ok(random::text(length, &['h', 'e', 'l', 'o', ' '])?.into_bytes())
}

fn unmasks(program: &Program, lengths: &[usize]) -> Result<()> {
    let payloads = lengths.iter().map(|length| payload(*length)).collect::<Result<Vec<_>>>()?;
    let frames = payloads.iter().map(|payload| frame(FINAL_TEXT, payload)).collect::<Result<Vec<_>>>()?;
    expect_payloads(program, &frames, &payloads)
}

fn unmasks_the_first(program: &Program) -> Result<()> {
    let payloads = [payload(0)?, payload(20)?, payload(126 + random::below(200)?)?];
    let next = frame(FINAL_TEXT, &payload(30)?)?;
    let mut frames = Vec::new();
    for payload in &payloads {
        let part = &next[..1 + random::below(next.len())?];
        frames.push([&frame(FINAL_TEXT, payload)?, part].concat());
    }
    expect_payloads(program, &frames, &payloads)
}

fn expect_payloads(program: &Program, frames: &[Vec<u8>], payloads: &[Vec<u8>]) -> Result<()> {
    let input: String = frames.iter().map(|frame| wire::hex(frame) + "\n").collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for ((frame, payload), got) in frames.iter().zip(payloads).zip(ended.out().into_iter().chain(repeat(""))) {
        let start = wire::hex(&frame[..frame.len().min(10)]);
        let what = format!("the payload of the frame {start}..., which is {} bytes long,", payload.len());
        let got = from_hex(got).with_context(|| format!("the harness printed {got:?}, which is not hexadecimal"))?;
        expect::bytes(&what, payload, &got)?;
    }
    Ok(())
}
