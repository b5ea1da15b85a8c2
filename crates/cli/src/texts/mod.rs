//! Words in three languages. What the window says too comes from its translation files, so that both say the same; what only
//! a terminal says stands in small tables here.

mod terminal;
mod window;

use std::collections::BTreeMap;

use toend_client::dto::{ErrorInfo, Language, RegisterId, Verdict};

pub use terminal::{Text, text};
pub use window::{find, word};

/// Puts parameters into a template: `{name}`. What has no parameter is left out together with its braces.
pub fn fill(template: &str, params: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        if let Some((name, behind)) = after.split_once('}') {
            out.push_str(params.get(name).map_or("…", String::as_str));
            rest = behind;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out.replace("<b>", "").replace("</b>", "")
}

/// An error: what happened, what it means, what to do, and the help code.
pub fn error(language: Language, error: &ErrorInfo) -> String {
    let mut params = error.params.clone();
    if let Some(id) = error
        .params
        .get("register")
        .and_then(|id| RegisterId::from_id(id))
    {
        params.insert("register".to_owned(), register(language, id).to_owned());
    }
    if let Some(number) =
        (error.params.get("authority")).and_then(|id| id.strip_prefix("authority-"))
    {
        let number = BTreeMap::from([("number".to_owned(), number.to_owned())]);
        let named = fill(word(language, "authority.joined"), &number);
        params.insert("authority".to_owned(), named);
    }
    let part = |part: &str| {
        find(language, &format!("errors.{}.{part}", error.code))
            .map(|template| fill(template, &params))
    };
    // Without its numbers a sentence has a bare form.
    let what = part("what")
        .filter(|what| !what.contains('{'))
        .or_else(|| part("bare"));
    let sentences: Vec<String> = [what, part("means"), part("do")]
        .into_iter()
        .flatten()
        .collect();
    let reason = error
        .params
        .get("reason")
        .map(|reason| format!(" – {reason}"))
        .unwrap_or_default();
    if sentences.is_empty() {
        let general = text(language, Text::error(&error.code));
        return format!("{} ({}{reason})", fill(general, &params), error.code);
    }
    format!("{} ({}{reason})", sentences.join(" "), error.code)
}

/// Name of a register.
pub fn register(language: Language, register: RegisterId) -> &'static str {
    word(
        language,
        match register {
            RegisterId::Health => "register.health",
            RegisterId::Tax => "register.tax",
            RegisterId::Business => "register.business",
        },
    )
}

/// Name of a verdict.
pub fn verdict(language: Language, verdict: Verdict) -> &'static str {
    word(
        language,
        match verdict {
            Verdict::Proven => "verdict.proven",
            Verdict::Altered => "verdict.altered",
            Verdict::Withheld => "verdict.withheld",
            Verdict::OldVersion => "verdict.oldVersion",
            Verdict::NotYetSealed => "verdict.notYetSealed",
            Verdict::CannotCheck => "verdict.cannotCheck",
        },
    )
}

/// Name of a record kind.
pub fn schema(language: Language, name: &str) -> String {
    find(language, &format!("schema.{name}")).map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// Name of a field.
pub fn field(language: Language, schema: &str, name: &str) -> String {
    find(language, &format!("field.{schema}.{name}"))
        .or_else(|| find(language, &format!("field.{name}")))
        .map_or_else(|| name.replace('_', " "), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Language; 3] = [Language::Et, Language::En, Language::Ru];

    #[test]
    fn parameters_are_put_in_and_markup_is_taken_out() {
        let params = BTreeMap::from([("left".to_owned(), "2".to_owned())]);
        assert_eq!(
            fill("<b>{left}</b> tries, {missing}.", &params),
            "2 tries, …."
        );
        assert_eq!(fill("a { b", &params), "a { b");
    }

    #[test]
    fn every_verdict_register_and_record_kind_has_words_in_three_languages() {
        for language in ALL {
            for id in RegisterId::ALL {
                assert!(!register(language, id).is_empty());
            }
            for kind in [
                Verdict::Proven,
                Verdict::Altered,
                Verdict::Withheld,
                Verdict::OldVersion,
                Verdict::NotYetSealed,
                Verdict::CannotCheck,
            ] {
                assert!(!verdict(language, kind).is_empty());
            }
            for kind in toend_ledger::schema::all() {
                assert!(
                    find(language, &format!("schema.{}", kind.name)).is_some(),
                    "{language:?} {}",
                    kind.name
                );
            }
        }
    }

    #[test]
    fn every_help_code_says_what_happened() {
        use toend_client::dto::Blame;
        let codes = (1..=17).chain(20..=43).chain(55..=56).chain(66..=73);
        for code in codes.map(|number| format!("E{number:02}")) {
            for language in ALL {
                let said = error(
                    language,
                    &toend_client::error::info(&code, Blame::Peer, true),
                );
                assert!(said.contains(&code), "{language:?}: {said}");
                assert!(
                    !said.starts_with(text(language, Text::Other)),
                    "{language:?}: {code} has no words of its own"
                );
            }
        }
    }
}
