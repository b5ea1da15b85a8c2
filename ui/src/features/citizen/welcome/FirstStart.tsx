import { useRef, useState } from 'react';
import type { CardState, Settings } from '../../../backend/contract';
import { Button } from '../../../ds';
import { LANGUAGES } from '../../../i18n/languages';
import { useTexts } from '../../../i18n/text';
import { useChangeSettings } from '../../../shared/session/queries';
import { Choices } from './Choices';

const LANGUAGE_NAMES = { et: 'Eesti', en: 'English', ru: 'Русский' } as const;

/** What this is, in which language, on whose computer. Asked once; Settings brings it back. */
export function FirstStart({ settings, card, onDone }: { settings: Settings; card: CardState | undefined; onDone: () => void }) {
  const { t } = useTexts();
  const change = useChangeSettings();
  const [computer, setComputer] = useState<'own' | 'shared' | null>(
    settings.welcomed ? (settings.sharedComputer ? 'shared' : 'own') : null,
  );
  const [missing, setMissing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      className="stack first-start"
      ref={form}
      data-testid="first-start"
      onSubmit={(event) => {
        event.preventDefault();
        if (computer === null) {
          setMissing(true);
          form.current?.querySelector<HTMLInputElement>('input[name="computer"]')?.focus();
          return;
        }
        change({ sharedComputer: computer === 'shared', welcomed: true });
        onDone();
      }}
    >
      <h1 className="display">{t('first.title')}</h1>
      <ul className="first-what lead">
        <li>{t('first.what1')}</li>
        <li>{t('first.what2')}</li>
        <li>{t('first.what3')}</li>
      </ul>
      <Choices
        name="language"
        legend={t('first.language')}
        hint={t('first.languageHint')}
        value={settings.language}
        onChange={(language) => change({ language })}
        choices={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language], lang: language }))}
        across
      />
      <Choices
        name="computer"
        legend={t('first.computer')}
        value={computer}
        onChange={(value) => {
          setComputer(value);
          setMissing(false);
        }}
        problem={missing ? t('first.mustChoose') : null}
        choices={[
          { value: 'own', label: t('first.own'), text: t('first.ownText') },
          { value: 'shared', label: t('first.shared'), text: t('first.sharedText') },
        ]}
        across
      />
      <div className="row">
        <Button kind="primary" type="submit" data-testid="first-continue">
          {t('first.continue')}
        </Button>
        {card && (
          <p className="second" role="status">
            {t('first.cardNow')}: {t(`card.${card.kind}`)}
          </p>
        )}
      </div>
    </form>
  );
}
