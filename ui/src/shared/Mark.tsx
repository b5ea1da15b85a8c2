/** The mark: the record's half in text colour, the ledger's half in proof colour. Once per screen, top left. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path fill="var(--text)" d="M2 2H21.3L8.5 14.8L2 8.3Z" />
      <path fill="var(--proof)" d="M2 11.7L8.5 18.2L22 4.7V22H2Z" />
    </svg>
  );
}
