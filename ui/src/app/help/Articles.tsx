import type { ReactNode } from 'react';
import { Crumbs } from '../../ds';
import { useTexts } from '../../i18n/text';
import { HelpLink } from '../../shared/help/HelpLink';
import type { Topic } from '../../shared/help/topics';
import { severity } from '../../shared/notice/errorText';
import { usePlaces } from '../../shared/session/places';
import { useSession } from '../../shared/session/queries';
import { ShortcutTable, SingleKeys } from '../shortcuts/KeyboardMap';
import { codeWords, paragraphs } from './entries';
import { AuthorityList, StateTable, VerdictTable } from './Tables';

/** What stands under the words of an article. */
const PARTS: Partial<Record<Topic, () => ReactNode>> = {
  verdicts: () => <VerdictTable />,
  ledger: () => <StateTable />,
  who: () => <AuthorityList />,
  keyboard: () => (
    <>
      <ShortcutTable level={2} />
      <SingleKeys />
    </>
  ),
};

const ALSO: Record<Topic, readonly Topic[]> = {
  proof: ['verdicts', 'limits', 'who'],
  limits: ['proof', 'who', 'access'],
  verdicts: ['proof', 'ledger', 'file'],
  ledger: ['who', 'verdicts'],
  who: ['ledger', 'limits'],
  card: ['reader', 'shared'],
  reader: ['card'],
  shared: ['privacy', 'card'],
  file: ['verdicts', 'proof'],
  access: ['privacy', 'limits'],
  privacy: ['shared', 'access'],
  keyboard: [],
};

/** Failure codes that belong to the card, the ledger or a file lead to the article about it. */
function topicOf(code: string): Topic {
  const number = Number(code.slice(1));
  if (number >= 1 && number <= 6) return 'reader';
  if (number >= 7 && number <= 19) return 'card';
  if (number >= 20 && number <= 30) return 'ledger';
  if (number >= 37 && number <= 43) return 'file';
  return number >= 31 && number <= 36 ? 'verdicts' : 'proof';
}

function Page({ title, also, children }: { title: string; also: readonly Topic[]; children: ReactNode }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  const session = useSession().data ?? null;
  return (
    <article className="help-article" data-testid="help-article">
      <Crumbs
        steps={[
          ...(session ? [] : [{ label: t('nav.home'), onOpen: () => go({ page: 'welcome' }) }]),
          { label: t('help.title'), onOpen: () => go({ page: 'help' }) },
        ]}
      />
      <h1 tabIndex={-1}>{title}</h1>
      {children}
      {also.length > 0 && (
        <nav aria-labelledby="help-also" className="help-also">
          <h2 id="help-also">{t('help.also')}</h2>
          <ul>
            {also.map((topic) => (
              <li key={topic}>
                <HelpLink topic={topic} />
              </li>
            ))}
          </ul>
        </nav>
      )}
    </article>
  );
}

/** One article. */
export function TopicArticle({ topic }: { topic: Topic }) {
  const texts = useTexts();
  return (
    <Page title={texts.t(`help.a.${topic}.title`)} also={ALSO[topic]}>
      {paragraphs(topic, texts).map((key) => (
        <p key={key} className="measure">
          {texts.rich(key)}
        </p>
      ))}
      {PARTS[topic]?.()}
    </Page>
  );
}

/** What a help code means. */
export function CodeArticle({ code }: { code: string }) {
  const texts = useTexts();
  const { t } = texts;
  const words = codeWords(code, texts);
  return (
    <Page title={t('help.code.title', { code })} also={[topicOf(code)]}>
      <div className="note" data-tone={severity(code)}>
        <p>
          <strong>{words.what}</strong>
        </p>
      </div>
      <h2>{t('alarm.means')}</h2>
      <p className="measure">{words.means}</p>
      <h2>{t('alarm.do')}</h2>
      <p className="measure">{words.advice}</p>
    </Page>
  );
}
