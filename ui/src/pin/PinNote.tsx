import { ExclamationmarkTriangleIcon, InformationSquareIcon, XMarkOctagonIcon } from '@navikt/aksel-icons';
import type { ReactNode } from 'react';

const ICONS = { info: InformationSquareIcon, care: ExclamationmarkTriangleIcon, stop: XMarkOctagonIcon };

/** Something to know before typing, or what came of it. */
export function PinNote(props: {
  tone: keyof typeof ICONS;
  urgent: boolean;
  id?: string;
  testId: string;
  code?: string;
  children: ReactNode;
}) {
  const Icon = ICONS[props.tone];
  return (
    <div
      className="note"
      data-tone={props.tone}
      role={props.urgent ? 'alert' : 'status'}
      id={props.id}
      data-testid={props.testId}
      data-code={props.code}
    >
      <Icon aria-hidden="true" />
      <p>{props.children}</p>
    </div>
  );
}
