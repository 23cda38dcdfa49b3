// What a project's image is built from, as strangers may have written it.

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readBuildContext, type ContextInput } from '../../../src/read/build-context.ts';
import { readDevcontainer } from '../../../src/read/devcontainer.ts';
import { readDevcontainerImage, readDockerfile } from '../../../src/read/project-image.ts';
import { readProjectSigns } from '../../../src/read/project-signs.ts';
import { fillDockerfile } from '../../../src/images/project-context.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

function project(files: Readonly<Record<string, string>>): string {
  const root = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const devcontainer = (data: object | string, more: Readonly<Record<string, string>> = {}): string =>
  project({
    '.devcontainer/devcontainer.json': typeof data === 'string' ? data : JSON.stringify(data),
    ...more,
  });

const none = () => Promise.resolve(new Set<string>());
const places = (root: string) => ({
  root,
  home: '/home/me',
  writable: [],
  kept: temporaryDirectory(),
  maskedAmong: none,
});
const refusal = (why: string) => ({
  code: 'AI_IMAGE_SOURCE',
  facts: { why: expect.stringContaining(why) as string },
});
const caught = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('a devcontainer.json', () => {
  it('names an image, with comments around it, and what is not used', () => {
    const root = devcontainer(
      '// x\n{ "image": "debian:12", "features": {}, "customizations": {}, }',
    );
    expect(readDevcontainer(root)).toMatchObject({
      name: '.devcontainer/devcontainer.json',
      made: { image: 'debian:12' },
      unused: ['features'],
    });
  });

  it('names a build, in the new way and in the old one', () => {
    const build = { dockerfile: '../Dockerfile', context: '..', args: { A: '1' }, target: 't' };
    const root = devcontainer({ build }, { Dockerfile: 'FROM debian' });
    const made = { dockerfile: path.join(root, 'Dockerfile'), context: root };
    expect(readDevcontainer(root).made).toEqual({ ...made, args: { A: '1' }, target: 't' });
    const old = project({
      '.devcontainer.json': '{"dockerFile":"Dockerfile"}',
      Dockerfile: 'FROM x',
    });
    expect(readDevcontainer(old).made).toEqual({
      ...{ dockerfile: path.join(old, 'Dockerfile'), context: old, args: {} },
    });
  });

  it.each<[object | string, string]>([
    ['{', 'no JSON'],
    [{}, 'neither image nor'],
    [{ image: 5 }, 'image is no text'],
    [{ image: '--privileged' }, 'no name of an image'],
    [{ image: 'a b' }, 'no name of an image'],
    [{ image: '${localEnv:SECRET}' }, 'a variable'],
    [{ dockerComposeFile: 'x.yml', image: 'a' }, 'docker compose'],
    [{ build: { dockerfile: '/etc/passwd' } }, 'outside of the project'],
    [{ build: { dockerfile: '../../../etc/hostname' } }, 'build.dockerfile'],
    [{ build: { dockerfile: 'devcontainer.json', context: '../..' } }, 'outside of the project'],
    [{ build: { dockerfile: 'none' } }, 'is not there'],
    [{ build: { dockerfile: 'devcontainer.json', args: { 'A B': '1' } } }, 'no Dockerfile takes'],
    [{ build: { dockerfile: 'devcontainer.json', args: { A: '${localEnv:HOME}' } } }, 'a variable'],
    [{ build: { dockerfile: 'devcontainer.json', args: ['A=1'] } }, 'no map'],
    [`{"image":"${'a'.repeat(70_000)}"}`, '64 kB'],
  ])('is refused: %j', (data, why) => {
    expect(caught(() => readDevcontainer(devcontainer(data)))).toMatchObject(refusal(why));
  });

  it('is not followed out of the project', () => {
    const root = project({});
    symlinkSync('/etc/passwd', path.join(root, '.devcontainer.json'));
    expect(caught(() => readDevcontainer(root))).toMatchObject(refusal('outside of the project'));
    const other = devcontainer({ build: { dockerfile: 'D' } });
    symlinkSync('/etc/hostname', path.join(other, '.devcontainer/D'));
    expect(caught(() => readDevcontainer(other))).toMatchObject(refusal('outside of the project'));
    expect(caught(() => readDevcontainer(project({})))).toMatchObject(refusal('no such file'));
  });

  it('is another one where its Dockerfile is, and the same where its editor is', async () => {
    const build = { build: { dockerfile: 'Dockerfile' } };
    const hash = async (data: object, text: string): Promise<string> =>
      (
        await readDevcontainerImage(
          places(devcontainer(data, { '.devcontainer/Dockerfile': text })),
        )
      ).source.hash;
    const first = await hash(build, 'FROM a');
    expect(await hash({ ...build, customizations: { x: 1 } }, 'FROM a')).toBe(first);
    expect(await hash(build, 'FROM b')).not.toBe(first);
    expect(await hash({ build: { ...build.build, args: { A: '1' } } }, 'FROM a')).not.toBe(first);
    expect(await hash({ build: { ...build.build, target: 'x' } }, 'FROM a')).not.toBe(first);
  });
});

const begin = 'ARG AI_IMAGE\nFROM ${AI_IMAGE}\n';

describe('a Dockerfile of the settings', () => {
  it('is open to sessions in the project and where they write, else the user’s own', async () => {
    const root = project({ Dockerfile: begin });
    const own = project({ Dockerfile: begin });
    const file = path.join(own, 'Dockerfile');
    expect(await readDockerfile('Dockerfile', places(root))).toMatchObject({
      isOpen: true,
      source: { name: 'Dockerfile', texts: { Dockerfile: begin } },
    });
    expect(await readDockerfile(file, places(root))).toMatchObject({ isOpen: false });
    expect(await readDockerfile(file, { ...places(root), writable: [own] })).toMatchObject({
      isOpen: true,
    });
    expect(await readDockerfile('~/Dockerfile', { ...places(root), home: own })).toMatchObject({
      isOpen: false,
    });
  });

  it('outside of the project is open too where it copies from in it, or from where sessions write', async () => {
    const outside = project({
      'ai.Dockerfile': `${begin}COPY app/setup.sh own/ /x/\n`,
      'own.Dockerfile': `${begin}COPY own /x/\n`,
      ...{ 'app/setup.sh': '', 'own/a': '', 'writable/b': '' },
    });
    const links = temporaryDirectory();
    symlinkSync(path.join(outside, 'writable'), path.join(links, 'writable'));
    const open = async (name: string): Promise<boolean> => {
      const found = await readDockerfile(path.join(outside, name), {
        ...places(path.join(outside, 'app')),
        writable: [path.join(links, 'writable')],
      });
      return found.isOpen;
    };
    expect(await open('ai.Dockerfile')).toBe(true);
    expect(await open('own.Dockerfile')).toBe(false);
    writeFileSync(path.join(outside, 'own.Dockerfile'), `${begin}COPY writable/b /x/\n`);
    expect(await open('own.Dockerfile')).toBe(true);
  });

  it.each([
    ['none', 'no such file'],
    ['link', 'leads out of the project'],
    ['.', 'no file of at most 64 kB'],
    ['other', 'not FROM ${AI_IMAGE}'],
  ])('is refused: %s', async (name, why) => {
    const root = project({ other: 'FROM debian' });
    symlinkSync('/etc/passwd', path.join(root, 'link'));
    await expect(readDockerfile(name, places(root))).rejects.toMatchObject(refusal(why));
  });
});

type Masked = ContextInput['maskedAmong'];

describe('a build context', () => {
  const read = (
    root: string,
    text: string,
    kept = temporaryDirectory(),
    maskedAmong: Masked = none,
  ) =>
    readBuildContext(root, { dockerfile: path.join(root, 'Dockerfile'), text, kept, maskedAmong });

  it('is empty where nothing is copied, and what is named where that is plain', async () => {
    const root = project({ Dockerfile: '', a: '1', 'b/c': '2', 'b/d': '3', e: '4' });
    expect((await read(root, 'RUN x')).names).toEqual([]);
    expect((await read(root, 'COPY a b /')).names).toEqual(['a', 'b/c', 'b/d']);
    expect((await read(root, 'COPY . /')).names).toEqual(['Dockerfile', 'a', 'b/c', 'b/d', 'e']);
  });

  it('leaves out what .dockerignore says, and takes what it takes back', async () => {
    const root = project({
      a: '',
      'b/c': '',
      'b/d': '',
      '.dockerignore': 'b\n!b/d\n.dockerignore',
    });
    expect((await read(root, 'COPY . /')).names).toEqual(['a', 'b/d']);
  });

  it('has nothing that runs are not to see, nor what a hidden link leads to; what is named is refused', async () => {
    const root = project({ a: '', 'b/.env': '', 'b/c': '', 'd/real': '' });
    symlinkSync('d/real', path.join(root, '.env'));
    const masked: Masked = (_directory, names) =>
      Promise.resolve(new Set(names.filter((name) => path.basename(name) === '.env')));
    const kept = temporaryDirectory();
    expect(await read(root, 'COPY . /', kept, masked)).toMatchObject({
      names: ['a', 'b/c'],
      masked: 3,
    });
    expect(await read(root, 'COPY b /', kept, masked)).toMatchObject({ names: ['b/c'], masked: 1 });
    await expect(read(root, 'COPY a b/.env /', kept, masked)).rejects.toMatchObject(
      refusal('mask hides b/.env in it'),
    );
  });

  it('has the .git of its directory only where that is named', async () => {
    const root = project({ a: '', '.git/HEAD': '', 'sub/.git': '', '.dockerignore': '!b\n' });
    const all = async (text: string) => (await read(root, text)).names;
    expect(await all('COPY . /')).toEqual(['.dockerignore', 'a', 'sub/.git']);
    expect(await all('COPY .git/HEAD /')).toEqual(['.git/HEAD']);
    expect(await all('COPY . /\nRUN --mount=source=.git,target=/x true')).toContain('.git/HEAD');
    writeFileSync(path.join(root, '.dockerignore'), '!.git\n');
    expect(await all('COPY . /')).toContain('.git/HEAD');
    expect(await all('COPY .gitignore* /')).toContain('.git/HEAD');
    writeFileSync(path.join(root, '.dockerignore'), '.gitignore\n');
    expect(await all('COPY .gitignore* /')).not.toContain('.git/HEAD');
  });

  it('is kept only where nothing changed while it was read, and no change could be taken for another', async () => {
    const root = project({ a: '1' });
    const kept = temporaryDirectory();
    const now = Date.now();
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'], now: now - 1000 });
    await read(root, 'COPY a /', kept);
    expect(readdirSync(kept)).toEqual([]);
    vi.setSystemTime(now + 60_000);
    let looks = 0;
    const changing: Masked = () => {
      // Behind the first look at what there is, and before it is read.
      if (++looks === 1) writeFileSync(path.join(root, 'a'), '22');
      return none();
    };
    await read(root, 'COPY a /', kept, changing);
    expect(readdirSync(kept)).toEqual([]);
    const { digest } = await read(root, 'COPY a /', kept);
    expect(readdirSync(kept)).toHaveLength(1);
    expect((await read(root, 'COPY a /', kept)).digest).toBe(digest);
  });

  it('is never read through a link', async () => {
    const root = project({ a: '' });
    symlinkSync('/etc', path.join(root, 'etc'));
    expect((await read(root, 'COPY etc/passwd /')).names).toEqual(['a', 'etc']);
  });

  it('has another hash after any change of content, and is not read again without one', async () => {
    const root = project({ a: '1' });
    const kept = temporaryDirectory();
    const first = (await read(root, 'COPY a /', kept)).digest;
    expect((await read(root, 'COPY a /', kept)).digest).toBe(first);
    writeFileSync(path.join(root, 'a'), '2');
    utimesSync(path.join(root, 'a'), 1, 1);
    const second = (await read(root, 'COPY a /', kept)).digest;
    expect(second).not.toBe(first);
    writeFileSync(path.join(root, 'a'), '1');
    expect((await read(root, 'COPY a /', kept)).digest).toBe(first);
    // The same on every machine.
    expect((await read(project({ a: '1' }), 'COPY a /')).digest).toBe(first);
  });

  it('is sent as it was hashed, or not at all', async () => {
    const root = project({ a: '1', 'b/c': '2' });
    const context = await read(root, 'COPY . /');
    const build = { text: 'COPY . /', context, args: {} };
    expect(fillDockerfile(build, temporaryDirectory(), { AI_IMAGE: 'x' })).toMatchObject({
      src: ['a', 'ai-in-docker.Dockerfile', 'b'],
      buildArguments: { AI_IMAGE: 'x' },
    });
    writeFileSync(path.join(root, 'b/c'), 'evil');
    expect(caught(() => fillDockerfile(build, temporaryDirectory()))).toMatchObject(
      refusal('changed just now'),
    );
  });

  it.each([
    'ai-in-docker.Dockerfile',
    'AI-in-Docker.dockerfile',
    'ai-in-docker.Dockerfile.dockerignore',
  ])(
    'has nothing that is called as ai’s own Dockerfile, and nothing is written through it: %s',
    async (name) => {
      const victim = project({ '.bashrc': 'mine' });
      const root = project({ a: '1' });
      symlinkSync(path.join(victim, '.bashrc'), path.join(root, name));
      const build = { text: 'COPY . /', context: await read(root, 'COPY . /'), args: {} };
      const place = temporaryDirectory();
      expect(caught(() => fillDockerfile(build, place))).toMatchObject(
        refusal('a name that ai needs'),
      );
      expect(readFileSync(path.join(victim, '.bashrc'), 'utf8')).toBe('mine');
      mkdirSync(path.join(root, 'd'));
      renameSync(path.join(root, name), path.join(root, 'd', name));
      const below = { ...build, context: await read(root, 'COPY . /') };
      expect(fillDockerfile(below, place).dockerfile).toBe('ai-in-docker.Dockerfile');
    },
  );

  it('is sent without its .dockerignore, which a client would apply to all that is sent', async () => {
    const root = project({ a: '1', '.dockerignore': '**/*Dockerfile*' });
    const build = { text: 'COPY . /', context: await read(root, 'COPY . /'), args: {} };
    const place = temporaryDirectory();
    expect(fillDockerfile(build, place).src).toEqual(['a', 'ai-in-docker.Dockerfile']);
    expect(readdirSync(place)).not.toContain('.dockerignore');
  });

  it('is never read or written through a link that took the place of a directory', async () => {
    const secrets = project({ credentials: 'secret' });
    const root = project({ 'aws/credentials': 'a', 'b/c': '2' });
    const context = await read(root, 'COPY . /');
    const build = { text: 'COPY . /', context, args: {} };
    renameSync(path.join(root, 'aws'), path.join(root, 'old'));
    symlinkSync(secrets, path.join(root, 'aws'));
    const place = temporaryDirectory();
    expect(caught(() => fillDockerfile(build, place))).toMatchObject(refusal('changed just now'));
    expect(readdirSync(place)).toEqual(['ai-in-docker.Dockerfile', 'b']);
    // The same of the context itself, and of what it is in.
    const parent = project({ 'x/y/credentials': 'a' });
    const deep = await read(path.join(parent, 'x/y'), 'COPY . /');
    renameSync(path.join(parent, 'x'), path.join(parent, 'z'));
    mkdirSync(path.join(secrets, 'y'));
    writeFileSync(path.join(secrets, 'y/credentials'), 'a');
    symlinkSync(secrets, path.join(parent, 'x'));
    expect(
      caught(() => fillDockerfile({ ...build, context: deep }, temporaryDirectory())),
    ).toMatchObject(refusal('is a link by now'));
  });

  it('has no names below what is no directory, or nothing is written', async () => {
    const elsewhere = temporaryDirectory();
    const root = project({ b: '1' });
    symlinkSync(elsewhere, path.join(root, 'a'));
    const context = { ...(await read(root, 'COPY . /')), names: ['a', 'a/b', 'b'] };
    const build = { text: 'COPY . /', context, args: {} };
    expect(caught(() => fillDockerfile(build, temporaryDirectory()))).toMatchObject(
      refusal('cannot be copied'),
    );
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('has an end', async () => {
    const root = project({});
    for (let at = 0; at < 10_001; at++) writeFileSync(path.join(root, String(at)), '');
    await expect(read(root, 'COPY . /')).rejects.toMatchObject(refusal('more than 10000 files'));
  });
});

describe('the signs of a project', () => {
  it('are the names at its root, and one field', () => {
    const root = project({
      'package.json': '{"packageManager":"pnpm@9.1.0","workspaces":["a"]}',
      '.env': '',
      '.env.local': '',
      '.env.example': '',
      '.devcontainer.json': '{"dockerComposeFile":"x"}',
      'src/Cargo.toml': '',
    });
    expect(readProjectSigns({ root })).toEqual({
      files: ['package.json'],
      packageManager: 'pnpm@9.1.0',
      secrets: ['.env', '.env.local'],
      workspace: 'package.json',
      devcontainer: {
        name: '.devcontainer.json',
        why: expect.stringContaining('docker compose') as string,
      },
    });
  });
});
