import type { CheckpointView, ProofView } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDay } from '../format';
import { jointWords, type ChainContext, type Joint } from './chain';

/** The joint on the stick: a chevron in sheet colour, a break with an octagon, or a question mark. */
function JointSign({ state }: { state: Joint['state'] }) {
  if (state === 'fits')
    return (
      <svg className="joint" viewBox="0 0 44 34" width={44} height={34} aria-hidden="true">
        <path d="M-2 11L15 28L46 -3" fill="none" stroke="var(--sheet)" strokeWidth={5} />
      </svg>
    );
  if (state === 'failed')
    return (
      <svg className="joint" viewBox="0 0 24 24" width={30} height={30} aria-hidden="true">
        <path fill="var(--stop)" d="M7.9 2H16.1L22 7.9V16.1L16.1 22H7.9L2 16.1V7.9Z" />
        <path stroke="var(--sheet)" strokeWidth={2.6} fill="none" d="M8 8L16 16M16 8L8 16" />
      </svg>
    );
  return (
    <span className="joint open-sign" aria-hidden="true">
      {state === 'cannotTell' ? '?' : ''}
    </span>
  );
}

/** The chain of five checks, from this record down to the starting point. */
export function Chain({ proof, context }: { proof: ProofView; context: ChainContext }) {
  const texts = useTexts();
  const { t } = texts;
  const joints = proof.checks.map((check) => jointWords(check, proof, context, texts));
  const whole = joints.every(({ state }) => state === 'fits');
  const start: CheckpointView | null = proof.checkpoint;
  return (
    <div className="chain" data-whole={whole}>
      <p className="cap">{t('proof.thisRecord')}</p>
      <ol aria-label={t('proof.chain')}>
        {joints.map((joint) => (
          <li key={joint.id} data-state={joint.state} data-check={joint.id}>
            <JointSign state={joint.state} />
            <div>
              <h3>
                {joint.lead}
                {joint.state !== 'fits' && <span className="sr-only"> ({t(`proof.state.${joint.state}`)})</span>}
              </h3>
              <p>{joint.text}</p>
            </div>
          </li>
        ))}
      </ol>
      <p className="cap cap-end">{start ? t('proof.start', { date: formatDay(start.timeMs) }) : t('proof.startUnknown')}</p>
    </div>
  );
}
