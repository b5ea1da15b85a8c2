import { useState } from 'react';
import { useTexts } from '../../i18n/text';
import { maskCode } from '../format';

/** A personal code, masked until asked for. */
export function MaskedCode({ code }: { code: string }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <span className="nowrap">
      {open ? code : maskCode(code)}{' '}
      <button type="button" className="link small" aria-pressed={open} onClick={() => setOpen(!open)}>
        {t(open ? 'app.hide' : 'app.show')}
      </button>
    </span>
  );
}
