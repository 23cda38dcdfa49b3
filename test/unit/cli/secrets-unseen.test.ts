// No secret of the user's is in anything that a command line says, whatever the command is about; and none is left open or behind.

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/program.ts';
import { word } from '../../support/fake-keys.ts';
import { foundIn } from '../../support/secret-search.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let project: string;
let state: string;
let said: string;

beforeEach(() => {
  home = temporaryDirectory();
  project = path.join(temporaryDirectory(), 'app');
  state = path.join(home, 'state');
  mkdirSync(path.join(project, '.git'), { recursive: true });
  vi.stubEnv('HOME', home);
  vi.stubEnv('DOCKER_AI_CONFIG_HOME', state);
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      said += String(chunk);
      return true;
    });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function run(...argv: string[]): Promise<number> {
  said = '';
  return runCommandLine(argv, process.cwd());
}

function put(file: string, text: string, mode = 0o600): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode });
}
const inState = (...names: string[]): string => path.join(state, ...names);
const previews: readonly (readonly string[])[] = [
  [],
  ['--json'],
  ['--native'],
  ['--native', '--json'],
];

describe('a preview shows no value', () => {
  it('of a variable that is given by its name alone, whatever that is', async () => {
    vi.stubEnv('MYSQL_PWD', 'hunter22');
    vi.stubEnv('PLAIN_NAME', 'Server=db;Pwd=abc12345');
    vi.stubEnv('WORDS', 'correct horse');
    for (const more of previews) {
      const names = ['MYSQL_PWD', 'PLAIN_NAME', 'WORDS'].flatMap((name) => ['-e', name]);
      expect(await run('-C', project, '--dry-run', ...more, ...names, 'exec', 'true')).toBe(0);
      expect(foundIn(said, ['hunter22', 'abc12345', 'correct horse'])).toEqual([]);
    }
    expect(await run('-C', project, '--dry-run', '-e', 'WORDS', 'exec', 'true')).toBe(0);
    expect(said).toMatch(/--env WORDS /);
  });

  it('of the file of variables and of a kept secret, in a prompt neither', async () => {
    const [ofFile, kept, ofProject, named] = [`topsecret${word(5)}`, word(30), word(30), word(30)];
    put(inState('env'), `DSN2=${ofFile}\nOTHER=${named}\n`);
    put(inState('global_state/secrets/KEPT'), `${kept}\n`);
    put(inState('projects/other/secrets/OWN'), `${ofProject}\n`);
    const prompt = `use ${ofFile} ${kept} ${ofProject} ${named}`;
    for (const more of previews) {
      expect(await run('-C', project, '--dry-run', ...more, '-e', 'DSN2', '-p', prompt)).toBe(0);
      expect(said).toContain('use *** *** *** ***');
      expect(foundIn(said, [ofFile, kept, ofProject, named])).toEqual([]);
    }
  });

  it.each(['docker', 'workspace', 'default', '/workspace'])(
    'and is whole where a password is %s',
    async (password) => {
      vi.stubEnv('REGISTRY_PASSWORD', password);
      for (const more of [[], ['--json']]) {
        expect(await run('-C', project, '--dry-run', ...more, '-p', 'hello')).toBe(0);
        expect(said).not.toContain('***');
      }
      expect(await run('-C', project, '--dry-run', '-p', 'hello')).toBe(0);
      expect(said).toMatch(/docker run --rm [^]*\/workspace\/app[^]*ai-in-docker\/claude/);
    },
  );
});

