import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toErrorInfo } from '../../../backend/backend';
import type { CardInfo, ErrorInfo } from '../../../backend/contract';
import { Button } from '../../../ds';
import type { TextKey } from '../../../i18n/keys';
import { useTexts } from '../../../i18n/text';
import { formatDate, isoDay } from '../../../shared/format';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { Note } from '../../../shared/notice/Note';
import { useBackend } from '../../../shared/session/BackendContext';
import { keys, useStatus } from '../../../shared/session/queries';
import { CardPlate } from './CardPlate';
import { ObstacleView } from './Obstacles';
import { endOf, looksOnly, obstacleOfCard } from './situations';
import { personName } from '../../../shared/personName';

/** Ends of signing in that are nobody's fault: said quietly, in one sentence. */
const QUIET: Record<string, TextKey> = { E13: 'start.sign.E13', E14: 'start.sign.E14' };

function SignInResult({ error }: { error: ErrorInfo }) {
  const { t } = useTexts();
  const quiet = QUIET[error.code];
  if (!quiet) return <ErrorNote error={error} testId="sign-in-error" />;
  return (
    <p className="second" role="status" data-testid="sign-in-ended" data-code={error.code}>
      {t(quiet)}
    </p>
  );
}

/** A card that was read: who holds it, what it can do, and the way in or what stands in it. */
export function ReadyCard({ card, several, onOther }: { card: CardInfo; several: boolean; onOther: () => void }) {
  const { t } = useTexts();
  const backend = useBackend();
  const queries = useQueryClient();
  const now = useStatus().data?.nowMs ?? 0;
  const signIn = useMutation({
    mutationFn: () => backend.signIn(card.reader),
    onSuccess: (session) => queries.setQueryData(keys.session, session),
  });
  const name = personName(card);
  const other = several && (
    <Button onClick={onOther} data-testid="other-card">
      {t('welcome.otherCard')}
    </Button>
  );
  const obstacle = obstacleOfCard(card);
  if (obstacle)
    return (
      <ObstacleView obstacle={obstacle} params={{ date: formatDate(endOf(card)) }} name={name}>
        {other}
      </ObstacleView>
    );
  const last = card.pin1.left === 1;
  const failed = signIn.isError ? toErrorInfo(signIn.error) : null;
  return (
    <div className="stack" data-testid="card-ready">
      <h1 className="display">{t('welcome.hello', { name })}</h1>
      <p className="lead">{t(last ? 'start.lastTry.text' : 'welcome.read')}</p>
      {last && (
        <Note tone="stop" testId="last-try">
          <p>{t('start.lastTryNote')}</p>
        </Note>
      )}
      {looksOnly(card, isoDay(now)) && (
        <Note tone="care" testId="look-only">
          <p>{t('start.lookOnly', { date: formatDate(card.signValidUntil) })}</p>
        </Note>
      )}
      {failed && <SignInResult error={failed} />}
      <div className="row">
        <Button kind="primary" busy={signIn.isPending} onClick={() => signIn.mutate()} data-testid="sign-in">
          {t(signIn.isPending ? 'welcome.signingIn' : failed ? 'start.signIn.again' : 'welcome.signIn')}
        </Button>
        {other}
      </div>
      <CardPlate card={card} />
      <p className="second measure">{t('welcome.pinWindow')}</p>
    </div>
  );
}
