import type { TextSize, Theme } from '../../backend/contract';
import { ChoiceChips } from '../../ds';
import { LANGUAGES } from '../../i18n/i18n';
import { useTexts } from '../../i18n/text';
import { useChangeSettings, useSettings } from '../../shared/session/queries';
import { Part } from './Part';

const THEMES: Theme[] = ['auto', 'light', 'dark'];
const SIZES: TextSize[] = ['normal', 'large', 'larger'];
/** Each language in its own words: who does not read this one must find hers. */
const OWN_NAMES = { et: 'Eesti keel', en: 'English', ru: 'Русский язык' } as const;

/** Language of the window. */
export function LanguagePart() {
  const { t, language } = useTexts();
  const change = useChangeSettings();
  return (
    <Part id="language" title={t('app.language')}>
      <ChoiceChips
        legend={t('app.language')}
        value={language}
        onChange={(next) => change({ language: next })}
        choices={LANGUAGES.map((code) => ({ value: code, label: OWN_NAMES[code] }))}
        testId="settings-language"
      />
    </Part>
  );
}

/** Colours and text size. */
export function LookPart() {
  const { t } = useTexts();
  const settings = useSettings().data;
  const change = useChangeSettings();
  if (!settings) return null;
  return (
    <Part id="look" title={t('settings.look')}>
      <h3>{t('app.theme')}</h3>
      <ChoiceChips
        legend={t('app.theme')}
        value={settings.theme}
        onChange={(theme) => change({ theme })}
        choices={THEMES.map((theme) => ({ value: theme, label: t(`app.theme.${theme}`) }))}
        testId="settings-theme"
      />
      <p className="second measure">{t('settings.contrast')}</p>
      <h3>{t('app.textSize')}</h3>
      <ChoiceChips
        legend={t('app.textSize')}
        value={settings.textSize}
        onChange={(textSize) => change({ textSize })}
        choices={SIZES.map((size) => ({ value: size, label: t(`app.textSize.${size}`) }))}
        testId="settings-text-size"
      />
    </Part>
  );
}
