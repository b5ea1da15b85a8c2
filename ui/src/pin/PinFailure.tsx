import type { ErrorInfo } from '../backend/contract';
import { useTexts } from '../i18n/text';
import { errorWords } from '../shared/notice/errorText';
import { PinButton } from './PinButton';
import { PinNote } from './PinNote';

/** The window came up without anything to ask: why, and a way out. */
export function PinFailure({ error, onClose }: { error: ErrorInfo; onClose: () => void }) {
  const texts = useTexts();
  const words = errorWords(error, texts);
  return (
    <div className="pin-form">
      <PinNote tone={words.severity} urgent testId="pin-error" code={words.code}>
        <strong>{words.what}</strong> {words.means} {words.advice}{' '}
        <span className="code nowrap">{texts.t('alarm.helpCode', { code: words.code })}</span>
      </PinNote>
      <div className="row">
        <PinButton kind="primary" onClick={onClose} data-testid="pin-cancel">
          {texts.t('app.close')}
        </PinButton>
      </div>
    </div>
  );
}
