import { PadlockLockedIcon } from '@navikt/aksel-icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '../ds';
import { useTexts } from '../i18n/text';
import { useBackend } from '../shared/session/BackendContext';
import { forgetPrivate, keys } from '../shared/session/queries';

/** Ends the session: private views go at once, whatever the program answers. */
export function SignOutButton() {
  const { t } = useTexts();
  const backend = useBackend();
  const queries = useQueryClient();
  return (
    <Button
      icon={<PadlockLockedIcon aria-hidden="true" />}
      data-testid="sign-out"
      onClick={() => {
        forgetPrivate(queries);
        queries.setQueryData(keys.session, null);
        void backend.signOut().catch(() => queries.invalidateQueries({ queryKey: keys.session }));
      }}
    >
      {t('who.signOut')}
    </Button>
  );
}
