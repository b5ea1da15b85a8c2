import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { copyText } from '../../shared/copyText';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';

/** A technical summary for a helper: shown first, then copied. */
export function Diagnostics() {
  const { t } = useTexts();
  const backend = useBackend();
  const [copied, setCopied] = useState<boolean | null>(null);
  const summary = useMutation({ mutationFn: () => backend.diagnostics() });
  const copy = async () => {
    if (summary.data !== undefined) setCopied(await copyText(summary.data));
  };
  return (
    <section className="stack" aria-labelledby="help-diagnostics">
      <h2 id="help-diagnostics">{t('help.diagnostics.title')}</h2>
      <p className="measure">{t('help.diagnostics.text')}</p>
      {summary.data === undefined ? (
        <div className="row">
          <Button busy={summary.isPending} onClick={() => summary.mutate()} data-testid="show-diagnostics">
            {t('help.diagnostics.show')}
          </Button>
        </div>
      ) : (
        <>
          <pre className="diagnostics" role="region" aria-label={t('help.diagnostics.what')} tabIndex={0} data-testid="diagnostics">
            {summary.data}
          </pre>
          <div className="row">
            <Button kind="primary" onClick={() => void copy()} data-testid="copy-diagnostics">
              {t('help.diagnostics.copy')}
            </Button>
            <span role="status">{copied !== null && t(copied ? 'app.copied' : 'help.copyFailed')}</span>
          </div>
        </>
      )}
      {summary.isError && <ErrorNote error={summary.error} onRetry={() => summary.mutate()} />}
    </section>
  );
}
