import { ArrowsCirclepathIcon, FilesIcon, PrinterSmallIcon } from '@navikt/aksel-icons';
import { useState } from 'react';
import type { FileReport, FileStatement } from '../../backend/contract';
import { Button, Unfold } from '../../ds';
import { useTexts } from '../../i18n/text';
import { copyText } from '../../shared/copyText';
import { formatDateTime, formatInteger, formatSealed } from '../../shared/format';
import { HelpCode } from '../../shared/help/HelpLink';
import { ErrorNote } from '../../shared/notice/ErrorNote';
import { errorWords, type Severity } from '../../shared/notice/errorText';
import { Note } from '../../shared/notice/Note';
import { FieldList } from '../../shared/record/FieldList';
import { kindText } from '../../shared/record/titles';
import { usePlaces } from '../../shared/session/places';
import { useStatus } from '../../shared/session/queries';
import { AnswerRow } from './AnswerRow';
import { answersOf, headline, QUESTIONS, type Me } from './answers';
import { kindOf, unreadable, type KindWords } from './kinds';
import { reportText } from './reportText';
import type { CheckItem } from './useCheckQueue';

function StatementView({ statement }: { statement: FileStatement }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <div className="statement">
      <h3>{kindText(statement.schema, texts)}</h3>
      <p className="caption">
        {texts.find(`register.${statement.register}`) ?? statement.register}
        {statement.sealed && ` · ${formatSealed(statement.sealed.fromMs, statement.sealed.untilMs, texts)}`}
      </p>
      <FieldList schema={statement.schema} fields={statement.fields} />
      {statement.hidden > 0 && <p className="second">{t('check.hidden', { count: statement.hidden })}</p>}
    </div>
  );
}

/** What to do with a file that could not be checked to the end. */
function WhatToDo({ id, advice, tone, code }: { id: string; advice: string; tone: Severity; code: string }) {
  const { t } = useTexts();
  const { go } = usePlaces();
  return (
    <Note tone={tone} testId="check-error">
      <p>
        <strong>{t('check.doTitle')}.</strong> {advice}
      </p>
      <p className="code">
        <HelpCode code={code} />
      </p>
      {(id === 'networkFile' || id === 'otherNetwork') && (
        <div className="actions row">
          <Button onClick={() => go({ page: 'settings', section: 'network' })} data-testid="check-to-settings">
            {t('check.toSettings')}
          </Button>
        </div>
      )}
    </Note>
  );
}

function Tools({ item, onAgain }: { item: CheckItem; onAgain: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  const authorities = useStatus().data?.authorities ?? [];
  const [copied, setCopied] = useState<boolean | null>(null);
  return (
    <div className="row check-tools no-print">
      {item.path !== null && (
        <Button
          kind={item.report && !kindOf(item.report, texts) ? 'primary' : 'secondary'}
          busy={item.state !== 'done' && item.state !== 'failed'}
          icon={<ArrowsCirclepathIcon aria-hidden="true" />}
          onClick={onAgain}
          data-testid="check-again"
        >
          {t('check.again')}
        </Button>
      )}
      {item.report && (
        <>
          <Button
            icon={<FilesIcon aria-hidden="true" />}
            onClick={() => void copyText(reportText(item, authorities, texts)).then(setCopied)}
            data-testid="check-copy"
          >
            {t('check.copy')}
          </Button>
          <Button icon={<PrinterSmallIcon aria-hidden="true" />} onClick={() => window.print()} data-testid="check-print">
            {t('check.print')}
          </Button>
          <span className="second" role="status">
            {copied !== null && t(copied ? 'check.copied' : 'check.notCopied')}
          </span>
        </>
      )}
    </div>
  );
}

/** A file that was not read: no answers, but why and what to do. */
export function FileNotRead({ item, onAgain }: { item: CheckItem; onAgain: () => void }) {
  const texts = useTexts();
  const kind = item.error && unreadable(item.error, texts);
  if (!item.error) return null;
  return (
    <div className="check-columns" data-testid="check-unread" data-kind={kind?.id ?? 'error'}>
      <div>
        {kind ? (
          <>
            <h1 className="display check-headline">{kind.title}</h1>
            <p className="lead">{kind.text}</p>
            <WhatToDo id={kind.id} advice={kind.advice} tone="info" code={item.error.code} />
          </>
        ) : (
          <ErrorNote error={item.error} testId="check-error" />
        )}
        <Tools item={item} onAgain={onAgain} />
        <p className="second">{texts.t('check.notRead')}</p>
      </div>
    </div>
  );
}

function Technical({ report }: { report: FileReport }) {
  const { t } = useTexts();
  return (
    <Unfold summary={t('check.technical')}>
      <dl className="facts-list">
        {[
          [t('check.outcome'), report.outcome],
          [t('check.reason'), report.reason],
          [t('check.bytes'), formatInteger(report.bytes)],
        ].map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Unfold>
  );
}

/** Genuine, only not for today or not for you: nothing failed, so the advice alone is said. */
const MILD = ['E39', 'E40'];

function Advice({ report, kind }: { report: FileReport; kind: KindWords | null }) {
  const texts = useTexts();
  const { error } = report;
  if (kind)
    return (
      <WhatToDo id={kind.id} advice={kind.advice} tone={report.outcome === 'TOTAL_FAILED' ? 'stop' : 'info'} code={error?.code ?? 'E38'} />
    );
  if (!error) return null;
  if (MILD.includes(error.code)) return <WhatToDo id="mild" advice={errorWords(error, texts).advice} tone="care" code={error.code} />;
  return <ErrorNote error={error} testId="check-error" />;
}

/** Headline, four separate answers, and what the file says once it is proven. */
export function FileAnswers(props: { item: CheckItem; report: FileReport; onAgain: () => void; onSay: (me: Me) => void }) {
  const { item, report } = props;
  const texts = useTexts();
  const { t } = texts;
  const head = headline(report);
  const kind = kindOf(report, texts);
  const [title, text] =
    head === 'outdated' ? [t('check.outdated'), t('check.outdated.text')] : [t(`check.out.${head}`), t(`check.out.${head}.text`)];
  const answers = answersOf(report, item.me);
  return (
    <div
      className="check-columns"
      data-testid="check-outcome"
      data-outcome={report.outcome}
      data-reason={report.reason}
      data-kind={kind?.id ?? head}
    >
      <div>
        <h1 className="display check-headline">{kind?.title ?? title}</h1>
        <p className="lead">{kind?.text ?? text}</p>
        <Advice report={report} kind={kind} />
        <ul className="answers-list">
          {QUESTIONS.map((question) => (
            <AnswerRow key={question} question={question} answer={answers[question]} report={report} me={item.me} onSay={props.onSay} />
          ))}
        </ul>
        <Tools item={item} onAgain={props.onAgain} />
        <p className="second">
          {report.asOf &&
            `${t('check.asOf', {
              time: formatSealed(report.asOf.fromMs, report.asOf.untilMs, texts),
              page: formatInteger(report.asOf.height),
            })}. `}
          {t('check.checkedAt', { time: formatDateTime(item.atMs, texts) })}
        </p>
        <Technical report={report} />
      </div>
      {report.statements.length > 0 && (
        <aside className="says" aria-labelledby="says-title">
          <h2 id="says-title">{t('check.says')}</h2>
          {report.statements.map((statement, index) => (
            <StatementView key={index} statement={statement} />
          ))}
        </aside>
      )}
    </div>
  );
}
