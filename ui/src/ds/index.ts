/** The component library, wrapped: nothing else imports it. */
export { Button, type ButtonProps } from './Button';
export { CheckField } from './CheckField';
export { ChoiceChips, type Choice } from './ChoiceChips';
export { Crumbs, type Crumb } from './Crumbs';
export { Dialog } from './Dialog';
export { Flyout } from './Flyout';
export { RadioList, type RadioChoice } from './RadioList';
export { SearchField } from './SearchField';
export { SelectField } from './SelectField';
export { Skip } from './Skip';
export { Unfold } from './Unfold';
