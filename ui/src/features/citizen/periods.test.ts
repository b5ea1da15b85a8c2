import { describe, expect, it } from 'vitest';
import { FixtureBackend } from '../../backend/fixture/backend';
import { taxYearDrafts } from '../../backend/fixture/tax-year';
import type { RecordList, SubjectRef } from '../../backend/contract';
import { textsOf } from '../../test/render';
import { daysLeft } from './daysLeft';
import { addMonths, dueDay, monthsBetween, owed } from './periods';
import { easter, workingDay } from './workingDay';

const company: SubjectRef = { kind: 'company', country: 'EE', code: '19999012', name: 'Sälk ja Pügal OÜ' };
const taxList = (gap?: string): Promise<RecordList> =>
  new FixtureBackend({ signedIn: true, tax: taxYearDrafts({ gap: gap ?? 'none' }) }).list('tax', null);

describe('deadlines', () => {
  it('know Easter', () => {
    expect([2024, 2025, 2026, 2038, 2049].map(easter)).toEqual(['2024-03-31', '2025-04-20', '2026-04-05', '2038-04-25', '2049-04-18']);
  });

  it('never end on a free day', () => {
    expect(workingDay('2026-12-20')).toBe('2026-12-21');
    expect(workingDay('2026-12-24')).toBe('2026-12-28');
    expect(workingDay('2026-04-03')).toBe('2026-04-06');
    expect(workingDay('2026-11-20')).toBe('2026-11-20');
  });

  it('are the 10th for TSD and the 20th for KMD of the next month', () => {
    expect(dueDay('tsd', '2026-11')).toBe('2026-12-10');
    expect(dueDay('kmd', '2026-11')).toBe('2026-12-21');
    expect(dueDay('kmd', '2026-12')).toBe('2027-01-20');
  });

  it('count months over the year', () => {
    expect(addMonths('2026-11', 3)).toBe('2027-02');
    expect(addMonths('2026-01', -1)).toBe('2025-12');
    expect(monthsBetween('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(monthsBetween('', '2026-02')).toEqual([]);
  });

  it('are named for returns that a company has filed before and now lacks', async () => {
    const found = owed(await taxList('2026-09'), [company], '2026-11-22');
    expect(found.map(({ form, period, due }) => `${form} ${period} ${due}`)).toEqual(['tsd 2026-11 2026-12-10', 'kmd 2026-11 2026-12-21']);
    // the line on the account shows that September was declared, though the return itself is not here
    const noLine = await taxList('2026-09');
    noLine.rows = noLine.rows.filter(({ schema }) => schema !== 'prepayment');
    expect(owed(noLine, [company], '2026-11-22').map(({ form, period }) => `${form} ${period}`)).toContain('kmd 2026-09');
  });

  it('are not claimed when the list is not complete', async () => {
    const list = await taxList();
    expect(owed({ ...list, answered: false }, [company], '2026-11-22')).toEqual([]);
    expect(owed({ ...list, ledgerCount: null }, [company], '2026-11-22')).toEqual([]);
    expect(owed(undefined, [company], '2026-11-22')).toEqual([]);
    expect(owed(list, [{ ...company, code: '19999029' }], '2026-11-22')).toEqual([]);
  });

  it('are told in words', () => {
    const et = textsOf('et');
    expect(daysLeft('2026-11-22', '2026-11-22', et)).toBe('täna');
    expect(daysLeft('2026-11-22', '2026-11-23', et)).toBe('homme');
    expect(daysLeft('2026-11-22', '2026-12-10', et)).toBe('18 päeva pärast');
    expect(daysLeft('2026-11-22', '2026-11-20', et)).toBe('2 päeva tagasi');
    expect(daysLeft('2026-11-22', '2027-05-12', textsOf('en'))).toBe('in 6 months');
    expect(daysLeft('2026-11-22', '2023-03-10', textsOf('ru'))).toBe('3 года назад');
  });
});
