import type { PinTries } from '../backend/contract';

/** Tries drawn as blocks; the number stands beside them. */
export function TriesBlocks({ tries }: { tries: PinTries }) {
  const max = Math.min(10, Math.max(0, tries.max));
  return (
    <svg className="tries" viewBox={`0 0 ${max * 15} 18`} width={max * 15} height={18} aria-hidden="true">
      {Array.from({ length: max }, (_, index) => (
        <rect
          key={index}
          x={index * 15 + 0.75}
          y={0.75}
          width={11.5}
          height={16.5}
          fill={index < tries.left ? 'currentColor' : 'none'}
          stroke="currentColor"
          strokeWidth={1.5}
        />
      ))}
    </svg>
  );
}
