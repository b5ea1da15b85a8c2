import { PrinterSmallIcon } from '@navikt/aksel-icons';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { RegisterId } from '../../backend/contract';
import { Button, Crumbs, type Crumb } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../format';
import { ErrorNote } from '../notice/ErrorNote';
import { Waiting } from '../notice/Waiting';
import { RecordPrintFoot } from '../print/PrintFoot';
import { ProofPanel } from '../proof/ProofPanel';
import { useRecord } from '../session/queries';
import { RecordBody } from './bodies/RecordBody';
import { ClosedGate } from './ClosedGate';
import { LayNote } from './LayNote';
import { Sheet } from './Sheet';
import { kindsText } from './titles';
import { Versions } from './versions/Versions';

interface PageProps {
  id: string;
  register: RegisterId;
  crumbs: Crumb[];
  proofOpen?: boolean;
  onOpen: (id: string) => void;
  /** Opens the list with this kind chosen. */
  onKind?: (schema: string) => void;
  onRaw: () => void;
}

/** On a wide window the panel is docked and open from the start. */
const isWide = () => typeof window.matchMedia === 'function' && window.matchMedia('(min-width: 1600px)').matches;

/** One record on its strip, with the proof panel beside it on demand. */
export function RecordPage({ id, register, crumbs, proofOpen = false, onOpen, onKind, onRaw }: PageProps) {
  const texts = useTexts();
  const { t } = texts;
  const record = useRecord(id);
  const [panel, setPanel] = useState(proofOpen || isWide());
  const opener = useRef<HTMLButtonElement>(null);
  const loaded = record.data?.row.id;
  useEffect(() => {
    if (loaded && !proofOpen) document.getElementById('record-title')?.focus();
  }, [loaded, proofOpen]);

  const close = () => {
    flushSync(() => setPanel(false));
    opener.current?.focus();
  };
  const view = record.data;
  const kind = crumbs.length < 2 ? view?.row.schema : undefined;
  const newer = view?.versions.find((version) => version.current && version.id !== view.row.id);
  return (
    <div className="record-page" data-panel={panel}>
      <div className="record-main">
        <div className="record-bar no-print">
          <Crumbs steps={kind && onKind ? [...crumbs, { label: kindsText(kind, texts), onOpen: () => onKind(kind) }] : crumbs} />
          <Button kind="tertiary" icon={<PrinterSmallIcon aria-hidden="true" />} onClick={() => window.print()}>
            {t('app.print')}
          </Button>
        </div>
        {record.isPending && <Waiting name={t(`register.${register}`)} />}
        {record.isError && <ErrorNote error={record.error} onRetry={() => void record.refetch()} />}
        {view && (
          <Sheet
            verdict={view.row.verdict}
            register={view.row.register}
            sealed={view.sealed}
            checkedAtMs={view.checkedAtMs}
            superseded={view.row.superseded}
            actions={
              <>
                {newer && <Button onClick={() => onOpen(newer.id)}>{t('record.newer')}</Button>}
                {!panel && (
                  <Button ref={opener} onClick={() => setPanel(true)} data-testid="proof-open">
                    {t(
                      view.row.verdict.verdict === 'altered' || view.row.verdict.verdict === 'withheld'
                        ? 'proof.titleFailed'
                        : 'proof.open',
                    )}
                  </Button>
                )}
              </>
            }
          >
            <ClosedGate view={view}>
              <RecordBody view={view} />
              <Versions view={view} onOpen={onOpen} />
              <LayNote view={view} />
            </ClosedGate>
            {view.row.n > 0 && view.row.verdict.verdict !== 'withheld' && (
              <p className="caption entry-no">
                {t('record.entry')} {t('record.entryNo', { n: formatInteger(view.row.n), version: view.row.version })}
              </p>
            )}
          </Sheet>
        )}
      </div>
      {panel && view && <ProofPanel view={view} onClose={close} onRaw={onRaw} />}
      {view && <RecordPrintFoot view={view} />}
    </div>
  );
}
