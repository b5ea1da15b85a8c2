import { describe, expect, it } from 'vitest';
import type { FieldValue, RecordList, RecordRow, VerdictInfo } from '../../backend/contract';
import { provenAbsences } from './absences';
import { deadlinesOf, isDayOff, workingDay } from './deadlines';
import { representatives } from './mandates';
import { ownershipOf } from './ownership';
import { counted, disagreements, reportsOf } from './reports';

const TODAY = '2026-11-22';
const proven: VerdictInfo = { verdict: 'proven', reason: 'ok', params: {} };
const code = (v: string): FieldValue => ({ t: 'code', v });
const money = (v: number): FieldValue => ({ t: 'money', v });
const percent = (digits: number): FieldValue => ({ t: 'decimal', v: { digits, places: 2 } });

function list(
  drafts: { schema: string; fields: Record<string, FieldValue>; verdict?: VerdictInfo }[],
  more: Partial<RecordList> = {},
): RecordList {
  const rows = drafts.map(({ schema, fields, verdict = proven }, index): RecordRow => ({
    id: `business-19999012-${index + 1}`,
    register: 'business',
    n: index + 1,
    schema,
    version: 1,
    superseded: false,
    date: '2026-01-01',
    fields,
    verdict,
    sealedMs: 0,
    receivedMs: null,
  }));
  return {
    register: 'business',
    subject: { kind: 'company', country: 'EE', code: '19999012', name: 'Sälk ja Pügal OÜ' },
    ledgerCount: rows.length,
    heldCount: rows.length,
    answered: true,
    asOfMs: 0,
    asOfHeight: 812_345,
    problems: [],
    rows: rows.reverse(),
    ...more,
  };
}
const card = (status: string) => ({ schema: 'registry_card', fields: { status: code(status) } });
const share = (cents: number, digits: number, until = '') => ({
  schema: 'shareholder',
  fields: { share: money(cents), percent: percent(digits), ...(until ? { until: { t: 'date' as const, v: until } } : {}) },
});
const report = (year: number, assets: number, liabilities: number, equity: number, profit: number) => ({
  schema: 'annual_report',
  fields: {
    year: { t: 'int' as const, v: year },
    assets: money(assets),
    liabilities: money(liabilities),
    equity: money(equity),
    profit: money(profit),
    revenue: money(9),
  },
});

describe('shares', () => {
  it('add up to the capital and to a hundred percent, give or take a hundredth', () => {
    const held = ownershipOf(list([share(150_000, 6000), share(100_000, 3999)]), 250_000, TODAY);
    expect(held).toMatchObject({ shares: 250_000, capital: null, percentsDiffer: false });
    expect(ownershipOf(list([share(150_000, 6000), share(100_000, 3998)]), 250_000, TODAY).percentsDiffer).toBe(true);
    expect(ownershipOf(list([share(150_000, 6000), share(90_000, 4000)]), 250_000, TODAY).capital).toBe(250_000);
  });

  it('leave out one who no longer holds any', () => {
    expect(ownershipOf(list([share(250_000, 10_000), share(100_000, 4000, '2026-01-01')]), 250_000, TODAY).rows).toHaveLength(1);
  });
});

describe('powers', () => {
  const person = (since: string, until: string, role = 'JUHL') => ({
    schema: 'card_person',
    fields: { role: code(role), since: { t: 'date' as const, v: since }, ...(until ? { until: { t: 'date' as const, v: until } } : {}) },
  });
  it('end with the end date and do not begin before they begin', () => {
    const now = (since: string, until: string) => representatives(list([person(since, until)]), TODAY).map((found) => found.now);
    expect(now('2019-02-12', '')).toEqual([true]);
    expect(now('2019-02-12', '2026-08-31')).toEqual([false]);
    expect(now('2019-02-12', TODAY)).toEqual([false]);
    expect(now('2026-11-23', '')).toEqual([false]);
    expect(representatives(list([person('2019-02-12', '', 'OSAN')]), TODAY)).toEqual([]);
  });
});

