import type { TextSize, Theme } from '../backend/contract';
import { ChoiceChips } from '../ds';
import { useTexts } from '../i18n/text';
import { useChangeSettings, useSettings } from '../shared/session/queries';

const THEMES: Theme[] = ['auto', 'light', 'dark'];
const SIZES: TextSize[] = ['normal', 'large', 'larger'];

/** Colours and text size. */
export function ViewSettings() {
  const { t } = useTexts();
  const settings = useSettings().data;
  const change = useChangeSettings();
  if (!settings) return null;
  return (
    <div className="stack view-settings">
      <p className="strong" aria-hidden="true">
        {t('app.theme')}
      </p>
      <ChoiceChips
        legend={t('app.theme')}
        value={settings.theme}
        onChange={(theme) => change({ theme })}
        choices={THEMES.map((theme) => ({ value: theme, label: t(`app.theme.${theme}`) }))}
      />
      <p className="strong" aria-hidden="true">
        {t('app.textSize')}
      </p>
      <ChoiceChips
        legend={t('app.textSize')}
        value={settings.textSize}
        onChange={(textSize) => change({ textSize })}
        choices={SIZES.map((size) => ({ value: size, label: t(`app.textSize.${size}`) }))}
      />
    </div>
  );
}
