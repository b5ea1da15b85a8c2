import type { RecordList, RecordRow, RecordView, SubjectRef } from '../../../backend/contract';
import { isoDay } from '../../../shared/format';
import { boolOf, byName, numberOf, textOf } from '../../../shared/record/values';
import { owed, type Obligation } from '../periods';
import { protections, unbought } from '../register/health/series';
import { daysBetween } from '../workingDay';

/** How far ahead a vaccination is called. */
const VACCINE_AHEAD = 365;
/** Visits whose contents are read for the next appointment. */
const VISITS_READ = 12;

/** Something with a day that waits for the person. */
export interface Need {
  key: string;
  date: string;
  kind: 'appointment' | 'booked' | 'unbooked' | 'unbought' | 'vaccine' | 'return';
  /** The record it comes from. */
  row: RecordRow | null;
  /** Instant of an appointment. */
  ms: number | null;
  /** A return that is not there. */
  owed: Obligation | null;
}

const usable = (row: RecordRow): boolean => row.verdict.verdict === 'proven' && !row.superseded;

/** Rows whose whole record tells of an appointment: referrals still open, and the latest visits. A closed one stays closed. */
export function rowsToRead(list: RecordList | undefined): RecordRow[] {
  const rows = (list?.rows ?? []).filter(usable);
  const open = rows.filter(({ schema, fields }) => schema === 'referral' && textOf(fields, 'status') === 'active');
  return [...open, ...rows.filter(({ schema, fields }) => schema === 'visit' && boolOf(fields, 'closed') !== true).slice(0, VISITS_READ)];
}

function appointments(views: RecordView[], today: string): Need[] {
  return views.flatMap<Need>((view) => {
    const { row } = view;
    const fields = byName(view.fields);
    const referral = row.schema === 'referral';
    const at = numberOf(fields, referral ? 'booked_at' : 'next_visit');
    const base = { key: row.id, row, owed: null };
    if (at !== null) {
      const date = isoDay(at * 1000);
      return date >= today ? [{ ...base, kind: referral ? 'booked' : 'appointment', date, ms: at * 1000 }] : [];
    }
    const until = textOf(fields, 'valid_until');
    return referral && until >= today ? [{ ...base, kind: 'unbooked', date: until, ms: null }] : [];
  });
}

/** What waits for the person, the nearest day first, from proven records only. `today` is an ISO day. */
export function needs(
  lists: { health: RecordList | undefined; tax: RecordList | undefined },
  views: RecordView[],
  companies: SubjectRef[],
  today: string,
): Need[] {
  const health = lists.health?.rows ?? [];
  const fromRow = (kind: Need['kind'], row: RecordRow, date: string): Need => ({
    key: `${row.id}-${kind}`,
    kind,
    row,
    date,
    ms: null,
    owed: null,
  });
  return [
    ...unbought(health, today).map((row) => fromRow('unbought', row, textOf(row.fields, 'valid_until'))),
    ...protections(health)
      .filter(({ next }) => next !== '' && daysBetween(today, next) <= VACCINE_AHEAD)
      .map(({ last, next }) => fromRow('vaccine', last, next)),
    ...appointments(views, today),
    ...owed(lists.tax, companies, today).map<Need>((one) => ({
      key: `${one.form}-${one.company.code}-${one.period}`,
      kind: 'return',
      row: null,
      date: one.due,
      ms: null,
      owed: one,
    })),
  ].sort((a, b) => a.date.localeCompare(b.date) || a.key.localeCompare(b.key));
}
