import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toErrorInfo } from '../../../backend/backend';
import type { CardInfo, CardState } from '../../../backend/contract';
import { Button } from '../../../ds';
import { useTexts } from '../../../i18n/text';
import { ErrorNote } from '../../../shared/notice/ErrorNote';
import { useBackend } from '../../../shared/session/BackendContext';
import { keys } from '../../../shared/session/queries';
import { CardPlate } from './CardPlate';
import { ReaderDrawing } from './ReaderDrawing';

const CODES: Partial<Record<CardState['kind'], string>> = {
  serviceOff: 'E01',
  noReader: 'E02',
  noCard: 'E03',
  unreadable: 'E04',
  notIdCard: 'E05',
  unsupported: 'E06',
};

function ChooseCard({ cards, onChoose }: { cards: CardInfo[]; onChoose: (reader: string) => void }) {
  const { t } = useTexts();
  return (
    <div className="stack">
      <h1>{t('welcome.choose')}</h1>
      <ul className="card-choice">
        {cards.map((card) => (
          <li key={card.reader}>
            <button type="button" onClick={() => onChoose(card.reader)} data-testid={`choose-card-${card.code}`}>
              <strong>
                {card.given} {card.surname}
              </strong>
              <span className="second">
                {t('card.document')} {card.documentNumber} · {card.demo ? t('card.demo') : `${t('card.reader')}: ${card.reader}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ReadyCard({ card, several, onOther }: { card: CardInfo; several: boolean; onOther: () => void }) {
  const { t } = useTexts();
  const backend = useBackend();
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => backend.signIn(card.reader),
    onSuccess: (session) => queries.setQueryData(keys.session, session),
  });
  const blocked = card.expired ? 'E17' : !card.pin1.usable ? 'E07' : card.pin1.left === 0 ? 'E10' : null;
  return (
    <div className="stack">
      <h1 className="display">{t('welcome.hello', { name: `${card.given} ${card.surname}` })}</h1>
      {blocked === null && <p className="lead">{t('welcome.read')}</p>}
      {blocked !== null && <ErrorNote error={{ code: blocked, blame: 'user', params: {}, retry: false }} />}
      {signIn.isError && <ErrorNote error={toErrorInfo(signIn.error)} testId="sign-in-error" />}
      <CardPlate card={card} />
      <div className="row">
        {blocked === null && (
          <Button kind="primary" busy={signIn.isPending} onClick={() => signIn.mutate()} data-testid="sign-in">
            {t(signIn.isPending ? 'welcome.signingIn' : 'welcome.signIn')}
          </Button>
        )}
        {several && <Button onClick={onOther}>{t('welcome.otherCard')}</Button>}
      </div>
      <p className="second measure">{t('welcome.pinWindow')}</p>
    </div>
  );
}

/** The live state of readers and cards (E01 to E07), or the card that is ready. */
export function CardStateView({ card }: { card: CardState }) {
  const { t } = useTexts();
  const [reader, setReader] = useState<string | null>(null);
  if (card.kind === 'ready') {
    const chosen = card.cards.length === 1 ? card.cards[0] : card.cards.find((candidate) => candidate.reader === reader);
    if (chosen) return <ReadyCard key={chosen.reader} card={chosen} several={card.cards.length > 1} onOther={() => setReader(null)} />;
    return <ChooseCard cards={card.cards} onChoose={setReader} />;
  }
  const code = CODES[card.kind];
  return (
    <div className="stack">
      <h1 className="display">{t(`card.${card.kind}`)}</h1>
      <p className="lead measure-narrow">{t('welcome.lead')}</p>
      <ReaderDrawing inserted={card.kind === 'reading'} />
      <p className="measure-narrow" role="status">
        {t(`card.${card.kind}.text`)} {code && <span className="caption nowrap">{t('alarm.helpCode', { code })}</span>}
      </p>
    </div>
  );
}
