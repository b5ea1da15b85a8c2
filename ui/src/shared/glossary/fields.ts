import { TERMS, type Term } from './terms';

/** Terms that explain the label of a field. */
const OF_FIELD: Readonly<Record<string, string>> = {
  diagnosis_code: 'icd10',
  disease_code: 'icd10',
  diagnoses: 'diagnosis',
  atc: 'atc',
  loinc: 'loinc',
  substance: 'substance',
  substitution: 'substitution',
  repeats: 'repeat',
  authorisation: 'authorisation',
  discount: 'discount',
  batch: 'batch',
  dose_no: 'dose',
  next_due: 'booster',
  visit_class: 'outpatient',
  history: 'anamnesis',
  findings: 'status',
  doctor_code: 'doctorCode',
  speciality: 'speciality',
  urgency: 'urgency',
  specimen: 'specimen',
  panel: 'panel',
  sickleave_no: 'sickleave',
  social_tax: 'socialTax',
  social_base: 'socialTax',
  pension: 'secondPillar',
  pension_rate: 'secondPillar',
  unemployment: 'unemployment',
  employer_unemployment: 'unemployment',
  exemption: 'exemption',
  exemption_code: 'exemption',
  withheld: 'withheld',
  gross: 'gross',
  net: 'net',
  vat_no: 'vatNo',
  reference_no: 'reference',
  value_date: 'valueDate',
  balance: 'balance',
};

const BY_ID = new Map(TERMS.map((term) => [term.id, term]));

/** The term that explains a field's label, or `null`. */
export const termOfField = (field: string): Term | null =>
  Object.hasOwn(OF_FIELD, field) ? (BY_ID.get(OF_FIELD[field] ?? '') ?? null) : null;
