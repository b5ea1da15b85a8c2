//! Business register: columns of its open data. The lists of companies are public; who may act for a company stands,
//! once more, in that person's private list.

use super::{BUSINESS, Field, ListKind, Schema, bool, code, date, decimal, int, money, rows, text};

const fn schema(
    id: u32,
    name: &'static str,
    list: ListKind,
    fields: &'static [Field],
    date_field: &'static str,
    source: &'static str,
) -> Schema {
    Schema {
        id,
        name,
        reg: BUSINESS,
        list,
        class: 0,
        headed: false,
        max_versions_per_year: 1,
        fields,
        date_field: Some(date_field),
        source,
    }
}

const fn headed(schema: Schema) -> Schema {
    Schema {
        headed: true,
        max_versions_per_year: super::MAX_HEADED_VERSIONS,
        ..schema
    }
}

/// A person's power to act for a company.
pub(super) const MANDATE: Schema = headed(schema(
    3001,
    "mandate",
    ListKind::Private,
    &[
        text("company", "nimi").row(),
        code("company_code", "ariregistri_kood").row(),
        code("legal_form", "ettevotja_oiguslik_vorm").row(),
        code("role", "isiku_roll: JUHL, PROK, LIKV").row(),
        text("role_text", "isiku_roll_tekstina").row(),
        date("since", "algus_kpv").row(),
        date("until", "lopp_kpv; unused while the power lasts").row(),
        code("representation", "sole, joint").row(),
        text("representation_text", "esindusoigus, in words"),
        code("entry_no", "kande_nr"),
    ],
    "since",
    "kaardile_kantud_isikud, seen from the person",
));

/// Registry card.
pub(super) const REGISTRY_CARD: Schema = headed(schema(
    3101,
    "registry_card",
    ListKind::Public,
    &[
        text("name", "nimi").row(),
        code("code", "ariregistri_kood").row(),
        code("legal_form", "ettevotja_oiguslik_vorm: OÜ, AS, MTÜ, SA …").row(),
        code("status", "ettevotja_staatus: R, L, N, K").row(),
        date("first_entry", "ettevotja_esmakande_kpv").row(),
        text("address", "ads_normaliseeritud_taisaadress").row(),
        code("ads_oid", "ads_oid"),
        code("ads_adr_id", "ads_adr_id"),
        code("ehak", "asukoha_ehak_kood"),
        code("postcode", "indeks_ettevotja_aadressis"),
        text("email", "sidevahendid, EMAIL"),
        text("phone", "sidevahendid, TEL"),
        money("capital", "kapitali_suurus").row(),
        code("currency", "kapitali_valuuta"),
        bool("capital_paid", "contribution paid in full"),
        text("financial_year", "majandusaasta_algus – majandusaasta_lopp"),
        date("articles_date", "pohikirja_kinnitamise_kpv"),
        code("vat_no", "kmkr_nr"),
        code("emtak", "pohitegevusala, emtak_kood").row(),
        code("emtak_version", "emtak_versioon: 2008, 2025"),
        text("emtak_text", "emtak_tekstina").row(),
        text("representation", "esindusoiguse_normaalregulatsioon"),
        code("entry_no", "kande_nr"),
        date("entry_date", "kande_kuupaev").row(),
        text("entry_kind", "kandeliik_tekstina"),
    ],
    "entry_date",
    "registrikaardid, yldandmed",
));

/// Person entered on the card.
pub(super) const CARD_PERSON: Schema = headed(schema(
    3102,
    "card_person",
    ListKind::Public,
    &[
        code("entry_id", "kirje_id"),
        code("kind", "isiku_tyyp: F natural, J legal"),
        code("role", "isiku_roll: JUHL, PROK, LIKV, OSAN").row(),
        text("role_text", "isiku_roll_tekstina").row(),
        text("first_name", "eesnimi").row(),
        text("name", "nimi_arinimi").row(),
        code("code", "isikukood_registrikood").row(),
        code("foreign_code", "valis_kood"),
        code("country", "riik"),
        date("birth_date", "synniaeg; unused where a code stands"),
        text("address", "aadress_ads_normaliseeritud_taisaadress"),
        date("since", "algus_kpv").row(),
        date("until", "lopp_kpv; no power to sign from then").row(),
        date("powers_until", "volituste_loppemise_kpv"),
        text("representation", "esindusoigus, in words"),
    ],
    "since",
    "kaardile_kantud_isikud",
));

