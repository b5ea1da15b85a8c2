import { act, render, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { FixtureBackend } from '../backend/fixture/backend';
import type { Settings } from '../backend/contract';
import { textsOf } from '../test/render';
import { App } from './App';

const RUSSIAN: Settings = {
  language: 'ru',
  theme: 'dark',
  textSize: 'normal',
  sharedComputer: false,
  notifications: false,
  welcomed: true,
};

/** A program that has not started yet: it answers nothing. */
class Starting extends FixtureBackend {
  asked = 0;

  override settings = () => {
    this.asked += 1;
    return new Promise<Settings>(() => undefined);
  };
}

it('shows its frame in the right language and colours while the program is still starting', async () => {
  const backend = new Starting();
  render(<App backend={backend} start={RUSSIAN} />);
  expect(screen.getByTestId('help-open')).toHaveTextContent(textsOf('ru').t('app.help'));
  expect(document.documentElement).toHaveAttribute('lang', 'ru');
  expect(document.documentElement.dataset.colorScheme).toBe('dark');
  await act(() => new Promise((later) => setTimeout(later, 20)));
  expect(backend.asked).toBe(0);
});

it('shows nothing in a language that may be wrong when the settings have to be asked for', async () => {
  const backend = new Starting();
  const { container } = render(<App backend={backend} />);
  await waitFor(() => expect(backend.asked).toBe(1));
  expect(container).toBeEmptyDOMElement();
});
