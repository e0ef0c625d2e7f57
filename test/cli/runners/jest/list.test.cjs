/** @jest-environment node */
// By the globals this time.
globalThis.it('list', () => new Promise((resolve) => setTimeout(resolve, 1)));
