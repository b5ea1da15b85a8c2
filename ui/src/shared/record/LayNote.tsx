import type { RecordView } from '../../backend/contract';
import { useTexts } from '../../i18n/text';
import { layTitle, layValue } from './lay';
import { byName } from './values';

/** Says which words are the record's and which this program's, where it added any. */
export function LayNote({ view }: { view: RecordView }) {
  const texts = useTexts();
  const { schema } = view.row;
  const added =
    layTitle(schema, byName(view.fields), texts) !== null ||
    view.fields.some(({ name, value }) => layValue(schema, name, value, texts) !== null);
  return added ? <p className="caption lay-note">{texts.t('lay.note')}</p> : null;
}
