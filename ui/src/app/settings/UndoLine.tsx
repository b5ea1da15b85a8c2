import { ArrowUndoIcon } from '@navikt/aksel-icons';
import { Button } from '../../ds';
import type { Settings } from '../../backend/contract';
import type { TextKey } from '../../i18n/keys';
import { useTexts } from '../../i18n/text';
import { useSettingsUndo } from '../../shared/session/queries';

const NAMES: Record<keyof Settings, TextKey> = {
  language: 'app.language',
  theme: 'app.theme',
  textSize: 'app.textSize',
  sharedComputer: 'settings.computer',
  notifications: 'settings.notifications',
  welcomed: 'page.welcome',
};

/** What was changed last, and the way to take it back. */
export function UndoLine() {
  const { t } = useTexts();
  const { change, undo } = useSettingsUndo();
  const changed = change && (Object.keys(NAMES) as (keyof Settings)[]).find((name) => change.before[name] !== change.after[name]);
  return (
    <div className="undo-line" role="status" data-testid="undo-line">
      {changed && (
        <>
          <span>{t('settings.changed', { name: t(NAMES[changed]) })}</span>
          <Button kind="tertiary" icon={<ArrowUndoIcon aria-hidden="true" />} onClick={undo} data-testid="undo">
            {t('settings.undo')}
          </Button>
        </>
      )}
    </div>
  );
}
