import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Verdict } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { copyText } from '../../shared/copyText';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';
import { VerdictMark } from '../../shared/verdict/VerdictMark';
import { VERDICTS } from '../../shared/verdict/verdicts';
import { ForgetEverything } from './ForgetEverything';

const SECTIONS = ['what', 'believe', 'limits', 'card', 'demo'] as const;
const KEYS = { tab: 'Tab', enter: 'Enter', esc: 'Esc', arrows: '← →' } as const;

function VerdictTable() {
  const { t } = useTexts();
  return (
    <dl className="help-verdicts">
      {(Object.keys(VERDICTS) as Verdict[]).map((verdict) => (
        <div key={verdict}>
          <dt>
            <VerdictMark verdict={verdict} hook={false} />
          </dt>
          <dd>
            <strong>{t(VERDICTS[verdict].advice)}.</strong> {verdict === 'proven' ? t('reason.ok') : t(VERDICTS[verdict].sentence)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A short, real help page: what this is, the six verdicts, limits, keys, diagnostics. */
export function HelpPage() {
  const { t } = useTexts();
  const backend = useBackend();
  const [copied, setCopied] = useState(false);
  const diagnostics = useMutation({
    mutationFn: async () => copyText(await backend.diagnostics()),
    onSuccess: setCopied,
  });
  return (
    <div className="help-page" data-testid="help">
      <h1>{t('help.title')}</h1>
      <p className="lead measure">{t('help.lead')}</p>
      {SECTIONS.map((section) => (
        <section key={section} aria-labelledby={`help-${section}`}>
          <h2 id={`help-${section}`}>{t(`help.${section}.title`)}</h2>
          <p className="measure">{t(`help.${section}.text`)}</p>
          {section === 'what' && (
            <>
              <h3>{t('help.verdicts.title')}</h3>
              <VerdictTable />
            </>
          )}
        </section>
      ))}
      <section aria-labelledby="help-keys">
        <h2 id="help-keys">{t('help.keys.title')}</h2>
        <dl className="keys">
          {(Object.keys(KEYS) as (keyof typeof KEYS)[]).map((key) => (
            <div key={key}>
              <dt>
                <kbd>{KEYS[key]}</kbd>
              </dt>
              <dd>{t(`help.keys.${key}`)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="stack">
        <p className="second measure">{t('help.diagnosticsText')}</p>
        <div className="row">
          <Button busy={diagnostics.isPending} onClick={() => diagnostics.mutate()} data-testid="copy-diagnostics">
            {t('help.diagnostics')}
          </Button>
          <span role="status">{copied && t('app.copied')}</span>
        </div>
        {diagnostics.isError && <ErrorNote error={diagnostics.error} />}
      </section>
      <ForgetEverything />
    </div>
  );
}
