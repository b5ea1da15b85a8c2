import { useState } from 'react';
import { CheckField, Dialog } from '../../ds';
import { useTexts } from '../../i18n/text';
import { singleKeysOn, switchSingleKeys } from './singleKeys';
import { SHORTCUTS, type Shortcut } from './shortcuts';

const GROUPS: readonly Shortcut['group'][] = ['go', 'do', 'move'];

/** The keys of one shortcut, as they stand on the keyboard. */
function Keys({ drawn }: { drawn: readonly string[] }) {
  return drawn.map((key, index) => (
    <span key={key}>
      {index > 0 && ' '}
      <kbd>{key}</kbd>
    </span>
  ));
}

/** All shortcuts, drawn from the table the window listens by. `level` is that of its headings on the page. */
export function ShortcutTable({ level = 3 }: { level?: 2 | 3 }) {
  const { t } = useTexts();
  const Heading = `h${level}` as const;
  return (
    <div className="key-groups">
      {GROUPS.map((group) => (
        <section key={group} aria-labelledby={`keys-${group}`}>
          <Heading id={`keys-${group}`} className="h3">
            {t(`keys.group.${group}`)}
          </Heading>
          <dl className="keys">
            {SHORTCUTS.filter((shortcut) => shortcut.group === group).map((shortcut) => (
              <div key={shortcut.id} data-testid={`key-${shortcut.id}`}>
                <dt>
                  <Keys drawn={shortcut.drawn} />
                </dt>
                <dd>{t(shortcut.says)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

/** The switch for shortcuts of one character. */
export function SingleKeys() {
  const { t } = useTexts();
  const [on, setOn] = useState(singleKeysOn);
  return (
    <CheckField
      label={t('keys.single')}
      description={t('keys.singleText')}
      checked={on}
      testId="single-keys"
      onChange={(checked) => {
        switchSingleKeys(checked);
        setOn(checked);
      }}
    />
  );
}

/** The keyboard map that `?` opens. */
export function KeyboardMap({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Dialog title={t('keys.title')} onClose={onClose} testId="keyboard-map" wide>
      <ShortcutTable />
      <SingleKeys />
    </Dialog>
  );
}
