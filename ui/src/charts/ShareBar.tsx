/** Gap between two parts, in hundredths of the whole bar's width. */
const GAP = 0.4;

/** Parts of a whole as one bar in ink and greys. Decoration: names and numbers stand beside it. */
export function ShareBar({ parts }: { parts: number[] }) {
  const total = parts.reduce((sum, part) => sum + Math.max(0, part), 0);
  if (total <= 0) return null;
  const starts = parts.map((_, index) => (parts.slice(0, index).reduce((sum, part) => sum + Math.max(0, part), 0) / total) * 100);
  return (
    <svg className="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      {parts.map((part, index) => (
        <rect
          key={index}
          data-shade={index % 3}
          x={starts[index]}
          y={0}
          width={Math.max(0, (Math.max(0, part) / total) * 100 - (index < parts.length - 1 ? GAP : 0))}
          height={4}
        />
      ))}
    </svg>
  );
}
