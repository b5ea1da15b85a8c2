import { useState, type ReactNode } from 'react';
import { Button } from '../../../ds';
import type { TextKey } from '../../../i18n/keys';
import { useTexts } from '../../../i18n/text';
import { copyText } from '../../../shared/copyText';
import { formatTime } from '../../../shared/format';
import { HelpCode } from '../../../shared/help/HelpLink';
import { useStatus } from '../../../shared/session/queries';
import { CardDrawing } from './drawings';
import { OBSTACLES, type Obstacle } from './situations';

/** What starts the card service where systemd does; one line to copy. */
const COMMAND = 'sudo systemctl enable --now pcscd.socket';

/** Shows the command of the card service and copies it. */
function CopyCommand() {
  const { t } = useTexts();
  const [done, setDone] = useState<'start.copied' | 'start.notCopied' | null>(null);
  return (
    <>
      <Button
        kind="primary"
        onClick={() => void copyText(COMMAND).then((copied) => setDone(copied ? 'start.copied' : 'start.notCopied'))}
        data-testid="state-action"
      >
        {t('start.copyCommand')}
      </Button>
      <span className="second" role="status">
        {done && t(done)}
      </span>
    </>
  );
}

/** Asks the program for the state now, and says that nothing changed: a press is always answered. */
function LookAgain({ kind }: { kind: 'primary' | 'secondary' }) {
  const { t } = useTexts();
  const status = useStatus();
  const [at, setAt] = useState<number | null>(null);
  return (
    <>
      <Button
        kind={kind}
        busy={status.isFetching}
        onClick={() => void status.refetch().then(() => setAt(Date.now()))}
        data-testid={kind === 'primary' ? 'state-action' : 'look-again'}
      >
        {t('start.look')}
      </Button>
      <span className="second" role="status">
        {at !== null && t('start.looked', { time: formatTime(at, true) })}
      </span>
    </>
  );
}

/** Drawing, what it is, what to do in steps, and an action that always works. */
export function ObstacleView(props: { obstacle: Obstacle; params?: Record<string, string>; name?: string; children?: ReactNode }) {
  const { obstacle, params = {} } = props;
  const { t } = useTexts();
  const { code, steps } = OBSTACLES[obstacle];
  const words = Array.from({ length: steps }, (_, index) => `start.${obstacle}.do${index + 1}` as TextKey);
  return (
    <div className="stack obstacle" data-testid="obstacle" data-obstacle={obstacle}>
      <h1 className="display">{t(`start.${obstacle}.title`)}</h1>
      <p className="lead measure-narrow" role="status">
        {t(`start.${obstacle}.text`, params)}
      </p>
      {props.name && <p className="second">{t('start.inReader', { name: props.name })}</p>}
      <div className="obstacle-body">
        <CardDrawing of={obstacle} />
        <div className="stack">
          {words.length > 0 && (
            <>
              <h2 className="h3">{t('start.whatToDo')}</h2>
              <ol className="steps">
                {words.map((key) => (
                  <li key={key}>
                    {t(key, { command: '' })}
                    {key === 'start.serviceOff.do1' && <code className="command">{COMMAND}</code>}
                  </li>
                ))}
              </ol>
            </>
          )}
          <div className="row">
            {obstacle === 'serviceOff' && <CopyCommand />}
            <LookAgain kind={obstacle === 'serviceOff' ? 'secondary' : 'primary'} />
            {props.children}
          </div>
          <p className="caption">
            {t('start.watching')} {code && <HelpCode code={code} />}
          </p>
        </div>
      </div>
    </div>
  );
}
