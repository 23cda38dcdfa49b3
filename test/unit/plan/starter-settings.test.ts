// The settings file of `ai init`: right whatever was found, also with what is a comment in it.

import { describe, expect, it } from 'vitest';
import { problemsInText } from '../../../src/launch/settings-files.ts';
import {
  signNames,
  starterSettings,
  type ProjectSigns,
} from '../../../src/plan/starter-settings.ts';

const none: ProjectSigns = { files: [], secrets: [] };
const validate = (text: string) => problemsInText('/p/.airc.yaml', text);

describe('the file', () => {
  const devcontainers: readonly ProjectSigns['devcontainer'][] = [
    undefined,
    { name: '.devcontainer.json' },
    { name: '.devcontainer.json', why: 'it is\none of docker compose' },
  ];
  const secrets = [[], ['.env', '.env.local']];
  const cases = signNames.flatMap((name) =>
    devcontainers.flatMap((devcontainer) => secrets.map((list) => ({ name, devcontainer, list }))),
  );

  it('is valid for every sign, alone and with all the others', async () => {
    for (const { name, devcontainer, list } of cases)
      for (const files of [[name], signNames.filter((other) => other !== name), []]) {
        const signs = { files, secrets: list, ...(devcontainer && { devcontainer }) };
        expect(await validate(starterSettings(signs).text), JSON.stringify(signs)).toEqual([]);
      }
  });

  it.each(['evil\nnative: true', 'pnpm@1 && x', "pnpm@1'", 'pnpm@--x', '${X}'])(
    'has nothing of a hostile packageManager: %j',
    async (packageManager) => {
      const { text } = starterSettings({ ...none, files: ['pnpm-lock.yaml'], packageManager });
      expect(text).toContain('npm: [pnpm]');
      expect(await validate(text)).toEqual([]);
    },
  );

  it('says what was found and proposes what belongs to it', () => {
    const { text, found } = starterSettings({
      files: ['package.json', 'pnpm-lock.yaml', 'pyproject.toml', 'Dockerfile', 'compose.yaml'],
      packageManager: 'pnpm@9.15.0+sha512.abc',
      secrets: ['.env'],
    });
    expect(found).toEqual([
      'Node (package.json)',
      'pnpm (pnpm-lock.yaml)',
      'Python (pyproject.toml)',
      'a Dockerfile',
      'docker compose (compose.yaml)',
      'files of secrets (.env)',
    ]);
    expect(text.split('\n').filter((line) => line !== '' && !/^ *#/.test(line))).toEqual([
      'image:',
      '  packages:',
      '    apt: [python3, python3-pip, python3-venv]',
      "    npm: ['pnpm@9.15.0']",
    ]);
    expect(text).toContain('# overlay: [node_modules, .venv]');
    expect(text).toContain("# mask: ['.env']");
  });

  it('takes the devcontainer instead of packages, where it can be used', () => {
    const signs = { ...none, files: ['go.mod'], devcontainer: { name: '.devcontainer.json' } };
    const lines = starterSettings(signs).text.split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'devcontainer: true',
    ]);
  });

  it('fits a terminal', () => {
    const { text } = starterSettings({ files: signNames, secrets: ['.env'] });
    const long = text.split('\n').filter((line) => line.length > 80 && !line.includes('apt: ['));
    expect(long).toEqual([]);
  });
});
