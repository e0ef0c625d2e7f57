// A second file, in the other module system.
const test = require('node:test');

test('list', () => new Promise((resolve) => setTimeout(resolve, 1)));
