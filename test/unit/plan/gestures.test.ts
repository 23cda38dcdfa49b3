// What `ai -p`, `-c`, `--yolo`, `--model` and `--json` become in each assistant's own words, and whose variables reach whom.

import { describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import { builtInNames, type BuiltInName } from '../../../src/base/assistant-definition.ts';
import { gestureOf, planCommand } from '../../../src/plan/command.ts';
import { planEnvironment } from '../../../src/plan/environment.ts';
import { buildFacts, defaultSettings, plainRequest } from '../../support/build-facts.ts';

interface Wanted {
  p?: string;
  say?: string;
  c?: boolean;
  yolo?: boolean;
  model?: string;
  json?: boolean;
  own?: readonly string[];
}

/** The words of a command line joined by spaces; such a word in it that holds spaces itself stands in brackets. */
function commandOf(name: BuiltInName, { p, say, c, yolo, model, json, own = [] }: Wanted): string {
  const text = p ?? say;
  const facts = buildFacts({
    request: {
      ...plainRequest,
      assistant: name,
      arguments: own,
      continue: c ?? false,
      json: json ?? false,
      ...(text !== undefined && { prompt: { text, headless: p !== undefined } }),
    },
    settings: { yolo: yolo ?? false, model },
  });
  const words = planCommand(facts, assistants[name]).argv;
  return words.map((word) => (/\s|^$/.test(word) ? `[${word}]` : word)).join(' ');
}

const all = { p: 'a b', c: true, yolo: true, model: 'm', json: true };

const matrix: Record<Exclude<BuiltInName, 'glm'>, readonly [Wanted, string][]> = {
  claude: [
    [{}, 'claude'],
    [{ p: 'a b' }, 'claude -p [a b]'],
    [{ p: '-x y' }, 'claude -p -- [-x y]'],
    [{ p: 'help' }, 'claude -p -- help'],
    [{ say: 'a b' }, 'claude [a b]'],
    [{ c: true }, 'claude --continue'],
    [{ yolo: true }, 'claude --dangerously-skip-permissions'],
    [{ model: 'm' }, 'claude --model m'],
    [{ p: 'a b', json: true }, 'claude --output-format json -p [a b]'],
    [
      all,
      'claude --dangerously-skip-permissions --model m --continue --output-format json -p [a b]',
    ],
  ],
  gemini: [
    [{}, 'gemini'],
    [{ p: 'a b' }, 'gemini [--prompt=a b]'],
    [{ p: '-x' }, 'gemini --prompt=-x'],
    [{ say: 'a b' }, 'gemini [--prompt-interactive=a b]'],
    [{ c: true }, 'gemini --resume latest'],
    [{ yolo: true }, 'gemini --yolo'],
    [{ model: 'm' }, 'gemini --model m'],
    [{ p: 'a b', json: true }, 'gemini --output-format json [--prompt=a b]'],
    [all, 'gemini --yolo --model m --resume latest --output-format json [--prompt=a b]'],
  ],
  codex: [
    [{}, 'codex'],
    [{ p: 'a b' }, 'codex exec --skip-git-repo-check [a b]'],
    [{ p: '-x y' }, 'codex exec --skip-git-repo-check -- [-x y]'],
    [{ p: 'resume' }, 'codex exec --skip-git-repo-check -- resume'],
    [{ say: 'a b' }, 'codex [a b]'],
    [{ c: true }, 'codex resume --last'],
    [{ c: true, say: 'a b' }, 'codex resume --last [a b]'],
    [{ yolo: true }, 'codex --yolo'],
    [{ model: 'm' }, 'codex --model m'],
    [{ p: 'a b', json: true }, 'codex exec --json --skip-git-repo-check [a b]'],
    [all, 'codex exec resume --last --yolo --model m --json --skip-git-repo-check [a b]'],
  ],
  opencode: [
    [{}, 'opencode'],
    [{ p: 'a b' }, 'opencode run -- a b'],
    [{ p: '-x' }, 'opencode run -- -x'],
    [{ say: 'a b' }, 'opencode [--prompt=a b]'],
    [{ c: true }, 'opencode --continue'],
    [{ yolo: true }, 'opencode --auto'],
    [{ model: 'm' }, 'opencode --model m'],
    [{ p: 'a b', json: true }, 'opencode run --format json -- a b'],
    [all, 'opencode run --auto --model m --continue --format json -- a b'],
  ],
  qwen: [
    [{}, 'qwen'],
    [{ p: 'a b' }, 'qwen [--prompt=a b]'],
    [{ p: '-x' }, 'qwen --prompt=-x'],
    [{ say: 'a b' }, 'qwen [--prompt-interactive=a b]'],
    [{ c: true }, 'qwen --continue'],
    [{ yolo: true }, 'qwen --yolo'],
    [{ model: 'm' }, 'qwen --model m'],
    [{ p: 'a b', json: true }, 'qwen --output-format json [--prompt=a b]'],
    [all, 'qwen --yolo --model m --continue --output-format json [--prompt=a b]'],
  ],
  copilot: [
    [{}, 'copilot'],
    [{ p: 'a b' }, 'copilot -s [--prompt=a b]'],
    [{ p: '-x' }, 'copilot -s --prompt=-x'],
    [{ say: 'a b' }, 'copilot [--interactive=a b]'],
    [{ c: true }, 'copilot --continue'],
    [{ yolo: true }, 'copilot --yolo'],
    [{ model: 'm' }, 'copilot --model m'],
    [{ p: 'a b', json: true }, 'copilot --output-format json [--prompt=a b]'],
    [all, 'copilot --yolo --model m --continue --output-format json [--prompt=a b]'],
  ],
};

describe.each(Object.entries(matrix))('%s', (name, rows) => {
  it.each(rows)('makes of %j: %s', (wanted, line) => {
    expect(commandOf(name as BuiltInName, wanted)).toBe(line);
  });
});

it.each(matrix.claude)('glm makes of %j what claude does', (wanted, line) => {
  expect(commandOf('glm', wanted)).toBe(line);
});

it.each(builtInNames)('the user’s own arguments come last and untouched: %s', (name) => {
  const { command } = assistants[name].package;
  const own = ['--help', '', '--', '-p', 'x y'];
  expect(commandOf(name, { own })).toBe(`${command} --help [] -- -p [x y]`);
});

describe('on the host itself', () => {
  const native = (name: BuiltInName): readonly string[] =>
    assistants[name].commandLine(
      gestureOf(
        { ...plainRequest, assistant: name, prompt: { text: 'a b', headless: true } },
        defaultSettings,
        false,
      ),
    );

  it('no safety check is left out that the user did not speak of', () => {
    expect(native('codex')).toEqual(['exec', 'a b']);
    for (const name of builtInNames)
      expect(native(name).join(' ')).not.toMatch(/skip|bypass|trust|yolo|sandbox/);
  });
});

describe('variables of the host', () => {
  const owners: Record<string, readonly BuiltInName[]> = {
    ANTHROPIC_API_KEY: ['claude'],
    ANTHROPIC_BASE_URL: ['claude'],
    CLAUDE_CODE_OAUTH_TOKEN: ['claude'],
    GEMINI_API_KEY: ['gemini'],
    GEMINI_MODEL: ['gemini'],
    GOOGLE_API_KEY: ['gemini'],
    GOOGLE_GENAI_USE_VERTEXAI: ['gemini'],
    CODEX_API_KEY: ['codex'],
    CODEX_ACCESS_TOKEN: ['codex'],
    OPENAI_API_KEY: ['codex', 'qwen'],
    OPENAI_MODEL: ['qwen'],
    OPENAI_ORGANIZATION: ['codex'],
    DASHSCOPE_API_KEY: ['qwen'],
    BAILIAN_CODING_PLAN_API_KEY: ['qwen'],
    OPENCODE_AUTH_CONTENT: ['opencode'],
    COPILOT_GITHUB_TOKEN: ['copilot'],
    GH_TOKEN: ['copilot'],
    GITHUB_TOKEN: ['copilot'],
    AWS_SECRET_ACCESS_KEY: [],
    GOOGLE_APPLICATION_CREDENTIALS: [],
    QWEN_HOME: [],
    CODEX_HOME: [],
  };

  /** The variables of a run that have the value from the host. */
  const reaching = (name: BuiltInName, environment: Record<string, string>): readonly string[] =>
    planEnvironment(buildFacts({ host: { environment } }), assistants[name], {
      tty: false,
      userName: 'ann',
    })
      .filter(({ value }) => value === 'of the host')
      .map((variable) => variable.name);

  it.each(Object.entries(owners))('%s reaches %j and no other', (variable, wanted) => {
    const reached = builtInNames.filter((name) =>
      reaching(name, { [variable]: 'of the host' }).includes(variable),
    );
    expect(reached).toEqual(wanted);
  });

  it('Z.ai’s key reaches glm under the name that it reads, and nobody else', () => {
    for (const name of builtInNames)
      expect(reaching(name, { ZAI_API_KEY: 'of the host' })).toEqual(
        name === 'glm' ? ['ANTHROPIC_AUTH_TOKEN'] : [],
      );
  });
});
