import { CheckmarkIcon, HourglassIcon, QuestionmarkIcon, XMarkIcon } from '@navikt/aksel-icons';
import { useEffect, useRef } from 'react';
import type { EvidenceAnswer } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { authorityName } from '../../shared/authorityName';
import { HelpCode } from '../../shared/help/HelpLink';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useStatus } from '../../shared/session/queries';
import type { HandIn } from './useHandIn';

/** It lies where it belongs. */
const has = ({ outcome }: EvidenceAnswer) => outcome === 'taken' || outcome === 'known';

function look(answer: EvidenceAnswer | null) {
  if (!answer) return { Icon: HourglassIcon, tone: 'wait' };
  if (has(answer)) return { Icon: CheckmarkIcon, tone: 'proof' };
  return answer.outcome ? { Icon: XMarkIcon, tone: 'care' } : { Icon: QuestionmarkIcon, tone: 'unknown' };
}

function Answer({ name, answer }: { name: string; answer: EvidenceAnswer | null }) {
  const { t } = useTexts();
  const { Icon, tone } = look(answer);
  const fate = answer ? (answer.outcome ?? 'noAnswer') : 'waiting';
  return (
    <li data-fate={fate} data-testid={answer ? `handed-in-${answer.authority}` : undefined}>
      <Icon aria-hidden="true" className={`icon tone-${tone}`} />
      <span className="strong">{name}</span>
      <span>
        {t(`handIn.fate.${fate}`)}{' '}
        {answer?.error && (
          <span className="caption">
            <HelpCode code={answer.error.code} />
          </span>
        )}
      </span>
    </li>
  );
}

/** How many have it, or how far the asking is. */
function useSummary({ running, answers, done }: HandIn, all: number): string {
  const { t } = useTexts();
  if (running) return t('handIn.asked', { got: answers?.length ?? 0, all });
  if (!done || !answers) return '';
  const got = answers.filter(has).length;
  if (got > 0) return t('handIn.done', { got, all });
  return t(answers.some(({ outcome }) => outcome) ? 'handIn.none' : 'handIn.silent');
}

/** What each authority says to the evidence, by name; nothing before it was handed in. */
export function HandInAnswers({ handIn }: { handIn: HandIn }) {
  const texts = useTexts();
  const { t } = texts;
  const known = useStatus().data?.authorities ?? [];
  const answers = handIn.answers ?? [];
  const silent = handIn.running ? known.filter(({ id }) => !answers.some((answer) => answer.authority === id)) : [];
  const rows = [...answers.map((answer) => ({ id: answer.authority, answer })), ...silent.map(({ id }) => ({ id, answer: null }))].toSorted(
    (one, other) => place(one.id) - place(other.id),
  );
  // a gateway that joined later stands behind those of the network file
  function place(id: string) {
    const at = known.findIndex((authority) => authority.id === id);
    return at < 0 ? known.length : at;
  }
  const summary = useSummary(handIn, rows.length);
  // it stands below the button, and in a low window below the edge
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (handIn.running || handIn.done) part.current?.scrollIntoView?.({ block: 'nearest' });
  }, [handIn.running, handIn.done]);
  return (
    <div ref={part} className="hand-in" data-testid="hand-in" data-done={handIn.done || undefined}>
      <p role="status" className="strong">
        {summary}
      </p>
      {rows.length > 0 && (
        <ul aria-label={t('handIn.title')}>
          {rows.map(({ id, answer }) => (
            <Answer key={id} name={authorityName(id, known, texts)} answer={answer} />
          ))}
        </ul>
      )}
      {handIn.error !== null && <ErrorNote error={handIn.error} onRetry={handIn.start} />}
    </div>
  );
}
