import { useTexts } from '../i18n/text';
import { usePlaces } from '../shared/session/places';

/** Acting for another party: a full line over every page, never scrolled away, with the one way back. */
export function ActingBar() {
  const { t } = useTexts();
  const { subject, actFor } = usePlaces();
  if (!subject) return null;
  return (
    <section className="acting-bar" aria-label={t('who.switch')} data-testid="acting-bar">
      <p>{t('who.actingLine', { name: subject.name })}</p>
      <button type="button" className="link" onClick={() => actFor(null)} data-testid="act-self">
        {t('company.actSelf')}
      </button>
    </section>
  );
}
