import { useEffect } from 'react';
import type { ProofView, RecordList, RecordView } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDateTime, formatInteger } from '../format';
import { QrCode } from '../qr/QrCode';
import { useProof, useStatus } from '../session/queries';
import { listReference, recordReference } from './reference';

interface FootProps {
  /** Ledger time and page that the print is valid at; `null` when nothing is proven. */
  at: { ms: number; height: number } | null;
  code: string | null;
}

/** Foot of a print: valid when, what the code says, demonstration line. Nothing of it is on the screen. */
function PrintFoot({ at, code }: FootProps) {
  const texts = useTexts();
  const { t } = texts;
  const demonstration = useStatus().data?.demonstration ?? true;
  const line = demonstration ? `${t('app.name')} · ${t('app.demo')}` : t('app.name');
  // margins of a page take their words from the style of the document
  useEffect(() => {
    document.documentElement.style.setProperty('--print-line', JSON.stringify(line));
  }, [line]);
  return (
    <footer className="print-foot">
      <div>
        <p className="strong">
          {at ? t('print.valid', { time: formatDateTime(at.ms, texts), page: formatInteger(at.height) }) : t('print.unproven')}
        </p>
        <p>{t('print.notProof')}</p>
        {code && <p>{t('print.code')}</p>}
        {demonstration && <p className="demo-label">{t('app.demo')}</p>}
      </div>
      {code && <QrCode text={code} label={t('print.codeLabel')} />}
    </footer>
  );
}

/** Foot of a printed list. */
export function ListPrintFoot({ list }: { list: RecordList }) {
  const network = useStatus().data?.network ?? '';
  const at = list.asOfMs === null || list.asOfHeight === null ? null : { ms: list.asOfMs, height: list.asOfHeight };
  return <PrintFoot at={at} code={listReference(network, list)} />;
}

/** Foot of a printed proof. */
export function ProofPrintFoot({ proof }: { proof: ProofView | null }) {
  const network = useStatus().data?.network ?? '';
  const numbers = proof?.verdict.verdict === 'proven' ? proof.numbers : null;
  return (
    <PrintFoot
      at={numbers && { ms: numbers.proofTimeMs, height: numbers.proofHeight }}
      code={numbers && proof ? recordReference(network, proof) : null}
    />
  );
}

/** Foot of a printed record. */
export function RecordPrintFoot({ view }: { view: RecordView }) {
  const proof = useProof(view.row.id).data ?? null;
  return <ProofPrintFoot proof={view.row.verdict.verdict === 'proven' ? proof : null} />;
}
