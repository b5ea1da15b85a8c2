//! Who runs the ledger, for people.

use toend_client::dto::{
    AuthorityOffice, Decided, EpochOffice, FaultSort, GatewayOffice, Language, OfficeKey, Offices,
    RegisterOffice,
};

use super::list::put;
use super::{joined, name, params, value};
use crate::texts;

/// The page in a language.
struct Page {
    language: Language,
    out: String,
}

/// Everything that stands on the ledger about who runs it.
pub fn page(language: Language, offices: &Offices) -> String {
    let mut page = Page {
        language,
        out: String::new(),
    };
    let at = [
        ("page", offices.page.to_string()),
        ("time", value::moment(language, offices.time_ms)),
    ];
    page.line(0, "offices.proven", at);
    for office in &offices.authorities {
        page.authority(office);
    }
    let governing = offices.authorities.iter().filter(|office| office.governs);
    let quorum = [
        ("quorum", offices.quorum.to_string()),
        ("all", governing.count().to_string()),
    ];
    page.line(0, "offices.quorum", quorum);
    let rules = [
        ("version", offices.rules.version.to_string()),
        ("since", page.since(offices.rules.since)),
    ];
    page.line(0, "offices.rules", rules);
    if let (Some(next), Some(from)) = (offices.rules.next, offices.rules.next_from_page) {
        let next = [("version", next.to_string()), ("page", from.to_string())];
        page.line(0, "offices.rulesNext", next);
    }
    for office in &offices.registers {
        page.register(office, &offices.authorities);
    }
    page.out
}

