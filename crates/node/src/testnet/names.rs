//! What authorities of a made-up network are called.

use toend_ledger::genesis::demo::AUTHORITIES;
use toend_ledger::network::Names;

/// Id of authority `number`: the demonstration's four houses, then numbered ones.
pub fn id(number: u16) -> String {
    AUTHORITIES
        .get(usize::from(number))
        .map_or_else(|| format!("house-{}", number + 1), |a| a.id.to_owned())
}

/// Its names for people.
pub fn names(number: u16) -> Names {
    match AUTHORITIES.get(usize::from(number)) {
        Some(authority) => three(authority.names),
        None => Names {
            et: format!("{}. maja", number + 1),
            en: format!("House {}", number + 1),
            ru: format!("Дом {}", number + 1),
        },
    }
}

/// A name in three languages.
pub fn three([et, en, ru]: [&str; 3]) -> Names {
    Names {
        et: et.to_owned(),
        en: en.to_owned(),
        ru: ru.to_owned(),
    }
}
