import { it } from 'vitest';

it('list', () => new Promise((resolve) => setTimeout(resolve, 1)));
