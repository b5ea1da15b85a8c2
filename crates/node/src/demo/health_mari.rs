//! Health records of the demonstration citizen: six years in which her long-term blood sugar drifts out of its range.

use toend_ledger::record::Flag;

#[allow(clippy::wildcard_imports, reason = "every line below is written in these words")]
use super::health::*;
use super::{Book, COMPANY, MARI, person};
use crate::registers::ContentsError;

const METFORMIN_DOSE: &str = "1 tablett 2 korda päevas söögi ajal";
const ENALAPRIL_DOSE: &str = "1 tablett 1 kord päevas hommikul";

const BACK_V1: Visit = Visit {
    date: "2026-10-14",
    at: (11, 40),
    document: "D-2026-10-0441",
    main: &BACK,
    first: true,
    other: &[&DIABETES],
    history: "Alaselg valutab kolmandat päeva pärast raske kapi tõstmist. Jalga valu ei kiirgu.",
    findings: "Lülisamba nimmeosas liikuvus piiratud, Lasègue'i katse mõlemal pool negatiivne.",
    procedures: "",
    plan: "Valuvaigisti kuni 7 päeva, liikumine jõukohaselt. Füsioteraapia.",
    prescribed: &[("1099000108", "Ibuprofeen 400 mg")],
    sickleave: "H-2026-1140",
    ..VISIT
};

const VISITS: [Visit; 11] = [
    Visit {
        date: "2021-03-10",
        at: (8, 40),
        document: "D-2021-03-0118",
        title: "Tervisekontroll",
        first: true,
        history: "Kaebusi ei ole. Isal II tüüpi diabeet.",
        findings: "RR 132/84 mmHg, KMI 27,1. Süda ja kopsud iseärasusteta.",
        procedures: "EKG: siinusrütm 68 x min.",
        plan: "Vereanalüüsid. Kontroll aasta pärast.",
        ..VISIT
    },
    Visit {
        date: "2021-09-08",
        at: (10, 20),
        document: "D-2021-09-0377",
        main: &THROAT,
        first: true,
        history: "Kolm päeva kurguvalu ja palavik kuni 38,9 °C.",
        findings: "Mandlid katuga, kaela lümfisõlmed suurenenud. Streptokoki kiirtest positiivne.",
        procedures: "Streptokoki kiirtest.",
        plan: "Antibiootikum 10 päeva, vedelik, puhkus.",
        prescribed: &[("1099000101", "Penitsilliin V 1 000 000 TÜ")],
        sickleave: "H-2021-0908",
        ..VISIT
    },
    Visit {
        date: "2022-02-21",
        at: (9, 0),
        document: "D-2022-02-0205",
        main: &PRESSURE,
        first: true,
        history: "Kodus mõõdetud vererõhk korduvalt üle 145/90 mmHg.",
        findings: "RR 152/94 mmHg, pulss 72 x min.",
        procedures: "EKG: siinusrütm, vasaku vatsakese koormuseta.",
        plan: "Enalapriil 10 mg hommikuti. Soola vähem, kõndimine iga päev. Vererõhupäevik.",
        prescribed: &[("1099000102", "Enalapriil 10 mg")],
        ..VISIT
    },
    Visit {
        date: "2022-11-14",
        at: (13, 20),
        document: "D-2022-11-0519",
        main: &PRESSURE,
        history: "Ravim sobib, köha ei ole.",
        findings: "RR 138/86 mmHg.",
        plan: "Jätkata sama ravi. Lipiidid üle piiri, toitumisnõustamine.",
        prescribed: &[("1099000103", "Enalapriil 10 mg")],
        ..VISIT
    },
    Visit {
        date: "2023-05-16",
        at: (15, 0),
        minutes: 50,
        document: "D-2023-05-0064",
        who: &LEPIK,
        main: &ADJUSTMENT,
        first: true,
        history: "Unetus ja ärevus pärast töökoha vahetust.",
        findings: "Meeleolu kergelt alanenud, kontakt hea, ohtu endale ega teistele ei ole.",
        procedures: "Nõustamine.",
        plan: "Kolm nõustamist, ravimit praegu ei ole vaja.",
        closed: true,
        ..VISIT
    },
    Visit {
        date: "2023-09-05",
        at: (8, 20),
        document: "D-2023-09-0288",
        title: "Tervisekontroll",
        other: &[&PRESSURE],
        history: "Enesetunne hea.",
        findings: "RR 142/88 mmHg, KMI 28,4.",
        plan: "Enalapriili annus 20 mg. Kehakaalu vähendada 5 kg.",
        prescribed: &[("1099000104", "Enalapriil 20 mg")],
        ..VISIT
    },
    Visit {
        date: "2024-06-20",
        at: (12, 0),
        document: "D-2024-06-0402",
        main: &SUGAR,
        first: true,
        other: &[&PRESSURE],
        history: "Viimastel kuudel väsimus ja janu.",
        findings: "RR 134/84 mmHg, KMI 29,0. Glükohemoglobiin esimest korda üle viitevahemiku.",
        plan: "Kordusvisiit nädala pärast, seni suhkruta joogid ja päevas 30 minutit kõndi.",
        ..VISIT
    },
    Visit {
        date: "2024-06-27",
        at: (9, 40),
        minutes: 40,
        document: "D-2024-06-0466",
        main: &DIABETES,
        first: true,
        other: &[&PRESSURE],
        history: "Isal II tüüpi diabeet.",
        findings: "Jalgade tundlikkus säilinud, pulsid katsutavad.",
        procedures: "Jalgade läbivaatus, diabeediõe nõustamine.",
        plan: "Metformiin 500 mg kaks korda päevas. Silmapõhjade uuring, endokrinoloogi e-konsultatsioon.",
        prescribed: &[("1099000105", "Metformiin 500 mg")],
        ..VISIT
    },
    Visit {
        date: "2025-04-14",
        at: (10, 0),
        document: "D-2025-04-0237",
        main: &DIABETES,
        other: &[&PRESSURE],
        history: "Ravimit võtab korralikult, kõhuvaevusi ei ole.",
        findings: "RR 130/82 mmHg, kaal 2 kg vähem.",
        plan: "Jätkata. Kontroll sügisel.",
        prescribed: &[("1099000106", "Metformiin 500 mg")],
        ..VISIT
    },
    Visit {
        date: "2025-12-01",
        at: (14, 40),
        document: "D-2025-12-0015",
        main: &DIABETES,
        other: &[&PRESSURE],
        history: "Enesetunne hea, kodune veresuhkur hommikuti 6,4–7,0 mmol/L.",
        findings: "RR 128/80 mmHg. Jalad terved.",
        plan: "Jätkata sama ravi.",
        prescribed: &[("1099000107", "Enalapriil 20 mg")],
        ..VISIT
    },
    Visit {
        date: "2026-11-13",
        at: (10, 20),
        minutes: 30,
        document: "D-2026-11-0352",
        main: &DIABETES,
        other: &[&PRESSURE, &BACK],
        history: "Seljavalu möödas. Sügisel on liikunud vähem.",
        findings: "RR 136/84 mmHg, KMI 28,9. Jalgade tundlikkus säilinud.",
        procedures: "Jalgade läbivaatus.",
        plan: "Glükohemoglobiin enne järgmist visiiti. Metformiini annuse tõstmine selle järgi.",
        prescribed: &[("1099000109", "Metformiin 500 mg")],
        next: Some(("2026-12-02", 10, 20)),
        ..VISIT
    },
];

