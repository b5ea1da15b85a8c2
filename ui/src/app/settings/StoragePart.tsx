import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatBytes } from '../../shared/format';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';
import { keys } from '../../shared/session/queries';
import { ForgetDialog } from './ForgetDialog';
import { Part } from './Part';

/** What the program keeps on this computer, part by part, and how to be rid of it. */
export function StoragePart() {
  const { t } = useTexts();
  const backend = useBackend();
  const storage = useQuery({ queryKey: keys.storage, queryFn: () => backend.storage(), staleTime: 0 });
  const [asking, setAsking] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  const use = storage.data;
  return (
    <Part id="storage" title={t('settings.storage')}>
      {storage.isError && <ErrorNote error={storage.error} onRetry={() => void storage.refetch()} />}
      {use && (
        <>
          <table className="plain storage" data-testid="storage">
            <caption className="sr-only">{t('settings.storage')}</caption>
            <tbody>
              {use.parts.map((part) => (
                <tr key={part.kind}>
                  <th scope="row">
                    <span className="strong">{t(`settings.storage.${part.kind}`)}</span>
                    <span className="second block">{t(`settings.storage.${part.kind}Text`)}</span>
                  </th>
                  <td className="number tabular">{formatBytes(part.bytes)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr className="strong">
                <th scope="row">{t('settings.storage.total')}</th>
                <td className="number tabular">{formatBytes(use.totalBytes)}</td>
              </tr>
            </tfoot>
          </table>
          <p className="second">{t(use.onDisk ? 'settings.storage.sealed' : 'settings.storage.memory')}</p>
          <p className="second anywhere">
            {t('settings.storage.folder')}: <bdi>{use.folder}</bdi>
          </p>
        </>
      )}
      <div className="row">
        <Button danger onClick={() => setAsking(true)} data-testid="forget">
          {t('settings.forget')}
        </Button>
        <span role="status">{forgotten && t('settings.forget.done')}</span>
      </div>
      {asking && (
        <ForgetDialog
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            setForgotten(true);
          }}
        />
      )}
    </Part>
  );
}
