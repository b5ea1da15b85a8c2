import type { Verdict } from '../../backend/contract';

const UPPER = 'M2 2H21.3L8.5 14.8L2 8.3Z';
const LOWER = 'M2 11.7L8.5 18.2L22 4.7V22H2Z';
const UPPER_OPEN = 'M3 3H18.9L8.5 13.4L3 7.9Z';
const LOWER_OPEN = 'M3 14.1L8.5 19.6L21 7.1V21H3Z';
const OCTAGON = 'M7.9 2H16.1L22 7.9V16.1L16.1 22H7.9L2 16.1V7.9Z';
const dashed = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.7, strokeDasharray: '3 1.8' } as const;

function shape(verdict: Verdict) {
  switch (verdict) {
    case 'proven':
      return <path fill="currentColor" d={`${UPPER}${LOWER}`} />;
    case 'altered':
      return (
        <>
          <path fill="currentColor" d={OCTAGON} />
          <path stroke="var(--sheet)" strokeWidth={2.6} fill="none" d="M8 8L16 16M16 8L8 16" />
        </>
      );
    case 'withheld':
      return (
        <>
          <path {...dashed} d={UPPER_OPEN} />
          <path fill="currentColor" d={LOWER} />
        </>
      );
    case 'oldVersion':
      return (
        <>
          <path fill="none" stroke="currentColor" strokeWidth={1.9} d="M8.4 4.6V3H21V16.4H19" />
          <path fill="currentColor" transform="translate(0.2 5.3) scale(0.76)" d={`${UPPER}${LOWER}`} />
        </>
      );
    case 'notYetSealed':
      return (
        <>
          <path fill="currentColor" d={UPPER} />
          <path {...dashed} d={LOWER_OPEN} />
        </>
      );
    default:
      return (
        <>
          <path fill="none" stroke="currentColor" strokeWidth={2} d="M3 3H21V21H3Z" />
          <path fill="none" stroke="currentColor" strokeWidth={2.1} d="M9 9.6C9 7.9 10.3 7 12 7S15 8 15 9.5C15 11.6 12 11.7 12 14" />
          <path fill="currentColor" d="M10.8 15.6H13.2V18H10.8Z" />
        </>
      );
  }
}

/** The sign of a verdict. Never alone: its word stands beside it. */
export function VerdictIcon({ verdict, size = 20 }: { verdict: Verdict; size?: 20 | 24 | 32 | 40 | 56 }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      {shape(verdict)}
    </svg>
  );
}
