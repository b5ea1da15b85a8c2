//! Health register: FHIR R5 resources, in the profiles of the Estonian health information system.

use super::{Field, HEALTH, ListKind, Schema, bool, code, date, decimal, int, rows, text, time};

const fn private(
    id: u32,
    name: &'static str,
    headed: bool,
    max: u8,
    fields: &'static [Field],
    source: &'static str,
) -> Schema {
    Schema {
        id,
        name,
        reg: HEALTH,
        list: ListKind::Private,
        class: 0,
        headed,
        max_versions_per_year: max,
        fields,
        date_field: Some("date"),
        source,
    }
}

const DIAGNOSES: &[Field] = &[
    code("code", "Condition.code, rhk10"),
    text("name", "Condition.code.text"),
    code("kind", "Encounter.diagnosis.use: main, additional"),
    bool("first", "first time for this person"),
];

const PRESCRIBED: &[Field] = &[
    code("number", "MedicationRequest.identifier"),
    text("name", "MedicationRequest.medication.text"),
];

/// Visit summary (ambulatory *epikriis*) or hospital discharge summary.
pub(super) const VISIT: Schema = private(
    1001,
    "visit",
    true,
    4,
    &[
        text("title", "Composition.title, lay").row(),
        code("document_no", "Composition.identifier"),
        date("date", "Encounter.actualPeriod.start").row(),
        code("visit_class", "Encounter.class: AMB, IMP, VR, HH").row(),
        time("started_at", "Encounter.actualPeriod.start"),
        time("ended_at", "Encounter.actualPeriod.end"),
        text("provider", "Organization.name").row(),
        code("provider_code", "Organization.identifier, sid/org/est/br"),
        text("provider_address", "Location.address.text"),
        text("doctor", "Practitioner.name.text").row(),
        code("doctor_code", "Practitioner.identifier, sid/pro/est/pho"),
        text("speciality", "PractitionerRole.specialty.text"),
        code("speciality_code", "PractitionerRole.specialty"),
        text("diagnosis_lay", "lay name of the main diagnosis").row(),
        text("diagnosis", "Encounter.diagnosis.condition.text").row(),
        code("diagnosis_code", "Encounter.diagnosis.condition, rhk10").row(),
        rows("diagnoses", DIAGNOSES, "Encounter.diagnosis"),
        text("history", "Composition.section[anamnesis]"),
        text("findings", "Composition.section[status]"),
        text("procedures", "Composition.section[procedures]"),
        text("plan", "Composition.section[plan]"),
        rows(
            "prescriptions",
            PRESCRIBED,
            "Composition.section[medication].entry",
        ),
        code("sickleave_no", "Composition.section[sick leave].entry"),
        time("next_visit", "Appointment.start"),
        bool("closed", "Composition.meta.security: closed by the patient").row(),
        text(
            "correction",
            "Composition.relatesTo[replaces]: why, in words",
        )
        .row(),
        time("documented_at", "Composition.date"),
    ],
    "Encounter + Composition",
);

/// Prescription.
pub(super) const PRESCRIPTION: Schema = private(
    1002,
    "prescription",
    true,
    4,
    &[
        text("title", "lay name and strength").row(),
        code(
            "number",
            "MedicationRequest.identifier, retseptikeskus-retsept",
        ),
        date("date", "MedicationRequest.authoredOn").row(),
        code(
            "status",
            "MedicationRequest.status: active, completed, cancelled",
        )
        .row(),
        code("kind", "MedicationRequest.category: ordinary, narcotic").row(),
        int(
            "repeats",
            "MedicationRequest.dispenseRequest.numberOfRepeatsAllowed",
        )
        .row(),
        text("substance", "Medication.code.text").row(),
        code("atc", "Medication.code, ATC"),
        text("form", "Medication.doseForm.text"),
        code("form_code", "Medication.doseForm"),
        text("strength", "Medication.ingredient.strength"),
        text("dosage", "MedicationRequest.dosageInstruction.text"),
        int(
            "quantity",
            "MedicationRequest.dispenseRequest.quantity, doses",
        ),
        text("diagnosis", "MedicationRequest.reason.text"),
        code("diagnosis_code", "MedicationRequest.reason, rhk10"),
        int("discount", "MedicationRequest.insurance, per cent"),
        date(
            "valid_until",
            "MedicationRequest.dispenseRequest.validityPeriod.end",
        )
        .row(),
        bool("substitution", "MedicationRequest.substitution.allowed"),
        code(
            "substitution_reason",
            "MedicationRequest.substitution.reason, KP01 …",
        ),
        code("authorisation", "buyer: public, authorised, private"),
        text("doctor", "Practitioner.name.text").row(),
        code("doctor_code", "Practitioner.identifier"),
        text("provider", "Organization.name").row(),
    ],
    "MedicationRequest",
);

