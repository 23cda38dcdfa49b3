// Which names an entry of the list lets through.

import { expect, it } from 'vitest';
import { judge } from '../../../src/tunnel/egress-policy.ts';

it('lets nothing through below an entry of one word, as an alias of ssh may be', () => {
  const allowed = [{ host: 'dev' }, { host: 'example.com' }];
  expect(judge({ host: 'evil.dev', port: 443 }, allowed)).toEqual({ denied: 'host' });
  expect(judge({ host: 'dev', port: 443 }, allowed)).toEqual({ isListed: false });
  expect(judge({ host: 'api.example.com', port: 443 }, allowed)).toEqual({ isListed: false });
});
