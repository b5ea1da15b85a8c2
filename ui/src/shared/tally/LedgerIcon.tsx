import type { LedgerState } from '../../backend/contract';
import type { Tone } from '../verdict/verdicts';

const TOP = 'M6 2H18V5L12 9L6 5Z';
const MIDDLE = 'M6 7.4L12 11.4L18 7.4V11.2L12 15.2L6 11.2Z';
const BOTTOM = 'M6 13.6L12 17.6L18 13.6V22H6Z';
const OCTAGON = 'M7.9 1H16.1L23 7.9V16.1L16.1 23H7.9L1 16.1V7.9Z';
const FORK = 'M7.5 3.5V8L12 12.5M16.5 3.5V8L12 12.5V21';

/** How a state of the ledger looks. `missing`: an authority does not sign. */
export type LedgerLook = 'joined' | 'missing' | 'stale' | 'paused' | 'split' | 'attacked' | 'starting';

/** Look and colour of a ledger state. */
export function ledgerLook(state: LedgerState, missing: boolean): { look: LedgerLook; tone: Tone } {
  switch (state) {
    case 'upToDate':
      return { look: missing ? 'missing' : 'joined', tone: 'proof' };
    case 'stale':
    case 'offline':
      return { look: 'stale', tone: 'care' };
    case 'paused':
      return { look: 'paused', tone: 'care' };
    case 'split':
      return { look: 'split', tone: 'stop' };
    case 'attacked':
    case 'expired':
      return { look: 'attacked', tone: 'stop' };
    default:
      return { look: 'starting', tone: 'unknown' };
  }
}

const outline = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.4 } as const;

function shape(look: LedgerLook) {
  switch (look) {
    case 'joined':
      return <path fill="currentColor" d={TOP + MIDDLE + BOTTOM} />;
    case 'missing':
      return (
        <>
          <path {...outline} d="M6.7 2.7H17.3V4.6L12 8.1L6.7 4.6Z" />
          <path fill="currentColor" d={MIDDLE + BOTTOM} />
        </>
      );
    case 'stale':
    case 'starting':
      return (
        <>
          <path
            {...outline}
            strokeDasharray="2.2 1.5"
            d="M6.7 2.7H17.3V4.6L12 8.1L6.7 4.6ZM6.7 8.7L12 12.2L17.3 8.7V10.8L12 14.3L6.7 10.8Z"
          />
          {look === 'stale' ? (
            <path fill="currentColor" d={BOTTOM} />
          ) : (
            <path {...outline} strokeDasharray="2.2 1.5" d="M6.7 14.9L12 18.4L17.3 14.9V21.3H6.7Z" />
          )}
        </>
      );
    case 'paused':
      return <path fill="currentColor" d={`M7 2H10.6V11H7ZM13.4 2H17V9H13.4Z${BOTTOM}`} />;
    case 'split':
      return <path fill="none" stroke="currentColor" strokeWidth={4} d={FORK} />;
    case 'attacked':
      return (
        <>
          <path fill="currentColor" d={OCTAGON} />
          <path fill="none" stroke="var(--sheet)" strokeWidth={2.6} d="M8.5 6V9L12 12.5M15.5 6V9L12 12.5V18.5" />
        </>
      );
  }
}

/** The sign of the ledger's state; a word stands beside it. */
export function LedgerIcon({ look, size = 24 }: { look: LedgerLook; size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      {shape(look)}
    </svg>
  );
}
