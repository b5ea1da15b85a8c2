import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { CARD_SCENES } from '../../../backend/fixture/cards';
import { demoCard } from '../../../backend/fixture/status';
import type { CardState } from '../../../backend/contract';
import { LANGUAGES } from '../../../i18n/i18n';
import { openApp, textsOf, violations } from '../../../test/render';
import { OBSTACLES, lossBetween, obstacleOf, type Obstacle } from './situations';

const user = () => userEvent.setup({ delay: null });

/** What stands on the page in each state of reader and card. */
const SHOWS: Record<string, Obstacle | 'ready' | 'choose'> = {
  E01: 'serviceOff',
  E02: 'noReader',
  E03: 'noCard',
  reading: 'reading',
  E04: 'unreadable',
  busy: 'busy',
  readerFailed: 'readerFailed',
  E05: 'notIdCard',
  E06: 'unsupported',
  contactless: 'contactless',
  several: 'choose',
  ready: 'ready',
  E07: 'notActivated',
  E08: 'ready',
  E09: 'ready',
  E10: 'locked',
  E11: 'pukLocked',
  E17: 'expired',
  signEnded: 'ready',
};
const state = (scene: string): CardState => {
  const found = CARD_SCENES[scene];
  if (!found) throw new Error(scene);
  return found;
};

describe.each(LANGUAGES)('every state of reader and card in %s', (language) => {
  const { t } = textsOf(language);

  it.each(Object.keys(CARD_SCENES))('%s has its words and a way on', async (scene) => {
    await openApp({ settings: { language }, status: { card: state(scene) } });
    const shows = SHOWS[scene];
    const page = screen.getByTestId('card-state');
    let action: HTMLElement;
    if (shows === 'ready') {
      within(page).getByTestId('card-ready');
      action = within(page).getByTestId('sign-in');
    } else if (shows === 'choose') {
      within(page).getByTestId('choose-card');
      action = within(page).getByTestId('choose-card-37101010021');
    } else {
      const obstacle = within(page).getByTestId('obstacle');
      expect(obstacle).toHaveAttribute('data-obstacle', shows);
      expect(obstacle.querySelector('svg')).toHaveAttribute('data-drawing', shows);
      expect(within(obstacle).getByRole('heading', { level: 1 })).toHaveTextContent(t(`start.${shows as Obstacle}.title`));
      expect(within(obstacle).queryAllByRole('listitem')).toHaveLength(OBSTACLES[shows as Obstacle].steps);
      action = within(obstacle).getByTestId('state-action');
    }
    expect(action).toBeEnabled();
    expect(page.textContent).not.toMatch(/\{\w+\}|start\.|undefined/);
    // whatever the card says
    expect(screen.getByTestId('nav-check')).toBeEnabled();
    expect(screen.getByTestId('demo-card-mari')).toBeEnabled();
    if (language === 'et') expect(await violations()).toEqual([]);
  });
});

describe('the ways on', () => {
  it.each(Object.keys(CARD_SCENES).filter((scene) => !['ready', 'choose'].includes(SHOWS[scene] ?? '')))(
    '%s answers a press',
    async (scene) => {
      const backend = await openApp({ settings: { language: 'en' }, status: { card: state(scene) } });
      const asked = vi.spyOn(backend, 'status');
      const press = user();
      if (scene === 'E01') {
        await press.click(screen.getByTestId('state-action'));
        expect(await window.navigator.clipboard.readText()).toBe('sudo systemctl enable --now pcscd.socket');
        expect(screen.getByText('Copied.')).toBeInTheDocument();
        await press.click(screen.getByTestId('look-again'));
      } else await press.click(screen.getByTestId('state-action'));
      expect(asked).toHaveBeenCalledTimes(1);
      expect(await screen.findByText(/^We looked again at/)).toBeInTheDocument();
    },
  );

  it('lead out of every state with a demonstration card', async () => {
    for (const scene of ['E01', 'E05', 'E11']) {
      const backend = await openApp({ status: { card: state(scene) } });
      await user().click(screen.getByTestId('demo-card-mari'));
      expect(await screen.findByTestId('sign-in')).toBeInTheDocument();
      backend.pullCard();
      document.body.replaceChildren();
    }
  });

  it('choose by the name of the holder, and back', async () => {
    await openApp({ settings: { language: 'en' }, status: { card: state('several') } });
    const press = user();
    await press.click(screen.getByTestId('choose-card-37101010021'));
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Hello, Igor Žaikovski');
    await press.click(screen.getByTestId('other-card'));
    expect(screen.getByTestId('choose-card-47101010033')).toBeInTheDocument();
  });

  it('warn before the last try, and of a card that can only look', async () => {
    await openApp({ settings: { language: 'en' }, status: { card: state('E09') } });
    expect(screen.getByTestId('last-try')).toHaveTextContent('PUK');
    document.body.replaceChildren();
    await openApp({ settings: { language: 'en' }, status: { card: state('signEnded') } });
    expect(screen.getByTestId('look-only')).toHaveTextContent('03.05.2026');
  });
});

