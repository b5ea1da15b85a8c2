import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../i18n/i18n';
import * as library from '../ds';
import { renderWith } from '../test/render';
import parts from './parts.tsx?raw';
import { Gallery } from './Gallery';

describe('gallery', () => {
  it.each(LANGUAGES)('shows every part in every look, in %s', (language) => {
    const { container } = renderWith(<Gallery />, language);
    expect(container.querySelectorAll('.pane').length).toBe(13 * 4);
    expect(container.textContent).not.toMatch(/\{\w+\}|undefined/);
  });

  it('holds every wrapper of the component library', () => {
    const missing = Object.keys(library).filter((name) => name !== 'Skip' && !new RegExp(`<${name}\\b`).test(parts));
    expect(missing).toEqual([]);
  });
});
