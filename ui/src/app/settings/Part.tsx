import type { ReactNode } from 'react';

/** One part of the settings: its name at the left, what it holds at the right. */
export function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="settings-part" id={`settings-${id}`} aria-labelledby={`settings-title-${id}`} data-testid={`settings-${id}`}>
      <h2 id={`settings-title-${id}`} tabIndex={-1}>
        {title}
      </h2>
      <div className="settings-body">{children}</div>
    </section>
  );
}
