import type { RecordRow, RegisterId } from '../../../backend/contract';
import type { TextKey } from '../../../i18n/keys';

/** One part of a register. */
export interface View {
  id: string;
  label: TextKey;
  /** Entries in it; `null` where there is nothing to count. */
  count: number | null;
  /** Kinds of record it holds; none for *all* and the glossary. */
  schemas: readonly string[];
}

const HEALTH: readonly [id: string, label: TextKey, schemas: readonly string[]][] = [
  ['visit', 'schemas.visit', ['visit']],
  ['prescription', 'schemas.prescription', ['prescription', 'dispense']],
  ['vaccination', 'schemas.vaccination', ['vaccination']],
  ['lab', 'schemas.lab', ['lab']],
  ['referral', 'schemas.referral', ['referral']],
  ['sickleave', 'schemas.sickleave', ['sickleave']],
];

const TAX: readonly [id: string, label: TextKey, schemas: readonly string[]][] = [
  ['declarations', 'views.declarations', ['kmd', 'tsd', 'income_tax']],
  ['income', 'views.income', ['tsd']],
  ['account', 'schemas.prepayment', ['prepayment']],
];

const PARTS: Record<RegisterId, typeof HEALTH> = { health: HEALTH, tax: TAX, business: [] };

/** Parts of a register: all, then each kind that people look for, then the words. */
export function viewsOf(register: RegisterId, rows: RecordRow[]): View[] {
  return [
    { id: 'all', label: 'list.all', count: rows.length, schemas: [] },
    ...PARTS[register].map(([id, label, schemas]) => ({
      id,
      label,
      schemas,
      count: rows.filter((row) => schemas.includes(row.schema)).length,
    })),
    { id: 'words', label: 'glossary.title', count: null, schemas: [] },
  ];
}

/** The part a kind of record belongs to, for a breadcrumb; unknown kinds are in the whole list. */
export function viewFor(register: RegisterId, kind: string | undefined): string {
  if (kind === undefined || kind === 'words') return kind ?? 'all';
  const parts = PARTS[register];
  if (parts.some(([id]) => id === kind)) return kind;
  if (kind === 'tsd') return 'income';
  return parts.find(([, , schemas]) => schemas.includes(kind))?.[0] ?? 'all';
}
