import type { FieldView } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { GlossedText } from '../glossary/GlossedText';
import { TermLabel } from '../glossary/Term';
import { layValue } from './lay';
import { MaskedCode } from './MaskedCode';
import { RecordText } from './RecordText';
import { RowsTable } from './RowsTable';
import { fieldLabel, isAbsent, valueText } from './values';

const LONG = 90;
/** Sections of a document: running text, however short. */
const SECTIONS = new Set(['history', 'findings', 'procedures', 'plan', 'question', 'dosage', 'correction']);
/** Codes of persons: masked until asked for. */
const PERSONAL = new Set(['person_code', 'card_person.code', 'shareholder.code', 'beneficial_owner.code']);
const isPersonal = (schema: string, name: string) => PERSONAL.has(name) || PERSONAL.has(`${schema}.${name}`);

function FieldValueView({ schema, field }: { schema: string; field: FieldView }) {
  const texts = useTexts();
  const { value } = field;
  if (value.t === 'rows') return <RowsTable group={field.name} schema={schema} rows={value.v} />;
  const text = valueText(schema, field.name, value, texts);
  if (isPersonal(schema, field.name) && text.length === 11) return <MaskedCode code={text} />;
  if (value.t === 'text') return <GlossedText text={text} />;
  if (value.t === 'code') return <RecordText text={text} />;
  return <span className="tabular">{text}</span>;
}

/** Fields of a record with their labels. Unused positions are left out; rows and long texts take the whole width. */
export function FieldList({ schema, fields, except = [] }: { schema: string; fields: FieldView[]; except?: readonly string[] }) {
  const texts = useTexts();
  const shown = fields.filter(
    ({ name, value }) => !except.includes(name) && !isAbsent(value) && !(value.t === 'rows' && value.v.length === 0),
  );
  if (shown.length === 0) return null;
  return (
    <dl className="fields notch">
      {shown.map((field) => {
        const lay = layValue(schema, field.name, field.value, texts);
        const wide = field.value.t === 'rows' || (field.value.t === 'text' && (SECTIONS.has(field.name) || field.value.v.length > LONG));
        return (
          <div key={field.position} className={wide ? 'wide' : undefined}>
            <dt>
              <TermLabel field={field.name}>{fieldLabel(schema, field.name, texts)}</TermLabel>
            </dt>
            <dd>
              <FieldValueView schema={schema} field={field} />
              {lay && <span className="lay block">{lay}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
