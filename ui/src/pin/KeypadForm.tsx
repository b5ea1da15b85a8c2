import { useCallback, useEffect, useRef, useState } from 'react';
import { toErrorInfo, type PinBackend } from '../backend/backend';
import type { ErrorInfo, PinContext } from '../backend/contract';
import { useTexts } from '../i18n/text';
import { errorWords } from '../shared/notice/errorText';
import { PinButton } from './PinButton';
import { PinFacts, pinName } from './PinFacts';
import { PinNote } from './PinNote';
import { stageOf, triesOf } from './pinRules';

/** A reader with a display and twelve keys; its keys are dots, the green one is marked. */
function KeypadDrawing() {
  const keys = [0, 1, 2, 3].flatMap((row) => [0, 1, 2].map((column) => ({ row, column })));
  return (
    <svg className="keypad-drawing" viewBox="0 0 160 176" width={132} height={145} aria-hidden="true">
      <rect x={1} y={1} width={158} height={174} rx={8} className="keypad-body" />
      <rect x={18} y={16} width={124} height={34} className="keypad-display" />
      <path d="M34 33H40M52 33H58M70 33H76M88 33H94" className="keypad-digits" />
      {keys.map(({ row, column }) => (
        <rect
          key={`${row}-${column}`}
          x={26 + column * 40}
          y={64 + row * 26}
          width={28}
          height={16}
          rx={2}
          className={row === 3 && column === 2 ? 'keypad-ok' : 'keypad-key'}
        />
      ))}
    </svg>
  );
}

/**
 * The PIN is typed on the reader: no field here. An empty submission starts the reader; its answer is one of three:
 * done, cancelled or out of time, or refused by the card. Nothing is started again by itself.
 */
export function KeypadForm({ backend, context }: { backend: PinBackend; context: PinContext }) {
  const texts = useTexts();
  const { t } = texts;
  const pin = pinName(context);
  const stage = stageOf(triesOf(context));
  // the last try is begun by the person, never by the window
  const itself = stage !== 'locked' && stage !== 'last';
  const [error, setError] = useState<ErrorInfo | null>(context.error);
  const [busy, setBusy] = useState(itself);
  const started = useRef(false);
  const ask = useCallback(
    () =>
      void backend
        .pinSubmit('')
        .catch((reason: unknown) => setError(toErrorInfo(reason)))
        .finally(() => setBusy(false)),
    [backend],
  );
  useEffect(() => {
    if (started.current || !itself) return;
    started.current = true;
    ask();
  }, [itself, ask]);
  const start = () => {
    setBusy(true);
    setError(null);
    ask();
  };
  const words = error && errorWords(error, texts);
  return (
    <div className="pin-form" data-testid="pin-keypad">
      <h1>{stage === 'locked' ? t('pin.lockedTitle', { pin }) : t('pin.keypad.title', { pin })}</h1>
      <p>{stage === 'locked' ? t('pin.lockedText') : t(`pin.meaning.${context.pin}`)}</p>
      {words && (
        <PinNote tone={words.severity} urgent={words.severity !== 'info'} testId="pin-error" code={words.code}>
          <strong>{words.what}</strong> {words.means} <span className="code nowrap">{t('alarm.helpCode', { code: words.code })}</span>
        </PinNote>
      )}
      {!words && stage === 'last' && (
        <PinNote tone="stop" urgent={false} testId="pin-warning">
          <strong>{t('pin.last')}</strong> {t('pin.lastText', { pin })}
        </PinNote>
      )}
      {stage !== 'locked' && (
        <div className="keypad">
          <KeypadDrawing />
          <ol className="keypad-steps">
            <li>{t('pin.keypad.do1')}</li>
            <li>{t('pin.keypad.do2', { pin })}</li>
          </ol>
        </div>
      )}
      <p className="strong" role="status">
        {busy && t('pin.keypad.waiting')}
      </p>
      <PinFacts context={context} />
      <div className="row">
        {stage !== 'locked' && !busy && (
          <PinButton kind="primary" danger={stage === 'last'} onClick={start} data-testid="pin-start">
            {t(stage === 'last' ? 'pin.confirm' : 'app.tryAgain')}
          </PinButton>
        )}
        <PinButton onClick={() => void backend.pinCancel()} data-testid="pin-cancel">
          {t(stage === 'locked' ? 'app.close' : 'app.cancel')}
        </PinButton>
      </div>
      <p className="caption">
        {t('pin.keypad.private')} {busy && t('pin.keypad.cancelHint')}
      </p>
    </div>
  );
}
