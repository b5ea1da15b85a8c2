import type { RecordView } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDate, formatMoney } from '../../shared/format';
import { RecordText } from '../../shared/record/RecordText';
import { boolOf, codeText, fieldLabel, numberOf, textOf, type Fields } from '../../shared/record/values';

/** Fields shown among the facts, in the title or beside who signs; the rest unfolds. */
export const CARD_SHOWN: readonly string[] = [
  'name',
  'code',
  'legal_form',
  'status',
  'first_entry',
  'address',
  'postcode',
  'email',
  'capital',
  'currency',
  'capital_paid',
  'financial_year',
  'vat_no',
  'emtak',
  'emtak_text',
  'representation',
];

/** What most people look for on a registry card. */
export function CardFacts({ view, fields }: { view: RecordView; fields: Fields }) {
  const texts = useTexts();
  const { t } = texts;
  const schema = view.row.schema;
  const capital = numberOf(fields, 'capital');
  const paid = boolOf(fields, 'capital_paid');
  const status = codeText(schema, 'status', textOf(fields, 'status'), texts);
  const since = textOf(fields, 'first_entry');
  const sum = capital === null ? '' : formatMoney(capital);
  const facts: [name: string, words: string][] = [
    ['status', since ? t('company.statusSince', { status, date: formatDate(since) }) : status],
    ['address', [textOf(fields, 'address'), textOf(fields, 'postcode')].filter(Boolean).join(', ')],
    ['capital', sum && paid !== null ? t(paid ? 'company.paid' : 'company.unpaid', { sum }) : sum],
    ['vat_no', textOf(fields, 'vat_no')],
    ['emtak_text', [textOf(fields, 'emtak_text'), textOf(fields, 'emtak')].filter(Boolean).join(', ')],
    ['financial_year', textOf(fields, 'financial_year')],
    ['email', textOf(fields, 'email')],
  ];
  return (
    <dl className="fields card-facts">
      {facts
        .filter(([, words]) => words !== '')
        .map(([name, words]) => (
          <div key={name} className="notch">
            <dt>{fieldLabel(schema, name, texts)}</dt>
            <dd>
              <RecordText text={words} />
            </dd>
          </div>
        ))}
    </dl>
  );
}
