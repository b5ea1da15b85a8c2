import { FileCheckmarkIcon, UploadIcon } from '@navikt/aksel-icons';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { toErrorInfo } from '../../backend/backend';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatBytes } from '../../shared/format';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { Waiting } from '../../shared/notice/Waiting';
import { useBackend } from '../../shared/session/BackendContext';
import { FileAnswers } from './FileAnswers';

/** The last part of a path: what a person calls the file. */
const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? '';

/** Check a file: drop it or choose it; four answers. No card, no account, no network. */
export function CheckPage() {
  const { t } = useTexts();
  const backend = useBackend();
  const [over, setOver] = useState(false);
  const [name, setName] = useState('');
  const check = useMutation({
    mutationFn: (path: string | null) => backend.checkFile(path),
    onMutate: (path) => setName(path === null ? '' : fileName(path)),
  });
  const { mutate } = check;
  const result = useRef<HTMLDivElement>(null);
  const report = check.data;
  useEffect(() => {
    if (report) result.current?.focus();
  }, [report]);
  useEffect(
    () =>
      backend.onFileDrop((drop) => {
        setOver(drop.kind === 'over');
        const path = drop.kind === 'drop' ? drop.paths[0] : undefined;
        if (path !== undefined) mutate(path);
      }),
    [backend, mutate],
  );
  const cancelled = check.isError && toErrorInfo(check.error).code === 'E13';
  return (
    <div className="check-page">
      {!report && (
        <>
          <h1 className="display">{t('check.title')}</h1>
          <p className="lead measure">{t('check.lead')}</p>
        </>
      )}
      <div className="drop" data-over={over} data-small={Boolean(report)}>
        {report ? (
          <p className="drop-file">
            <FileCheckmarkIcon aria-hidden="true" className="icon" />
            <span>
              {name && <bdi className="strong record-text">{name}</bdi>} {formatBytes(report.bytes)}
            </span>
          </p>
        ) : null}
        <p>
          <UploadIcon aria-hidden="true" className="icon" />
          {over ? t('check.dropNow') : t(report ? 'check.dropAnother' : 'check.drop')}
        </p>
        <Button kind={report ? 'tertiary' : 'primary'} busy={check.isPending} onClick={() => mutate(null)} data-testid="check-choose">
          {t('check.chooseButton')}
        </Button>
      </div>
      {check.isPending && <Waiting name={t('check.checking')} />}
      {check.isError && !cancelled && <ErrorNote error={check.error} testId="check-error" />}
      {report && !check.isPending && (
        <div ref={result} tabIndex={-1}>
          <FileAnswers report={report} />
        </div>
      )}
      {!report && !check.isPending && (
        <section className="measure">
          <h2>{t('check.fourTitle')}</h2>
          <p>{t('check.fourText')}</p>
        </section>
      )}
    </div>
  );
}
