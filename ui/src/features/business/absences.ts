import type { RecordList } from '../../backend/contract';
import { textOf } from '../../shared/record/values';
import { currentRows, lasts } from './mandates';

/** What a whole list can prove not to be entered. */
export const ABSENCES = ['bankruptcy', 'liquidation', 'deletion'] as const;
export type Absence = (typeof ABSENCES)[number];

/** Status on the card that says the opposite. */
const STATUS: Record<Absence, string> = { bankruptcy: 'N', liquidation: 'L', deletion: 'K' };

/** True when every entry the ledger counts is here and proven, as of a page of the ledger. Only then does a list say what is not in it. */
export function isProvenWhole(list: RecordList): boolean {
  const sealed = list.rows.filter((row) => row.n > 0);
  return (
    list.answered &&
    list.asOfHeight !== null &&
    list.ledgerCount !== null &&
    list.ledgerCount > 0 &&
    list.ledgerCount === list.heldCount &&
    list.ledgerCount === sealed.length &&
    list.problems.length === 0 &&
    sealed.every((row) => row.verdict.verdict === 'proven')
  );
}

/** Entries that are proven not to exist; empty when the list is not proven whole. */
export function provenAbsences(list: RecordList, today: string): Absence[] {
  const cards = currentRows(list, 'registry_card');
  const status = cards.length === 1 && cards[0] ? textOf(cards[0].fields, 'status') : '';
  if (status === '' || !isProvenWhole(list)) return [];
  const liquidator = currentRows(list, 'card_person').some((row) => textOf(row.fields, 'role') === 'LIKV' && lasts(row.fields, today));
  return ABSENCES.filter((absence) => status !== STATUS[absence] && !(absence === 'liquidation' && liquidator));
}