const PRESCRIPTIONS: [Rx; 9] = [
    Rx("2021-09-08", "1099000101", &PENICILLIN, 1, "1 tablett 3 korda päevas 10 päeva", 30, &THROAT, 50, 60, true),
    Rx("2022-02-21", "1099000102", &ENALAPRIL_10, 3, ENALAPRIL_DOSE, 90, &PRESSURE, 75, 180, true),
    Rx("2022-11-14", "1099000103", &ENALAPRIL_10, 3, ENALAPRIL_DOSE, 90, &PRESSURE, 75, 180, true),
    Rx("2023-09-05", "1099000104", &ENALAPRIL_20, 3, ENALAPRIL_DOSE, 90, &PRESSURE, 75, 180, true),
    Rx("2024-06-27", "1099000105", &METFORMIN, 3, METFORMIN_DOSE, 180, &DIABETES, 90, 180, true),
    Rx("2025-04-14", "1099000106", &METFORMIN, 3, METFORMIN_DOSE, 180, &DIABETES, 90, 180, true),
    Rx("2025-12-01", "1099000107", &ENALAPRIL_20, 3, ENALAPRIL_DOSE, 90, &PRESSURE, 75, 180, true),
    Rx("2026-10-14", "1099000108", &IBUPROFEN, 1, "1 tablett kuni 3 korda päevas söögi järel", 20, &BACK, 0, 60, false),
    Rx("2026-11-13", "1099000109", &METFORMIN, 3, METFORMIN_DOSE, 180, &DIABETES, 90, 180, false),
];

