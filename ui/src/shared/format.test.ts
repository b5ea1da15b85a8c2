import { describe, expect, it } from 'vitest';
import { textsOf } from '../test/render';
import * as format from './format';

const NBSP = '\u00a0';

describe('numbers and dates', () => {
  it('writes dates as 22.11.2026 and leaves what is no date alone', () => {
    expect(format.formatDate('2026-11-22')).toBe('22.11.2026');
    expect(format.formatDate('soon')).toBe('soon');
    expect(format.formatMonth('2026-11-02')).toBe('11.2026');
  });

  it('writes money with a comma, non-breaking spaces and a real minus', () => {
    expect(format.formatMoney(123_456)).toBe(`1${NBSP}234,56${NBSP}€`);
    expect(format.formatMoney(-5)).toBe(`\u22120,05${NBSP}€`);
    expect(format.formatMoney(0)).toBe(`0,00${NBSP}€`);
    expect(format.formatInteger(1_234_567)).toBe(`1${NBSP}234${NBSP}567`);
    expect(format.formatDecimal(61, 1)).toBe('6,1');
    expect(format.formatDecimal(5, 3)).toBe('0,005');
  });

  it('shows Estonian time wherever the computer stands', () => {
    const noon = Date.parse('2026-11-22T12:02:11Z');
    expect(format.formatTime(noon)).toBe('14:02');
    expect(format.formatTime(noon, true)).toBe('14:02:11');
    expect(format.isoDay(Date.parse('2026-11-21T22:30:00Z'))).toBe('2026-11-22');
    expect(format.formatTime(Date.parse('2026-06-01T21:30:00Z'))).toBe('00:30');
  });

  it('shows a seal as one minute, or as the interval it is', () => {
    const texts = textsOf('en');
    const from = Date.parse('2026-11-20T16:42:10Z');
    expect(format.formatSealed(from, from + 5000, texts)).toBe(`20.11.2026 at${NBSP}18:42`);
    expect(format.formatSealed(from, from + 70_000, texts)).toBe(`20.11.2026 at${NBSP}18:42–18:43`);
    expect(format.formatSealed(from, null, texts)).toBe(`20.11.2026 at${NBSP}18:42`);
  });

  it('says ages in words', () => {
    const texts = textsOf('ru');
    expect(format.formatAge(4000, texts)).toBe(`4${NBSP}с назад`);
    expect(format.formatAge(3 * 3_600_000, texts)).toBe('3 часа назад');
    expect(format.formatAge(-5000, texts)).toBe(`0${NBSP}с назад`);
    expect(format.formatAge(50 * 3_600_000, textsOf('et'))).toBe('2 päeva tagasi');
  });

  it('masks codes, names periods, joins names, keeps titles together', () => {
    expect(format.maskCode('47101010033')).toBe(`471••${NBSP}•••033`);
    expect(format.formatPeriod('2026-10', textsOf('et'))).toBe('oktoober 2026');
    expect(format.formatPeriod('2026', textsOf('et'))).toBe('2026');
    expect(format.joinNames(['A', 'B', 'C'], 'ja')).toBe('A, B ja C');
    expect(format.keepTogether('Dr M. Meri')).toBe(`Dr${NBSP}M.${NBSP}Meri`);
    expect(format.formatBytes(42_130)).toBe(`42${NBSP}kB`);
  });
});
