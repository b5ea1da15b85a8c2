import { describe, expect, it } from 'vitest';
import { FixtureBackend } from '../../../../backend/fixture/backend';
import { taxYearDrafts } from '../../../../backend/fixture/tax-year';
import { accounts, isWrong } from './account';
import { declarations } from './declarations';
import { incomeByPayer, tenths } from './income';

const list = (options?: Parameters<typeof taxYearDrafts>[0]) =>
  new FixtureBackend({ signedIn: true, tax: taxYearDrafts(options) }).list('tax', null);

describe('declarations by period', () => {
  it('show the missing month in its year, and only there', async () => {
    const years = declarations(await list({ gap: '2026-04' }), null, '2026-11-22');
    expect(years.map(({ year }) => year)).toEqual(['2026', '2025']);
    const missing = years.flatMap(({ filings }) => filings).filter(({ state }) => state !== 'here');
    expect(missing.map(({ form, period, state }) => `${form} ${period} ${state}`)).toEqual(['kmd 2026-04 missing']);
  });

  it('reach to the last return that is due', async () => {
    const years = declarations(await list({ gap: 'none' }), null, '2027-01-25');
    const missing = years.flatMap(({ filings }) => filings).filter(({ state }) => state === 'missing');
    expect(missing.map(({ form, period }) => `${form} ${period}`)).toEqual(['kmd 2026-12', 'kmd 2026-11']);
  });

  it('say nothing of a month when entries are not in hand', async () => {
    const some = await list({ gap: '2026-04' });
    const states = declarations({ ...some, answered: false }, null, '2026-11-22').flatMap(({ filings }) =>
      filings.map(({ state }) => state),
    );
    expect(states).toContain('unknown');
    expect(states).not.toContain('missing');
  });

  it('are those of the company acted for', async () => {
    const years = declarations(await list(), '19999101', '2026-11-22');
    expect(new Set(years.flatMap(({ filings }) => filings.map(({ who }) => who)))).toEqual(new Set(['Kalda Rahvaülikool']));
  });
});

describe('income by payer', () => {
  it('adds up each year and keeps the largest payer first', async () => {
    const { years, left } = incomeByPayer((await list()).rows, null);
    expect(left).toBe(0);
    const [this_, last] = years;
    expect(this_?.payers.map(({ name, months, gross }) => [name, months, gross])).toEqual([
      ['Sälk ja Pügal OÜ', 10, 2_000_000],
      ['Kalda Rahvaülikool', 3, 135_000],
    ]);
    expect(this_?.total.gross).toBe(2_135_000);
    expect(last?.total).toEqual({ gross: 445_000, tax: 66_750, net: 378_250 });
  });

  it('leaves out what is not proven and says how many', async () => {
    const { rows } = await list();
    const altered = rows.map((row, index) =>
      index === rows.findIndex(({ schema }) => schema === 'tsd')
        ? { ...row, verdict: { verdict: 'cannotCheck' as const, reason: 'x', params: {} } }
        : row,
    );
    const { years, left } = incomeByPayer(altered, null);
    expect(left).toBe(1);
    expect(years[0]?.total.gross).toBe(1_935_000);
  });

  it('gives shares in tenths of a per cent', () => {
    expect(tenths(1, 3)).toBe(333);
    expect(tenths(5, 0)).toBe(0);
  });
});

describe('prepayment account', () => {
  it('agrees line by line', async () => {
    const [account] = accounts((await list()).rows, null);
    expect(account?.lines).toHaveLength(48);
    expect(account?.lines.filter(isWrong)).toEqual([]);
    expect(account?.lines.at(-1)?.balance).toBe(0);
    expect(account?.lines[0]?.expected).toBeNull();
  });

  it('names the line whose balance is not what the lines add up to, and the way back', async () => {
    const [account] = accounts((await list({ wrong: 5 })).rows, null);
    expect(account?.lines.filter(isWrong).map((line) => account.lines.indexOf(line))).toEqual([5, 6]);
  });

  it('does not reckon across a line that is not proven', async () => {
    const { rows } = await list({ wrong: 5 });
    const lines = rows.filter(({ schema }) => schema === 'prepayment').sort((a, b) => a.n - b.n);
    const dark = rows.map((row) =>
      row.id === lines[5]?.id ? { ...row, verdict: { verdict: 'altered' as const, reason: 'x', params: {} } } : row,
    );
    const [account] = accounts(dark, null);
    expect(account?.left).toBe(1);
    expect(account?.lines.filter(isWrong)).toEqual([]);
  });
});
