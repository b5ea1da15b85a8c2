import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';
import { forgetPrivate, keys } from '../../shared/session/queries';

/** Deletes what is saved here, after one question. */
export function ForgetEverything() {
  const { t } = useTexts();
  const backend = useBackend();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const forget = useMutation({
    mutationFn: () => backend.forgetEverything(),
    onSuccess: () => {
      setAsking(false);
      forgetPrivate(queries);
      void queries.invalidateQueries({ queryKey: keys.session });
      void queries.invalidateQueries({ queryKey: keys.settings });
    },
  });
  return (
    <section className="stack">
      <p className="second measure">{t('help.forgetText')}</p>
      <div className="row">
        {asking ? (
          <>
            <Button kind="primary" danger busy={forget.isPending} onClick={() => forget.mutate()} data-testid="forget-confirm">
              {t('help.forgetConfirm')}
            </Button>
            <Button onClick={() => setAsking(false)}>{t('app.cancel')}</Button>
          </>
        ) : (
          <Button danger onClick={() => setAsking(true)} data-testid="forget">
            {t('help.forget')}
          </Button>
        )}
        <span role="status">{forget.isSuccess && t('help.forgotten')}</span>
      </div>
      {forget.isError && <ErrorNote error={forget.error} />}
    </section>
  );
}
