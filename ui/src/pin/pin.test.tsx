import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { FixturePinBackend } from '../backend/fixture/pin';
import { demoCard } from '../backend/fixture/status';
import type { PinContext } from '../backend/contract';
import { LANGUAGES } from '../i18n/i18n';
import { textsOf, violations } from '../test/render';
import { PinApp } from './PinApp';
import { digitsOf, lengthFits, onContinue, stageOf } from './pinRules';

const user = () => userEvent.setup({ delay: null });
async function open(left = 3, options: ConstructorParameters<typeof FixturePinBackend>[1] = {}) {
  const backend = new FixturePinBackend(left, options);
  render(<PinApp backend={backend} />);
  await screen.findByTestId('pin-cancel');
  return backend;
}
const context = (left: number): PinContext => ({
  pin: 'pin1',
  card: demoCard('mari', left),
  minLength: 4,
  maxLength: 12,
  error: null,
  keypad: false,
  demoPin: null,
  language: 'et',
  theme: 'auto',
});

describe('PIN rules', () => {
  it('know digits and length', () => {
    expect(digitsOf('12a 3-4')).toBe('1234');
    expect(['123', '1234', '123456789012', '1234567890123'].map((pin) => lengthFits(pin, context(3)))).toEqual([false, true, true, false]);
  });

  it('know the stage before anything is typed', () => {
    expect([3, 2, 1, 0].map((left) => stageOf({ left, max: 3, usable: true }))).toEqual(['plain', 'fewer', 'last', 'locked']);
    expect(stageOf({ left: 3, max: 3, usable: false })).toBe('locked');
  });

  it('send nothing of wrong length, and a last try only when confirmed', () => {
    expect(onContinue('12', context(3), false)).toBe('wrongLength');
    expect(onContinue('1234', context(3), false)).toBe('submit');
    expect(onContinue('1234', context(1), false)).toBe('confirm');
    expect(onContinue('1234', context(1), true)).toBe('submit');
    expect(onContinue('1234', context(0), true)).toBe('locked');
  });
});

