import { describe, expect, it } from 'vitest';
import type { RecordRow, Verdict } from '../../backend/contract';
import { textsOf } from '../../test/render';
import { ListIndex } from './ListIndex';
import { isWhole, kindsOf, listCounts, needsAttention, NO_FILTER, pressed, REGISTER_ORDER, yearsOf, type SortKey } from './rows';

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
const TODAY = '2026-11-22';
const found = (rows: RecordRow[], filter: object, sort = REGISTER_ORDER) =>
  new ListIndex(rows, textsOf('et')).select({ ...NO_FILTER, ...filter }, sort, TODAY).map(({ row: one }) => one.n);
const titles = (search: string, more = {}) => found(LIST, { search, ...more });
const sorted = (by: SortKey, down: boolean, rows = LIST) => found(rows, {}, { by, down });

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
    expect(titles('', { period: '2026' })).toEqual([4, 3]);
    expect(titles('', { period: 'days30' })).toEqual([]);
    expect(titles('', { period: 'months12' })).toEqual([4, 3]);
    expect(titles('', { company: '19999012' })).toEqual([3, 1]);
  });

  it('finds a withheld entry under the year it was sealed in', () => {
    const withheld = {
      ...row(5, '', ''),
      verdict: { verdict: 'withheld' as const, reason: 'withheld', params: {} },
      sealedMs: Date.parse('2023-07-01'),
    };
    expect(found([withheld, ...LIST], { period: '2023' })).toEqual([5]);
    expect(yearsOf([withheld], 'et')).toEqual(['2023']);
  });

  it('sorts by each column, both ways', () => {
    expect(sorted('no', true)).toEqual([4, 3, 2, 1]);
    expect(sorted('no', false)).toEqual([1, 2, 3, 4]);
    expect(sorted('date', true)).toEqual([4, 3, 2, 1]);
    expect(sorted('date', false)).toEqual([1, 2, 3, 4]);
    // Estonian: G, S, Š, Õ
    expect(sorted('what', false)).toEqual([3, 1, 2, 4]);
    expect(sorted('kind', false)[0]).toBe(3);
    expect(sorted('check', false)).toEqual([1, 2, 4, 3]);
    expect(sorted('check', true).slice(2)).toEqual([2, 1]);
  });

  it('keeps the newest first among equal days', () => {
    const same = [row(9, 'b', '2026-01-02'), row(8, 'a', '2026-01-02'), row(7, 'c', '2026-01-03')];
    expect(sorted('date', true, same)).toEqual([7, 9, 8]);
  });

  it('turns the order with the second press on a head', () => {
    expect(pressed(REGISTER_ORDER, 'what')).toEqual({ by: 'what', down: false });
    expect(pressed({ by: 'what', down: false }, 'what')).toEqual({ by: 'what', down: true });
    expect(pressed({ by: 'what', down: false }, 'date')).toEqual({ by: 'date', down: true });
  });

  it('stands whole only without any filter and in the order of the register', () => {
    expect(isWhole(NO_FILTER, REGISTER_ORDER)).toBe(true);
    expect(isWhole({ ...NO_FILTER, search: ' ' }, REGISTER_ORDER)).toBe(true);
    for (const change of [{ search: 'a' }, { kind: 'visit' }, { period: '2026' }, { company: '1' }])
      expect(isWhole({ ...NO_FILTER, ...change }, REGISTER_ORDER)).toBe(false);
    expect(isWhole(NO_FILTER, { by: 'no', down: false })).toBe(false);
    expect(isWhole(NO_FILTER, { by: 'date', down: true })).toBe(false);
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

  it('finds one of 5,000 rows', () => {
    const many = Array.from({ length: 5000 }, (_, index) => row(index + 1, `Visiit ${index + 1}`, '2026-01-01'));
    expect(found(many, { search: 'visiit 4999' })).toEqual([4999]);
  });
});
