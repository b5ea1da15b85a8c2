import { FileCheckmarkIcon, UploadIcon } from '@navikt/aksel-icons';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../ds';
import { useTexts } from '../../i18n/text';
import { formatBytes } from '../../shared/format';
import { Waiting } from '../../shared/notice/Waiting';
import { useBackend } from '../../shared/session/BackendContext';
import type { OpenedFile } from '../../shared/session/places';
import { QUESTIONS } from './answers';
import { CheckList } from './CheckList';
import { FileAnswers, FileNotRead } from './FileAnswers';
import { kindOf } from './kinds';
import { fileName, useCheckQueue, type CheckItem } from './useCheckQueue';

type Queue = ReturnType<typeof useCheckQueue>;

/** Where files are dropped; small once there is a result. */
function DropArea({ queue, over, item }: { queue: Queue; over: boolean; item: CheckItem | null }) {
  const texts = useTexts();
  const { t } = texts;
  const name = fileName(item?.path ?? null);
  // nothing was checked: the next step is another file
  const another = item === null || item.error !== null || (item.report !== null && kindOf(item.report, texts) !== null);
  return (
    <div className="drop no-print" data-over={over} data-small={item !== null} data-testid="drop-area">
      {item && (
        <p className="drop-file">
          <FileCheckmarkIcon aria-hidden="true" className="icon" />
          <span>
            {name && <bdi className="strong record-text">{name}</bdi>} {item.report && formatBytes(item.report.bytes)}
          </span>
        </p>
      )}
      <p>
        <UploadIcon aria-hidden="true" className="icon" />
        {over ? t('check.dropMany') : t(item ? 'check.dropAnother' : 'check.drop')}
      </p>
      <Button kind={another ? 'primary' : 'tertiary'} busy={queue.asking} onClick={queue.ask} data-testid="check-choose">
        {t('check.chooseButton')}
      </Button>
      {queue.items.length > 1 && (
        <Button kind="tertiary" onClick={queue.clear} data-testid="check-clear">
          {t('check.clear')}
        </Button>
      )}
    </div>
  );
}

/** Before any file: which four questions will be answered. */
function FourQuestions() {
  const { t } = useTexts();
  return (
    <section className="measure">
      <h2>{t('check.fourTitle')}</h2>
      <p>{t('check.fourText')}</p>
      <dl className="four">
        {QUESTIONS.map((question) => (
          <div key={question}>
            <dt>{t(`check.q.${question}`)}</dt>
            <dd>{t(`check.four.${question}`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Check files: drop them or choose one; four answers. No card, no account, no network. */
export function CheckPage({ opened }: { opened?: OpenedFile }) {
  const { t } = useTexts();
  const backend = useBackend();
  const [over, setOver] = useState(false);
  const queue = useCheckQueue();
  const { check } = queue;
  const result = useRef<HTMLDivElement>(null);
  const item = queue.chosen;
  const ready = item !== null && (item.state === 'done' || item.state === 'failed');
  const shown = ready ? `${item.id} ${item.atMs}` : null;
  useEffect(() => {
    if (shown !== null) result.current?.focus({ preventScroll: true });
  }, [shown]);
  useEffect(
    () =>
      backend.onFileDrop((drop) => {
        setOver(drop.kind === 'over');
        if (drop.kind === 'drop' && drop.paths.length > 0) check(drop.paths);
      }),
    [backend, check],
  );
  const [path, at] = [opened?.path, opened?.at];
  useEffect(() => {
    if (path !== undefined && at !== undefined) check([path]);
  }, [path, at, check]);
  return (
    <div className="check-page">
      {!item && (
        <>
          <h1 className="display">{t('check.title')}</h1>
          <p className="lead measure">{t('check.lead')}</p>
        </>
      )}
      <DropArea queue={queue} over={over} item={item} />
      {!item && <p className="second">{t('check.dropHint')}</p>}
      {queue.items.length > 1 && <CheckList items={queue.items} chosen={item} onChoose={queue.choose} />}
      {item && !ready && <Waiting name={t('check.checking')} />}
      {item && ready && (
        <div ref={result} tabIndex={-1} className="check-result" key={item.id}>
          {item.report ? (
            <FileAnswers item={item} report={item.report} onAgain={() => queue.again(item)} onSay={(me) => queue.say(item, me)} />
          ) : (
            <FileNotRead item={item} onAgain={() => queue.again(item)} />
          )}
        </div>
      )}
      {!item && <FourQuestions />}
    </div>
  );
}