describe('no error says one that is kept', () => {
  it.each<[string, (secret: string) => string[]]>([
    ['as a setting', (secret) => ['--memory', secret, 'exec', 'true']],
    ['as a word', (secret) => [secret]],
    ['as a directory', (secret) => ['-C', `/no/${secret}`, 'exec', 'true']],
    ['as a value to keep', (secret) => ['config', 'set', 'memory', secret]],
    ['as an engine', (secret) => ['--host', secret, 'exec', 'true']],
  ])('%s', async (_what, argv) => {
    for (const secret of [word(30), randomBytes(32).toString('hex')]) {
      put(inState('global_state/secrets/K1'), `${secret}\n`);
      expect(await run(...argv(secret))).not.toBe(0);
      expect(said).toContain('***');
      expect(said).not.toContain(secret.slice(0, 10));
    }
  });

  it('of the environment neither, cut in a settings file', async () => {
    const secret = randomBytes(32).toString('hex');
    vi.stubEnv('MY_TOKEN', secret);
    put(inState('config.yaml'), `memory: ${secret}\n`);
    expect(await run('exec', 'true')).toBe(125);
    expect(said).toMatch(/memory must be .*\*\*\*/);
    expect(said).not.toContain(secret.slice(0, 10));
  });
});

it('a list of settings covers what sounds or looks like one', async () => {
  put(
    inState('config.yaml'),
    'env:\n  DSN: Server=db;Pwd=abc12345\n  CONNECTION: Server=db;Pwd=abc12345\n  V: "command:vault read -token=s.1234567"\n  MODE: fast\n',
  );
  expect(await run('config', 'list')).toBe(0);
  expect(said).toContain('MODE: fast');
  expect(foundIn(said, ['abc12345', 's.1234567'])).toEqual([]);
});

describe('ai secrets', () => {
  const kept = (name: string): string => inState('global_state/secrets', name);

  it('imports the file of the directory that -C says, and tells by its exit code what stayed', async () => {
    put(path.join(project, '.env'), 'A=1\nB=2\n');
    expect(await run('-C', project, 'secrets', 'import', '.env')).toBe(0);
    expect(readFileSync(kept('A'), 'utf8')).toBe('1\n');
    put(path.join(project, '.env'), 'A=3\nC=4\n');
    expect(await run('-C', project, 'secrets', 'import', '.env')).toBe(1);
    expect(said).toMatch(/not replaced: A [^]*kept C/);
    expect(readFileSync(kept('A'), 'utf8')).toBe('1\n');
  });

  it('keeps a value that ends as a line of Windows does', async () => {
    put(path.join(project, '.env'), 'A="x\\r"\n');
    expect(await run('-C', project, 'secrets', 'import', '.env')).toBe(0);
    vi.stubEnv('AI_ENV', 'A');
    const { readSecret } = await import('../../../src/read/secrets.ts');
    expect(readSecret(kept('A'), false)).toBe('x\r');
  });

  it('puts right what others could read, and leaves no half-written copy', async () => {
    put(kept('zai_key'), 'key\n', 0o644);
    for (const name of ['.MINE.999999.1.tmp', '.MINE2.999999.1.tmp']) put(kept(name), 'half');
    put(kept('MINE'), 'x\n');
    chmodSync(path.dirname(kept('x')), 0o755);
    expect(await run('-C', project, 'secrets', 'rm', 'MINE')).toBe(0);
    expect(said).toContain('no copy is kept');
    expect(statSync(kept('zai_key')).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(kept('x'))).mode & 0o777).toBe(0o700);
    expect(existsSync(kept('.MINE.999999.1.tmp'))).toBe(false);
    // Somebody may be writing that one.
    expect(existsSync(kept('.MINE2.999999.1.tmp'))).toBe(true);
  });

  it.each<[string, number, number, number, boolean]>([
    ['all are open', 0o755, 0o755, 0o644, true],
    ['the state is closed', 0o700, 0o755, 0o644, false],
    ['the directory is closed', 0o755, 0o700, 0o644, false],
    ['the file is closed', 0o755, 0o755, 0o600, false],
  ])('a run warns of those that others can read: %s', async (_what, top, middle, file, warns) => {
    put(kept('zai_key'), 'key\n');
    chmodSync(kept('zai_key'), file);
    chmodSync(kept('..'), 0o755);
    chmodSync(path.dirname(kept('x')), middle);
    chmodSync(state, top);
    expect(await run('-C', project, '--dry-run', 'glm', '-p', 'x')).toBe(0);
    expect(said.includes('other users of this machine can read secrets in')).toBe(warns);
  });
});