impl Page {
    fn word(&self, key: &'static str) -> &'static str {
        texts::word(self.language, key)
    }

    /// One line of the window's words.
    fn line<const N: usize>(
        &mut self,
        depth: usize,
        key: &'static str,
        given: [(&str, String); N],
    ) {
        let words = texts::fill(self.word(key), &params(given));
        self.put(depth, &words);
    }

    fn put(&mut self, depth: usize, words: &str) {
        put(&mut self.out, &format!("{}{words}", "  ".repeat(depth)));
    }

    fn since(&self, decided: Option<Decided>) -> String {
        let Some(decided) = decided else {
            return self.word("offices.fromStart").to_owned();
        };
        let time_ms = i64::try_from(decided.not_before_ms).unwrap_or(i64::MAX);
        let at = [
            ("date", value::moment(self.language, time_ms)),
            ("page", decided.page.to_string()),
        ];
        texts::fill(self.word("offices.since"), &params(at))
    }

    fn name(&self, office: &AuthorityOffice) -> String {
        match &office.names {
            Some(names) => name(self.language, names).to_owned(),
            None => joined(self.language, &office.number.to_string()),
        }
    }

    /// What it may do, and since when.
    fn duty(&mut self, key: &'static str, has: bool, since: Option<Decided>, more: &str) {
        let answer = self.word(if has { "offices.yes" } else { "offices.no" });
        let mut line = format!("{}: {answer}", self.word(key));
        // What never was has no beginning.
        if has || since.is_some() {
            line = format!("{line}, {}{more}", self.since(since));
        }
        self.put(1, &line);
    }

    /// A key as six words, and whether it is another one than at the start.
    fn key(&mut self, depth: usize, title: &'static str, key: Option<&OfficeKey>) {
        let Some(key) = key else {
            return;
        };
        let replaced = if key.replaced {
            format!(" ({})", self.word("offices.newKey"))
        } else {
            String::new()
        };
        let (title, words) = (self.word(title), key.words.join(" "));
        self.put(depth, &format!("{title}: {words}{replaced}"));
    }

    /// The period of a key that opens lists.
    fn epoch(&mut self, epoch: &EpochOffice) {
        let key = match (epoch.epoch, epoch.until_page) {
            (1, None) => "offices.fromStart",
            (_, None) => "offices.epochLasts",
            (_, Some(_)) => "offices.epochEnded",
        };
        let before = |page: u64| page.saturating_sub(1).to_string();
        let pages = [
            ("decided", before(epoch.from_page)),
            ("from", epoch.from_page.to_string()),
            ("until", before(epoch.until_page.unwrap_or_default())),
        ];
        let pages = texts::fill(self.word(key), &params(pages));
        let number = params([("number", epoch.epoch.to_string())]);
        let title = texts::fill(self.word("offices.epochKey"), &number);
        let words = epoch.words.join(" ");
        self.put(1, &format!("{title}: {words} ({pages})"));
    }

    fn authority(&mut self, office: &AuthorityOffice) {
        self.put(0, &self.name(office));
        if let Some(fault) = &office.fault {
            let key = match fault.last.sort {
                FaultSort::DoubleVote => "offices.fault.doubleVote",
                FaultSort::FalsePage => "offices.fault.falsePage",
                FaultSort::Other => "offices.fault.other",
            };
            let said = [
                ("page", fault.last.page.to_string()),
                ("date", value::moment(self.language, fault.last.time_ms)),
                ("found", fault.last.found_page.to_string()),
            ];
            self.line(1, key, said);
            let count = [("count", fault.count.to_string())];
            self.line(1, "offices.faultCount", count);
        }
        self.duty("offices.governs", office.governs, office.governs_since, "");
        self.key(2, "offices.keyGoverns", office.governance_key.as_ref());
        let power = office.power.map(|power| {
            let words = self.word("offices.power");
            let power = [("power", power.to_string())];
            format!(", {}", texts::fill(words, &params(power)))
        });
        let power = power.unwrap_or_default();
        self.duty(
            "offices.validates",
            office.validates,
            office.validates_since,
            &power,
        );
        self.key(2, "offices.keyValidates", office.validator_key.as_ref());
        for gateway in &office.gateways {
            if gateway.number != office.number {
                let number = [("number", gateway.number.to_string())];
                self.line(1, "offices.otherServer", number);
            }
            self.gateway(gateway);
        }
    }

    fn gateway(&mut self, gateway: &GatewayOffice) {
        self.duty("offices.gateway", gateway.open, gateway.since, "");
        self.key(2, "offices.keyGateway", gateway.key.as_ref());
        if let Some(address) = &gateway.address {
            self.put(2, address);
        }
        if let Some(address) = &gateway.rpc {
            let address = [("address", address.clone())];
            self.line(2, "offices.pagesAt", address);
        }
        let Some(issuer) = &gateway.issuer else {
            return;
        };
        let said = if issuer.by_ledger {
            self.since(gateway.since)
        } else {
            self.word("offices.issuerFile").to_owned()
        };
        let Some(fingerprint) = &issuer.fingerprint else {
            self.put(
                2,
                &format!("{} ({said})", self.word("offices.issuerSystem")),
            );
            return;
        };
        let words = issuer.words.join(" ");
        let title = self.word("offices.issuerWords");
        self.put(2, &format!("{title}: {words} ({said})"));
        self.put(
            2,
            &format!("{}: {fingerprint}", self.word("offices.issuerPrint")),
        );
    }

    fn register(&mut self, office: &RegisterOffice, authorities: &[AuthorityOffice]) {
        let keeper = authorities
            .iter()
            .find(|authority| Some(authority.number) == office.authority)
            .map(|authority| format!(" · {}", self.name(authority)))
            .unwrap_or_default();
        let register = texts::register(self.language, office.register);
        self.put(0, &format!("{register}{keeper}"));
        let sealed = [
            ("batches", office.batches.to_string()),
            ("entries", office.entries.to_string()),
        ];
        self.line(1, "offices.sealed", sealed);
        let keys = [&office.seal_key, &office.answer_key];
        let replaced = keys.into_iter().flatten().any(|key| key.replaced);
        let since = if replaced && office.keys_since.is_none() {
            self.word("offices.keysUnknown").to_owned()
        } else {
            self.since(office.keys_since)
        };
        self.line(1, "offices.keysSince", [("since", since)]);
        self.key(2, "offices.keySeal", office.seal_key.as_ref());
        self.key(2, "offices.keyAnswer", office.answer_key.as_ref());
        for epoch in &office.epochs {
            self.epoch(epoch);
        }
        for right in &office.rights {
            let key = if right.may {
                "offices.rightLasts"
            } else {
                "offices.rightEnded"
            };
            let said = [
                ("kind", texts::schema(self.language, &right.schema)),
                ("from", right.from_page.to_string()),
                ("until", right.until_page.unwrap_or_default().to_string()),
            ];
            self.line(1, key, said);
        }
    }
}
