import { useMutation } from '@tanstack/react-query';
import type { SyncProgress } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatDuration, formatInteger } from '../../shared/format';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';

/** Progress of checking pages, with rate and time left, and a pause. */
export function SyncPart({ sync }: { sync: SyncProgress }) {
  const texts = useTexts();
  const { t } = texts;
  const backend = useBackend();
  const pause = useMutation({ mutationFn: (paused: boolean) => backend.syncPause(paused) });
  const paused = sync.phase === 'paused';
  const parts = [
    t('status.sync.pages', { done: formatInteger(sync.done), total: formatInteger(sync.total) }),
    ...(sync.ratePerS > 0 && !paused ? [t('status.sync.rate', { n: formatInteger(Math.round(sync.ratePerS)) })] : []),
    ...(sync.secondsLeft !== null && !paused ? [t('status.sync.left', { time: formatDuration(sync.secondsLeft, texts) })] : []),
  ];
  if (sync.phase === 'done') return <p className="second">{t('status.sync.done')}</p>;
  return (
    <div className="sync">
      <div>
        <p className="strong" id="sync-title">
          {t(`status.sync.${sync.phase}`)}
        </p>
        <progress max={Math.max(1, sync.total)} value={Math.min(sync.done, sync.total)} aria-labelledby="sync-title" />
        <p className="second tabular">{parts.join(' · ')}</p>
      </div>
      <Button busy={pause.isPending} onClick={() => pause.mutate(!paused)} data-testid="sync-pause">
        {t(paused ? 'status.sync.resume' : 'status.sync.pause')}
      </Button>
      {pause.isError && <ErrorNote error={pause.error} />}
    </div>
  );
}
