import { ExclamationmarkTriangleIcon, InformationSquareIcon, XMarkOctagonIcon } from '@navikt/aksel-icons';
import type { ReactNode } from 'react';
import { toErrorInfo } from '../../backend/backend';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { errorWords } from './errorText';

const ICONS = { info: InformationSquareIcon, care: ExclamationmarkTriangleIcon, stop: XMarkOctagonIcon };

/** What happened · what it means · what to do · help code, with at most one action. */
export function ErrorNote(props: { error: unknown; onRetry?: () => void; children?: ReactNode; testId?: string }) {
  const texts = useTexts();
  const info = toErrorInfo(props.error);
  const words = errorWords(info, texts);
  const Icon = ICONS[words.severity];
  return (
    <div className="note" data-tone={words.severity} role={words.severity === 'info' ? 'status' : 'alert'} data-testid={props.testId}>
      <Icon aria-hidden="true" />
      <div>
        <p>
          <strong>{words.what}</strong> {words.means}
        </p>
        <p>{words.advice}</p>
        <p className="code">{texts.t('alarm.helpCode', { code: words.code })}</p>
        {(props.onRetry && info.retry) || props.children ? (
          <div className="actions row">
            {props.onRetry && info.retry && <Button onClick={props.onRetry}>{texts.t('app.tryAgain')}</Button>}
            {props.children}
          </div>
        ) : null}
      </div>
    </div>
  );
}