const PURCHASES: [Purchase; 12] = [
    Purchase("2021-09-08", (12, 5), "1099000101", &PENICILLIN, 2, 10, 50, MARI),
    Purchase("2022-02-22", (17, 30), "1099000102", &ENALAPRIL_10, 2, 60, 75, MARI),
    Purchase("2022-04-25", (18, 10), "1099000102", &ENALAPRIL_10, 1, 30, 75, MARI),
    Purchase("2022-11-15", (17, 45), "1099000103", &ENALAPRIL_10, 3, 90, 75, MARI),
    Purchase("2023-09-06", (8, 50), "1099000104", &ENALAPRIL_20, 2, 60, 75, MARI),
    Purchase("2023-11-03", (16, 20), "1099000104", &ENALAPRIL_20, 1, 30, 75, MARI),
    Purchase("2024-06-27", (11, 15), "1099000105", &METFORMIN, 1, 50, 90, MARI),
    Purchase("2024-08-14", (17, 0), "1099000105", &METFORMIN, 1, 50, 90, MARI),
    Purchase("2025-04-16", (12, 40), "1099000106", &METFORMIN, 1, 50, 90, MARI),
    Purchase("2025-06-03", (18, 25), "1099000106", &METFORMIN, 1, 50, 90, MARI),
    Purchase("2025-12-02", (9, 35), "1099000107", &ENALAPRIL_20, 2, 60, 75, MARI),
    Purchase("2026-02-09", (17, 55), "1099000107", &ENALAPRIL_20, 1, 30, 75, MARI),
];

const COVID: (&str, &str) = ("COVID-19", "U07.1");
const SHOTS: [Shot; 6] = [
    Shot("2021-05-12", (9, 10), "Koroonavaktsiin", "Comirnaty", "J07BN01", "DEMO-C2105", "2021-08-31", 1, 2, COVID, "2021-06-23"),
    Shot("2021-06-23", (9, 15), "Koroonavaktsiin", "Comirnaty", "J07BN01", "DEMO-C2106", "2021-09-30", 2, 2, COVID, ""),
    Shot(
        "2022-04-12",
        (16, 0),
        "Puukentsefaliidi vaktsiin",
        "FSME-IMMUN 0,5 ml",
        "J07BA01",
        "DEMO-F2203",
        "2023-10-31",
        1,
        3,
        ("Puukentsefaliit", "A84"),
        "2022-05-10",
    ),
    Shot(
        "2022-05-10",
        (16, 5),
        "Puukentsefaliidi vaktsiin",
        "FSME-IMMUN 0,5 ml",
        "J07BA01",
        "DEMO-F2203",
        "2023-10-31",
        2,
        3,
        ("Puukentsefaliit", "A84"),
        "2023-03-10",
    ),
    Shot(
        "2024-08-20",
        (15, 30),
        "Difteeria ja teetanuse vaktsiin",
        "diTeBooster",
        "J07AM51",
        "DEMO-T2407",
        "2026-05-31",
        1,
        1,
        ("Difteeria ja teetanus", "A36"),
        "2034-08-20",
    ),
    Shot(
        "2026-11-02",
        (8, 45),
        "Gripivaktsiin, hooaeg 2026/27",
        "Gripivaktsiin Demo 2026/27",
        "J07BB02",
        "DEMO-G2609",
        "2027-06-30",
        1,
        1,
        ("Gripp", "J11"),
        "2027-10-01",
    ),
];

const GENERAL: &str = "Üldpaneel";
const SAMPLES: [Sample; 10] = [
    Sample("2021-03-10", (8, 15), "L-2021-030118", GENERAL, &[(&GLUCOSE, 52), (&CHOLESTEROL, 54), (&HB, 138), (&TSH, 210), (&HBA1C, 37)]),
    Sample("2021-09-08", (10, 35), "L-2021-090377", "Põletikupaneel", &[(&CRP, 24), (&WBC, 112)]),
    Sample("2022-02-21", (8, 20), "L-2022-020205", GENERAL, &[(&GLUCOSE, 55), (&CREATININE, 68), (&EGFR, 92), (&HBA1C, 38)]),
    Sample("2022-11-14", (8, 10), "L-2022-110519", GENERAL, &[(&GLUCOSE, 58), (&CHOLESTEROL, 56), (&LDL, 36), (&HBA1C, 40)]),
    Sample("2023-09-05", (8, 5), "L-2023-090288", GENERAL, &[(&GLUCOSE, 59), (&HB, 136), (&PLT, 254), (&WBC, 61), (&HBA1C, 41)]),
    Sample("2024-06-18", (8, 25), "L-2024-060402", GENERAL, &[(&GLUCOSE, 69), (&CREATININE, 71), (&EGFR, 89), (&HBA1C, 44)]),
    Sample("2025-04-09", (8, 15), "L-2025-040237", GENERAL, &[(&GLUCOSE, 72), (&CHOLESTEROL, 51), (&HDL, 14), (&LDL, 29), (&HBA1C, 46)]),
    Sample("2025-11-26", (8, 30), "L-2025-110801", GENERAL, &[(&GLUCOSE, 68), (&CREATININE, 70), (&EGFR, 88), (&HBA1C, 45)]),
    Sample("2026-09-21", (8, 20), "L-2026-090612", "Lipiidid", &[(&CHOLESTEROL, 48), (&HDL, 15), (&LDL, 26)]),
    Sample("2026-11-20", (8, 15), "L-2026-110944", GENERAL, &[(&GLUCOSE, 74), (&CREATININE, 72), (&EGFR, 87), (&HBA1C, 48)]),
];

