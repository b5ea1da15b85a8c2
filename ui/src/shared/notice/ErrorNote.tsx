import type { ReactNode } from 'react';
import { toErrorInfo } from '../../backend/backend';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { HelpCode } from '../help/HelpLink';
import { errorWords } from './errorText';
import { Note } from './Note';

/** What happened · what it means · what to do · help code, with at most one action. */
export function ErrorNote(props: { error: unknown; onRetry?: () => void; children?: ReactNode; testId?: string }) {
  const texts = useTexts();
  const info = toErrorInfo(props.error);
  const words = errorWords(info, texts);
  return (
    <Note tone={words.severity} live testId={props.testId}>
      <p>
        <strong>{words.what}</strong> {words.means}
      </p>
      <p>{words.advice}</p>
      <p className="code">
        <HelpCode code={words.code} />
      </p>
      {(props.onRetry && info.retry) || props.children ? (
        <div className="actions row">
          {props.onRetry && info.retry && <Button onClick={props.onRetry}>{texts.t('app.tryAgain')}</Button>}
          {props.children}
        </div>
      ) : null}
    </Note>
  );
}
