import type { RecordList } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { formatDate, joinNames } from '../../shared/format';
import { MaskedCode } from '../../shared/record/MaskedCode';
import { RecordText, RowText } from '../../shared/record/RecordText';
import { heading } from '../../shared/record/titles';
import { codeText, textOf } from '../../shared/record/values';
import { isProvenWhole } from './absences';
import { representatives } from './mandates';

interface SignsProps {
  list: RecordList;
  /** The card's own words on representation. */
  representation: string;
  /** `sole`, `joint` or an empty text. */
  kind: string;
  today: string;
  /** Code of the person looking. */
  own: string;
}

/** Who may sign today, from proven entries only; the card's own words on representation stand beneath. */
export function WhoSigns({ list, representation, kind, today, own }: SignsProps) {
  const texts = useTexts();
  const { t } = texts;
  const people = representatives(list, today);
  const now = people.filter((person) => person.now).map(({ row }) => heading(row, texts).title);
  const joint = kind === 'joint';
  return (
    <>
      <div className="who-signs" data-testid="who-signs">
        <p className="caption">{t('company.whoSigns')}</p>
        {now.length === 0 ? (
          <p className="strong">{t('company.nobody')}</p>
        ) : (
          <p className="h2">
            <RowText text={joinNames(now, t(joint ? 'company.and' : 'company.or'))} />
          </p>
        )}
        {now.length > 1 && kind !== '' && <p className="second">{t(joint ? 'company.together' : 'company.alone')}</p>}
        {now.length === 1 && joint && <p className="second tone-care">{t('company.jointOne')}</p>}
        {!isProvenWhole(list) && <p className="second tone-care">{t('company.signsPartial')}</p>}
        {representation && (
          <p className="second">
            <RecordText text={representation} />
          </p>
        )}
      </div>
      <section className="company-block" aria-labelledby="board-title">
        <h2 id="board-title" className="h3">
          {t('company.board')}
        </h2>
        <ul className="people">
          {people.map(({ row, now: lasting }) => (
            <li key={row.id} data-past={!lasting}>
              <div>
                <p className="strong">
                  <RowText text={heading(row, texts).title} />
                  {textOf(row.fields, 'code') === own && <span className="you"> ({t('company.you')})</span>}
                </p>
                <p className="caption">
                  <RowText text={textOf(row.fields, 'role_text') || codeText('card_person', 'role', textOf(row.fields, 'role'), texts)} />
                  {' · '}
                  {lasting ? <MaskedCode code={textOf(row.fields, 'code')} /> : <strong>{t('company.noLonger')}</strong>}
                </p>
              </div>
              <span className="tabular">
                {lasting
                  ? t('company.since', { date: formatDate(textOf(row.fields, 'since')) })
                  : t('company.until', { date: formatDate(textOf(row.fields, 'until') || textOf(row.fields, 'powers_until')) })}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
