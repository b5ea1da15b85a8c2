//! `toend refusal`: what a number in a block's results, or in a refusal, means and what to do about it.

use toend_client::dto::{Language, Refusal};

use super::{print, print_json};
use crate::args::Arguments;
use crate::failure::Failure;
use crate::texts::find;

/// Prints the sentence and the next step. Exit 0: a code that is known; 2: one that is not.
pub fn run(arguments: &Arguments, code: u32, json: bool) -> Result<u8, Failure> {
    let refusal = Refusal::of(code);
    if json {
        print_json(&refusal)?;
    } else {
        print(&words(refusal, arguments.language()))?;
    }
    Ok(if refusal.known { 0 } else { 2 })
}

pub(super) fn words(refusal: Refusal, language: Language) -> String {
    format!(
        "{} ({})\n{}\n",
        find(language, &refusal.key()).unwrap_or_default(),
        refusal.code,
        find(language, refusal.next_key()).unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_lacks_a_sentence_in_any_language() {
        for language in [Language::Et, Language::En, Language::Ru] {
            let mut seen = std::collections::BTreeSet::new();
            for refusal in Refusal::all().chain([Refusal::of(77)]) {
                let code = refusal.code;
                let said = find(language, &refusal.key());
                assert!(said.is_some_and(|text| !text.is_empty()), "{code}");
                assert!(seen.insert(said), "{code} says what another says");
                assert!(find(language, refusal.next_key()).is_some(), "{code}");
            }
        }
        let shown = words(Refusal::of(6), Language::En);
        assert!(shown.starts_with("The signature is not that"), "{shown}");
        assert_eq!(shown.lines().count(), 2);
    }
}