describe('the PIN window', () => {
  it('takes the right PIN and forgets it at once', async () => {
    const backend = await open();
    const press = user();
    await waitFor(() => expect(screen.getByTestId('pin-input')).toHaveFocus());
    expect(screen.getByTestId('pin-demo-hint')).toHaveTextContent('0090');
    await press.keyboard('0090{Enter}');
    await waitFor(() => expect(backend.log).toEqual(['ok']));
    expect(screen.getByTestId('pin-input')).toHaveValue('');
  });

  it('says a wrong PIN with the tries left, empties the field and keeps the focus in it', async () => {
    await open();
    const press = user();
    await press.keyboard('1111{Enter}');
    expect(await screen.findByTestId('pin-error')).toHaveTextContent('PIN1 ei olnud õige. Katseid alles: 2.');
    expect(screen.getByTestId('pin-error')).toHaveAttribute('data-code', 'E08');
    expect(screen.getByTestId('pin-input')).toHaveValue('');
    await waitFor(() => expect(screen.getByTestId('pin-input')).toHaveFocus());
  });

  it('warns before typing when tries are missing', async () => {
    await open(2);
    expect(screen.getByTestId('pin-warning')).toHaveTextContent('2 katset alles');
  });

  it('asks a second time before the last try, and cancel sends nothing', async () => {
    const backend = await open(1);
    const press = user();
    expect(screen.getByTestId('pin-warning')).toHaveTextContent('Viimane katse.');
    await press.type(screen.getByTestId('pin-input'), '0090');
    await press.click(screen.getByTestId('pin-submit'));
    expect(backend.log).toEqual([]);
    await press.click(screen.getByTestId('pin-confirm'));
    await waitFor(() => expect(backend.log).toEqual(['ok']));
  });

  it('locks after the last wrong try and leaves no field', async () => {
    await open(1);
    const press = user();
    await press.type(screen.getByTestId('pin-input'), '1111{Enter}');
    await press.click(await screen.findByTestId('pin-confirm'));
    expect(await screen.findByTestId('pin-error')).toHaveAttribute('data-code', 'E10');
    expect(screen.queryByTestId('pin-input')).toBeNull();
    expect(screen.queryByTestId('pin-submit')).toBeNull();
  });

  it('takes no paste and no letters', async () => {
    await open();
    const press = user();
    const field = screen.getByTestId('pin-input');
    await press.click(field);
    await press.paste('0090');
    expect(field).toHaveValue('');
    expect(screen.getByText('Kleepida ei saa. Sisestage PIN klahvidega.')).toBeInTheDocument();
    await press.type(field, '1a2');
    expect(field).toHaveValue('12');
    await press.keyboard('{Enter}');
    expect(await screen.findByTestId('pin-error')).toHaveAttribute('data-code', 'E12');
  });

  it('cancels with the button and with Esc', async () => {
    const backend = await open();
    const press = user();
    await press.click(screen.getByTestId('pin-cancel'));
    await press.keyboard('{Escape}');
    expect(backend.log).toEqual(['cancelled', 'cancelled']);
  });

  it('says at the second question what a wrong code costs', async () => {
    await open(1);
    const press = user();
    await press.type(screen.getByTestId('pin-input'), '0090{Enter}');
    expect(await screen.findByRole('alertdialog')).toHaveTextContent('PUK');
  });

  it('that was opened for nothing says so and can be closed', async () => {
    const backend = new FixturePinBackend();
    vi.spyOn(backend, 'pinContext').mockRejectedValue({ code: 'E69', blame: 'user', params: {}, retry: false });
    render(<PinApp backend={backend} />);
    expect(await screen.findByTestId('pin-error')).toHaveAttribute('data-code', 'E69');
    await user().click(screen.getByTestId('pin-cancel'));
    expect(backend.log).toEqual(['cancelled']);
  });

  it.each(LANGUAGES)('has every text it can need in %s', async (language) => {
    const { find } = textsOf(language);
    const { default: pinTexts } = await import('virtual:pin-texts');
    const mine = pinTexts[language];
    for (let code = 0; code <= 19; code++)
      for (const part of ['what', 'means', 'do']) {
        const key = `errors.E${String(code).padStart(2, '0')}.${part}`;
        expect(mine[key], key).toBe(find(key));
      }
    expect(Object.keys(mine).some((key) => key.startsWith('field.'))).toBe(false);
  });

  it.each(LANGUAGES)('reads in %s without a violation', async (language) => {
    await open(1, { language, theme: 'dark' });
    expect(document.documentElement.lang).toBe(language);
    expect(document.documentElement.dataset.colorScheme).toBe('dark');
    expect(screen.getByRole('heading')).toHaveTextContent({ et: 'Sisestage PIN1', en: 'Enter PIN1', ru: 'Введите PIN1' }[language]);
    expect(await violations()).toEqual([]);
  });
});

describe('a reader with its own keys', () => {
  const keypad = (keypadAnswers: string[], left = 3) => open(left, { keypad: true, keypadAnswers, language: 'en' });

  it('is waited for, with no field on this computer', async () => {
    const backend = await keypad([]);
    expect(screen.getByRole('heading')).toHaveTextContent('Enter PIN1 on the reader');
    expect(screen.queryByTestId('pin-input')).toBeNull();
    expect(screen.getByText('Waiting for the reader…')).toBeInTheDocument();
    expect(backend.log).toEqual(['reader: waiting']);
    expect(await violations()).toEqual([]);
    await user().click(screen.getByTestId('pin-cancel'));
    expect(backend.log).toEqual(['reader: waiting', 'cancelled']);
  });

  it.each([
    ['E13', 'info'],
    ['E14', 'info'],
    ['E08', 'care'],
    ['E15', 'care'],
  ])('answers %s: said as what it is, and started again only by the person', async (code, tone) => {
    const backend = await keypad([code, 'ok']);
    const note = await screen.findByTestId('pin-error');
    expect([note.dataset.code, note.dataset.tone]).toEqual([code, tone]);
    expect(backend.log).toEqual([`reader: ${code}`]);
    await user().click(screen.getByTestId('pin-start'));
    await waitFor(() => expect(backend.log).toEqual([`reader: ${code}`, 'reader: ok']));
  });

  it('begins the last try only when asked', async () => {
    const backend = await keypad(['ok'], 1);
    expect(screen.getByTestId('pin-warning')).toHaveTextContent('PUK');
    expect(backend.log).toEqual([]);
    await user().click(screen.getByTestId('pin-start'));
    await waitFor(() => expect(backend.log).toEqual(['reader: ok']));
  });

  it('offers nothing for a locked code', async () => {
    const backend = await keypad(['ok'], 0);
    expect(screen.queryByTestId('pin-start')).toBeNull();
    expect(backend.log).toEqual([]);
  });
});
