import { PaperplaneIcon } from '@navikt/aksel-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { EvidenceView } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts, type Texts } from '../../i18n/text';
import { formatDateTime, formatInteger, formatTime, joinNames } from '../../shared/format';
import { HelpCode, HelpLink } from '../../shared/help/HelpLink';
import { useBackend } from '../../shared/session/BackendContext';
import { keys, useStatus } from '../../shared/session/queries';
import { LedgerIcon } from '../../shared/tally/LedgerIcon';
import { HandInAnswers } from './HandInAnswers';
import { SaveEvidence } from './SaveEvidence';
import type { HandIn } from './useHandIn';

/** One stick up to the last common page, then two that contradict each other. */
function ForkDrawing() {
  return (
    <svg className="fork-drawing" viewBox="0 0 420 96" aria-hidden="true" focusable="false">
      <path className="fork-common" d="M0 36H14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9H168V60H0Z" />
      <path className="fork-branch" d="M172 44L196 22M172 52L196 74" />
      <path className="fork-branch" d="M204 4h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h36V28H204Z" />
      <path className="fork-branch" d="M204 68h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h14l7 9 7-9h36V92H204Z" />
    </svg>
  );
}

function happened(evidence: EvidenceView | null | undefined, texts: Texts): string[] {
  const { t, language } = texts;
  if (!evidence) return [t('attack.happened.unknown')];
  const names = evidence.authorities.map((authority) => authority[language]);
  return [
    t('attack.happened.fork', {
      page: formatInteger(evidence.height),
      time: formatDateTime(evidence.foundMs, texts),
    }),
    names.length ? t('attack.signedBoth', { names: joinNames(names, t('company.and')) }) : t('attack.signedUnknown'),
  ];
}

/** Two ledgers exist: what happened, what it means, what to do. There is no way to go on with either of them. */
export function AttackPage({ onClose, handIn }: { onClose: () => void; handIn: HandIn }) {
  const texts = useTexts();
  const { t } = texts;
  const backend = useBackend();
  const ledger = useStatus().data?.ledger;
  const evidence = useQuery({ queryKey: keys.evidence, queryFn: () => backend.evidence() }).data;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  // hash links without signatures accuse nobody: they are for people
  const forValidators = evidence?.forValidators ?? false;
  const time = formatTime(evidence?.lastCommonMs ?? ledger?.timeMs ?? 0);
  return (
    <section className="attack" aria-labelledby="attack-title" data-testid="attack">
      <span className="tone-stop attack-sign">
        <LedgerIcon look="attacked" size={56} />
      </span>
      <div className="attack-words">
        <h1 id="attack-title" ref={title} tabIndex={-1} className="tone-stop">
          {t('status.title.attacked')}
        </h1>
        <p className="lead">{t('attack.lead', { time })}</p>
      </div>
      <ForkDrawing />
      <div className="attack-columns">
        <section aria-labelledby="attack-happened">
          <h2 id="attack-happened">{t('attack.happened')}</h2>
          {happened(evidence, texts).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </section>
        <section aria-labelledby="attack-means">
          <h2 id="attack-means">{t('alarm.means')}</h2>
          <p>{t('attack.means.before', { time })}</p>
          <p>{t('attack.means.after')}</p>
          <p>{t('attack.means.card')}</p>
        </section>
        <section aria-labelledby="attack-do">
          <h2 id="attack-do">{t('alarm.do')}</h2>
          <ol className="steps">
            <li>{t('attack.do.save')}</li>
            <li>{t(forValidators ? 'attack.do.handIn' : 'attack.do.hand')}</li>
            <li>{t('attack.do.wait')}</li>
          </ol>
        </section>
      </div>
      <div className="row attack-actions">
        <SaveEvidence primary />
        {forValidators && (
          <Button
            danger
            busy={handIn.running}
            icon={<PaperplaneIcon aria-hidden="true" />}
            onClick={handIn.start}
            aria-describedby="hand-in-what"
            data-testid="hand-in-evidence"
          >
            {t(handIn.done ? 'handIn.again' : 'handIn.button')}
          </Button>
        )}
        <Button onClick={onClose} data-testid="attack-close">
          {t('attack.close')}
        </Button>
      </div>
      {forValidators && (
        <>
          <p id="hand-in-what" className="second">
            {t('handIn.what')}
          </p>
          <HandInAnswers handIn={handIn} />
        </>
      )}
      <div className="row attack-help">
        <HelpLink topic="ledger" />
        <span className="caption">
          <HelpCode code="E25" />
        </span>
      </div>
    </section>
  );
}
