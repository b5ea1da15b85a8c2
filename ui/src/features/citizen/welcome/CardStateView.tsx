import { useState } from 'react';
import type { CardInfo, CardState } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { obstacleOf, lossBetween, obstacleOfCard, type Loss } from './situations';
import { ObstacleView } from './Obstacles';
import { ReadyCard } from './ReadyCard';

function ChooseCard({ cards, onChoose }: { cards: CardInfo[]; onChoose: (reader: string) => void }) {
  const { t } = useTexts();
  return (
    <div className="stack" data-testid="choose-card">
      <h1 className="display">{t('welcome.choose')}</h1>
      <ul className="card-choice">
        {cards.map((card) => {
          const obstacle = obstacleOfCard(card);
          return (
            <li key={card.reader}>
              <button type="button" onClick={() => onChoose(card.reader)} data-testid={`choose-card-${card.code}`}>
                <strong>
                  {card.given} {card.surname}
                </strong>
                <span className="second">
                  {t('card.document')} {card.documentNumber} · {card.demo ? t('card.demo') : `${t('card.reader')}: ${card.reader}`}
                </span>
                {obstacle && <span className="second tone-stop strong">{t(`start.${obstacle}.title`)}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The live state of readers and cards (E01 to E17), or the card that is ready. */
export function CardStateView({ card }: { card: CardState }) {
  const [reader, setReader] = useState<string | null>(null);
  const [seen, setSeen] = useState<{ card: CardState; loss: Loss }>({ card, loss: null });
  if (seen.card !== card) {
    const same = seen.card.kind === card.kind;
    setSeen({ card, loss: same ? seen.loss : lossBetween(seen.card, card) });
  }
  const obstacle = obstacleOf(card, seen.loss);
  if (obstacle) return <ObstacleView obstacle={obstacle} />;
  const chosen = card.cards.length === 1 ? card.cards[0] : card.cards.find((candidate) => candidate.reader === reader);
  if (chosen) return <ReadyCard key={chosen.reader} card={chosen} several={card.cards.length > 1} onOther={() => setReader(null)} />;
  return <ChooseCard cards={card.cards} onChoose={setReader} />;
}
