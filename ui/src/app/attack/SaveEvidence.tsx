import { FloppydiskIcon } from '@navikt/aksel-icons';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../../ds';
import { toErrorInfo } from '../../backend/backend';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';

/** Saves both signed versions in a file that can be handed on. */
export function SaveEvidence({ primary = false }: { primary?: boolean }) {
  const { t } = useTexts();
  const backend = useBackend();
  const save = useMutation({ mutationFn: () => backend.saveEvidence() });
  const cancelled = save.isError && toErrorInfo(save.error).code === 'E13';
  return (
    <>
      <Button
        danger
        kind={primary ? 'primary' : 'secondary'}
        busy={save.isPending}
        icon={<FloppydiskIcon aria-hidden="true" />}
        onClick={() => save.mutate()}
        data-testid="save-evidence"
      >
        {t('attack.save')}
      </Button>
      <span role="status" className="second anywhere">
        {save.data?.saved && t('attack.saved', { path: save.data.path })}
      </span>
      {save.isError && !cancelled && <ErrorNote error={save.error} onRetry={() => save.mutate()} />}
    </>
  );
}