/// Share in a company.
pub(super) const SHAREHOLDER: Schema = headed(schema(
    3103,
    "shareholder",
    ListKind::Public,
    &[
        code("entry_id", "kirje_id"),
        code("kind", "isiku_tyyp: F, J"),
        text("first_name", "eesnimi").row(),
        text("name", "nimi_arinimi").row(),
        code("code", "isikukood_registrikood").row(),
        code("country", "aadress_riik"),
        decimal("percent", "osaluse_protsent").row(),
        money("share", "osaluse_suurus").row(),
        code("currency", "osaluse_valuuta"),
        code("ownership", "osaluse_omandiliik: L sole, Y joint, K common").row(),
        int("numerator", "osaluse_murdosa_lugeja"),
        int("denominator", "osaluse_murdosa_nimetaja"),
        text("pledge", "pledge on the share; unused when free"),
        date("since", "algus_kpv").row(),
        date("until", "lopp_kpv").row(),
    ],
    "since",
    "osanikud",
));

/// Beneficial owner.
pub(super) const BENEFICIAL_OWNER: Schema = headed(schema(
    3104,
    "beneficial_owner",
    ListKind::Public,
    &[
        code("entry_id", "kirje_id"),
        text("first_name", "eesnimi").row(),
        text("name", "nimi").row(),
        code("code", "isikukood").row(),
        code("country", "aadress_riik"),
        code("control", "kontrolli_teostamise_viis: O, S, J …").row(),
        text("control_text", "kontrolli_teostamise_viis_tekstina").row(),
        bool("discrepancy", "lahknevusteade_esitatud").row(),
        date("since", "algus_kpv").row(),
        date("until", "lopp_kpv").row(),
        date("confirmed_on", "confirmed with the annual report"),
    ],
    "since",
    "kasusaajad",
));

const BY_ACTIVITY: &[Field] = &[
    code("emtak", "emtak_kood"),
    code("emtak_version", "emtak_versioon"),
    text("emtak_text", "emtak_tekstina"),
    money("revenue", "myygitulu_summa"),
];

const BY_COUNTRY: &[Field] = &[code("country", "riik"), money("revenue", "myygitulu_summa")];

const SIGNATURES: &[Field] = &[
    text("name", "signer"),
    code("role", "isiku_roll"),
    date("signed_on", "signed on"),
];

/// Annual report, its key figures.
pub(super) const ANNUAL_REPORT: Schema = headed(schema(
    3105,
    "annual_report",
    ListKind::Public,
    &[
        int("year", "aruandeaasta").row(),
        date("period_start", "majandusaasta_algus"),
        date("period_end", "majandusaasta_lopp"),
        code("size", "micro, small, medium, large").row(),
        date("filed_on", "esitamise_kpv").row(),
        date("approved_on", "kinnitamise_kpv"),
        code("currency", "valuuta"),
        money("current_assets", "CurrentAssets"),
        money("fixed_assets", "NonCurrentAssets"),
        money("assets", "Assets = current + fixed").row(),
        money("current_liabilities", "CurrentLiabilities"),
        money("long_term_liabilities", "NonCurrentLiabilities"),
        money("liabilities", "Liabilities = current + long-term").row(),
        money("share_capital", "IssuedCapital"),
        money("retained_earnings", "RetainedEarningsLoss"),
        money("profit", "AnnualPeriodProfitLoss").row(),
        money(
            "equity",
            "Equity = capital + retained + profit; Assets = Liabilities + Equity",
        )
        .row(),
        money("revenue", "Revenue").row(),
        money(
            "costs",
            "all costs, taxes included; profit = revenue − costs",
        ),
        decimal(
            "employees",
            "AverageNumberOfEmployeesInFullTimeEquivalentUnits",
        ),
        rows(
            "revenue_by_activity",
            BY_ACTIVITY,
            "müügitulu tegevusalade lõikes, at most 10",
        ),
        rows("revenue_by_country", BY_COUNTRY, "müügitulu riikide lõikes"),
        text("profit_proposal", "kasumi jaotamise ettepanek"),
        text("auditor", "auditor; unused where none is required"),
        rows("signatures", SIGNATURES, "allkirjad"),
    ],
    "filed_on",
    "annual report, Estonian XBRL taxonomy",
));
