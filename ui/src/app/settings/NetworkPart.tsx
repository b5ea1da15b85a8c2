import { FloppydiskIcon, FolderIcon } from '@navikt/aksel-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toErrorInfo } from '../../backend/backend';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { Waiting } from '../../shared/notice/Waiting';
import { useBackend } from '../../shared/session/BackendContext';
import { keys } from '../../shared/session/queries';
import { NetworkCompare } from './NetworkCompare';
import { NetworkFacts, NetworkWords } from './NetworkFacts';
import { Part } from './Part';

const cancelled = (error: unknown) => toErrorInfo(error).code === 'E13';

/** Back to the demonstration network, after one question: the session ends. */
function BackToDemonstration({ busy, onBack }: { busy: boolean; onBack: () => void }) {
  const { t } = useTexts();
  const [asking, setAsking] = useState(false);
  if (!asking)
    return (
      <Button onClick={() => setAsking(true)} data-testid="network-demo">
        {t('settings.network.demo')}
      </Button>
    );
  return (
    <div className="note" data-tone="care" role="alert">
      <div>
        <p>{t('settings.compare.consequence')}</p>
        <div className="actions row">
          <Button kind="primary" busy={busy} onClick={onBack} data-testid="network-demo-confirm">
            {t('settings.network.demoConfirm')}
          </Button>
          <Button onClick={() => setAsking(false)}>{t('app.cancel')}</Button>
        </div>
      </div>
    </div>
  );
}

/** Which ledger is followed, how another person can join it, and how to join another one. */
export function NetworkPart() {
  const { t } = useTexts();
  const backend = useBackend();
  const network = useQuery({ queryKey: keys.network, queryFn: () => backend.network() });
  const save = useMutation({ mutationFn: () => backend.saveNetworkFile() });
  const open = useMutation({ mutationFn: () => backend.openNetworkFile(null) });
  const use = useMutation({ mutationFn: (words: string[] | null) => backend.useNetwork(words), onSuccess: () => open.reset() });
  const found = network.data;
  return (
    <Part id="network" title={t('status.network')}>
      {network.isPending && <Waiting name={t('app.name')} />}
      {network.isError && <ErrorNote error={network.error} onRetry={() => void network.refetch()} />}
      {found && !open.data && (
        <>
          <p>
            <bdi className="strong" data-testid="network-name">
              {found.chainId}
            </bdi>
            {found.demonstration && <span className="second"> · {t('settings.network.isDemo')}</span>}
          </p>
          <NetworkWords network={found} />
          <NetworkFacts network={found} />
          <div className="row">
            <Button
              icon={<FolderIcon aria-hidden="true" />}
              busy={open.isPending}
              onClick={() => open.mutate()}
              data-testid="open-network-file"
            >
              {t('settings.network.open')}
            </Button>
            <Button
              icon={<FloppydiskIcon aria-hidden="true" />}
              busy={save.isPending}
              onClick={() => save.mutate()}
              data-testid="save-network-file"
            >
              {t('settings.network.save')}
            </Button>
            {found.fromFile && <BackToDemonstration busy={use.isPending} onBack={() => use.mutate(null)} />}
          </div>
          <p role="status" className="second anywhere">
            {save.data?.saved && t('attack.saved', { path: save.data.path })}
          </p>
          {open.isError && !cancelled(open.error) && <ErrorNote error={open.error} testId="network-file-error" />}
          {save.isError && !cancelled(save.error) && <ErrorNote error={save.error} />}
        </>
      )}
      {open.data && (
        <NetworkCompare
          network={open.data}
          busy={use.isPending}
          error={use.error}
          onUse={() => use.mutate(open.data.words)}
          onClose={() => open.reset()}
        />
      )}
    </Part>
  );
}
