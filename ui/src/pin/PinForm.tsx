import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { toErrorInfo, type PinBackend } from '../backend/backend';
import type { ErrorInfo, PinContext } from '../backend/contract';
import { useTexts } from '../i18n/text';
import { errorWords } from '../shared/notice/errorText';
import { PinButton } from './PinButton';
import { PinFacts, pinName } from './PinFacts';
import { PinNote } from './PinNote';
import { digitsOf, onContinue, stageOf, triesOf, wrongLength } from './pinRules';

/** Asks for a PIN: what it means, tries left before typing, no paste, a second question before the last try. */
export function PinForm({ backend, context }: { backend: PinBackend; context: PinContext }) {
  const texts = useTexts();
  const { t } = texts;
  const [pin, setPin] = useState('');
  const [error, setError] = useState<ErrorInfo | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [hint, setHint] = useState<'pin.noPaste' | 'pin.onlyDigits' | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const ids = { field: useId(), rule: useId(), problem: useId() };
  const name = pinName(context);
  const shownError = error ?? context.error;
  const counted = triesOf(context);
  // A card that has just locked tells its state no more: the counter of before must not stand beside it.
  const tries = shownError?.code === 'E10' ? { ...counted, left: 0 } : counted;
  const stage = stageOf(tries);

  useEffect(() => field.current?.focus(), [stage, error]);

  const submit = (confirmed: boolean) => {
    if (busy) return;
    const step = onContinue(pin, context, confirmed);
    if (step === 'locked') return;
    if (step === 'wrongLength') return setError({ ...wrongLength });
    if (step === 'confirm') return setAsking(true);
    setBusy(true);
    setError(null);
    setAsking(false);
    const typed = pin;
    setPin('');
    backend
      .pinSubmit(typed)
      .catch((reason: unknown) => setError(toErrorInfo(reason)))
      .finally(() => setBusy(false));
  };
  const words = shownError && errorWords(shownError, texts);

  return (
    <form
      className="pin-form"
      autoComplete="off"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit(false);
      }}
    >
      <h1>{stage === 'locked' ? t('pin.lockedTitle', { pin: name }) : t('pin.title', { pin: name })}</h1>
      <p>{stage === 'locked' ? t('pin.lockedText') : t(`pin.meaning.${context.pin}`)}</p>
      {words && (
        <PinNote tone={words.severity === 'info' ? 'care' : words.severity} urgent id={ids.problem} testId="pin-error" code={words.code}>
          <strong>{words.what}</strong> {words.code === 'E08' ? '' : words.means}{' '}
          <span className="code nowrap">{t('alarm.helpCode', { code: words.code })}</span>
        </PinNote>
      )}
      {!words && !asking && (stage === 'fewer' || stage === 'last') && (
        <PinNote tone={stage === 'last' ? 'stop' : 'care'} urgent={false} testId="pin-warning">
          <strong>{stage === 'last' ? t('pin.last') : t('pin.fewer', { pin: name })}</strong>{' '}
          {stage === 'last' ? t('pin.lastText', { pin: name }) : t('pin.left', { count: tries.left })}
        </PinNote>
      )}
      {stage !== 'locked' && (
        <div className="pin-field">
          <label htmlFor={ids.field}>{name}</label>
          <p id={ids.rule} className="second">
            {t('pin.length', { min: context.minLength, max: context.maxLength })}
          </p>
          <input
            ref={field}
            id={ids.field}
            type="password"
            inputMode="numeric"
            autoComplete="off"
            aria-describedby={`${ids.rule}${words ? ` ${ids.problem}` : ''}`}
            aria-invalid={words ? true : undefined}
            value={pin}
            maxLength={context.maxLength}
            data-testid="pin-input"
            onPaste={(event) => {
              event.preventDefault();
              setHint('pin.noPaste');
            }}
            onDrop={(event) => event.preventDefault()}
            onChange={(event) => {
              const digits = digitsOf(event.currentTarget.value);
              setHint(digits === event.currentTarget.value ? null : 'pin.onlyDigits');
              setPin(digits);
              setAsking(false);
            }}
          />
          <p className="caption" role="status">
            {hint && t(hint)}
          </p>
        </div>
      )}
      {!asking && <PinFacts context={context} />}
      {context.demoPin !== null && stage !== 'locked' && !asking && (
        <p className="demo-hint" data-testid="pin-demo-hint">
          {t('pin.demoHint', { pin: context.demoPin })}
        </p>
      )}
      {asking ? (
        <div className="stack confirm" role="alertdialog" aria-label={t('pin.confirmTitle')}>
          <p className="strong">{t('pin.confirmTitle')}</p>
          <p>{t('pin.lastText', { pin: name })}</p>
          <div className="row">
            <PinButton kind="primary" danger onClick={() => submit(true)} data-testid="pin-confirm">
              {t('pin.confirm')}
            </PinButton>
            <PinButton onClick={() => void backend.pinCancel()} data-testid="pin-cancel">
              {t('app.cancel')}
            </PinButton>
          </div>
        </div>
      ) : (
        <div className="row">
          {stage !== 'locked' && (
            <PinButton kind="primary" type="submit" busy={busy} data-testid="pin-submit">
              {t(busy ? 'pin.checking' : 'pin.go')}
            </PinButton>
          )}
          <PinButton onClick={() => void backend.pinCancel()} data-testid="pin-cancel">
            {t(stage === 'locked' ? 'app.close' : 'app.cancel')}
          </PinButton>
        </div>
      )}
      <p className="caption">{t('pin.private')}</p>
    </form>
  );
}
