import type { CheckState, ProofView } from '../backend/contract';
import { Chain } from '../shared/proof/Chain';

const CHECKS = ['unchanged', 'complete', 'current', 'signed', 'here'] as const;
const RUNS: CheckState[][] = [
  ['fits', 'fits', 'fits', 'fits', 'fits'],
  ['fits', 'failed', 'notReached', 'notReached', 'notReached'],
  ['fits', 'fits', 'cannotTell', 'cannotTell', 'fits'],
];

/** The chain whole, broken, and with checks nobody could make. */
export function ChainStates() {
  return RUNS.map((states) => (
    <Chain
      key={states.join()}
      proof={
        {
          checks: CHECKS.map((id, index) => ({ id, state: states[index] ?? 'notReached', params: {} })),
          checkpoint: { height: 800_000, timeMs: Date.parse('2026-11-01T00:00:00Z'), hash: '00' },
          numbers: null,
        } as unknown as ProofView
      }
      context={{ register: 'health', sealed: null, nowMs: 0, authorities: [] }}
    />
  ));
}
