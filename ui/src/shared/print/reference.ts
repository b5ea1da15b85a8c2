import type { ProofView, RecordList } from '../../backend/contract';

/** What a printed code says: where in the ledger to look. Never whose record it is, nor anything of its contents. */
export function reference(parts: Record<string, string | number>): string {
  const query = new URLSearchParams(Object.entries(parts).map(([name, value]) => [name, String(value)]));
  return `toend:check?${query.toString()}`;
}

/** A proven record: network, page, that page's fingerprint and the record's own. */
export const recordReference = (network: string, { numbers }: ProofView): string | null =>
  numbers && reference({ network, page: numbers.proofHeight, header: numbers.headerHash, record: numbers.commitment });

/** A list: network, page, register and how many entries the ledger counts. */
export const listReference = (network: string, list: RecordList): string | null =>
  list.asOfHeight === null || list.ledgerCount === null
    ? null
    : reference({ network, page: list.asOfHeight, register: list.register, entries: list.ledgerCount });
