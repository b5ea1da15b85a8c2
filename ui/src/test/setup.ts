import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import '../i18n/all';

afterEach(cleanup);

// what comes about later may take its time where other tests run beside it
configure({ asyncUtilTimeout: 60_000 });

// jsdom does not scroll
Element.prototype.scrollIntoView = () => undefined;

// jsdom knows the element but not how to open it
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
  this.querySelector<HTMLElement>('button')?.focus();
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
};
