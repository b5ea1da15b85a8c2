import { FloppydiskIcon } from '@navikt/aksel-icons';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../../ds';
import { toErrorInfo } from '../../backend/backend';
import { useTexts } from '../../i18n/text';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { useBackend } from '../../shared/session/BackendContext';

interface SaveProps {
  primary?: boolean;
  /** Against the gateway of this number; without one, of two versions of the ledger. */
  gateway?: number;
}

/** Saves what excludes each other, as it was signed, in a file that can be handed on. */
export function SaveEvidence({ primary = false, gateway }: SaveProps) {
  const { t } = useTexts();
  const backend = useBackend();
  const save = useMutation({ mutationFn: () => (gateway === undefined ? backend.saveEvidence() : backend.saveGatewayEvidence(gateway)) });
  const cancelled = save.isError && toErrorInfo(save.error).code === 'E13';
  return (
    <>
      <Button
        danger
        kind={primary ? 'primary' : 'secondary'}
        busy={save.isPending}
        icon={<FloppydiskIcon aria-hidden="true" />}
        onClick={() => save.mutate()}
        data-testid={gateway === undefined ? 'save-evidence' : `save-evidence-${gateway}`}
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
