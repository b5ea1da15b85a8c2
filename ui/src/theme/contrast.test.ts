import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = `${import.meta.dirname}/`;
const read = (name: string) => readFileSync(`${folder}${name}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

type Scheme = 'light' | 'dark';
type Look = { scheme: Scheme; contrast: boolean };

function declarations(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value.trim()]));
}

const tokens = read('tokens.css');
const at = tokens.indexOf('@media (prefers-contrast: more)');
const BASE = declarations(tokens.slice(0, at));
const MORE = { ...BASE, ...declarations(tokens.slice(at)) };

/** A colour role as red, green, blue in a look. */
function colour(role: string, look: Look): [number, number, number] {
  const value = (look.contrast ? MORE : BASE)[role];
  if (value === undefined) throw new Error(`no colour ${role}`);
  const other = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  if (other) return colour(other, look);
  const pair = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/.exec(value);
  const hex = look.scheme === 'light' ? pair?.[1] : pair?.[2];
  if (!hex) throw new Error(`${role} is ${value}, not a pair of colours`);
  return [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16)) as [number, number, number];
}

/** Relative luminance, WCAG 2. */
function luminance(rgb: [number, number, number]): number {
  const [r = 0, g = 0, b = 0] = rgb
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(front: string, back: string, look: Look): number {
  const [a = 0, b = 0] = [front, back].map((role) => luminance(colour(role, look))).sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

const LOOKS: Look[] = [true, false].flatMap((contrast) => (['light', 'dark'] as const).map((scheme) => ({ scheme, contrast })));
const name = ({ scheme, contrast }: Look) => `${scheme}${contrast ? ', more contrast' : ''}`;
const pages = ['--canvas', '--sheet', '--sunken'];
const surfaces = [...pages, '--selected', '--band', '--proof-tint', '--stop-tint', '--care-tint', '--wait-tint', '--unknown-tint'];
const tones = ['proof', 'stop', 'care', 'wait', 'unknown'].map((tone) => `--${tone}`);

const all = (fronts: string[], backs: string[]): [string, string][] =>
  fronts.flatMap((front) => backs.map((back): [string, string] => [front, back]));

/** Words on what they stand on: at least 4.5. */
const WORDS: [string, string][] = [
  ...all(['--text', '--text-2'], surfaces),
  ...all(['--ink', '--ink-hover'], [...pages, '--selected', '--care-tint', '--stop-tint', '--unknown-tint']),
  ...all(tones, pages),
  ...tones.map((tone): [string, string] => [tone, `${tone}-tint`]),
  ['--on-ink', '--ink'],
  ['--on-ink', '--ink-hover'],
  ['--on-stop', '--stop'],
  ['--on-strip', '--strip'],
  ['--canvas', '--text'],
];

/** Shapes that carry meaning: at least 3. */
const SHAPES: [string, string][] = [
  ...all(['--strip', '--line-strong'], pages),
  ['--text', '--band'],
  ['--stop', '--canvas'],
  ['--care', '--care-tint'],
];

const below = (pairs: [string, string][], least: number, look: Look) =>
  pairs
    .filter(([front, back]) => ratio(front, back, look) < least)
    .map(([front, back]) => `${front} on ${back}: ${ratio(front, back, look).toFixed(2)}`);

describe('contrast', () => {
  it('is computed as WCAG does', () => {
    expect(ratio('--on-ink', '--ink', { scheme: 'light', contrast: false })).toBeCloseTo(10.8, 1);
    expect(ratio('--text', '--sheet', { scheme: 'light', contrast: true })).toBeCloseTo(21, 5);
  });

  it.each(LOOKS.map((look) => [name(look), look] as const))('%s: every word can be read', (_name, look) => {
    expect(below(WORDS, 4.5, look)).toEqual([]);
  });

  it.each(LOOKS.map((look) => [name(look), look] as const))('%s: every shape can be seen', (_name, look) => {
    expect(below(SHAPES, 3, look)).toEqual([]);
  });

  it.each(LOOKS.filter(({ contrast }) => contrast).map((look) => [name(look), look] as const))('%s: words reach 7', (_name, look) => {
    expect(below(WORDS, 7, look)).toEqual([]);
  });
});

/** Rules of the style sheets: selector and body, without those that only hold in print. */
function rules(): { file: string; selector: string; body: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.css') && !/^(toend\.generated|tokens|print|qr|library|index|pin-index)\.css$/.test(file))
    .flatMap((file) => {
      const text = read(file).replace(/@media print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
      return [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector = '', body = '']) => ({ file, selector: selector.trim(), body }));
    });
}

/** Decoration of a chart: the words and points beside it say the same. */
const DECORATION = new Set(['--line', '--band', '--sunken', '--sheet', '--canvas']);

describe('style sheets', () => {
  it('take every colour from a role', () => {
    const raw = rules().filter(({ body }) => /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\((?!0 0 0 \/)/i.test(body));
    expect(raw.map(({ file, selector }) => `${file}: ${selector}`)).toEqual([]);
  });

  it.each(LOOKS.map((look) => [name(look), look] as const))('%s: charts can be read and seen', (_name, look) => {
    const used = rules()
      .filter(({ selector }) => /\.(?:chart|share|spark)/.test(selector))
      .flatMap(({ selector, body }) =>
        [...body.matchAll(/(?:fill|stroke|color|background):\s*var\((--[\w-]+)\)/g)].map(([, role = '']) => ({
          role,
          text: /\btext\b/.test(selector),
        })),
      )
      .filter(({ role }) => !DECORATION.has(role));
    expect(used.some(({ text }) => text)).toBe(true);
    expect(used.some(({ text }) => !text)).toBe(true);
    const poor = used.flatMap(({ role, text }) =>
      below(
        ['--sheet', '--canvas', ...(text ? ['--band'] : [])].map((back) => [role, back]),
        text ? 4.5 : 3,
        look,
      ),
    );
    expect(poor).toEqual([]);
  });
});
