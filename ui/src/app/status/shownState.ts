import type { LedgerState, Status } from '../../backend/contract';
import type { Texts } from '../../i18n/text';
import { formatAge, formatTime } from '../../shared/format';
import type { ShownState } from '../../shared/tally/LedgerIcon';

/** What the person did not choose and must hear of, even while the checking is paused. */
const GRAVE: readonly LedgerState[] = ['split', 'attacked', 'expired'];

/** The state to show: a pause by the person's own hand is neither a paused ledger nor a stale one. */
export function shownState({ ledger, sync }: Status): ShownState {
  return sync.phase === 'paused' && !GRAVE.includes(ledger.state) ? 'held' : ledger.state;
}

/** The state in one line, with its age or its hour. */
export function stateLine(status: Status, now: number, texts: Texts): string {
  const { timeMs } = status.ledger;
  return texts.t(`status.${shownState(status)}`, { age: formatAge(now - timeMs, texts), time: formatTime(timeMs) });
}

/** Authorities that signed the newest verified page. */
export const signingNow = (status: Status): number => status.authorities.filter((authority) => authority.recent.at(-1)).length;

/** The clock of this computer is so wrong that pages cannot be judged. */
export const clockWrong = ({ clock }: Status): boolean => clock === 'slow' || clock === 'fast';
