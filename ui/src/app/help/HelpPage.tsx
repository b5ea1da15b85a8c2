import { useDeferredValue, useMemo, useState } from 'react';
import { SearchField, Unfold } from '../../ds';
import { HELP_CODES } from '../../i18n/codes';
import { useTexts } from '../../i18n/text';
import { HelpLink } from '../../shared/help/HelpLink';
import { helpFor, TOPICS, type Topic } from '../../shared/help/topics';
import { usePlaces } from '../../shared/session/places';
import { CodeArticle, TopicArticle } from './Articles';
import { Diagnostics } from './Diagnostics';
import { codeWords, helpEntries } from './entries';
import { searchHelp, type HelpHit, type Piece } from './search';

const isTopic = (id: string): id is Topic => (TOPICS as readonly string[]).includes(id);

/** Words with their matches marked. */
function Marked({ pieces }: { pieces: Piece[] }) {
  return pieces.map((piece, index) => (piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text));
}

function Hits({ hits, typed }: { hits: HelpHit[]; typed: string }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  return (
    <div data-testid="help-results">
      <p role="status" className="second">
        {hits.length ? t('help.found', { count: hits.length }) : t('help.none', { typed })}
      </p>
      <ul className="help-hits">
        {hits.map((hit) => (
          <li key={hit.id}>
            <button
              type="button"
              className="link strong"
              onClick={() => go({ page: 'help', article: hit.id })}
              data-testid={`help-hit-${hit.id}`}
            >
              <Marked pieces={hit.title} />
            </button>
            <p className="second">
              <Marked pieces={hit.excerpt} />
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** All topics, the one about the page one came from before them, and the help codes. */
function Contents() {
  const texts = useTexts();
  const { t } = texts;
  const { from, go } = usePlaces();
  const here = from && from.page !== 'help' ? helpFor(from) : null;
  return (
    <>
      {here && (
        <section aria-labelledby="help-here" className="help-here">
          <h2 id="help-here">{t('help.forPage')}</h2>
          <p>
            <HelpLink topic={here} label={t(`help.a.${here}.title`)} />
          </p>
        </section>
      )}
      <section aria-labelledby="help-all">
        <h2 id="help-all">{t('help.all')}</h2>
        <ul className="help-topics">
          {TOPICS.map((topic) => (
            <li key={topic}>
              <button
                type="button"
                className="link"
                onClick={() => go({ page: 'help', article: topic })}
                data-testid={`help-topic-${topic}`}
              >
                {t(`help.a.${topic}.title`)}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <Unfold summary={t('help.codes')}>
        <p className="second">{t('help.codesText')}</p>
        <ul className="help-codes">
          {HELP_CODES.map((code) => (
            <li key={code}>
              <span className="tabular code">{code}</span>
              <button type="button" className="link" onClick={() => go({ page: 'help', article: code })}>
                {codeWords(code, texts).what}
              </button>
            </li>
          ))}
        </ul>
      </Unfold>
      <section aria-labelledby="help-demo">
        <h2 id="help-demo">{t('help.demo.title')}</h2>
        <p className="measure">{t('help.demo.text')}</p>
      </section>
      <Diagnostics />
    </>
  );
}

/** Help: search, topics, help codes, what to give to a helper. */
export function HelpPage({ article }: { article?: string }) {
  const texts = useTexts();
  const { t } = texts;
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed);
  const entries = useMemo(() => helpEntries(texts), [texts]);
  const hits = useMemo(() => searchHelp(entries, wanted), [entries, wanted]);
  if (article && isTopic(article)) return <TopicArticle key={article} topic={article} />;
  if (article && HELP_CODES.includes(article)) return <CodeArticle key={article} code={article} />;
  return (
    <div className="help-page" data-testid="help">
      <h1 tabIndex={-1}>{t('help.title')}</h1>
      <p className="lead measure">{t('help.lead')}</p>
      <SearchField label={t('help.search')} placeholder={t('help.search')} value={typed} onChange={setTyped} testId="help-search" />
      {wanted.trim() ? <Hits hits={hits} typed={wanted.trim()} /> : <Contents />}
    </div>
  );
}
