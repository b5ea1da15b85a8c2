import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { fitsQrCode, QrCode } from './QrCode';

describe('a QR code', () => {
  it('has its name, a quiet zone and the three finder patterns', () => {
    render(<QrCode text="toend:network/kask-meri" label="Kümme sõna ruutkoodina" />);
    const code = screen.getByRole('img', { name: 'Kümme sõna ruutkoodina' });
    const side = Number(code.getAttribute('viewBox')?.split(' ')[2]);
    expect((side - 8 - 17) % 4).toBe(0);
    const path = code.querySelector('.qr-ink')?.getAttribute('d') ?? '';
    // each finder pattern starts with a run of seven: upper left, upper right, lower left
    expect(path).toContain('M4 4h7v1H4z');
    expect(path).toContain(`M${side - 11} 4h7v1H${side - 11}z`);
    expect(path).toContain(`M4 ${side - 5}h7v1H4z`);
    for (const [, x = '', y = ''] of path.matchAll(/M(\d+) (\d+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(4);
      expect(Number(y)).toBeLessThan(side - 4);
    }
  });

  it('differs with its text', () => {
    const { container, rerender } = render(<QrCode text="a" label="x" />);
    const before = container.innerHTML;
    rerender(<QrCode text="b" label="x" />);
    expect(container.innerHTML).not.toBe(before);
  });

  it('is not drawn when the text does not fit', () => {
    expect(fitsQrCode('õ'.repeat(1166))).toBe(false);
    const { container } = render(<QrCode text={'õ'.repeat(1166)} label="x" />);
    expect(container).toBeEmptyDOMElement();
  });

  it('is drawn up to the largest code', () => {
    const { container } = render(<QrCode text={'õ'.repeat(1165)} label="x" />);
    expect(container.querySelector('svg')).not.toBeNull();
  });
});