const REFERRALS: [Referral; 4] = [
    Referral(
        "2022-02-21",
        "S-2022-0205",
        "Saatekiri südameuuringule",
        "study",
        "completed",
        ("kardioloogia", "E120"),
        &PRESSURE,
        "24 tunni vererõhu mõõtmine.",
        Some(("2022-03-17", 9, 0)),
    ),
    Referral(
        "2024-06-27",
        "S-2024-0466",
        "E-konsultatsioon endokrinoloogile",
        "e_consultation",
        "completed",
        ("endokrinoloogia", "E150"),
        &DIABETES,
        "Esmane II tüüpi diabeet, palun raviplaani hinnangut.",
        None,
    ),
    Referral(
        "2026-09-30",
        "S-2026-0611",
        "Saatekiri silmaarstile",
        "visit",
        "active",
        ("oftalmoloogia", "E210"),
        &DIABETES,
        "Silmapõhjade uuring, diabeet kolmandat aastat.",
        Some(("2027-01-19", 13, 30)),
    ),
    Referral(
        "2026-10-14",
        "S-2026-0644",
        "Saatekiri füsioteraapiasse",
        "visit",
        "active",
        ("taastusravi", "E500"),
        &BACK,
        "Äge alaseljavalu, harjutuste õpetamine.",
        Some(("2026-12-08", 15, 0)),
    ),
];

const EMPLOYER: (&str, &str) = ("Sälk ja Pügal OÜ", COMPANY);
const LEAVES: [Leave; 2] = [
    Leave("2021-09-08", "H-2021-0908", "2021-09-08", "2021-09-14", EMPLOYER),
    Leave("2026-10-14", "H-2026-1140", "2026-10-14", "2026-10-20", EMPLOYER),
];

pub(super) fn write(book: &mut Book) -> Result<(), ContentsError> {
    let me = person(MARI);
    for one in &VISITS {
        book.add(&me, one.document, visit(one)?);
    }
    // Corrected two days later: a second list entry of the same record, its second version.
    book.add(&me, BACK_V1.document, visit(&BACK_V1)?);
    let corrected = Visit {
        findings: "Lülisamba nimmeosas liikuvus piiratud, Lasègue'i katse vasakul 60° juures positiivne.",
        plan: "Valuvaigisti kuni 7 päeva, liikumine jõukohaselt. Füsioteraapia. Jalga kiirguva valu korral tulla kohe.",
        correction: "Parandatud katse tulemus ja plaan.",
        ..BACK_V1
    };
    book.add_on(&me, BACK_V1.document, 2, Flag::Current, visit(&corrected)?, "2026-10-16");
    for rx in &PRESCRIPTIONS {
        book.add(&me, rx.1, prescription(rx, &MERI)?);
    }
    for (i, purchase) in PURCHASES.iter().enumerate() {
        book.add(&me, &format!("dispense-{i}"), dispense(purchase)?);
    }
    for (i, shot) in SHOTS.iter().enumerate() {
        book.add(&me, &format!("shot-{i}"), vaccination(shot)?);
    }
    for sample in &SAMPLES {
        for (analyte, value) in sample.4 {
            book.add(&me, &format!("{}/{}", sample.2, analyte.2), lab(sample, analyte, *value)?);
        }
    }
    for one in &REFERRALS {
        book.add(&me, one.1, referral(one)?);
    }
    for one in &LEAVES {
        book.add(&me, one.1, sickleave(one)?);
    }
    Ok(())
}
