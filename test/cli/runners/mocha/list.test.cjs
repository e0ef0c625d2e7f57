globalThis.it('list', () => new Promise((resolve) => setTimeout(resolve, 1)));
