//! How a line of the demonstration becomes a health record.

use toend_ledger::cbor::Value;

use super::calendar::{later, tallinn};
use crate::registers::{Contents, ContentsError, Draft, text};

/// A health care provider: name, registry code, address.
pub(super) struct Provider(pub &'static str, pub &'static str, pub &'static str);

/// A doctor, nurse or midwife: name, code, speciality, its code, where.
pub(super) struct Clinician(pub &'static str, pub &'static str, pub &'static str, pub &'static str, pub &'static Provider);

pub(super) const PRACTICE: Provider =
    Provider("Rukkilille Perearstikeskus", "19999035", "Harju maakond, Tallinn, Lasnamäe linnaosa, Valukoja tn 10");
pub(super) const HOSPITAL: Provider = Provider("Kalda Haigla", "19999041", "Harju maakond, Tallinn, Nõmme linnaosa, Kalda põik 2");
pub(super) const LABORATORY: &str = "Kalda Haigla labor";
const PHARMACY: (&str, &str) = ("Kasesalu Apteek", "19999058");

pub(super) const MERI: Clinician = Clinician("dr M. Meri", "D07701", "peremeditsiin", "E410", &PRACTICE);
pub(super) const TAMMIK: Clinician = Clinician("pereõde K. Tammik", "N07702", "pereõendus", "N410", &PRACTICE);
pub(super) const LEPIK: Clinician = Clinician("dr A. Lepik", "D07715", "psühhiaatria", "E310", &HOSPITAL);
pub(super) const SAAR: Clinician = Clinician("dr H. Saarik", "D07721", "ortopeedia", "E230", &HOSPITAL);

/// Diagnosis: RHK-10 code, official name, lay name.
pub(super) struct Diagnosis(pub &'static str, pub &'static str, pub &'static str);

pub(super) const HEALTHY: Diagnosis = Diagnosis("Z00.0", "Üldine läbivaatus", "Tervisekontroll");
pub(super) const COLD: Diagnosis =
    Diagnosis("J06.9", "Täpsustamata äge ülemiste hingamisteede infektsioon", "Ülemiste hingamisteede nakkus");
pub(super) const THROAT: Diagnosis = Diagnosis("J02.0", "Streptokokkfarüngiit", "Bakteriaalne kurgupõletik");
pub(super) const PRESSURE: Diagnosis = Diagnosis("I10", "Hüpertooniatõbi e kõrgvererõhktõbi", "Kõrge vererõhk");
pub(super) const ADJUSTMENT: Diagnosis = Diagnosis("F43.2", "Kohanemishäired", "Kohanemisraskus");
pub(super) const SUGAR: Diagnosis = Diagnosis("R73.0", "Kõrvalekalded glükoositaluvustestis", "Veresuhkur üle piiri");
pub(super) const DIABETES: Diagnosis = Diagnosis("E11.9", "Insuliinisõltumatu suhkurtõbi tüsistusteta", "II tüüpi diabeet");
pub(super) const BACK: Diagnosis = Diagnosis("M54.5", "Alaseljavalu", "Seljavalu");
pub(super) const KNEE: Diagnosis = Diagnosis("M17.1", "Muu primaarne gonartroos", "Põlveliigese kulumine");

/// One visit. Sections that are empty are unused positions.
pub(super) struct Visit {
    pub date: &'static str,
    pub at: (u8, u8),
    pub minutes: i64,
    pub document: &'static str,
    pub title: &'static str,
    pub who: &'static Clinician,
    pub main: &'static Diagnosis,
    pub first: bool,
    pub other: &'static [&'static Diagnosis],
    pub history: &'static str,
    pub findings: &'static str,
    pub procedures: &'static str,
    pub plan: &'static str,
    pub prescribed: &'static [(&'static str, &'static str)],
    pub sickleave: &'static str,
    pub next: Option<(&'static str, u8, u8)>,
    pub closed: bool,
    pub correction: &'static str,
}

/// What a [`Visit`] has unless a line says otherwise.
pub(super) const VISIT: Visit = Visit {
    date: "",
    at: (9, 0),
    minutes: 20,
    document: "",
    title: "Visiidi kokkuvõte",
    who: &MERI,
    main: &HEALTHY,
    first: false,
    other: &[],
    history: "",
    findings: "",
    procedures: "",
    plan: "",
    prescribed: &[],
    sickleave: "",
    next: None,
    closed: false,
    correction: "",
};

pub(super) fn visit(v: &Visit) -> Result<Contents, ContentsError> {
    let Clinician(doctor, doctor_code, speciality, speciality_code, Provider(name, registry, address)) = v.who;
    let start = tallinn(v.date, v.at.0, v.at.1);
    let diagnosis = |d: &Diagnosis, kind: &str, first: bool| vec![text(d.0), text(d.1), text(kind), Value::Bool(first)];
    let mut diagnoses = vec![diagnosis(v.main, "main", v.first)];
    diagnoses.extend(v.other.iter().map(|d| diagnosis(d, "additional", false)));
    let mut draft = Draft::new("visit")
        .text("title", v.title)
        .text("document_no", v.document)
        .text("date", v.date)
        .text("visit_class", "AMB")
        .int("started_at", start)
        .int("ended_at", start + v.minutes * 60)
        .text("provider", name)
        .text("provider_code", registry)
        .text("provider_address", address)
        .text("doctor", doctor)
        .text("doctor_code", doctor_code)
        .text("speciality", speciality)
        .text("speciality_code", speciality_code)
        .text("diagnosis_lay", v.main.2)
        .text("diagnosis", v.main.1)
        .text("diagnosis_code", v.main.0)
        .rows("diagnoses", diagnoses)
        .text("history", v.history)
        .text("findings", v.findings)
        .text("procedures", v.procedures)
        .text("plan", v.plan)
        .rows("prescriptions", v.prescribed.iter().map(|(no, what)| vec![text(no), text(what)]).collect())
        .text("sickleave_no", v.sickleave)
        .bool("closed", v.closed)
        .text("correction", v.correction)
        .int("documented_at", start + v.minutes * 60 + 1500);
    if let Some((date, hour, minute)) = v.next {
        draft = draft.int("next_visit", tallinn(date, hour, minute));
    }
    draft.finish()
}

/// A medicine: lay title, substance, ATC, form, its code, strength, product on the shelf, price in cents.
pub(super) struct Medicine {
    pub title: &'static str,
    pub substance: &'static str,
    pub atc: &'static str,
    pub form: (&'static str, &'static str),
    pub strength: &'static str,
    pub product: (&'static str, &'static str),
    pub price: i64,
}

const TABLET: (&str, &str) = ("tablett", "1518");
const COATED: (&str, &str) = ("õhukese polümeerikattega tablett", "1520");

pub(super) const METFORMIN: Medicine = Medicine {
    title: "Metformiin 500 mg",
    substance: "metformiin",
    atc: "A10BA02",
    form: TABLET,
    strength: "500 mg / 1 tabl",
    product: ("Metformin Demo 500 mg N100", "9900101"),
    price: 412,
};
pub(super) const ENALAPRIL_10: Medicine = Medicine {
    title: "Enalapriil 10 mg",
    substance: "enalapriil",
    atc: "C09AA02",
    form: TABLET,
    strength: "10 mg / 1 tabl",
    product: ("Enalapril Demo 10 mg N30", "9900102"),
    price: 298,
};
pub(super) const ENALAPRIL_20: Medicine = Medicine {
    title: "Enalapriil 20 mg",
    strength: "20 mg / 1 tabl",
    product: ("Enalapril Demo 20 mg N30", "9900103"),
    price: 365,
    ..ENALAPRIL_10
};
pub(super) const PENICILLIN: Medicine = Medicine {
    title: "Penitsilliin V 1 000 000 TÜ",
    substance: "fenoksümetüülpenitsilliin",
    atc: "J01CE02",
    form: COATED,
    strength: "1 000 000 TÜ / 1 tabl",
    product: ("Penicillin V Demo N20", "9900104"),
    price: 721,
};
pub(super) const IBUPROFEN: Medicine = Medicine {
    title: "Ibuprofeen 400 mg",
    substance: "ibuprofeen",
    atc: "M01AE01",
    form: COATED,
    strength: "400 mg / 1 tabl",
    product: ("Ibuprofen Demo 400 mg N30", "9900105"),
    price: 540,
};

/// One prescription: date, number, medicine, repeats, dosage, doses, diagnosis, discount, days valid, bought.
pub(super) struct Rx(
    pub &'static str,
    pub &'static str,
    pub &'static Medicine,
    pub i64,
    pub &'static str,
    pub i64,
    pub &'static Diagnosis,
    pub i64,
    pub i64,
    pub bool,
);

pub(super) fn prescription(rx: &Rx, who: &Clinician) -> Result<Contents, ContentsError> {
    let Rx(date, number, medicine, repeats, dosage, quantity, diagnosis, discount, days, bought) = rx;
    Draft::new("prescription")
        .text("title", medicine.title)
        .text("number", number)
        .text("date", date)
        .text("status", if *bought { "completed" } else { "active" })
        .text("kind", "ordinary")
        .int("repeats", *repeats)
        .text("substance", medicine.substance)
        .text("atc", medicine.atc)
        .text("form", medicine.form.0)
        .text("form_code", medicine.form.1)
        .text("strength", medicine.strength)
        .text("dosage", dosage)
        .int("quantity", *quantity)
        .text("diagnosis", diagnosis.1)
        .text("diagnosis_code", diagnosis.0)
        .int("discount", *discount)
        .text("valid_until", &later(date, *days))
        .bool("substitution", true)
        .text("authorisation", "authorised")
        .text("doctor", who.0)
        .text("doctor_code", who.1)
        .text("provider", who.4.0)
        .finish()
}

/// One purchase: date, time, prescription number, medicine, packages, days of supply, discount in per cent, buyer.
pub(super) struct Purchase(
    pub &'static str,
    pub (u8, u8),
    pub &'static str,
    pub &'static Medicine,
    pub i64,
    pub i64,
    pub i64,
    pub &'static str,
);

pub(super) fn dispense(p: &Purchase) -> Result<Contents, ContentsError> {
    let Purchase(date, (hour, minute), number, medicine, packages, days, discount, buyer) = p;
    let full = medicine.price * packages;
    let covered = full * discount / 100;
    Draft::new("dispense")
        .text("title", medicine.title)
        .text("prescription_no", number)
        .text("date", date)
        .int("handed_over_at", tallinn(date, *hour, *minute))
        .text("product", medicine.product.0)
        .text("atc", medicine.atc)
        .text("package_code", medicine.product.1)
        .int("quantity", *packages)
        .int("days_supply", *days)
        .text("pharmacy", PHARMACY.0)
        .text("pharmacy_code", PHARMACY.1)
        .text("pharmacist", "proviisor L. Kask")
        .text("pharmacist_code", "P07731")
        .text("buyer", buyer)
        .int("price", full - covered)
        .int("discount", covered)
        .finish()
}

/// One vaccination: date, time, lay title, product, ATC, batch, expiry, dose, doses, disease, its code, next due.
pub(super) struct Shot(
    pub &'static str,
    pub (u8, u8),
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub i64,
    pub i64,
    pub (&'static str, &'static str),
    pub &'static str,
);

pub(super) fn vaccination(s: &Shot) -> Result<Contents, ContentsError> {
    let Shot(date, (hour, minute), title, vaccine, atc, batch, expiry, dose, doses, (disease, code), due) = s;
    Draft::new("vaccination")
        .text("title", title)
        .text("date", date)
        .int("given_at", tallinn(date, *hour, *minute))
        .text("vaccine", vaccine)
        .text("atc", atc)
        .text("batch", batch)
        .text("expiry", expiry)
        .int("dose_no", *dose)
        .int("doses", *doses)
        .text("disease", disease)
        .text("disease_code", code)
        .text("site", "LA")
        .text("vaccinator", TAMMIK.0)
        .text("vaccinator_code", TAMMIK.1)
        .text("provider", PRACTICE.0)
        .text("next_due", due)
        .finish()
}

/// An analyte: lay title, name in use, LOINC, UCUM unit, places, reference range in those places (low < 0: none).
pub(super) struct Analyte(pub &'static str, pub &'static str, pub &'static str, pub &'static str, pub i64, pub i64, pub i64);

pub(super) const HBA1C: Analyte = Analyte("Pikaajaline veresuhkur", "Glükohemoglobiin (HbA1c)", "59261-8", "mmol/mol", 0, 20, 42);
pub(super) const GLUCOSE: Analyte = Analyte("Veresuhkur", "Glükoos", "14749-6", "mmol/L", 1, 41, 60);
pub(super) const CHOLESTEROL: Analyte = Analyte("Üldkolesterool", "Kolesterool", "14647-2", "mmol/L", 1, -1, 50);
pub(super) const HDL: Analyte = Analyte("Hea kolesterool", "HDL-kolesterool", "14646-4", "mmol/L", 1, 12, -1);
pub(super) const LDL: Analyte = Analyte("Halb kolesterool", "LDL-kolesterool", "22748-8", "mmol/L", 1, -1, 30);
pub(super) const CREATININE: Analyte = Analyte("Neerunäit", "Kreatiniin", "14682-9", "umol/L", 0, 45, 84);
pub(super) const EGFR: Analyte = Analyte("Neerude puhastusvõime", "eGFR", "62238-1", "mL/min/{1.73_m2}", 0, 60, -1);
pub(super) const HB: Analyte = Analyte("Hemoglobiin", "Hemoglobiin (Hb)", "718-7", "g/L", 0, 117, 153);
pub(super) const WBC: Analyte = Analyte("Valged verelibled", "Leukotsüüdid (WBC)", "6690-2", "10*9/L", 1, 35, 88);
pub(super) const PLT: Analyte = Analyte("Vereliistakud", "Trombotsüüdid (PLT)", "777-3", "10*9/L", 0, 145, 390);
pub(super) const CRP: Analyte = Analyte("Põletikunäit", "C-reaktiivne valk (CRP)", "1988-5", "mg/L", 0, -1, 5);
pub(super) const TSH: Analyte = Analyte("Kilpnäärmenäit", "Türeotropiin (TSH)", "3016-3", "mU/L", 2, 40, 400);

/// One sample: date, time, order number, panel, values.
pub(super) struct Sample(pub &'static str, pub (u8, u8), pub &'static str, pub &'static str, pub &'static [(&'static Analyte, i64)]);

pub(super) fn lab(sample: &Sample, analyte: &Analyte, value: i64) -> Result<Contents, ContentsError> {
    let Sample(date, (hour, minute), order, panel, _) = sample;
    let Analyte(title, name, loinc, unit, places, low, high) = analyte;
    let taken = tallinn(date, *hour, *minute);
    let flag = if *high >= 0 && value > *high {
        "H"
    } else if value < *low {
        "L"
    } else {
        "N"
    };
    let mut draft = Draft::new("lab")
        .text("title", title)
        .text("analyte", name)
        .text("loinc", loinc)
        .decimal("value", value, *places)
        .text("unit", unit)
        .text("flag", flag)
        .text("date", date)
        .int("taken_at", taken)
        .text("specimen", "Veri")
        .text("order_no", order)
        .text("panel", panel)
        .text("lab", LABORATORY)
        .text("ordered_by", MERI.0)
        .text("ordered_by_provider", PRACTICE.0)
        .text("validated_by", "Laboriarst D07744")
        .int("validated_at", taken + 9 * 3600 + 25 * 60);
    if *low >= 0 {
        draft = draft.decimal("ref_low", *low, *places);
    }
    if *high >= 0 {
        draft = draft.decimal("ref_high", *high, *places);
    }
    draft.finish()
}

/// One referral: date, number, title, kind, status, speciality, its code, diagnosis, question, to whom, booked, days.
pub(super) struct Referral(
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub (&'static str, &'static str),
    pub &'static Diagnosis,
    pub &'static str,
    pub Option<(&'static str, u8, u8)>,
);

pub(super) fn referral(r: &Referral) -> Result<Contents, ContentsError> {
    let Referral(date, number, title, kind, status, (speciality, code), diagnosis, question, booked) = r;
    let mut draft = Draft::new("referral")
        .text("title", title)
        .text("number", number)
        .text("date", date)
        .text("kind", kind)
        .text("urgency", "routine")
        .text("status", status)
        .text("speciality", speciality)
        .text("speciality_code", code)
        .text("diagnosis", diagnosis.1)
        .text("diagnosis_code", diagnosis.0)
        .text("question", question)
        .text("doctor", MERI.0)
        .text("doctor_code", MERI.1)
        .text("provider", PRACTICE.0)
        .text("to_provider", HOSPITAL.0)
        .text("valid_until", &later(date, 180));
    if let Some((day, hour, minute)) = booked {
        draft = draft.int("booked_at", tallinn(day, *hour, *minute));
    }
    draft.finish()
}

/// One sick leave: issued, number, first day, last day, employer, its code.
pub(super) struct Leave(pub &'static str, pub &'static str, pub &'static str, pub &'static str, pub (&'static str, &'static str));

pub(super) fn sickleave(l: &Leave) -> Result<Contents, ContentsError> {
    let Leave(date, number, starts, ends, (employer, employer_code)) = l;
    Draft::new("sickleave")
        .text("title", "Haigusleht")
        .text("number", number)
        .text("date", date)
        .text("kind", "sick")
        .text("status", "closed")
        .text("starts", starts)
        .text("ends", ends)
        .text("reason_code", "1")
        .text("employer", employer)
        .text("employer_code", employer_code)
        .text("doctor", MERI.0)
        .text("doctor_code", MERI.1)
        .text("provider", PRACTICE.0)
        .finish()
}
