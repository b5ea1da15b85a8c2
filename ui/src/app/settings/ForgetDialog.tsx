import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Dialog } from '../../ds';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';
import { switchSingleKeys } from '../shortcuts/singleKeys';
import { forgetPrivate, keys, useStatus } from '../../shared/session/queries';

const GOES = ['settings.forget.goes1', 'settings.forget.goes2', 'settings.forget.goes3'] as const;
const STAYS = ['settings.forget.stays1', 'settings.forget.stays2', 'settings.forget.stays3'] as const;

/** The second step of forgetting: what goes, what stays. It cannot be taken back. */
export function ForgetDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useTexts();
  const backend = useBackend();
  const queries = useQueryClient();
  const attacked = useStatus().data?.ledger.state === 'attacked';
  const forget = useMutation({
    mutationFn: () => backend.forgetEverything(),
    onSuccess: () => {
      forgetPrivate(queries);
      switchSingleKeys(true);
      queries.setQueryData(keys.lastChange, null);
      for (const key of [keys.session, keys.settings, keys.storage, keys.status]) void queries.invalidateQueries({ queryKey: key });
      onDone();
    },
  });
  return (
    <Dialog title={t('settings.forget.title')} onClose={onClose} testId="forget-dialog">
      <div className="two-columns">
        <section aria-labelledby="forget-goes">
          <h3 id="forget-goes">{t('settings.forget.goes')}</h3>
          <ul className="bullets">
            {GOES.map((key) => (
              <li key={key}>{t(key)}</li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="forget-stays">
          <h3 id="forget-stays">{t('settings.forget.stays')}</h3>
          <ul className="bullets">
            {STAYS.map((key) => (
              <li key={key}>{t(key)}</li>
            ))}
          </ul>
        </section>
      </div>
      {attacked && <p className="strong tone-stop">{t('settings.forget.evidence')}</p>}
      <p>{t('settings.forget.final')}</p>
      <div className="row">
        <Button kind="primary" danger busy={forget.isPending} onClick={() => forget.mutate()} data-testid="forget-confirm">
          {t('settings.forget.confirm')}
        </Button>
        <Button onClick={onClose} data-testid="forget-cancel">
          {t('settings.forget.keep')}
        </Button>
      </div>
      {forget.isError && <ErrorNote error={forget.error} />}
    </Dialog>
  );
}
