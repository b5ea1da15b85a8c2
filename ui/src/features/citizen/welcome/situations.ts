import type { CardInfo, CardState } from '../../../backend/contract';

/** A state of reader and card that keeps the person from going on, by what the person can do about it. */
export type Obstacle =
  | 'serviceOff'
  | 'noReader'
  | 'readerGone'
  | 'noCard'
  | 'cardGone'
  | 'reading'
  | 'unreadable'
  | 'busy'
  | 'readerFailed'
  | 'notIdCard'
  | 'unsupported'
  | 'contactless'
  | 'notActivated'
  | 'locked'
  | 'pukLocked'
  | 'expired';

/** Help code and number of steps of each obstacle. Reading is none: it has no steps. */
export const OBSTACLES: Record<Obstacle, { code: string | null; steps: number }> = {
  serviceOff: { code: 'E01', steps: 3 },
  noReader: { code: 'E02', steps: 3 },
  readerGone: { code: 'E02', steps: 2 },
  noCard: { code: 'E03', steps: 2 },
  cardGone: { code: 'E15', steps: 2 },
  reading: { code: null, steps: 0 },
  unreadable: { code: 'E04', steps: 3 },
  busy: { code: 'E04', steps: 2 },
  readerFailed: { code: 'E04', steps: 2 },
  notIdCard: { code: 'E05', steps: 2 },
  unsupported: { code: 'E06', steps: 2 },
  contactless: { code: 'E03', steps: 2 },
  notActivated: { code: 'E07', steps: 2 },
  locked: { code: 'E10', steps: 3 },
  pukLocked: { code: 'E11', steps: 2 },
  expired: { code: 'E17', steps: 3 },
};

/** Reader or card went while something was under way; it is said until the next change. */
export type Loss = 'readerGone' | 'cardGone' | null;

/** What went between two states: a card that was being read, or the last reader. */
export function lossBetween(before: CardState, now: CardState): Loss {
  if (now.kind === 'noReader' && before.readers.length > 0 && !before.cards.some((card) => card.demo)) return 'readerGone';
  if (now.kind === 'noCard' && before.kind === 'reading' && before.readers.length > 0) return 'cardGone';
  return null;
}

const READER_FAULTS = ['reader-failed', 'timeout', 'was-reset'];

/** The obstacle of a state without a usable card; `null` when at least one card is ready. */
export function obstacleOf(card: CardState, loss: Loss): Obstacle | null {
  if (card.kind === 'ready') return null;
  if (card.kind === 'noReader' && loss === 'readerGone') return 'readerGone';
  if (card.kind === 'noCard' && loss === 'cardGone') return 'cardGone';
  if (card.kind === 'unreadable') {
    const kind = card.error?.params.kind ?? '';
    if (kind === 'busy') return 'busy';
    if (READER_FAULTS.includes(kind)) return 'readerFailed';
  }
  return card.kind;
}

/** What a card that was read says against signing in with it. */
export function obstacleOfCard(card: CardInfo): Obstacle | null {
  if (card.expired) return 'expired';
  if (!card.pin1.usable) return 'notActivated';
  if (card.pin1.left > 0) return null;
  return card.puk.left === 0 ? 'pukLocked' : 'locked';
}

/** The day the card ended: the earlier of document and identification certificate. */
export const endOf = (card: CardInfo): string => [card.expires, card.authValidUntil].filter(Boolean).sort()[0] ?? '';

/** True when the card can look but not sign: its signing certificate ended before `today` (ISO). */
export const looksOnly = (card: CardInfo, today: string): boolean => card.signValidUntil !== '' && card.signValidUntil < today;
