import { ExclamationmarkTriangleIcon, InformationSquareIcon, XMarkOctagonIcon } from '@navikt/aksel-icons';
import type { ReactNode } from 'react';
import type { Severity } from './errorText';

export const NOTE_ICONS = { info: InformationSquareIcon, care: ExclamationmarkTriangleIcon, stop: XMarkOctagonIcon };

/** Something to know before going on: sign, words, colour. `live` when it comes while the person is here. */
export function Note({ tone, live, testId, children }: { tone: Severity; live?: boolean; testId?: string; children: ReactNode }) {
  const Icon = NOTE_ICONS[tone];
  return (
    <div className="note" data-tone={tone} role={live ? (tone === 'info' ? 'status' : 'alert') : 'note'} data-testid={testId}>
      <Icon aria-hidden="true" />
      <div>{children}</div>
    </div>
  );
}
