/** A run of words: in both texts, only in the earlier, or only in the later. */
export interface Run {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Most words that are laid side by side; beyond it the middle is taken as replaced whole. */
const TABLE_MAX = 1_500_000;

/** Words with the space before them, so that a run reads as it was written; spacing alone is no difference. */
const words = (text: string): string[] => text.match(/\s*(?:[\p{L}\p{N}]+(?:[.,’'-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}])/gu) ?? [];

const same = (a: string | undefined, b: string | undefined): boolean => a?.trimStart() === b?.trimStart();

/** Longest common subsequence of two lists, as pairs of places. */
function common(a: string[], b: string[]): [number, number][] {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i * width + j] = same(a[i], b[j])
        ? (table[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (same(a[i], b[j])) pairs.push([i++, j++]);
    else if ((table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** What became of a text, word by word. Joined without the added runs it is the earlier text, without the removed the later, but for spacing. */
export function wordDiff(earlier: string, later: string): Run[] {
  const [a, b] = [words(earlier), words(later)];
  let start = 0;
  while (start < a.length && start < b.length && same(a[start], b[start])) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && same(a[a.length - 1 - end], b[b.length - 1 - end])) end += 1;
  const [oldMiddle, newMiddle] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const runs: Run[] = [];
  const put = (kind: Run['kind'], parts: string[]) => {
    const text = parts.join('');
    if (!text) return;
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += text;
    else runs.push({ kind, text });
  };
  put('same', a.slice(0, start));
  const pairs = oldMiddle.length * newMiddle.length > TABLE_MAX ? [] : common(oldMiddle, newMiddle);
  let [i, j] = [0, 0];
  for (const [x, y] of [...pairs, [oldMiddle.length, newMiddle.length] as const]) {
    put('removed', oldMiddle.slice(i, x));
    put('added', newMiddle.slice(j, y));
    if (x < oldMiddle.length) put('same', oldMiddle.slice(x, x + 1));
    [i, j] = [x + 1, y + 1];
  }
  put('same', end > 0 ? a.slice(a.length - end) : []);
  return runs;
}
