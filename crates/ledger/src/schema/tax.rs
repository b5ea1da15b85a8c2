//! Tax register: elements of the TSD and KMD returns, the income-tax return and the prepayment account.
//!
//! A company's tax matters are not public: they stand in the private list of each person who may act for it, with the
//! company's code as a field.

use super::{Field, ListKind, Schema, TAX, bool, code, date, decimal, int, money, rows, text};

const fn private(
    id: u32,
    name: &'static str,
    headed: bool,
    fields: &'static [Field],
    date_field: &'static str,
    source: &'static str,
) -> Schema {
    Schema {
        id,
        name,
        reg: TAX,
        list: ListKind::Private,
        class: 0,
        headed,
        max_versions_per_year: if headed { 4 } else { 1 },
        fields,
        date_field: Some(date_field),
        source,
    }
}

/// One payment to one person in the monthly TSD return, annex 1.
pub(super) const TSD: Schema = private(
    2001,
    "tsd",
    false,
    &[
        code("period", "c108_Aasta, c109_Kuu: YYYY-MM").row(),
        int("year", "c108_Aasta"),
        int("month", "c109_Kuu"),
        text("payer", "name of the payer").row(),
        code("payer_code", "regKood").row(),
        code("person_code", "c1000_Kood"),
        text("person", "c1010_Nimi"),
        code(
            "payment_type",
            "c1020_ValiKood: 10 employment, 21 board fee",
        )
        .row(),
        money("gross", "c1030_Summa").row(),
        decimal("work_rate", "c1040_OtMaar"),
        money("social_base", "c1060_Smvm"),
        money("social_tax", "c1100_Sm = 33 % of c1060"),
        int("pension_rate", "II pillar: 0, 2, 4 or 6 per cent"),
        money("pension", "c1110_Kp"),
        money("unemployment_base", "c1120"),
        money("unemployment", "c1130_Tk = 1.6 % of c1120"),
        money("employer_unemployment", "c1140_Ttk = 0.8 % of c1120"),
        code("exemption_code", "c1150_TuliKood: 610 basic"),
        money("exemption", "c1160_Summa"),
        money(
            "income_tax",
            "c1170_Tm = 22 % of gross − c1110 − c1130 − c1160",
        )
        .row(),
        money("net", "gross − c1110 − c1130 − c1170").row(),
        date("paid_on", "day of payment"),
        date("filed_on", "day of the return").row(),
    ],
    "filed_on",
    "TSD annex 1, tsd_L1_A_Vm",
);

const SALES: &[Field] = &[
    code("buyer_code", "saleLine.buyerRegCode"),
    text("buyer", "saleLine.buyerName"),
    code("invoice_no", "saleLine.invoiceNumber"),
    date("invoice_date", "saleLine.invoiceDate"),
    money("invoice_sum", "saleLine.invoiceSum"),
    int("tax_rate", "saleLine.taxRate"),
    money("sum_in_period", "saleLine.sumForRateInPeriod"),
    code("comments", "saleLine.comments"),
];

const PURCHASES: &[Field] = &[
    code("seller_code", "purchaseLine.sellerRegCode"),
    text("seller", "purchaseLine.sellerName"),
    code("invoice_no", "purchaseLine.invoiceNumber"),
    date("invoice_date", "purchaseLine.invoiceDate"),
    money("invoice_sum_vat", "purchaseLine.invoiceSumVat"),
    money("vat_in_period", "purchaseLine.vatInPeriod"),
    code("comments", "purchaseLine.comments"),
];

