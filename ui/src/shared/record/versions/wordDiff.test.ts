import { describe, expect, it } from 'vitest';
import { wordDiff, type Run } from './wordDiff';

const without = (runs: Run[], kind: Run['kind']) =>
  runs
    .filter((run) => run.kind !== kind)
    .map((run) => run.text)
    .join('');
const unspaced = (text: string) => text.replace(/\s/g, '');
const only = (runs: Run[], kind: Run['kind']) => runs.filter((run) => run.kind === kind).map((run) => run.text.trim());

describe('word difference', () => {
  it('names the changed words and nothing else', () => {
    const runs = wordDiff('Metformiin 500 mg kaks korda päevas.', 'Metformiin 850 mg kaks korda päevas söögi ajal.');
    expect(only(runs, 'removed')).toEqual(['500']);
    expect(only(runs, 'added')).toEqual(['850', 'söögi ajal']);
  });

  it('is empty of changes for equal texts, and all change for an empty one', () => {
    expect(wordDiff('sama tekst', 'sama tekst')).toEqual([{ kind: 'same', text: 'sama tekst' }]);
    expect(wordDiff('', 'uus')).toEqual([{ kind: 'added', text: 'uus' }]);
    expect(wordDiff('vana', '')).toEqual([{ kind: 'removed', text: 'vana' }]);
    expect(wordDiff('', '')).toEqual([]);
  });

  it('keeps a number with its places as one word', () => {
    expect(only(wordDiff('palavik 38,9 °C', 'palavik 38,4 °C'), 'removed')).toEqual(['38,9']);
  });

  it('gives both texts back but for spacing, whatever they are', () => {
    const vocabulary = ['a', 'b ', 'c', ' ', '  ', '. ', 'õ', '😀', '\u202e', '\n', '3,5 '];
    let seed = 7;
    const next = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 300; round += 1) {
      const make = () => Array.from({ length: next(24) }, () => vocabulary[next(vocabulary.length)]).join('');
      const [earlier, later] = [make(), make()];
      const runs = wordDiff(earlier, later);
      expect(unspaced(without(runs, 'added'))).toBe(unspaced(earlier));
      expect(unspaced(without(runs, 'removed'))).toBe(unspaced(later));
    }
  });

  it('finds the longest common words', () => {
    const runs = wordDiff('üks kaks kolm neli viis', 'kaks neli viis kuus');
    expect(only(runs, 'same').join(' ')).toBe('kaks neli viis');
  });

  it('takes texts too long to lay side by side as replaced', () => {
    const runs = wordDiff('a '.repeat(3000) + 'x', 'b '.repeat(3000) + 'y');
    expect(runs.map((run) => run.kind)).toEqual(['removed', 'added']);
  });
});
