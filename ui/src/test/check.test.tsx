import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { openApp } from './render';

async function dropped(path: string) {
  const backend = await openApp({ settings: { language: 'en' } });
  await userEvent.setup({ delay: null }).click(await screen.findByTestId('nav-check'));
  await act(() => {
    backend.drop(path);
    return Promise.resolve();
  });
  return screen.findByTestId('check-outcome');
}

describe('checking a file', () => {
  it('gives four separate answers for a genuine file, and what it says', async () => {
    const outcome = await dropped('/home/keegi/registrikaart.asice');
    expect(outcome).toHaveAttribute('data-outcome', 'TOTAL_PASSED');
    const answers = ['unaltered', 'issuer', 'current', 'audience'].map((id) =>
      screen.getByTestId(`answer-${id}`).getAttribute('data-answer'),
    );
    expect(answers).toEqual(['yes', 'yes', 'yes', 'cannotTell']);
    expect(screen.getByTestId('answer-issuer')).toHaveTextContent('Business House');
    expect(outcome).toHaveTextContent('Sälk ja Pügal OÜ');
    expect(outcome).toHaveTextContent('21 fields were not disclosed');
  });

  it('names the field of a file that was changed, and shows none of its contents', async () => {
    const outcome = await dropped('C:\\altered.asice');
    expect(outcome).toHaveAttribute('data-outcome', 'TOTAL_FAILED');
    expect(screen.getByTestId('answer-unaltered')).toHaveTextContent('Does not fit: Share capital.');
    expect(screen.getByTestId('check-error')).toHaveTextContent('Help code E37');
    expect(screen.queryByText('What the file says')).toBeNull();
    expect(screen.getByText('altered.asice')).toBeInTheDocument();
  });

  it('genuine but ended is neither good nor altered', async () => {
    const outcome = await dropped('/home/keegi/ended.asice');
    expect(within(outcome).getByRole('heading', { level: 1 })).toHaveTextContent('Genuine, but no longer in force');
    expect(screen.getByTestId('answer-current')).toHaveAttribute('data-tone', 'care');
  });

  it('a file that is not ours says nothing of its contents', async () => {
    const outcome = await dropped('/home/keegi/foreign.pdf');
    expect(outcome).toHaveAttribute('data-outcome', 'INDETERMINATE');
    expect(outcome).toHaveTextContent('Cannot tell');
    expect(screen.getByTestId('answer-unaltered')).toHaveAttribute('data-tone', 'unknown');
  });
});
