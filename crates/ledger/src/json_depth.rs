//! A bound on how deeply JSON may nest, checked before it is parsed.

/// Deepest nesting of arrays and objects in an answer. Ours reach 6.
pub const MAX_DEPTH: usize = 24;

/// True when brackets nest at most `limit` deep. Says nothing about whether the text is JSON.
pub fn check(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for byte in json {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return false;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_brackets_outside_of_texts_only() {
        assert!(check(br#"{"a":[1,{"b":"[[[[[["}]}"#, 3));
        assert!(!check(br#"{"a":[1,{"b":"x"}]}"#, 2));
        assert!(check(br#"["\"[[[["]"#, 1));
        assert!(!check("[".repeat(100_000).as_bytes(), MAX_DEPTH));
    }
}
