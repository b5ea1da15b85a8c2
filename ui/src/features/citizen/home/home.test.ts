import { describe, expect, it } from 'vitest';
import { FixtureBackend } from '../../../backend/fixture/backend';
import { proven, type Draft } from '../../../backend/fixture/draft';
import type { RecordList, RecordRow } from '../../../backend/contract';
import { alertOf, changes, keepDoubts, knownMs } from './changes';
import { needs, rowsToRead } from './needs';

const listOf = (health?: Draft[], withhold: number[] = []) => new FixtureBackend({ signedIn: true, health, withhold }).list('health', null);
const onlyRows = (list: RecordList, keep: (row: RecordRow) => boolean): RecordList => ({ ...list, rows: list.rows.filter(keep) });

describe('changes', () => {
  it('are what became known after the last visit; all of them', async () => {
    const list = await listOf();
    const since = Date.parse('2021-01-01T00:00:00Z');
    expect(changes([list], since)).toMatchObject({ fresh: true });
    expect(changes([list], since).rows).toHaveLength(list.rows.length);
    expect(changes([list], Math.max(...list.rows.map(knownMs)))).toMatchObject({ fresh: false });
    expect(changes([list], null).rows).toHaveLength(6);
  });

  it('warn of a corrected document, not of its earlier version', async () => {
    const rows = (await listOf()).rows.filter(({ date }) => date === '2026-10-14');
    expect(rows.map((row) => [row.version, alertOf(row)])).toEqual([
      [2, 'corrected'],
      [1, null],
    ]);
  });
});

describe('what could not be verified', () => {
  it('stays when its row disappears from the list, and goes when it verifies', async () => {
    const bad = await listOf(undefined, [3]);
    const first = keepDoubts([], [bad]);
    const wanted = bad.rows.find(({ n }) => n === 3)?.id;
    expect(first.map(({ row }) => row.id)).toContain(wanted);
    const cut = onlyRows(bad, ({ n }) => n !== 3);
    const later = keepDoubts(first, [cut]);
    expect(later.find(({ row }) => row.id === wanted)).toMatchObject({ gone: true });
    // its register falls silent: nothing new is known
    expect(keepDoubts(later, []).map(({ row }) => row.id)).toContain(wanted);
    const good = { ...bad, rows: bad.rows.map((row) => ({ ...row, verdict: proven })) };
    expect(keepDoubts(later, [good])).toEqual([]);
  });
});

describe('what waits for me', () => {
  const today = '2026-11-22';

  it('is in the order of its days', async () => {
    const backend = new FixtureBackend({ signedIn: true });
    const health = await backend.list('health', null);
    const views = await Promise.all(rowsToRead(health).map(({ id }) => backend.record(id)));
    const found = needs({ health, tax: undefined }, views, [], today);
    expect(found.map(({ kind, date }) => `${date} ${kind}`)).toEqual([
      '2026-12-02 appointment',
      '2027-01-12 unbought',
      '2027-10-01 vaccine',
    ]);
  });

  it('says of a referral whether a time is booked', async () => {
    const referral = (booked: boolean): Draft => ({
      schema: 'referral',
      date: '2026-09-30',
      fields: {
        title: { t: 'text', v: 'Saatekiri' },
        status: { t: 'code', v: 'active' },
        valid_until: { t: 'date', v: '2027-03-29' },
        ...(booked ? { booked_at: { t: 'time', v: Date.parse('2027-01-19T11:30:00Z') / 1000 } } : {}),
      },
    });
    const backend = new FixtureBackend({ signedIn: true, health: [referral(true), referral(false)] });
    const health = await backend.list('health', null);
    const views = await Promise.all(rowsToRead(health).map(({ id }) => backend.record(id)));
    expect(needs({ health, tax: undefined }, views, [], today).map(({ kind, date }) => `${date} ${kind}`)).toEqual([
      '2027-01-19 booked',
      '2027-03-29 unbooked',
    ]);
  });

  it('calls only the last dose, and only within a year', async () => {
    const shot = (day: string, next: string): Draft => ({
      schema: 'vaccination',
      date: day,
      fields: { title: { t: 'text', v: 'V' }, disease: { t: 'text', v: 'Gripp' }, next_due: { t: 'date', v: next } },
    });
    const wanted = async (drafts: Draft[]) =>
      needs({ health: await listOf(drafts), tax: undefined }, [], [], today).map(({ date }) => date);
    expect(await wanted([shot('2024-10-01', '2025-10-01'), shot('2025-10-01', '2026-12-01')])).toEqual(['2026-12-01']);
    expect(await wanted([shot('2022-05-10', '2023-03-10')])).toEqual(['2023-03-10']);
    expect(await wanted([shot('2024-08-20', '2034-08-20')])).toEqual([]);
  });
});
