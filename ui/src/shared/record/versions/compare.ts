import type { FieldView, RecordView } from '../../../backend/contract';
import type { Texts } from '../../../i18n/text';
import { valueText } from '../values';
import { wordDiff, type Run } from './wordDiff';

/** Longest text compared word by word. */
const COMPARED = 12_000;
/** Fields that belong to the version, not to what it says. */
const OWN = new Set(['correction', 'documented_at']);

/** What became of one field. */
export interface Change {
  name: string;
  /** Words with their runs, or `null` for a value that is replaced whole. */
  runs: Run[] | null;
  before: string;
  after: string;
  /** Longer than what is compared. */
  cut: boolean;
}

function said(schema: string, field: FieldView | undefined, texts: Texts): string {
  if (!field) return '';
  if (field.value.t !== 'rows') return valueText(schema, field.name, field.value, texts);
  return field.value.v
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => valueText(field.name, name, value, texts))
        .filter(Boolean)
        .join(', '),
    )
    .join('; ');
}

/** What changed between two versions, field by field in the order of the record. */
export function compareVersions(earlier: RecordView, later: RecordView, texts: Texts): Change[] {
  const names = [...new Set([...later.fields, ...earlier.fields].map((field) => field.name))].filter((name) => !OWN.has(name));
  const schema = later.row.schema;
  return names.flatMap((name) => {
    const [old, fresh] = [earlier.fields, later.fields].map((fields) => fields.find((field) => field.name === name));
    const [before, after] = [said(schema, old, texts), said(schema, fresh, texts)];
    if (before === after) return [];
    const kind = (fresh ?? old)?.value.t;
    const words = kind === 'text' || kind === 'rows';
    const cut = before.length > COMPARED || after.length > COMPARED;
    return [{ name, before, after, cut, runs: words ? wordDiff(before.slice(0, COMPARED), after.slice(0, COMPARED)) : null }];
  });
}
