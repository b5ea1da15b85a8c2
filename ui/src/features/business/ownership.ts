import type { RecordList, RecordRow } from '../../backend/contract';
import { decimalOf, numberOf } from '../../shared/record/values';
import { currentRows, lasts } from './mandates';

/** Shares and percents as the register states them, and what does not add up. */
export interface Ownership {
  rows: RecordRow[];
  /** Sum of the shares, cents. */
  shares: number;
  /** Sum of the percents. */
  percents: number;
  /** The share capital when the shares do not make it up, cents. */
  capital: number | null;
  /** True when the percents are not 100 ± 0.01. */
  percentsDiffer: boolean;
}

/** Shareholders of today; the sum of their shares is compared with the capital on the card. */
export function ownershipOf(list: RecordList, capital: number | null, today: string): Ownership {
  const rows = currentRows(list, 'shareholder').filter((row) => lasts(row.fields, today));
  const shares = rows.reduce((sum, row) => sum + (numberOf(row.fields, 'share') ?? 0), 0);
  const percents = rows.reduce((sum, row) => sum + (decimalOf(row.fields.percent) ?? 0), 0);
  return {
    rows,
    shares,
    percents,
    capital: capital !== null && capital !== shares ? capital : null,
    percentsDiffer: Math.abs(percents - 100) > 0.010_000_1,
  };
}
