import { useEffect } from 'react';
import { useTexts } from '../../i18n/text';
import { AboutPart } from './AboutPart';
import { ComputerPart, NotificationsPart } from './ComputerPart';
import { LanguagePart, LookPart } from './LookPart';
import { NetworkPart } from './NetworkPart';
import { OfficesPart } from './OfficesPart';
import { StoragePart } from './StoragePart';
import { UndoLine } from './UndoLine';

/** Everything that can be set, on one page. `section` is where one wants to start. */
export function SettingsPage({ section }: { section?: string }) {
  const { t } = useTexts();
  useEffect(() => {
    if (!section) return;
    const title = document.getElementById(`settings-title-${section}`);
    title?.scrollIntoView({ block: 'start' });
    title?.focus({ preventScroll: true });
  }, [section]);
  return (
    <div className="settings-page" data-testid="settings">
      <div className="settings-head">
        <h1>{t('settings.title')}</h1>
        <UndoLine />
      </div>
      <LanguagePart />
      <LookPart />
      <ComputerPart />
      <NotificationsPart />
      <NetworkPart />
      <OfficesPart />
      <StoragePart />
      <AboutPart />
    </div>
  );
}
