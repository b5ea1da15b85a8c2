import { FloppydiskIcon, XMarkIcon } from '@navikt/aksel-icons';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { RecordView } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../notice/ErrorNote';
import { Waiting } from '../notice/Waiting';
import { toErrorInfo } from '../../backend/backend';
import { useBackend } from '../session/BackendContext';
import { useProof, useStatus } from '../session/queries';
import { useNow } from '../session/useNow';
import { useMatches } from '../useMatches';
import { Chain } from './Chain';
import { Numbers } from './Numbers';

interface PanelProps {
  view: RecordView;
  onClose: () => void;
  onRaw: () => void;
}

/** "Why can I trust this?": five sentences, then numbers, then raw. */
export function ProofPanel({ view, onClose, onRaw }: PanelProps) {
  const texts = useTexts();
  const { t, language } = texts;
  const backend = useBackend();
  const proof = useProof(view.row.id);
  const authorities = useStatus().data?.authorities ?? [];
  const [numbers, setNumbers] = useState(false);
  const now = useNow(60_000);
  const title = useRef<HTMLHeadingElement>(null);
  const save = useMutation({ mutationFn: () => backend.saveProof(view.row.id, null, language) });
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  // in a narrow window the panel is the page, and a page has a title of the first rank
  const alone = useMatches('(max-width: 819px)');

  const register = t(`register.${view.row.register}`);
  const checks = proof.data?.checks ?? [];
  const fits = checks.filter(({ state }) => state === 'fits').length;
  const cancelled = save.isError && toErrorInfo(save.error).code === 'E13';
  return (
    <aside
      className="proof-panel"
      aria-labelledby="proof-title"
      data-testid="proof-panel"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      {alone && <h1 className="sr-only">{register}</h1>}
      <header>
        <h2 id="proof-title" ref={title} tabIndex={-1}>
          {t(checks.some(({ state }) => state === 'failed') ? 'proof.titleFailed' : 'proof.title')}
        </h2>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t('app.close')} data-testid="proof-close">
          <XMarkIcon aria-hidden="true" className="icon" />
        </button>
        {proof.data && <p className="second">{fits === checks.length ? t('proof.allFit') : t('proof.someFit', { n: fits })}</p>}
      </header>
      {proof.isPending && <Waiting name={register} />}
      {proof.isError && <ErrorNote error={proof.error} onRetry={() => void proof.refetch()} />}
      {proof.data &&
        (numbers ? (
          <Numbers proof={proof.data} authorities={authorities} />
        ) : (
          <Chain proof={proof.data} context={{ register, sealed: view.sealed, nowMs: now, authorities }} />
        ))}
      {proof.data && (
        <>
          <p className="limit">{t('proof.limit')}</p>
          <div className="row panel-actions">
            {proof.data.verdict.verdict === 'proven' && (
              <Button
                kind="primary"
                icon={<FloppydiskIcon aria-hidden="true" />}
                busy={save.isPending}
                onClick={() => save.mutate()}
                data-testid="save-proof"
              >
                {t(save.isPending ? 'proof.saving' : 'proof.save')}
              </Button>
            )}
            <Button kind="tertiary" onClick={() => setNumbers(!numbers)} data-testid="proof-numbers">
              {t(numbers ? 'proof.sentences' : 'proof.numbers')}
            </Button>
            <Button kind="tertiary" onClick={onRaw} data-testid="proof-raw">
              {t('proof.raw')}
            </Button>
          </div>
        </>
      )}
      {save.data?.saved && (
        <p className="note saved" role="status" data-testid="proof-saved">
          <span className="anywhere">{t('proof.savedAs', { path: save.data.path })}</span>
        </p>
      )}
      {(save.data?.saved === false || cancelled) && (
        <p className="note" role="status">
          {t('proof.notSaved')}
        </p>
      )}
      {save.isError && !cancelled && <ErrorNote error={save.error} onRetry={() => save.mutate()} />}
    </aside>
  );
}
