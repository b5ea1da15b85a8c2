/** A card going into a reader, chip first. */
export function ReaderDrawing({ inserted }: { inserted: boolean }) {
  return (
    <svg className="reader-drawing" viewBox="0 0 352 282" width={352} height={282} aria-hidden="true">
      <g transform={inserted ? 'translate(0 62)' : undefined}>
        <rect x={46} y={2} width={260} height={240} rx={10} fill="var(--sheet)" stroke="var(--text)" strokeWidth={2} />
        <rect x={70} y={26} width={52} height={64} fill="var(--unknown-tint)" />
        <path d="M142 32H276M142 52H246M142 72H262" stroke="var(--line)" strokeWidth={6} />
        <g fill="var(--unknown-tint)" stroke="var(--text)" strokeWidth={2}>
          <rect x={148} y={126} width={56} height={44} rx={5} />
          <path fill="none" d="M166 126V170M186 126V170M148 142H166M186 142H204M148 155H166M186 155H204" />
        </g>
      </g>
      <path fill="var(--text)" d="M0 192H32V200H320V192H352V280H0Z" />
      {!inserted && <path fill="none" stroke="var(--canvas)" strokeWidth={5} d="M144 222L176 254L208 222" />}
    </svg>
  );
}
