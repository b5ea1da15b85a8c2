import { useState } from 'react';
import type { FieldValue } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { layValue } from './lay';
import { RowText } from './RecordText';
import { fieldLabel, isAbsent, valueText } from './values';
import { Scroll } from '../Scroll';

const FIRST = 20;
const right = (value: FieldValue | undefined) => value?.t === 'money' || value?.t === 'int' || value?.t === 'decimal';

function LayWords({ words }: { words: string | null }) {
  return words ? <span className="lay block">{words}</span> : null;
}

/** A repeated group as a table; columns without any value are left out. */
export function RowsTable({ schema, group, rows }: { schema: string; group: string; rows: { [key in string]: FieldValue }[] }) {
  const texts = useTexts();
  const [all, setAll] = useState(false);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => rows.some((row) => !isAbsent(row[name])));
  const sample = (name: string) => rows.find((row) => !isAbsent(row[name]))?.[name];
  return (
    <Scroll>
      <table className="plain">
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" className={right(sample(name)) ? 'right' : undefined}>
                {fieldLabel(schema, name, texts)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(all ? rows : rows.slice(0, FIRST)).map((row, index) => (
            <tr key={index}>
              {columns.map((name) => (
                <td key={name} className={right(row[name]) ? 'right tabular' : undefined}>
                  <RowText text={valueText(group, name, row[name], texts)} />
                  <LayWords words={layValue(group, name, row[name], texts)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!all && rows.length > FIRST && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          {texts.t('record.longAll')} ({rows.length})
        </button>
      )}
    </Scroll>
  );
}
