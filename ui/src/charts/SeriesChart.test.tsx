import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { dayNumber, niceStep, placesOf, ticks } from './scale';
import { SeriesChart, type ChartPoint } from './SeriesChart';

const point = (date: string, value: number, outside = false): ChartPoint => ({
  date,
  value,
  label: String(value),
  outside,
  spoken: `${date}: ${value}`,
});
const POINTS = [point('2021-03-10', 37), point('2023-09-05', 41), point('2024-06-18', 44, true), point('2026-11-20', 48, true)];
const show = (points = POINTS) =>
  render(<SeriesChart summary="HbA1c" points={points} low={20} high={42} lowLabel="20" highLabel="42" bandLabel="viitevahemik 20–42" />);

describe('chart of a series', () => {
  it('draws circles inside the range and squares outside it, over a band', () => {
    const { container } = show();
    expect(container.querySelectorAll('circle.point')).toHaveLength(2);
    expect(container.querySelectorAll('rect.point.outside')).toHaveLength(2);
    expect(container.querySelectorAll('.band rect')).toHaveLength(1);
    expect(screen.getByText('viitevahemik 20–42')).toBeInTheDocument();
  });

  it('is one tab stop; arrow keys say one point after the other', async () => {
    show();
    const user = userEvent.setup();
    await user.tab();
    expect(screen.getByTestId('chart')).toHaveFocus();
    await user.keyboard('{ArrowLeft}');
    expect(screen.getByText('2024-06-18: 44')).toBeInTheDocument();
    await user.keyboard('{Home}');
    expect(screen.getByText('2021-03-10: 37')).toBeInTheDocument();
    await user.keyboard('{ArrowLeft}');
    expect(screen.getByText('2021-03-10: 37')).toBeInTheDocument();
    await user.keyboard('{End}{ArrowRight}');
    expect(screen.getByText('2026-11-20: 48')).toBeInTheDocument();
    await user.tab();
    expect(screen.getByTestId('chart')).not.toHaveFocus();
  });

  it('leaves out what has no date and draws nothing from nothing', () => {
    const { container } = show([point('someday', 1)]);
    expect(container.querySelector('svg')).toBeNull();
  });

  it('chooses round ticks', () => {
    expect(ticks(20, 48, 4)).toEqual([20, 30, 40, 50]);
    expect(ticks(5, 5, 4).length).toBeGreaterThan(1);
    expect(niceStep(0.3, 4)).toBeCloseTo(0.1);
    expect([placesOf(0.1), placesOf(10)]).toEqual([1, 0]);
    expect(dayNumber('2026-11-22')).toBe(20779);
    expect(dayNumber('2026')).toBeNull();
  });
});
