import { useState } from 'react';
import { useTexts, type Texts } from '../../../i18n/text';
import { formatDate, formatPeriod, formatTime } from '../../../shared/format';
import { RowText } from '../../../shared/record/RecordText';
import { heading } from '../../../shared/record/titles';
import { textOf } from '../../../shared/record/values';
import { usePlaces, type Place } from '../../../shared/session/places';
import { useToday } from '../../../shared/session/useNow';
import { daysLeft } from '../daysLeft';
import type { Need } from './needs';

const FIRST = 7;

/** What it is, and what to know about it beside the day. */
function words(need: Need, today: string, texts: Texts): { title: string; detail: string } {
  const { t } = texts;
  const title = need.row ? heading(need.row, texts).title : '';
  const time = need.ms === null ? '' : t('time.clock', { time: formatTime(need.ms) });
  const doctor = need.row ? textOf(need.row.fields, 'doctor') || textOf(need.row.fields, 'provider') : '';
  switch (need.kind) {
    case 'appointment':
      return { title: t('need.appointment', { who: doctor }), detail: time };
    case 'booked':
      return { title: t('need.booked', { title }), detail: time };
    case 'unbooked':
      return { title: t('need.unbooked', { title }), detail: t('need.unbookedText') };
    case 'unbought':
      return { title: t('home.unbought', { title }), detail: t('need.validUntil') };
    case 'vaccine':
      return {
        title: t('need.vaccine', { title }),
        detail: t(need.date < today ? 'need.vaccineLate' : 'home.vaccineDueText'),
      };
    default: {
      const one = need.owed;
      if (!one) return { title, detail: '' };
      const values = { form: one.form.toUpperCase(), period: formatPeriod(one.period, texts) };
      return { title: t('need.return', values), detail: one.company.name };
    }
  }
}

const placeOf = (need: Need): Place =>
  need.row
    ? { page: 'record', register: need.row.register, id: need.row.id }
    : { page: 'register', register: 'tax', kind: need.owed?.form === 'kmd' ? 'declarations' : 'account' };

/** What waits for the person: day, what, how long is left. A day that has passed is said first. */
export function NeedsMe({ items, taxUnknown }: { items: Need[]; taxUnknown: boolean }) {
  const texts = useTexts();
  const { t } = texts;
  const { go } = usePlaces();
  const today = useToday();
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, FIRST);
  return (
    <aside className="home-side" aria-labelledby="ahead-title" data-testid="needs-me">
      <h2 id="ahead-title">{t('need.title')}</h2>
      {taxUnknown && (
        <p className="second tone-care" data-testid="needs-unknown">
          {t('need.taxUnknown')}
        </p>
      )}
      {items.length === 0 && !taxUnknown && <p className="second">{t('home.aheadNone')}</p>}
      <ul className="ahead">
        {shown.map((need) => {
          const { title, detail } = words(need, today, texts);
          const late = need.date < today;
          return (
            <li key={need.key} data-late={late} data-kind={need.kind}>
              <strong className="tabular">{formatDate(need.date)}</strong>
              <div>
                <button type="button" className="row-title" onClick={() => go(placeOf(need))}>
                  <RowText text={title} />
                </button>
                <span className={`second block ${late ? 'tone-care strong' : ''}`}>
                  <span className="left">{daysLeft(today, need.date, texts)}</span>
                  <RowText text={detail} />
                </span>
              </div>
            </li>
          );
        })}
      </ul>
      {items.length > FIRST && (
        <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {t(all ? 'home.fewer' : 'home.more', { count: items.length - FIRST })}
        </button>
      )}
    </aside>
  );
}
