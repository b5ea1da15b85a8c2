import { useTexts } from '../../i18n/text';
import { useOptionalPlaces } from '../session/places';
import type { Topic } from './topics';

/** Opens the article that explains what stands here. `label` says what one will read. */
export function HelpLink({ topic, label }: { topic: Topic; label?: string }) {
  const { t } = useTexts();
  const places = useOptionalPlaces();
  if (!places) return null;
  return (
    <button type="button" className="link" data-testid={`help-link-${topic}`} onClick={() => places.go({ page: 'help', article: topic })}>
      {label ?? t(`help.a.${topic}.title`)}
    </button>
  );
}

/** A help code that opens its explanation; plain words where there is no help, as in the PIN window. */
export function HelpCode({ code }: { code: string }) {
  const { t } = useTexts();
  const places = useOptionalPlaces();
  const words = t('alarm.helpCode', { code });
  if (!places) return words;
  return (
    <button
      type="button"
      className="link help-code"
      data-testid={`help-code-${code}`}
      onClick={() => places.go({ page: 'help', article: code })}
    >
      {words}
    </button>
  );
}
