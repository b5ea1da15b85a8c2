import { HELP_CODES } from '../../i18n/codes';
import type { TextKey } from '../../i18n/keys';
import type { Texts } from '../../i18n/text';
import { errorWords } from '../../shared/notice/errorText';
import { TOPICS, type Topic } from '../../shared/help/topics';
import type { HelpEntry } from './search';

/** The paragraphs of an article, in order. */
export function paragraphs(topic: Topic, { find }: Texts): TextKey[] {
  const found: TextKey[] = [];
  while (find(`help.a.${topic}.${found.length + 1}`) !== null) found.push(`help.a.${topic}.${found.length + 1}` as TextKey);
  return found;
}

/** What a help code says when nothing more is known: no number, no name. */
export const codeWords = (code: string, texts: Texts) => errorWords({ code, blame: 'peer', params: {}, retry: false }, texts);

const plain = (text: string): string => text.replace(/<\/?b>/g, '');

/** Everything that can be found: the articles first, then the help codes. */
export function helpEntries(texts: Texts): HelpEntry[] {
  const { t } = texts;
  const topics = TOPICS.map((topic) => ({
    id: topic,
    title: t(`help.a.${topic}.title`),
    text: paragraphs(topic, texts)
      .map((key) => plain(t(key)))
      .join(' '),
    tags: t(`help.tags.${topic}`),
  }));
  const codes = HELP_CODES.map((code) => {
    const words = codeWords(code, texts);
    return { id: code, title: `${code} · ${words.what}`, text: `${words.means} ${words.advice}`, tags: code.slice(1) };
  });
  return [...topics, ...codes];
}
