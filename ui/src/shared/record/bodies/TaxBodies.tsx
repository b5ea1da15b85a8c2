import type { RecordView } from '../../../backend/contract';
import type { TextKey } from '../../../i18n/keys';
import { useTexts } from '../../../i18n/text';
import { formatMoney } from '../../format';
import { FieldList } from '../FieldList';
import { incomeTaxLines, kmdLines, tsdLines, type Line } from '../recalculate';
import { byName, numberOf, type Fields } from '../values';
import { Recalculation, ReturnLines, type ReturnLine } from './ReturnLines';
import { SheetTitle } from './SheetTitle';

const KMD = '1 1_2 1_1 2 2_1 2_2 3 3_1 3_1_1 3_2 3_2_1 4 4_1 5 5_1 5_2 5_3 5_4 6 6_1 7 7_1 8 9 10 11 12 13'.split(' ');
const TSD = [
  'gross',
  'social_base',
  'social_tax',
  'pension',
  'unemployment_base',
  'unemployment',
  'employer_unemployment',
  'exemption',
  'income_tax',
  'net',
];
const INCOME_TAX = [
  'gross',
  'rental',
  'securities',
  'property',
  'foreign',
  'pension',
  'unemployment',
  'deducted',
  'exemption',
  'taxable',
  'tax',
  'withheld',
  'payable',
  'refund',
];

/** Code of a line on annex 1 of the TSD form. */
const TSD_CODES: Record<string, string> = {
  gross: '1030',
  social_base: '1060',
  social_tax: '1100',
  pension: '1110',
  unemployment_base: '1120',
  unemployment: '1130',
  employer_unemployment: '1140',
  exemption: '1160',
  income_tax: '1170',
};

/** Form number of a KMD line: `2_2` is printed 2², `3_1` is 3.1. */
export function kmdLineNo(key: string): string {
  const raised: Record<string, string> = { '1_1': '1¹', '1_2': '1²', '2_1': '2¹', '2_2': '2²', '4_1': '4¹' };
  return raised[key] ?? key.replaceAll('_', '.');
}

function linesOf(fields: Fields, names: string[], strong: string[], no: (name: string) => string = () => ''): ReturnLine[] {
  return names.flatMap((name) => {
    const cents = numberOf(fields, name);
    return cents === null ? [] : [{ no: no(name), name, cents, strong: strong.includes(name) }];
  });
}

function Result({ label, cents }: { label: TextKey; cents: number | null }) {
  const { t } = useTexts();
  if (cents === null) return null;
  return (
    <div className="result notch">
      <p className="caption">{t(label)}</p>
      <p className="value money tabular">{formatMoney(cents)}</p>
    </div>
  );
}

function ReturnBody(props: { view: RecordView; lines: ReturnLine[]; checks: Line[]; result: { label: TextKey; cents: number | null } }) {
  const { view, lines } = props;
  return (
    <>
      <div className="return-head">
        <SheetTitle row={view.row} />
        <Result {...props.result} />
      </div>
      <Recalculation schema={view.row.schema} lines={props.checks} no={(name) => lines.find((line) => line.name === name)?.no ?? ''} />
      <ReturnLines schema={view.row.schema} lines={lines} checks={props.checks} caption={view.row.schema} />
      <FieldList schema={view.row.schema} fields={view.fields} except={[...lines.map((line) => line.name), 'year', 'month']} />
    </>
  );
}

/** A VAT return. */
export function KmdBody({ view }: { view: RecordView }) {
  const fields = byName(view.fields);
  const over = numberOf(fields, 'line_13');
  const lines = linesOf(
    fields,
    KMD.map((key) => `line_${key}`),
    ['line_4', 'line_12', 'line_13'],
    (name) => kmdLineNo(name.slice(5)),
  );
  const result = over
    ? ({ label: 'tax.over', cents: over } as const)
    : ({ label: 'tax.toPay', cents: numberOf(fields, 'line_12') } as const);
  return <ReturnBody view={view} lines={lines} checks={kmdLines(fields)} result={result} />;
}

/** One payment in a TSD return. */
export function TsdBody({ view }: { view: RecordView }) {
  const fields = byName(view.fields);
  return (
    <ReturnBody
      view={view}
      lines={linesOf(fields, TSD, ['gross', 'net'], (name) => TSD_CODES[name] ?? '')}
      checks={tsdLines(fields)}
      result={{ label: 'tax.net', cents: numberOf(fields, 'net') }}
    />
  );
}

/** An income-tax return of a person. */
export function IncomeTaxBody({ view }: { view: RecordView }) {
  const fields = byName(view.fields);
  const refund = numberOf(fields, 'refund');
  const result = refund
    ? ({ label: 'tax.refund', cents: refund } as const)
    : ({ label: 'tax.toPay', cents: numberOf(fields, 'payable') } as const);
  return (
    <ReturnBody
      view={view}
      lines={linesOf(fields, INCOME_TAX, ['taxable', 'payable', 'refund'])}
      checks={incomeTaxLines(fields)}
      result={result}
    />
  );
}
