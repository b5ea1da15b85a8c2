/** Makes all languages known at once: for tests and the gallery. The program loads the one it needs. */
import en from './en.json';
import et from './et.json';
import { teach } from './i18n';
import ru from './ru.json';

teach({ et, en, ru });
