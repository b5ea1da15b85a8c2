import { encode } from 'uqr';

/** Quiet zone around the code, in modules, as the standard asks. */
const QUIET = 4;
/** Bytes that fit into the largest code at the error correction used here. */
const BYTES_MAX = 2331;

/** True when a text fits into one code. */
export const fitsQrCode = (text: string): boolean => new TextEncoder().encode(text).length <= BYTES_MAX;

/** Dark modules of a row joined to runs: one short path instead of thousands of squares. */
function runs(data: boolean[][]): string {
  return data
    .map((row, y) => {
      let path = '';
      for (let x = 0; x < row.length; x += 1) {
        if (!row[x] || row[x - 1]) continue;
        const end = row.indexOf(false, x);
        path += `M${x + QUIET} ${y + QUIET}h${(end < 0 ? row.length : end) - x}v1H${x + QUIET}z`;
      }
      return path;
    })
    .join('');
}

/** A QR code as SVG: black on white in every theme, because cameras expect it. Nothing when the text is too long for one code. */
export function QrCode({ text, label }: { text: string; label: string }) {
  if (!fitsQrCode(text)) return null;
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const side = size + 2 * QUIET;
  return (
    <svg
      className="qr-code"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      data-testid="qr-code"
    >
      <path className="qr-paper" d={`M0 0H${side}V${side}H0z`} />
      <path className="qr-ink" d={runs(data)} />
    </svg>
  );
}
