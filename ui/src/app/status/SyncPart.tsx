import { useMutation } from '@tanstack/react-query';
import type { SyncProgress } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatInteger } from '../../shared/format';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';
import { timeLeft } from './timeLeft';

/** Stops the checking or goes on with it. Also while nothing is left to catch up: new pages come all the time. */
export function PauseButton({ paused }: { paused: boolean }) {
  const { t } = useTexts();
  const backend = useBackend();
  const pause = useMutation({ mutationFn: (stop: boolean) => backend.syncPause(stop) });
  return (
    <>
      <Button kind={paused ? 'primary' : 'secondary'} busy={pause.isPending} onClick={() => pause.mutate(!paused)} data-testid="sync-pause">
        {t(paused ? 'status.sync.resume' : 'status.sync.pause')}
      </Button>
      {pause.isError && <ErrorNote error={pause.error} />}
    </>
  );
}

/** Progress of checking pages, with rate and time left, and a pause. */
export function SyncPart({ sync }: { sync: SyncProgress }) {
  const texts = useTexts();
  const { t } = texts;
  const paused = sync.phase === 'paused';
  const left = sync.total - sync.done;
  const parts = [
    t('status.sync.pages', { done: formatInteger(Math.min(sync.done, sync.total)), total: formatInteger(sync.total) }),
    ...(sync.ratePerS > 0 && !paused ? [t('status.sync.rate', { n: formatInteger(Math.max(1, Math.round(sync.ratePerS))) })] : []),
    ...(sync.secondsLeft !== null && !paused ? [timeLeft(sync.secondsLeft, texts)] : []),
  ];
  const bar = sync.phase !== 'done' && sync.total > 0 && left > 0;
  return (
    <section className="sync" aria-labelledby="sync-title" data-testid="sync" data-phase={sync.phase}>
      <div>
        <p className={bar || paused ? 'strong' : 'second'} id="sync-title">
          {t(`status.sync.${sync.phase}`)}
        </p>
        {bar && (
          <>
            <progress max={sync.total} value={sync.done} aria-labelledby="sync-title" />
            <p className="second tabular">{parts.join(' · ')}</p>
          </>
        )}
        {paused && <p className="second">{t('status.sync.pausedText')}</p>}
      </div>
      <PauseButton paused={paused} />
    </section>
  );
}
