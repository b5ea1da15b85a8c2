import type { ComponentType } from 'react';
import type { RecordView } from '../../../backend/contract';
import { useTexts } from '../../../i18n/text';
import { formatSealed } from '../../format';
import { FieldList } from '../FieldList';
import { RecordText } from '../RecordText';
import { reportLines } from '../recalculate';
import { byName, textOf } from '../values';
import { LabBody } from './LabBody';
import { Recalculation } from './ReturnLines';
import { SheetTitle } from './SheetTitle';
import { IncomeTaxBody, KmdBody, TsdBody } from './TaxBodies';

function GenericBody({ view }: { view: RecordView }) {
  return (
    <>
      <SheetTitle row={view.row} />
      <FieldList schema={view.row.schema} fields={view.fields} except={['title']} />
    </>
  );
}

/** A visit: diagnosis in plain words first, and why it was corrected. */
function VisitBody({ view }: { view: RecordView }) {
  const { t } = useTexts();
  const fields = byName(view.fields);
  const correction = textOf(fields, 'correction');
  return (
    <>
      <SheetTitle row={view.row} />
      {correction && (
        <div className="note notch">
          <div>
            <p className="strong">{t('record.correction')}</p>
            <p>
              <RecordText text={correction} />
            </p>
          </div>
        </div>
      )}
      <FieldList schema="visit" fields={view.fields} except={['title', 'correction', 'closed']} />
    </>
  );
}

function ReportBody({ view }: { view: RecordView }) {
  return (
    <>
      <SheetTitle row={view.row} />
      <Recalculation schema="annual_report" lines={reportLines(byName(view.fields))} />
      <FieldList schema="annual_report" fields={view.fields} />
    </>
  );
}

const BODIES: Record<string, ComponentType<{ view: RecordView }>> = {
  visit: VisitBody,
  lab: LabBody,
  kmd: KmdBody,
  tsd: TsdBody,
  income_tax: IncomeTaxBody,
  annual_report: ReportBody,
};

/** The inside of a sheet, by the kind of record. */
export function RecordBody({ view }: { view: RecordView }) {
  const texts = useTexts();
  const { t } = texts;
  const { verdict } = view.row.verdict;
  if (verdict === 'withheld') {
    return (
      <div className="missing">
        <h1 id="record-title" tabIndex={-1}>
          {t('record.withheldHere', { n: view.row.n })}
        </h1>
        <p>
          {view.sealed
            ? t('list.withheldText', { time: formatSealed(view.sealed.fromMs, view.sealed.untilMs, texts) })
            : t('list.withheldBare')}
        </p>
        <p>{t('errors.E32.do')}</p>
      </div>
    );
  }
  if (view.fields.length === 0) {
    return (
      <>
        <SheetTitle row={view.row} />
        <p className="second notch">{t('record.noContents')}</p>
      </>
    );
  }
  const Body = BODIES[view.row.schema] ?? GenericBody;
  return <Body view={view} />;
}
