import { describe, expect, it } from 'vitest';
import type { RecordRow, Verdict } from '../../backend/contract';
import { textsOf } from '../../test/render';
import { filterRows, isWhole, kindsOf, listCounts, needsAttention, NO_FILTER, prepareRows, yearsOf } from './rows';

function row(n: number, title: string, date: string, verdict: Verdict = 'proven', schema = 'visit'): RecordRow {
  return {
    id: `health-me-${n}`,
    register: 'health',
    n,
    schema,
    version: 1,
    superseded: false,
    date,
    fields: { title: { t: 'text', v: title }, company_code: { t: 'code', v: n % 2 ? '19999012' : '' } },
    verdict: { verdict, reason: 'ok', params: {} },
    sealedMs: 0,
    receivedMs: null,
  };
}

const LIST = [
  row(4, 'Õlavalu', '2026-10-01'),
  row(3, 'Gripivaktsiin', '2026-09-01', 'proven', 'vaccination'),
  row(2, 'Šokk', '2025-05-05', 'altered'),
  row(1, 'Seljavalu', '2024-01-01', 'withheld'),
];
const titles = (search: string, more = {}) =>
  filterRows(prepareRows(LIST, textsOf('et')), { ...NO_FILTER, search, ...more }).map(({ row: found }) => found.n);

describe('a list', () => {
  it('finds words without case or marks, all of them, and dates as people write them', () => {
    expect(titles('OLAVALU')).toEqual([4]);
    expect(titles('sokk')).toEqual([2]);
    expect(titles('01.10.2026')).toEqual([4]);
    expect(titles('valu 2026')).toEqual([4]);
    expect(titles('puudub')).toEqual([]);
    expect(titles('')).toEqual([4, 3, 2, 1]);
  });

  it('filters by kind, attention, year and company, and keeps the order of the register', () => {
    expect(titles('', { kind: 'vaccination' })).toEqual([3]);
    expect(titles('', { kind: 'attention' })).toEqual([2, 1]);
    expect(titles('', { year: '2026' })).toEqual([4, 3]);
    expect(titles('', { company: '19999012' })).toEqual([3, 1]);
  });

  it('stands whole only without any filter', () => {
    expect(isWhole(NO_FILTER)).toBe(true);
    expect(isWhole({ ...NO_FILTER, search: ' ' })).toBe(true);
    for (const change of [{ search: 'a' }, { kind: 'visit' }, { year: '2026' }, { company: '1' }])
      expect(isWhole({ ...NO_FILTER, ...change })).toBe(false);
  });

  it('counts what the sentence says, not what is shown', () => {
    const counts = listCounts({
      register: 'health',
      subject: { kind: 'person', country: 'EE', code: '', name: '' },
      ledgerCount: 4,
      heldCount: 3,
      answered: true,
      asOfMs: null,
      asOfHeight: null,
      problems: [],
      rows: LIST,
    });
    expect(counts).toEqual({ ledger: 4, held: 3, old: 0, coming: 0, withheld: [1] });
    expect(kindsOf(LIST)).toEqual([
      { schema: 'visit', count: 3 },
      { schema: 'vaccination', count: 1 },
    ]);
    expect(yearsOf(LIST, 'et')).toEqual(['2026', '2025', '2024']);
  });

  it('asks for a person on everything but proven and not yet sealed', () => {
    const all: Verdict[] = ['proven', 'altered', 'withheld', 'oldVersion', 'notYetSealed', 'cannotCheck'];
    expect(all.filter(needsAttention)).toEqual(['altered', 'withheld', 'oldVersion', 'cannotCheck']);
  });

  it('handles 5,000 rows', () => {
    const many = Array.from({ length: 5000 }, (_, index) => row(index + 1, `Visiit ${index + 1}`, '2026-01-01'));
    const found = filterRows(prepareRows(many, textsOf('et')), { ...NO_FILTER, search: 'visiit 4999' });
    expect(found.map(({ row: one }) => one.n)).toEqual([4999]);
  });
});
