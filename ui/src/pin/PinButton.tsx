import type { ButtonHTMLAttributes } from 'react';

interface PinButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  kind?: 'primary' | 'secondary';
  danger?: boolean;
  /** Working: the button answers no second press. */
  busy?: boolean;
}

/** A button in the look of the component library, without its code: this window loads as little as it can. */
export function PinButton({ kind = 'secondary', danger = false, busy = false, type = 'button', onClick, ...rest }: PinButtonProps) {
  return (
    <button
      className="ds-button"
      data-variant={kind}
      data-color={danger ? 'danger' : 'accent'}
      aria-busy={busy || undefined}
      type={type}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    />
  );
}
