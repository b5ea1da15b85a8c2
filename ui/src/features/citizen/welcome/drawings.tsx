import type { ReactNode } from 'react';
import type { Obstacle } from './situations';

const BODY = 'M0 192H32V200H320V192H352V280H0Z';

/** The card with its chip; `face` is what is drawn on it. */
function Card({ y = 0, chip = true, dim = false, children }: { y?: number; chip?: boolean; dim?: boolean; children?: ReactNode }) {
  return (
    <g transform={`translate(0 ${y})`}>
      <rect x={46} y={2} width={260} height={240} rx={10} className={dim ? 'draw-dim' : 'draw-sheet'} />
      <rect x={70} y={26} width={52} height={64} className="draw-soft" />
      <path d="M142 32H276M142 52H246M142 72H262" className="draw-lines" />
      {chip && <Chip />}
      {children}
    </g>
  );
}

function Chip() {
  return (
    <g className="draw-chip">
      <rect x={148} y={126} width={56} height={44} rx={5} />
      <path fill="none" d="M166 126V170M186 126V170M148 142H166M186 142H204M148 155H166M186 155H204" />
    </g>
  );
}

function Reader({ dashed = false, children }: { dashed?: boolean; children?: ReactNode }) {
  return (
    <>
      <path className={dashed ? 'draw-dashed' : 'draw-reader'} d={BODY} />
      {children}
    </>
  );
}

/** A sign on the reader: stroke in the colour of the canvas. */
const Sign = ({ d }: { d: string }) => <path className="draw-sign" d={d} />;
/** Cable to the right; `gap` when it is out. */
const Cable = ({ gap }: { gap?: boolean }) =>
  gap ? (
    <g className="draw-line">
      <path d="M176 192V150Q176 120 206 120H236" />
      <path d="M236 108H262V132H236ZM262 114H274M262 126H274" />
      <path strokeDasharray="6 8" d="M286 120H316" />
      <path d="M318 100H346V140H318Z" />
    </g>
  ) : (
    <path className="draw-line" d="M176 192V120" />
  );

const CROSS = 'M150 214L202 266M202 214L150 266';
const DOWN = 'M144 222L176 254L208 222';
const UP = 'M144 254L176 222L208 254';
const LOCK = 'M154 236H198V266H154ZM162 236V222Q162 210 176 210Q190 210 190 222V236';
const DOTS = 'M148 240H152M174 240H178M200 240H204';

const DRAWINGS: Record<Obstacle | 'ready', () => ReactNode> = {
  serviceOff: () => (
    <>
      <path className="draw-line" d="M46 20H306V150H46ZM20 172H332" />
      <path className="draw-dim" d="M66 40H286V130H66Z" />
      <path className="draw-line" d="M176 62V92M154 72A32 32 0 1 0 198 72" />
      <Reader dashed />
    </>
  ),
  noReader: () => (
    <>
      <Cable gap />
      <Reader dashed />
    </>
  ),
  readerGone: () => (
    <>
      <Cable gap />
      <Reader>
        <Sign d={CROSS} />
      </Reader>
    </>
  ),
  noCard: () => (
    <>
      <Card />
      <Reader>
        <Sign d={DOWN} />
      </Reader>
    </>
  ),
  cardGone: () => (
    <>
      <Card y={-24} dim />
      <Reader>
        <Sign d={UP} />
      </Reader>
    </>
  ),
  reading: () => (
    <>
      <Card y={62} />
      <Reader>
        <Sign d={DOTS} />
      </Reader>
    </>
  ),
  unreadable: () => (
    <>
      <Card chip={false}>
        <path className="draw-line" d="M118 190A64 40 0 1 1 236 186M236 186L244 164M236 186L214 182" />
      </Card>
      <Reader>
        <Sign d="M176 212V244M176 256V262" />
      </Reader>
    </>
  ),
  busy: () => (
    <>
      <path className="draw-line" d="M206 2H346V92H206ZM206 24H346" />
      <path className="draw-dim" d="M6 34H146V124H6Z" />
      <path className="draw-line" d="M6 34H146V124H6ZM6 56H146M276 92V150H190V192M76 124V150H162V192" />
      <Reader>
        <Sign d="M162 216V262M190 216V262" />
      </Reader>
    </>
  ),
  readerFailed: () => (
    <>
      <Card y={62} dim />
      <Reader>
        <Sign d={CROSS} />
      </Reader>
    </>
  ),
  notIdCard: () => (
    <>
      <rect x={46} y={2} width={260} height={240} rx={10} className="draw-sheet" />
      <rect x={46} y={34} width={260} height={36} className="draw-fill" />
      <path className="draw-lines" d="M70 104H150M70 124H120M70 160H282" />
      <Reader>
        <Sign d={CROSS} />
      </Reader>
    </>
  ),
  unsupported: () => (
    <>
      <Card>
        <path className="draw-line" d="M232 118Q232 100 250 100Q268 100 268 117Q268 130 250 138V148M250 160V164" />
      </Card>
      <Reader>
        <Sign d={CROSS} />
      </Reader>
    </>
  ),
  contactless: () => (
    <>
      <g transform="translate(0 -6) rotate(-8 176 120)">
        <Card />
      </g>
      <path className="draw-line" d="M300 96Q330 126 300 156M316 82Q358 126 316 170" />
      <Reader>
        <Sign d={DOWN} />
      </Reader>
    </>
  ),
  notActivated: () => (
    <>
      <Card y={40}>
        <path className="draw-line" d="M250 96V124M236 104A22 22 0 1 0 264 104" />
      </Card>
      <Reader />
    </>
  ),
  locked: () => (
    <>
      <Card y={40} />
      <Reader>
        <Sign d={LOCK} />
      </Reader>
    </>
  ),
  pukLocked: () => (
    <>
      <Card y={40} dim />
      <Reader>
        <Sign d={LOCK} />
      </Reader>
    </>
  ),
  expired: () => (
    <>
      <Card y={40} dim>
        <path className="draw-line" d="M222 92H284V144H222ZM222 108H284M238 84V98M268 84V98M240 118L266 138M266 118L240 138" />
      </Card>
      <Reader />
    </>
  ),
  ready: () => (
    <>
      <Card y={62} />
      <Reader />
    </>
  ),
};

/** A drawing of reader and card. The words beside it say the same. */
export function CardDrawing({ of }: { of: Obstacle | 'ready' }) {
  return (
    <svg className="reader-drawing" viewBox="-4 -30 360 314" width={288} height={251} aria-hidden="true" data-drawing={of}>
      {DRAWINGS[of]()}
    </svg>
  );
}
