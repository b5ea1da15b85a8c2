import { useEffect, useRef, useState } from 'react';
import type { NetworkView } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { NetworkFacts, NetworkWords } from './NetworkFacts';

interface CompareProps {
  network: NetworkView;
  busy: boolean;
  error: unknown;
  onUse: () => void;
  onClose: () => void;
}

/**
 * A network file that was opened and is not yet trusted: first its ten words are compared, by a step of its own; only
 * then can it be used.
 */
export function NetworkCompare({ network, busy, error, onUse, onClose }: CompareProps) {
  const { t } = useTexts();
  const [answer, setAnswer] = useState<'same' | 'differ' | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const next = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    if (answer) next.current?.focus();
  }, [answer]);
  return (
    <section className="network-compare" aria-labelledby="compare-title" data-testid="network-compare">
      <h3 id="compare-title" ref={title} tabIndex={-1} className="h2">
        {t('settings.compare.title')} <bdi>{network.chainId}</bdi>
      </h3>
      {network.inUse && <p className="strong">{t('settings.compare.inUse')}</p>}
      <p className="measure">{t('settings.compare.lead')}</p>
      <NetworkWords network={network} />
      <NetworkFacts network={network} />
      {answer === null && (
        <div className="row">
          <Button kind="primary" onClick={() => setAnswer('same')} data-testid="words-same">
            {t('settings.compare.same')}
          </Button>
          <Button onClick={() => setAnswer('differ')} data-testid="words-differ">
            {t('settings.compare.differ')}
          </Button>
          <Button kind="tertiary" onClick={onClose} data-testid="compare-cancel">
            {t('app.cancel')}
          </Button>
        </div>
      )}
      {answer === 'same' && (
        <div className="stack">
          <h4 ref={next} tabIndex={-1}>
            {t('settings.compare.whatHappens')}
          </h4>
          <p className="measure">{t('settings.compare.consequence')}</p>
          <div className="row">
            <Button kind="primary" busy={busy} onClick={onUse} data-testid="use-network">
              {t('settings.compare.use')}
            </Button>
            <Button onClick={onClose}>{t('app.cancel')}</Button>
          </div>
          {error ? <ErrorNote error={error} /> : null}
        </div>
      )}
      {answer === 'differ' && (
        <div className="note" data-tone="stop" data-testid="words-differ-note">
          <div>
            <h4 ref={next} tabIndex={-1}>
              {t('settings.compare.differTitle')}
            </h4>
            <p>{t('settings.compare.differText')}</p>
            <div className="actions row">
              <Button onClick={onClose}>{t('settings.compare.putAway')}</Button>
            </div>
          </div>
        </div>
      )}
    </section>
  );
}
