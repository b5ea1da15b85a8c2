import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

interface FlyoutProps {
  /** What the button shows. */
  label: ReactNode;
  /** Accessible name when the label alone does not say it. */
  name?: string;
  className?: string;
  testId?: string;
  align?: 'start' | 'end';
  children: (close: () => void) => ReactNode;
}

function Panel({ content, close }: { content: FlyoutProps['children']; close: () => void }) {
  return content(close);
}

/** A button with a small panel under it. Esc and a press outside close it; focus returns to the button. */
export function Flyout({ label, name, className = '', testId, align = 'start', children }: FlyoutProps) {
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const whole = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  return (
    <div
      ref={whole}
      className={`flyout flyout-${align}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        className={`flyout-button ${className}`}
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        aria-label={name}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div id={panelId} className="flyout-panel">
          <Panel content={children} close={close} />
        </div>
      )}
    </div>
  );
}
