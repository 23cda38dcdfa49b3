// Trouble with the network, in the words of those who have it.

import { expect, it } from 'vitest';
import { looksLikeNetworkTrouble } from '../../../src/images/network-trouble.ts';

it.each([
  'Get "https://registry.example/v2/": dial tcp: lookup registry.example on 10.0.0.1:53: no such host',
  'Get "https://registry.example/v2/": dial tcp 10.0.0.2:443: connect: connection refused',
  'Get "https://registry.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded)',
  'Get "https://registry.example/v2/": net/http: TLS handshake timeout',
  'Get "https://registry.example/v2/": x509: certificate signed by unknown authority',
  'Get "https://registry.example/v2/": context deadline exceeded',
  "Err:1 http://mirror.example/debian trixie InRelease\n  Temporary failure resolving 'mirror.example'",
  'W: Failed to fetch http://mirror.example/x  Could not connect to mirror.example:80 (10.0.0.1), connection timed out',
  "E: Could not resolve 'mirror.example'",
  'npm error code EAI_AGAIN',
  'npm error code ECONNREFUSED',
  'npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'npm error code SELF_SIGNED_CERT_IN_CHAIN',
  'curl: (6) Could not resolve host: registry.example',
])('is seen in %j', (text) => {
  expect(looksLikeNetworkTrouble(text)).toBe(true);
});

it.each([
  'pull access denied for nobody/nothing, repository does not exist or may require docker login',
  'manifest for node:99 not found: manifest unknown',
  'toomanyrequests: You have reached your pull rate limit',
  'npm error code ETARGET',
  'npm error 404 Not Found',
  'E: Unable to locate package riipgrep',
  'npm installed @maker/x 1.0.0 instead of 2.0.0',
  'no space left on device',
  '',
])('is not seen in %j', (text) => {
  expect(looksLikeNetworkTrouble(text)).toBe(false);
});
