import type { RecordList, RecordRow, SubjectRef } from '../../backend/contract';
import { textOf } from '../../shared/record/values';
import { workingDay } from './workingDay';

/** A month, `2026-10`. */
export type Period = string;

/** The month some months later. */
export function addMonths(period: Period, months: number): Period {
  const index = Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7)) - 1 + months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** Months from the first to the last, both included; none when they are the wrong way round or no months. */
export function monthsBetween(first: Period, last: Period): Period[] {
  const found: Period[] = [];
  if (!/^\d{4}-\d{2}$/.test(first)) return found;
  for (let month = first; month <= last && found.length < 600; month = addMonths(month, 1)) found.push(month);
  return found;
}

/** Day of the next month by which a return is due. */
const DUE = { tsd: 10, kmd: 20 } as const;
export type MonthlyForm = keyof typeof DUE;

/** Last day to file a monthly return. */
export const dueDay = (form: MonthlyForm, period: Period): string => workingDay(`${addMonths(period, 1)}-${DUE[form]}`);

/** A return of a company that the records do not hold. */
export interface Obligation {
  form: MonthlyForm;
  company: SubjectRef;
  period: Period;
  due: string;
}

/** How far back a missing return is named. */
const LOOK_BACK = 3;

/** Months for which a company's return of this form is seen: by itself, by a payment it declared, or by its line on the account. */
function filed(rows: RecordRow[], form: MonthlyForm, code: string): Set<Period> {
  const seen = rows.filter(({ schema, fields }) => {
    if (schema === 'prepayment') return textOf(fields, 'kind') === form && textOf(fields, 'company_code') === code;
    return schema === form && textOf(fields, form === 'kmd' ? 'company_code' : 'payer_code') === code;
  });
  return new Set(seen.map(({ fields }) => textOf(fields, 'period')));
}

/** True when the absence of an entry means something: the register answered and every entry it has is here. */
export const isComplete = (list: RecordList): boolean =>
  list.answered &&
  list.ledgerCount !== null &&
  list.rows.every(({ verdict }) => verdict.verdict !== 'withheld' && verdict.verdict !== 'altered');

/**
 * Returns that the companies acted for still owe, the next ones included. Only companies that have filed the form before
 * are known to owe it; nothing is said when the list is not complete.
 */
export function owed(list: RecordList | undefined, companies: SubjectRef[], today: string): Obligation[] {
  if (!list || !isComplete(list)) return [];
  const now = today.slice(0, 7);
  return companies.flatMap((company) =>
    (['tsd', 'kmd'] as const).flatMap((form) => {
      const have = filed(list.rows, form, company.code);
      const first = [...have].sort()[0];
      if (!first) return [];
      const from = [first, addMonths(now, -LOOK_BACK)].sort().at(-1) ?? first;
      return monthsBetween(from, now)
        .filter((period) => !have.has(period))
        .map((period) => ({ form, company, period, due: dueDay(form, period) }));
    }),
  );
}
