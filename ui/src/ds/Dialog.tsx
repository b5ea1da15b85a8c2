import { XMarkIcon } from '@navikt/aksel-icons';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useTexts } from '../i18n/text';

/** A modal dialog on the browser's own element: Esc and the cross close it, the focus goes in and comes back. */
export function Dialog(props: { title: string; onClose: () => void; testId?: string; wide?: boolean; children: ReactNode }) {
  const { t } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog${props.wide ? ' dialog-wide' : ''}`}
      aria-labelledby={title}
      data-testid={props.testId}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        props.onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && props.onClose()}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={title}>{props.title}</h2>
          <button type="button" className="icon-button" onClick={props.onClose} aria-label={t('app.close')} data-testid="dialog-close">
            <XMarkIcon aria-hidden="true" className="icon" />
          </button>
        </div>
        {props.children}
      </div>
    </dialog>
  );
}
