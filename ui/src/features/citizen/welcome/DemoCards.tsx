import { CardIcon } from '@navikt/aksel-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Status } from '../../../backend/contract';
import { Button } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { useBackend } from '../../../shared/session/BackendContext';
import { keys } from '../../../shared/session/queries';
import { personName } from '../../../shared/personName';

/** Look around with a demonstration card: no reader, invented people. */
export function DemoCards({ inserted }: { inserted: boolean }) {
  const { t } = useTexts();
  const backend = useBackend();
  const queries = useQueryClient();
  const cards = useQuery({ queryKey: keys.demoCards, queryFn: () => backend.demoCards() });
  const insert = useMutation({
    mutationFn: (id: string | null) => backend.insertDemoCard(id),
    onSuccess: (card) => queries.setQueryData<Status>(keys.status, (status) => status && { ...status, card }),
  });
  if (!cards.data || cards.data.length === 0) return null;
  return (
    <div className="side-item">
      <CardIcon aria-hidden="true" className="icon" />
      <div className="stack">
        <h3>{t('welcome.demoTitle')}</h3>
        <p className="second">{t('welcome.demoText')}</p>
        <div className="row">
          {cards.data.map((card) => (
            <Button key={card.id} busy={insert.isPending} onClick={() => insert.mutate(card.id)} data-testid={`demo-card-${card.id}`}>
              {personName(card)}
            </Button>
          ))}
          {inserted && (
            <Button kind="tertiary" busy={insert.isPending} onClick={() => insert.mutate(null)} data-testid="demo-card-remove">
              {t('welcome.demoRemove')}
            </Button>
          )}
        </div>
        {insert.isError && <ErrorNote error={insert.error} />}
      </div>
    </div>
  );
}