describe('signing in that ends otherwise', () => {
  it.each([
    ['E13', 'sign-in-ended', 'You cancelled. Nothing was opened or sent.'],
    ['E14', 'sign-in-ended', 'No PIN was entered on the reader in time. Nothing was sent.'],
    ['E15', 'sign-in-error', 'The card was taken out too early.'],
    ['E16', 'sign-in-error', 'This card belongs to someone else.'],
    ['E18', 'sign-in-error', 'This card has been stopped.'],
    ['E19', 'sign-in-error', 'We cannot check right now'],
  ])('%s is said as what it is, and one can try again', async (code, testId, words) => {
    await openApp({ settings: { language: 'en' }, status: { card: state('ready') }, signInEnds: code });
    await user().click(screen.getByTestId('sign-in'));
    expect(await screen.findByTestId(testId)).toHaveTextContent(words);
    expect(screen.getByTestId('sign-in')).toHaveTextContent('Try again');
  });
});

describe('what goes while the person looks', () => {
  it('is told apart from what was never there', () => {
    const demo: CardState = { kind: 'ready', readers: ['Demonstration reader'], cards: [demoCard('mari')] };
    expect(lossBetween(state('E03'), state('E02'))).toBe('readerGone');
    expect(lossBetween(state('reading'), state('E03'))).toBe('cardGone');
    expect(lossBetween(state('E01'), state('E02'))).toBeNull();
    expect(lossBetween(state('ready'), state('E03'))).toBeNull();
    expect(lossBetween(demo, state('E02'))).toBeNull();
    expect(obstacleOf(state('E02'), 'cardGone')).toBe('noReader');
  });

  it('is said until something changes', async () => {
    const backend = await openApp({ status: { card: state('reading') } });
    const now = (card: CardState) =>
      act(() => {
        backend.tellStatus({ card });
        return Promise.resolve();
      });
    await now(state('E03'));
    expect(screen.getByTestId('obstacle')).toHaveAttribute('data-obstacle', 'cardGone');
    await now({ ...state('E03') });
    expect(screen.getByTestId('obstacle')).toHaveAttribute('data-obstacle', 'cardGone');
    await now(state('E02'));
    expect(screen.getByTestId('obstacle')).toHaveAttribute('data-obstacle', 'readerGone');
    await now(state('E03'));
    expect(screen.getByTestId('obstacle')).toHaveAttribute('data-obstacle', 'noCard');
  });
});

describe('the first start', () => {
  const settings = { welcomed: false, language: 'et' as const };

  it('says what this is, asks for language and computer, and is asked once', async () => {
    const backend = await openApp({ settings });
    const kept = vi.spyOn(backend, 'setSettings');
    const press = user();
    expect(within(screen.getByTestId('first-start')).getAllByRole('listitem')).toHaveLength(3);
    expect(await violations()).toEqual([]);
    await press.click(screen.getByTestId('language-ru'));
    await waitFor(() => expect(document.documentElement.lang).toBe('ru'));
    await press.click(screen.getByTestId('first-continue'));
    expect(screen.getByTestId('computer-problem')).toBeInTheDocument();
    expect(screen.getByTestId('computer-own')).toHaveFocus();
    expect(await violations()).toEqual([]);
    await press.click(screen.getByTestId('computer-shared'));
    await press.click(screen.getByTestId('first-continue'));
    expect(kept).toHaveBeenLastCalledWith(expect.objectContaining({ language: 'ru', sharedComputer: true, welcomed: true }));
    expect(screen.queryByTestId('first-start')).toBeNull();
    expect(screen.getByTestId('obstacle')).toBeInTheDocument();
    expect(screen.getByTestId('card-state')).toHaveFocus();
  });

  it('is done by keyboard alone', async () => {
    await openApp({ settings });
    const press = user();
    screen.getByTestId('language-et').focus();
    await press.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.documentElement.lang).toBe('en'));
    await press.tab();
    await press.keyboard(' ');
    expect(screen.getByTestId('computer-own')).toBeChecked();
    await press.keyboard('{Enter}');
    expect(await screen.findByTestId('obstacle')).toBeInTheDocument();
  });

  it('keeps the demonstration and the check of a file within reach', async () => {
    await openApp({ settings });
    const press = user();
    await press.click(screen.getByTestId('demo-card-mari'));
    await press.click(await screen.findByTestId('sign-in'));
    expect(await screen.findByTestId('home-changes')).toBeInTheDocument();
  });

  it('leads to the check of a file', async () => {
    await openApp({ settings });
    await user().click(screen.getByTestId('nav-check'));
    expect(await screen.findByTestId('check-choose')).toBeInTheDocument();
  });

  it('comes back from Settings, with or without a card, and leads back', async () => {
    await openApp({ signedIn: true });
    const press = user();
    await press.click(screen.getByTestId('settings-open'));
    await press.click(await screen.findByTestId('first-again'));
    expect(screen.getByTestId('computer-own')).toBeChecked();
    await press.click(screen.getByTestId('first-continue'));
    expect(await screen.findByTestId('home-changes')).toBeInTheDocument();
  });
});