/// Monthly VAT return with its annex of partners.
pub(super) const KMD: Schema = private(
    2002,
    "kmd",
    true,
    &[
        code("period", "year, month: YYYY-MM").row(),
        int("year", "year"),
        int("month", "month"),
        text("company", "name of the taxpayer").row(),
        code("company_code", "taxPayerRegCode").row(),
        code("vat_no", "KMKR number"),
        code("declaration_type", "declarationType: 1 ordinary"),
        code("form", "version: KMD6 from 07.2025"),
        money("line_1", "transactions24"),
        money("line_1_2", "transactions22"),
        money("line_1_1", "transactions20"),
        money("line_2", "transactions9"),
        money("line_2_1", "transactions5"),
        money("line_2_2", "transactions13"),
        money("line_3", "transactionsZeroVat"),
        money("line_3_1", "euSupplyInclGoodsAndServicesZeroVat"),
        money("line_3_1_1", "euSupplyGoodsZeroVat"),
        money("line_3_2", "exportZeroVat"),
        money("line_3_2_1", "salePassengersWithReturnVat"),
        money("line_4", "computed: VAT on lines 1 to 2.2"),
        money("line_4_1", "VAT payable on import"),
        money("line_5", "inputVatTotal"),
        money("line_5_1", "importVat"),
        money("line_5_2", "fixedAssetsVat"),
        money("line_5_3", "carsVat"),
        money("line_5_4", "carsPartialVat"),
        money("line_6", "euAcquisitionsGoodsAndServicesTotal"),
        money("line_6_1", "euAcquisitionsGoods"),
        money("line_7", "acquisitionOther"),
        money("line_7_1", "acquisitionImmovablesAndScrapMetalAndGold"),
        money("line_8", "supplyExemptFromTax"),
        money("line_9", "supplySpecialArrangements"),
        money("line_10", "adjustmentsPlus"),
        money("line_11", "adjustmentsMinus"),
        money("line_12", "computed: payable").row(),
        money("line_13", "computed: overpaid").row(),
        rows("sales", SALES, "KMD INF A, saleLine"),
        rows("purchases", PURCHASES, "KMD INF B, purchaseLine"),
        date("due_on", "day 20 of the next month"),
        date("filed_on", "day of filing").row(),
        text("filed_by", "submitterPersonCode, by name"),
    ],
    "filed_on",
    "KMD, vatDeclaration",
);

const INCOMES: &[Field] = &[
    text("payer", "payer"),
    code("payer_code", "registry code of the payer"),
    code("payment_type", "type of payment, as in TSD c1020"),
    money("gross", "gross"),
    money("withheld", "income tax withheld"),
];

const DEDUCTIONS: &[Field] = &[
    code("kind", "loan_interest, training, gifts, pension_iii"),
    text("recipient", "to whom"),
    money("amount", "amount"),
];

/// Income-tax return of a natural person.
pub(super) const INCOME_TAX: Schema = private(
    2003,
    "income_tax",
    true,
    &[
        int("year", "year of income").row(),
        text("person", "name"),
        code("person_code", "personal code"),
        code("status", "prefilled, filed, assessed").row(),
        bool("resident", "resident"),
        rows("incomes", INCOMES, "income from Estonia"),
        money("gross", "sum of gross income").row(),
        money("pension", "contributions to II pillar, sum"),
        money("unemployment", "unemployment insurance, sum"),
        money("rental", "rental income"),
        money("securities", "gains on securities"),
        money("property", "gains on property"),
        money("foreign", "foreign income"),
        rows("deductions", DEDUCTIONS, "deductions"),
        money("deducted", "sum of deductions"),
        int("children", "children counted"),
        money("exemption", "basic exemption of the year"),
        money(
            "taxable",
            "gross − pension − unemployment − deducted − exemption, not below 0",
        ),
        money("tax", "22 % of taxable"),
        money("withheld", "income tax withheld, sum"),
        money("payable", "tax − withheld, when positive").row(),
        money("refund", "withheld − tax, when positive").row(),
        code("iban", "account of the refund"),
        date("due_on", "last day of filing"),
        date("filed_on", "day of filing").row(),
        date("refunded_on", "day of the refund"),
    ],
    "filed_on",
    "income-tax return of a natural person, form A",
);

/// One line of the prepayment account.
pub(super) const PREPAYMENT: Schema = private(
    2004,
    "prepayment",
    false,
    &[
        date("date", "date of the entry").row(),
        date("value_date", "value date"),
        code(
            "kind",
            "payment, tsd, kmd, income_tax, interest, refund, transfer",
        )
        .row(),
        text("description", "words of the statement").row(),
        code("document_ref", "document reference"),
        code("period", "YYYY-MM").row(),
        money("debit", "obligation or payment out").row(),
        money("credit", "payment in").row(),
        money("balance", "balance after this line").row(),
        code("reference_no", "reference number of the account"),
        text("account_holder", "whose account"),
        code(
            "company_code",
            "registry code; unused for a person's own account",
        )
        .row(),
    ],
    "date",
    "prepayment account statement",
);
