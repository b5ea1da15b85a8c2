import { useState } from 'react';
import { Button, Crumbs } from '../../ds';
import { useTexts } from '../../i18n/text';
import { copyText } from '../copyText';
import { ErrorNote } from '../notice/ErrorNote';
import { Waiting } from '../notice/Waiting';
import { ProofPrintFoot } from '../print/PrintFoot';
import { clip } from '../record/RecordText';
import { useProof } from '../session/queries';

const SHOWN = 40_000;

/** The raw proof: exactly what was checked, as text to copy. */
export function RawProof({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTexts();
  const proof = useProof(id);
  const [copied, setCopied] = useState(false);
  const raw = proof.data?.raw ?? '';
  return (
    <div className="raw-page">
      <Crumbs steps={[{ label: t('proof.rawBack'), onOpen: onBack }]} />
      <h1>{t('proof.rawTitle')}</h1>
      <p className="measure">{t('proof.rawLead')}</p>
      {proof.isPending && <Waiting name={t('proof.rawTitle')} />}
      {proof.isError && <ErrorNote error={proof.error} onRetry={() => void proof.refetch()} />}
      {proof.data && (
        <>
          <div className="row">
            <Button
              kind="primary"
              onClick={() => {
                void copyText(raw).then(setCopied);
              }}
              data-testid="raw-copy"
            >
              {t('app.copy')}
            </Button>
            <span role="status">{copied && t('app.copied')}</span>
          </div>
          <pre className="raw" tabIndex={0} data-testid="raw-proof">
            {clip(raw, SHOWN)}
            {raw.length > SHOWN && '…'}
          </pre>
          <ProofPrintFoot proof={proof.data} />
        </>
      )}
    </div>
  );
}
