import type { Report } from './reports';

/** Duties of a company with a date of their own. */
export type Duty = 'report' | 'owners' | 'tsd' | 'kmd';

/** One deadline. */
export interface Deadline {
  duty: Duty;
  /** ISO day, moved to a working day. */
  due: string;
  /** Days from today; negative when it has passed. */
  days: number;
  /** Financial year of a report, or the month (`2026-10`) of a return. */
  period: string;
}

const DAY = 86_400_000;
const parse = (iso: string) => Date.parse(`${iso}T00:00:00Z`);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const day = (year: number, month: number, date: number) => Date.UTC(year, month - 1, date);
/** Last date of a month. */
const lastOf = (year: number, month: number) => new Date(day(year, month + 1, 0)).getUTCDate();

/** Easter Sunday of the western calendar (Gauss, Meeus). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const e = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const f = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - e - (c % 4)) % 7;
  const g = Math.floor((a + 11 * e + 22 * f) / 451);
  const month = Math.floor((e + f - 7 * g + 114) / 31);
  return day(year, month, ((e + f - 7 * g + 114) % 31) + 1);
}

/** Public holidays of Estonia, as `MM-DD`; those that follow Easter and fall on weekdays besides. */
const HOLIDAYS = new Set(['01-01', '02-24', '05-01', '06-23', '06-24', '08-20', '12-24', '12-25', '12-26']);

/** True on a Saturday, a Sunday or a public holiday. */
export function isDayOff(date: string): boolean {
  const ms = parse(date);
  const weekday = new Date(ms).getUTCDay();
  return weekday === 0 || weekday === 6 || HOLIDAYS.has(date.slice(5)) || ms === easter(Number(date.slice(0, 4))) - 2 * DAY;
}

/** A term that ends on a day off ends on the next working day. */
export function workingDay(date: string): string {
  let found = date;
  while (isDayOff(found)) found = iso(parse(found) + DAY);
  return found;
}

/** End of a financial year given as `01.01–31.12`: month and date. */
function yearEnd(financialYear: string): { month: number; date: number } {
  const found = /(\d{2})\.(\d{2})\.?\s*$/.exec(financialYear.trim());
  const [date, month] = [Number(found?.[1] ?? 31), Number(found?.[2] ?? 12)];
  return month >= 1 && month <= 12 && date >= 1 && date <= 31 ? { month, date } : { month: 12, date: 31 };
}

/** The first financial year without a report: the last one that ended, or the running one. Due six months after its end. */
function reportDue(financialYear: string, reports: Report[], today: string): { year: number; due: string } {
  const { month, date } = yearEnd(financialYear);
  const end = (year: number) => day(year, month, Math.min(date, lastOf(year, month)));
  const thisYear = Number(today.slice(0, 4));
  const ended = end(thisYear) < parse(today) ? thisYear : thisYear - 1;
  const year = reports.some((report) => report.year === ended) ? ended + 1 : ended;
  const [dueYear, dueMonth] = month > 6 ? [year + 1, month - 6] : [year, month + 6];
  return { year, due: workingDay(iso(day(dueYear, dueMonth, Math.min(date, lastOf(dueYear, dueMonth))))) };
}

/** The next term of a monthly return for the month before. */
function monthly(date: number, today: string): { period: string; due: string } {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  const term = (ahead: number) => ({
    due: workingDay(iso(day(year, month + ahead, date))),
    period: iso(day(year, month + ahead - 1, 1)).slice(0, 7),
  });
  const now = term(0);
  return now.due >= today ? now : term(1);
}

/** What is due next, the soonest first. */
export function deadlinesOf(company: { financialYear: string; vat: boolean }, reports: Report[], today: string): Deadline[] {
  const report = reportDue(company.financialYear, reports, today);
  const [tsd, kmd] = [monthly(10, today), monthly(20, today)];
  const all: Omit<Deadline, 'days'>[] = [
    { duty: 'tsd', ...tsd },
    ...(company.vat ? [{ duty: 'kmd' as const, ...kmd }] : []),
    { duty: 'report', due: report.due, period: String(report.year) },
    { duty: 'owners', due: report.due, period: String(report.year) },
  ];
  return all
    .map((deadline) => ({ ...deadline, days: Math.round((parse(deadline.due) - parse(today)) / DAY) }))
    .sort((a, b) => a.days - b.days);
}
