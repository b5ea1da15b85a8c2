import { Button as DsButton } from '@digdir/designsystemet-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';

/** A button. `danger` is for the one action of an alarm. Never disabled: a press is answered in words. */
export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'command'> {
  kind?: 'primary' | 'secondary' | 'tertiary';
  danger?: boolean;
  /** Working: the button answers no second press. */
  busy?: boolean;
  icon?: ReactNode;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** A button of the component library in our sizes. */
export function Button({
  kind = 'secondary',
  danger = false,
  busy = false,
  icon,
  children,
  onClick,
  ref,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <DsButton
      ref={ref}
      variant={kind}
      data-color={danger ? 'danger' : 'accent'}
      aria-busy={busy || undefined}
      type={type}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      {icon}
      {children}
    </DsButton>
  );
}
