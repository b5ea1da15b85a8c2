//! The text form of a recording.
//!
//! ```text
//! # A comment. The answer to reset comes first.
//! ATR 3B DB 96 …
//! > 00 A4 04 0C 10 …
//! < 90 00
//! ```

/// The longest script text.
pub const MAX_SCRIPT: usize = 1024 * 1024;
/// The most steps of a script.
const MAX_STEPS: usize = 4096;
/// The longest ATR that the standard allows.
const MAX_ATR: usize = 33;
/// The longest short command: header, length, data, expected length.
const MAX_COMMAND: usize = 261;

/// A command and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The command.
    pub command: Vec<u8>,
    /// The answer with its status word.
    pub answer: Vec<u8>,
    /// The line of the command, from 1.
    pub line: usize,
}

/// A recorded conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The answer to reset.
    pub atr: Vec<u8>,
    /// Commands and answers in order.
    pub steps: Vec<Step>,
}

impl Script {
    /// Reads the text form: blank lines and everything behind `#` do not count, digits may be grouped.
    ///
    /// # Errors
    /// [`ScriptError`] with the line.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        if text.len() > MAX_SCRIPT {
            return Err(ScriptError::TooLong);
        }
        let mut atr: Option<Vec<u8>> = None;
        let mut waiting: Option<(Vec<u8>, usize)> = None;
        let mut steps = Vec::new();
        for (index, raw) in text.lines().enumerate() {
            let line = index + 1;
            let content = raw.split('#').next().unwrap_or_default().trim();
            if content.is_empty() {
                continue;
            }
            if let Some(rest) = content.strip_prefix('>') {
                if atr.is_none() {
                    return Err(ScriptError::NoAtr { line });
                }
                if waiting.is_some() {
                    return Err(ScriptError::NoAnswer { line });
                }
                waiting = Some((bytes(rest, line, 4, MAX_COMMAND)?, line));
            } else if let Some(rest) = content.strip_prefix('<') {
                let (command, command_line) =
                    waiting.take().ok_or(ScriptError::NoCommand { line })?;
                if steps.len() == MAX_STEPS {
                    return Err(ScriptError::TooLong);
                }
                let answer = bytes(rest, line, 2, crate::apdu::MAX_ANSWER)?;
                steps.push(Step {
                    command,
                    answer,
                    line: command_line,
                });
            } else if let Some(rest) = atr_line(content) {
                if atr.is_some() {
                    return Err(ScriptError::SecondAtr { line });
                }
                atr = Some(bytes(rest, line, 2, MAX_ATR)?);
            } else {
                return Err(ScriptError::Line { line });
            }
        }
        if let Some((_, line)) = waiting {
            return Err(ScriptError::NoAnswer { line });
        }
        Ok(Self {
            atr: atr.ok_or(ScriptError::NoAtr { line: 1 })?,
            steps,
        })
    }

    /// Writes the text form.
    pub fn to_text(&self) -> String {
        let mut text = format!("ATR {}\n", hex::encode_upper(&self.atr));
        for step in &self.steps {
            text.push_str("\n> ");
            text.push_str(&hex::encode_upper(&step.command));
            text.push_str("\n< ");
            text.push_str(&hex::encode_upper(&step.answer));
            text.push('\n');
        }
        text
    }
}

fn atr_line(content: &str) -> Option<&str> {
    let (word, rest) = content.split_at_checked(3)?;
    (word.eq_ignore_ascii_case("ATR") && rest.starts_with([' ', '\t', ':']))
        .then(|| rest.trim_start_matches(':'))
}

fn bytes(text: &str, line: usize, min: usize, max: usize) -> Result<Vec<u8>, ScriptError> {
    let digits: String = text.split_whitespace().collect();
    let bytes = hex::decode(digits).map_err(|_| ScriptError::Hex { line })?;
    if (min..=max).contains(&bytes.len()) {
        Ok(bytes)
    } else {
        Err(ScriptError::Length {
            line,
            len: bytes.len(),
        })
    }
}

/// Why a script cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// Over 1 MiB or 4,096 steps.
    #[error("the script is too long")]
    TooLong,
    /// The answer to reset must come first.
    #[error("line {line}: the ATR is missing before it")]
    NoAtr {
        /// Line, from 1.
        line: usize,
    },
    /// There is one card in a script.
    #[error("line {line}: a second ATR")]
    SecondAtr {
        /// Line, from 1.
        line: usize,
    },
    /// A command without an answer.
    #[error("line {line}: a command without an answer")]
    NoAnswer {
        /// Line, from 1.
        line: usize,
    },
    /// An answer without a command.
    #[error("line {line}: an answer without a command")]
    NoCommand {
        /// Line, from 1.
        line: usize,
    },
    /// Neither `ATR`, `>`, `<` nor a comment.
    #[error("line {line}: neither ATR, command, answer nor comment")]
    Line {
        /// Line, from 1.
        line: usize,
    },
    /// No hexadecimal text.
    #[error("line {line}: no hexadecimal bytes")]
    Hex {
        /// Line, from 1.
        line: usize,
    },
    /// Too few or too many bytes for what stands there.
    #[error("line {line}: {len} bytes cannot be right here")]
    Length {
        /// Line, from 1.
        line: usize,
        /// Its bytes.
        len: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn comments_spaces_and_blank_lines_do_not_count() {
        let script =
            Script::parse("# x\n\nATR 3b db\t96 # card\n> 00 a40400\n\n# y\n<9000\n").unwrap();
        assert_eq!(script.atr, [0x3B, 0xDB, 0x96]);
        assert_eq!(
            script.steps,
            [Step {
                command: vec![0, 0xA4, 4, 0],
                answer: vec![0x90, 0],
                line: 4
            }]
        );
    }

    #[test]
    fn every_damage_names_its_line() {
        for (text, error) in [
            ("> 00A40400", ScriptError::NoAtr { line: 1 }),
            ("", ScriptError::NoAtr { line: 1 }),
            ("ATR 3B00\nATR 3B00", ScriptError::SecondAtr { line: 2 }),
            (
                "ATR 3B00\n> 00A40400\n> 00A40400",
                ScriptError::NoAnswer { line: 3 },
            ),
            ("ATR 3B00\n> 00A40400", ScriptError::NoAnswer { line: 2 }),
            ("ATR 3B00\n< 9000", ScriptError::NoCommand { line: 2 }),
            ("ATR 3B00\nhello", ScriptError::Line { line: 2 }),
            ("ATR 3B0", ScriptError::Hex { line: 1 }),
            ("ATR 3B00\n> 00A4", ScriptError::Length { line: 2, len: 2 }),
            (
                "ATR 3B00\n> 00A40400\n< 90",
                ScriptError::Length { line: 3, len: 1 },
            ),
        ] {
            assert_eq!(Script::parse(text), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_ends_in_an_answer(text in "(ATR |[<>#]|[0-9a-f ]{0,12}|\n|é){0,40}") {
            if let Ok(script) = Script::parse(&text) {
                let again = Script::parse(&script.to_text()).unwrap();
                prop_assert_eq!(again.atr, script.atr);
                prop_assert_eq!(again.steps.len(), script.steps.len());
            }
        }
    }
}
