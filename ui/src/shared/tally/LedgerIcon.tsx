import type { LedgerState } from '../../backend/contract';
import type { Tone } from '../verdict/verdicts';

const TOP = 'M6 2H18V5L12 9L6 5Z';
const MIDDLE = 'M6 7.4L12 11.4L18 7.4V11.2L12 15.2L6 11.2Z';
const BOTTOM = 'M6 13.6L12 17.6L18 13.6V22H6Z';
const TOP_OPEN = 'M6.7 2.7H17.3V4.6L12 8.1L6.7 4.6Z';
const MIDDLE_OPEN = 'M6.7 8.7L12 12.2L17.3 8.7V10.8L12 14.3L6.7 10.8Z';
const BOTTOM_OPEN = 'M6.7 14.9L12 18.4L17.3 14.9V21.3H6.7Z';
const OCTAGON = 'M7.9 1H16.1L23 7.9V16.1L16.1 23H7.9L1 16.1V7.9Z';
const FORK = 'M7.5 3.5V8L12 12.5M16.5 3.5V8L12 12.5V21';

/** A state of the ledger as it is shown. `held`: the person paused the checking; the ledger itself may be well. */
export type ShownState = LedgerState | 'held';

/** How a state of the ledger looks. `missing`: an authority does not sign. */
export type LedgerLook = 'joined' | 'missing' | 'stale' | 'paused' | 'held' | 'offline' | 'split' | 'attacked' | 'expired' | 'starting';

const LOOKS: Record<ShownState, { look: LedgerLook; tone: Tone }> = {
  upToDate: { look: 'joined', tone: 'proof' },
  stale: { look: 'stale', tone: 'care' },
  paused: { look: 'paused', tone: 'care' },
  offline: { look: 'offline', tone: 'care' },
  split: { look: 'split', tone: 'stop' },
  attacked: { look: 'attacked', tone: 'stop' },
  expired: { look: 'expired', tone: 'stop' },
  held: { look: 'held', tone: 'unknown' },
  starting: { look: 'starting', tone: 'unknown' },
};

/** Look and colour of a ledger state. */
export function ledgerLook(state: ShownState, missing: boolean): { look: LedgerLook; tone: Tone } {
  const found = LOOKS[state] ?? LOOKS.starting;
  return found.look === 'joined' && missing ? { ...found, look: 'missing' } : found;
}

const outline = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.4 } as const;
const dashed = { ...outline, strokeDasharray: '2.2 1.5' } as const;
const solid = (d: string) => <path fill="currentColor" d={d} />;

function shape(look: LedgerLook) {
  switch (look) {
    case 'joined':
      return solid(TOP + MIDDLE + BOTTOM);
    case 'missing':
      return (
        <>
          <path {...outline} d={TOP_OPEN} />
          {solid(MIDDLE + BOTTOM)}
        </>
      );
    case 'stale':
      return (
        <>
          <path {...dashed} d={TOP_OPEN + MIDDLE_OPEN} />
          {solid(BOTTOM)}
        </>
      );
    case 'starting':
      return <path {...dashed} d={TOP_OPEN + MIDDLE_OPEN + BOTTOM_OPEN} />;
    case 'paused':
      return solid(`M7 2H10.6V11H7ZM13.4 2H17V9H13.4Z${BOTTOM}`);
    case 'held':
      return (
        <>
          <path {...outline} strokeWidth={1.8} d="M3 3H21V21H3Z" />
          {solid('M8 7H10.9V17H8ZM13.1 7H16V17H13.1Z')}
        </>
      );
    case 'offline':
      return (
        <>
          <path fill="none" stroke="currentColor" strokeWidth={2.2} d="M7.6 2.6L16.4 11.4M16.4 2.6L7.6 11.4" />
          {solid(BOTTOM)}
        </>
      );
    case 'split':
      return <path fill="none" stroke="currentColor" strokeWidth={4} d={FORK} />;
    case 'expired':
      return (
        <>
          {solid(OCTAGON)}
          <path fill="none" stroke="var(--sheet)" strokeWidth={2.4} d="M12 5.5V12.5L16.5 16" />
        </>
      );
    case 'attacked':
      return (
        <>
          {solid(OCTAGON)}
          <path fill="none" stroke="var(--sheet)" strokeWidth={2.6} d="M8.5 6V9L12 12.5M15.5 6V9L12 12.5V18.5" />
        </>
      );
  }
}

/** The sign of the ledger's state; a word stands beside it. */
export function LedgerIcon({ look, size = 24 }: { look: LedgerLook; size?: number }) {
  return (
    <svg className="ledger-icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      {shape(look)}
    </svg>
  );
}
