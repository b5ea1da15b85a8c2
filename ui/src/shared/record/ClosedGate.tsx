import { useState, type ReactNode } from 'react';
import type { RecordView } from '../../backend/contract';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { SheetTitle } from './bodies/SheetTitle';
import { boolOf, byName } from './values';

/**
 * A document that the person closed to doctors. Its contents come after a deliberate step, so that nobody reads them by
 * chance over a shoulder; the step is forgotten when the record is left.
 */
export function ClosedGate({ view, children }: { view: RecordView; children: ReactNode }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  if (boolOf(byName(view.fields), 'closed') !== true) return children;
  return (
    <>
      {!open && <SheetTitle row={view.row} />}
      <div className="note closed notch" data-testid="closed">
        <div>
          <p className="strong">{t('closed.word')}</p>
          <p>{t('closed.who')}</p>
          <p className="second">{t('closed.unlock')}</p>
        </div>
        <Button onClick={() => setOpen(!open)} aria-expanded={open} data-testid="closed-open">
          {t(open ? 'closed.hide' : 'closed.show')}
        </Button>
      </div>
      {open && children}
    </>
  );
}
