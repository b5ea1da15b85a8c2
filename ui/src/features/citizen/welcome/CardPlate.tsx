import type { CardInfo, PinTries } from '../../../backend/contract';
import type { TextKey } from '../../../i18n/keys';
import { useTexts } from '../../../i18n/text';
import { formatDate } from '../../../shared/format';
import { MaskedCode } from '../../../shared/record/MaskedCode';
import { TriesBlocks } from '../../../shared/TriesBlocks';

function TriesRow({ code, purpose, tries }: { code: string; purpose: TextKey; tries: PinTries }) {
  const { t, rich } = useTexts();
  let words = rich('card.triesOf', { left: tries.left, max: tries.max });
  if (!tries.usable) words = t('card.notActivated');
  else if (tries.left === 0) words = t('card.locked');
  return (
    <tr>
      <th scope="row">{code}</th>
      <td>{t(purpose)}</td>
      <td className={tries.left === 0 || !tries.usable ? 'tone-stop strong' : undefined}>
        <TriesBlocks tries={tries} /> {words}
      </td>
    </tr>
  );
}

/** What the card says of itself: holder, validity, and tries left before any PIN. */
export function CardPlate({ card }: { card: CardInfo }) {
  const { t } = useTexts();
  const facts: [TextKey, React.ReactNode][] = [
    ['card.holder', `${card.given} ${card.surname}`],
    ['card.code', <MaskedCode key="code" code={card.code} />],
    ['card.document', card.documentNumber],
    ['card.auth', formatDate(card.authValidUntil)],
    ['card.sign', formatDate(card.signValidUntil)],
  ];
  return (
    <div className="card-plate">
      <dl className="facts-list">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{t(label)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('card.codes')}</th>
            <th scope="col">{t('card.purpose')}</th>
            <th scope="col">{t('card.tries')}</th>
          </tr>
        </thead>
        <tbody>
          <TriesRow code="PIN1" purpose="card.pin1" tries={card.pin1} />
          <TriesRow code="PIN2" purpose="card.pin2" tries={card.pin2} />
          <TriesRow code="PUK" purpose="card.puk" tries={card.puk} />
        </tbody>
      </table>
    </div>
  );
}
