import { useState } from 'react';
import { Button, CheckField, RadioList } from '../../ds';
import { useTexts } from '../../i18n/text';
import { HelpLink } from '../../shared/help/HelpLink';
import { usePlaces } from '../../shared/session/places';
import { useChangeSettings, useSettings } from '../../shared/session/queries';
import { Part } from './Part';

/** Own or shared computer. What a choice does is said before it is done. */
export function ComputerPart() {
  const { t } = useTexts();
  const settings = useSettings().data;
  const change = useChangeSettings();
  const { go } = usePlaces();
  const [asking, setAsking] = useState(false);
  if (!settings) return null;
  const choose = (value: 'own' | 'shared') => {
    if (value === 'own') change({ sharedComputer: false });
    setAsking(value === 'shared' && !settings.sharedComputer);
  };
  const shown = settings.sharedComputer || asking ? 'shared' : 'own';
  return (
    <Part id="computer" title={t('settings.computer')}>
      <RadioList
        legend={t('settings.computer')}
        value={shown}
        onChange={choose}
        testId="computer"
        choices={[
          { value: 'own', label: t('settings.computer.own'), description: t('settings.computer.ownText') },
          { value: 'shared', label: t('settings.computer.shared'), description: t('settings.computer.sharedText') },
        ]}
      />
      {asking && (
        <div className="note" data-tone="care" role="alert">
          <div>
            <p>{t('settings.computer.ask')}</p>
            <div className="actions row">
              <Button
                kind="primary"
                data-testid="computer-confirm"
                onClick={() => {
                  setAsking(false);
                  change({ sharedComputer: true });
                }}
              >
                {t('settings.computer.confirm')}
              </Button>
              <Button onClick={() => setAsking(false)} data-testid="computer-cancel">
                {t('app.cancel')}
              </Button>
            </div>
          </div>
        </div>
      )}
      <p>
        <HelpLink topic="shared" label={t('settings.computer.more')} />
      </p>
      <p>
        <button type="button" className="link" onClick={() => go({ page: 'welcome', first: true })} data-testid="first-again">
          {t('first.again')}
        </button>
      </p>
    </Part>
  );
}

/** System notifications, off until somebody wants them. */
export function NotificationsPart() {
  const { t } = useTexts();
  const settings = useSettings().data;
  const change = useChangeSettings();
  if (!settings) return null;
  return (
    <Part id="notifications" title={t('settings.notifications')}>
      <CheckField
        label={t('settings.notifications.on')}
        description={t('settings.notifications.text')}
        checked={settings.notifications}
        onChange={(notifications) => change({ notifications })}
        testId="notifications"
      />
    </Part>
  );
}