describe('annual reports', () => {
  it('balance, and a year starts with what the year before ended with', () => {
    const good = reportsOf(list([report(2025, 100, 40, 60, 10), report(2024, 90, 40, 50, 5)]));
    expect(good.map(({ year }) => year)).toEqual([2024, 2025]);
    expect(disagreements(good)).toEqual([]);
    expect(counted(good)).toBe('all');
  });

  it('name the figure that disagrees', () => {
    expect(disagreements(reportsOf(list([report(2024, 90, 40, 50, 5), report(2025, 100, 41, 60, 11)])))).toEqual([
      { kind: 'balance', year: 2025, stated: 100, expected: 101 },
      { kind: 'opening', year: 2025, stated: 49, expected: 50 },
    ]);
  });

  it('are not compared over a missing year', () => {
    const apart = reportsOf(list([report(2023, 90, 40, 50, 5), report(2025, 100, 40, 60, 1)]));
    expect(disagreements(apart)).toEqual([]);
    expect(counted(apart)).toBe('balance');
  });
});

describe('absences', () => {
  const whole = [card('R'), share(250_000, 10_000)];
  it('are claimed of a list that is proven whole', () => {
    expect(provenAbsences(list(whole), TODAY)).toEqual(['bankruptcy', 'liquidation', 'deletion']);
    expect(provenAbsences(list([card('N')]), TODAY)).toEqual(['liquidation', 'deletion']);
    expect(provenAbsences(list([card('L')]), TODAY)).toEqual(['bankruptcy', 'deletion']);
  });

  it.each<[string, RecordList]>([
    ['a register that is silent', list(whole, { answered: false })],
    ['an unknown count', list(whole, { ledgerCount: null })],
    ['a missing entry', list(whole, { ledgerCount: 3 })],
    ['an entry not in hand', list(whole, { heldCount: 1 })],
    ['no page', list(whole, { asOfHeight: null })],
    ['a problem', list(whole, { problems: [{ code: 'E33', blame: 'peer', params: {}, retry: true }] })],
    ['an altered entry', list([card('R'), { ...share(1, 1), verdict: { verdict: 'altered', reason: 'contentMismatch', params: {} } }])],
    ['no card', list([share(250_000, 10_000)])],
  ])('are never claimed with %s', (_name, broken) => {
    expect(provenAbsences(broken, TODAY)).toEqual([]);
  });

  it('do not deny a liquidator on the card', () => {
    const person = { schema: 'card_person', fields: { role: code('LIKV') } };
    expect(provenAbsences(list([card('R'), person]), TODAY)).toEqual(['bankruptcy', 'deletion']);
  });
});

describe('deadlines', () => {
  const company = { financialYear: '01.01–31.12', vat: true };
  const filed = (...years: number[]) => reportsOf(list(years.map((year) => report(year, 1, 0, 1, 0))));

  it('are the next ones, with days left, the soonest first', () => {
    expect(deadlinesOf(company, filed(2025), TODAY)).toEqual([
      { duty: 'tsd', due: '2026-12-10', days: 18, period: '2026-11' },
      { duty: 'kmd', due: '2026-12-21', days: 29, period: '2026-11' },
      { duty: 'report', due: '2027-06-30', days: 220, period: '2026' },
      { duty: 'owners', due: '2027-06-30', days: 220, period: '2026' },
    ]);
  });

  it('stand on their own day still, and pass after it', () => {
    expect(deadlinesOf(company, filed(2025), '2026-12-10')[0]).toEqual({ duty: 'tsd', due: '2026-12-10', days: 0, period: '2026-11' });
    expect(deadlinesOf(company, filed(2025), '2026-12-11').map(({ duty, due }) => [duty, due])[1]).toEqual(['tsd', '2027-01-11']);
  });

  it('say that a report is late', () => {
    expect(deadlinesOf(company, filed(2024), TODAY)[0]).toMatchObject({ duty: 'report', due: '2026-06-30', days: -145, period: '2025' });
  });

  it('follow another financial year, and a company without VAT has no VAT return', () => {
    const other = deadlinesOf({ financialYear: '01.07–30.06', vat: false }, filed(2026), TODAY);
    expect(other.map(({ duty }) => duty)).toEqual(['tsd', 'report', 'owners']);
    expect(other[1]).toMatchObject({ due: '2027-12-30', period: '2027' });
    expect(deadlinesOf({ financialYear: '01.03–28.02', vat: false }, filed(2025), TODAY)[0]).toMatchObject({
      duty: 'report',
      due: '2026-08-28',
    });
  });

  it('move over weekends and holidays', () => {
    expect(workingDay('2026-12-24')).toBe('2026-12-28');
    expect(isDayOff('2026-04-03')).toBe(true);
    expect(isDayOff('2027-03-26')).toBe(true);
    expect(isDayOff('2026-04-02')).toBe(false);
    expect(workingDay('2026-06-20')).toBe('2026-06-22');
  });
});
