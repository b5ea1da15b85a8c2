import type { PinContext } from '../backend/contract';
import { useTexts } from '../i18n/text';
import { TriesBlocks } from '../shared/TriesBlocks';
import { triesOf } from './pinRules';

/** Whose card, who asks, and how many tries are left. */
export function PinFacts({ context }: { context: PinContext }) {
  const { t, rich } = useTexts();
  const tries = triesOf(context);
  return (
    <dl className="pin-facts">
      <div>
        <dt>{t('pin.card')}</dt>
        <dd>
          <bdi>
            {context.card.given} {context.card.surname}
          </bdi>
        </dd>
      </div>
      <div>
        <dt>{t('pin.asks')}</dt>
        <dd>{t('pin.asksWho')}</dd>
      </div>
      <div>
        <dt>{t('card.tries')}</dt>
        <dd>
          <TriesBlocks tries={tries} /> {rich('card.triesOf', { left: tries.left, max: tries.max })}
        </dd>
      </div>
    </dl>
  );
}

/** PIN1, PIN2 or PUK. */
export const pinName = ({ pin }: PinContext): string => pin.toUpperCase();
