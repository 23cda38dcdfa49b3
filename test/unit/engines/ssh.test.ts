// Engines behind ssh: what names one, which words go to ssh, and what its own words mean.

import { describe, expect, it } from 'vitest';
import { AiError, type ErrorFacts } from '../../../src/base/errors.ts';
import {
  parseSshEndpoint,
  showSshEndpoint,
  sshCommand,
  sshWords,
} from '../../../src/engines/docker/ssh-endpoint.ts';
import { lastWordsOf, sshTroubleOf } from '../../../src/engines/docker/ssh-trouble.ts';

describe('an engine behind ssh', () => {
  const usual = '/var/run/docker.sock';
  it.each<[string, string, string, string]>([
    // named as, shown as, words for ssh, socket
    ['ssh://far', 'ssh://far', '-- far', usual],
    ['ssh://far/', 'ssh://far', '-- far', usual],
    ['ssh://far:22', 'ssh://far:22', '-p 22 -- far', usual],
    ['ssh://me@far', 'ssh://me@far', '-l me -- far', usual],
    [
      'ssh://me@far:2222/run/d.sock',
      'ssh://me@far:2222/run/d.sock',
      '-p 2222 -l me -- far',
      '/run/d.sock',
    ],
    ['ssh://me@corp.org@far', 'ssh://me@corp.org@far', '-l me@corp.org -- far', usual],
    ['ssh://[::1]:22', 'ssh://[::1]:22', '-p 22 -- ::1', usual],
    ['ssh://Far_1.example', 'ssh://Far_1.example', '-- Far_1.example', usual],
    ['ssh://fär', 'ssh://fär', '-- fär', usual],
  ])('%s', (text, shown, words, socket) => {
    const endpoint = parseSshEndpoint(text);
    expect(showSshEndpoint(endpoint)).toBe(shown);
    expect(sshWords(endpoint).join(' ')).toBe(words);
    expect(endpoint.socket).toBe(socket);
    expect(parseSshEndpoint(shown)).toEqual(endpoint);
  });

  it.each([
    ['ssh://', 'no host'],
    ['ssh:///var/run/docker.sock', 'no host'],
    ['ssh://-oProxyCommand=reboot', 'an option in the place of a host'],
    ['ssh://%2doProxyCommand=reboot', 'the same, encoded'],
    ['ssh://-oProxyCommand=reboot@far', 'an option in the place of a user'],
    ['ssh://%2do@far', 'the same, encoded'],
    ['ssh://me;reboot@far', 'words for a shell in the user'],
    ['ssh://$(reboot)', 'words for a shell in the host'],
    ['ssh://a%20b', 'a blank'],
    ['ssh://far\n', 'a line break'],
    ['ssh://fa\tr', 'a tab, which URLs drop'],
    ['ssh://far%0a', 'an encoded line break'],
    ['ssh://far%', 'half an encoding'],
    ['ssh://far:port', 'no port'],
    ['ssh://far:99999', 'a port that is none'],
    ['ssh://far/a:b', 'a colon, the end of a path to ssh'],
    ['ssh://far/%25h', 'a token of ssh'],
    ['ssh://far/${HOME}/x', 'a variable, which ssh expands'],
    ['ssh://far?x', 'a query'],
    ['ssh://far#x', 'a fragment'],
    [String.raw`ssh://corp\me@far`, 'a backslash'],
  ])('is not %j: %s', (text) => {
    expect(() => parseSshEndpoint(text)).toThrow(expect.objectContaining({ code: 'AI_USAGE' }));
  });

  it('has no password in its name, and an error does not repeat it', () => {
    try {
      parseSshEndpoint('ssh://me:hunter2@far');
      expect.unreachable();
    } catch (error) {
      const { problem } = (error as AiError).facts as ErrorFacts['AI_USAGE'];
      expect(problem).toContain('ssh://me:…@far');
      expect(problem).not.toContain('hunter2');
    }
  });

  it('is reached by hand as people write it', () => {
    expect(sshCommand(parseSshEndpoint('ssh://me@far:2222'))).toBe('ssh -p 2222 me@far');
    expect(sshCommand(parseSshEndpoint('ssh://far/x'))).toBe('ssh far');
  });
});

describe('what ssh says', () => {
  it.each([
    [
      'key-changed',
      '@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
    ],
    [
      'key-unknown',
      'No ED25519 host key is known for far and you have requested strict checking.\nHost key verification failed.',
    ],
    ['login-refused', 'me@far: Permission denied (publickey,password).'],
    ['login-refused', 'Received disconnect from ::1: 2: Too many authentication failures'],
    ['unknown-host', 'ssh: Could not resolve hostname far: Name or service not known'],
    ['timeout', 'ssh: connect to host far port 22: Connection timed out'],
    ['timeout', 'Connection timed out during banner exchange'],
    ['forward-refused', 'channel 1: open failed: administratively prohibited: open failed'],
    ['forward-refused', 'channel 1: open failed: unknown channel type:'],
    ['no-engine', 'channel 1: open failed: connect failed: open failed'],
    ['other', 'ssh: connect to host far port 22: Connection refused'],
    ['other', ''],
  ])('means %s: %s', (trouble, said) => {
    expect(sshTroubleOf(said)).toBe(trouble);
  });

  it('is repeated by its last lines, without frames and blank lines', () => {
    const said = '@@@@@@\r\nWelcome\r\n\r\none\r\ntwo\r\n@@@@\r\nthree\r\n';
    expect(lastWordsOf(said)).toBe('one; two; three');
    expect(lastWordsOf('\n')).toBe('');
  });
});