/// Medicine handed out in a pharmacy.
pub(super) const DISPENSE: Schema = private(
    1003,
    "dispense",
    false,
    1,
    &[
        text("title", "lay name and strength").row(),
        code(
            "prescription_no",
            "MedicationDispense.authorizingPrescription",
        ),
        date("date", "MedicationDispense.whenHandedOver").row(),
        time("handed_over_at", "MedicationDispense.whenHandedOver"),
        text("product", "Medication.code.text"),
        code("atc", "Medication.code, ATC"),
        code("package_code", "Medication.identifier"),
        int("quantity", "MedicationDispense.quantity, packages").row(),
        int("days_supply", "MedicationDispense.daysSupply"),
        text("pharmacy", "Organization.name").row(),
        code("pharmacy_code", "Organization.identifier"),
        text("pharmacist", "Practitioner.name.text"),
        code("pharmacist_code", "Practitioner.identifier"),
        code("buyer", "MedicationDispense.receiver, ee-tis-buyer-epc"),
        super::money("price", "paid by the buyer"),
        super::money("discount", "paid by the health insurance"),
        text("note", "MedicationDispense.note"),
    ],
    "MedicationDispense",
);

/// Vaccination.
pub(super) const VACCINATION: Schema = private(
    1004,
    "vaccination",
    true,
    2,
    &[
        text("title", "lay name").row(),
        date("date", "Immunization.occurrenceDateTime").row(),
        time("given_at", "Immunization.occurrenceDateTime"),
        text("vaccine", "Immunization.vaccineCode.text").row(),
        code("atc", "Immunization.vaccineCode, ATC J07"),
        code("batch", "Immunization.lotNumber"),
        date("expiry", "Immunization.expirationDate"),
        int("dose_no", "Immunization.protocolApplied.doseNumber").row(),
        int("doses", "Immunization.protocolApplied.seriesDoses").row(),
        text("disease", "Immunization.protocolApplied.targetDisease.text").row(),
        code(
            "disease_code",
            "Immunization.protocolApplied.targetDisease, rhk10",
        ),
        code("site", "Immunization.site: LA, RA, LT, RT"),
        text("vaccinator", "Immunization.performer.actor"),
        code("vaccinator_code", "Practitioner.identifier"),
        text("provider", "Organization.name").row(),
        date(
            "next_due",
            "ImmunizationRecommendation.recommendation.dateCriterion",
        )
        .row(),
    ],
    "Immunization",
);

/// One laboratory value.
pub(super) const LAB: Schema = private(
    1005,
    "lab",
    false,
    1,
    &[
        text("title", "lay name").row(),
        text("analyte", "Observation.code.text, Kasutatav nimetus").row(),
        code("loinc", "Observation.code, LOINC").row(),
        decimal("value", "Observation.valueQuantity.value").row(),
        code("unit", "Observation.valueQuantity.code, UCUM").row(),
        decimal("ref_low", "Observation.referenceRange.low").row(),
        decimal("ref_high", "Observation.referenceRange.high").row(),
        code("flag", "Observation.interpretation: N, H, L").row(),
        date("date", "Observation.effectiveDateTime").row(),
        time("taken_at", "Specimen.collection.collectedDateTime"),
        text("specimen", "Specimen.type.text"),
        code("order_no", "ServiceRequest.identifier"),
        text("panel", "DiagnosticReport.code.text"),
        text("lab", "Observation.performer").row(),
        text("ordered_by", "ServiceRequest.requester"),
        text(
            "ordered_by_provider",
            "ServiceRequest.requester.organization",
        ),
        text("validated_by", "DiagnosticReport.resultsInterpreter"),
        time("validated_at", "Observation.issued"),
    ],
    "Observation + DiagnosticReport",
);

/// Referral.
pub(super) const REFERRAL: Schema = private(
    1006,
    "referral",
    true,
    4,
    &[
        text("title", "lay name").row(),
        code("number", "ServiceRequest.identifier"),
        date("date", "ServiceRequest.authoredOn").row(),
        code(
            "kind",
            "ServiceRequest.category: visit, study, e_consultation",
        )
        .row(),
        code("urgency", "ServiceRequest.priority: routine, urgent").row(),
        code(
            "status",
            "ServiceRequest.status: active, completed, revoked",
        )
        .row(),
        text("speciality", "ServiceRequest.performerType.text").row(),
        code("speciality_code", "ServiceRequest.performerType"),
        text("diagnosis", "ServiceRequest.reason.text"),
        code("diagnosis_code", "ServiceRequest.reason, rhk10"),
        text("question", "ServiceRequest.note"),
        text("doctor", "Practitioner.name.text").row(),
        code("doctor_code", "Practitioner.identifier"),
        text("provider", "Organization.name").row(),
        text("to_provider", "ServiceRequest.performer"),
        time("booked_at", "Appointment.start"),
        date("valid_until", "ServiceRequest.occurrencePeriod.end"),
    ],
    "ServiceRequest",
);

/// Certificate of incapacity for work.
pub(super) const SICKLEAVE: Schema = private(
    1007,
    "sickleave",
    true,
    4,
    &[
        text("title", "lay name").row(),
        code("number", "number of the certificate"),
        date("date", "issued on").row(),
        code("kind", "sick, care, maternity").row(),
        code("status", "open, closed").row(),
        date("starts", "first day").row(),
        date("ends", "last day").row(),
        code("reason_code", "reason: 1 illness … 8 care"),
        text("employer", "employer"),
        code("employer_code", "registry code of the employer"),
        text("doctor", "Practitioner.name.text").row(),
        code("doctor_code", "Practitioner.identifier"),
        text("provider", "Organization.name").row(),
    ],
    "certificate of incapacity for work",
);
