import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../backend/contract';
import { disagrees, incomeTaxLines, kmdLines, reportLines, tsdLines } from './recalculate';
import { kmdLineNo } from './bodies/TaxBodies';

const cents = (values: Record<string, number>): Record<string, FieldValue> =>
  Object.fromEntries(Object.entries(values).map(([name, v]) => [name, { t: 'money', v }]));
const expected = (lines: { name: string; expected: number | null }[]) =>
  Object.fromEntries(lines.map((line) => [line.name, line.expected]));

describe('recalculation', () => {
  it('computes the worked VAT return', () => {
    const fields = cents({
      line_1: 1_240_000,
      line_2: 30_000,
      line_2_2: 100_000,
      line_3: 250_000,
      line_4: 313_300,
      line_5: 112_055,
      line_12: 201_245,
    });
    expect(expected(kmdLines(fields))).toEqual({ line_4: 313_300, line_12: 201_245 });
    expect(kmdLines(fields).filter(disagrees)).toEqual([]);
  });

  it('names the line that disagrees, and forgives a cent', () => {
    const wrong = kmdLines(cents({ line_1: 100_000, line_4: 25_000, line_12: 25_000 }));
    expect(wrong.filter(disagrees).map(({ name }) => name)).toEqual(['line_4']);
    expect(kmdLines(cents({ line_1: 100_000, line_4: 24_001 })).filter(disagrees)).toEqual([]);
  });

  it('payable and overpaid are never both', () => {
    const lines = expected(kmdLines(cents({ line_4: 0, line_5: 5_000, line_12: 0, line_13: 5_000 })));
    expect(lines).toEqual({ line_4: 0, line_12: 0, line_13: 5_000 });
  });

  it.each([
    [
      200_000,
      2,
      70_000,
      { social_tax: 66_000, pension: 4_000, unemployment: 3_200, employer_unemployment: 1_600, income_tax: 27_016, net: 165_784 },
    ],
    [
      320_000,
      6,
      70_000,
      { social_tax: 105_600, pension: 19_200, unemployment: 5_120, employer_unemployment: 2_560, income_tax: 49_650, net: 246_030 },
    ],
  ])('computes the worked TSD row of %i cents', (gross, rate, exemption, wanted) => {
    const fields = {
      ...cents({ gross, social_base: gross, unemployment_base: gross, exemption, ...wanted }),
      pension_rate: { t: 'int', v: rate } as const,
    };
    expect(expected(tsdLines(fields))).toEqual(wanted);
  });

  it('computes nothing from values that are missing', () => {
    expect(tsdLines(cents({ net: 100 }))).toEqual([{ name: 'net', stated: 100, expected: null }]);
    expect(tsdLines(cents({ net: 100 })).filter(disagrees)).toEqual([]);
  });

  it('computes an income-tax return and the sums of a report', () => {
    const tax = cents({
      gross: 2_400_000,
      pension: 48_000,
      unemployment: 38_400,
      deducted: 30_000,
      exemption: 784_800,
      taxable: 1_498_800,
      tax: 329_736,
      withheld: 336_336,
      refund: 6_600,
    });
    expect(incomeTaxLines(tax).filter(disagrees)).toEqual([]);
    expect(reportLines(cents({ current_assets: 2, fixed_assets: 3, assets: 7 })).filter(disagrees)).toHaveLength(1);
  });

  it('prints line numbers as the form does', () => {
    expect(['1', '1_2', '2_1', '3_1_1', '4_1', '12'].map(kmdLineNo)).toEqual(['1', '1²', '2¹', '3.1.1', '4¹', '12']);
  });
});
