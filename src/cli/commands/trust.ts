// ai trust: what the settings files of this project would do to the host, and the user's yes or no to that.

import { path } from '../../base/path.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import {
  effectLines,
  fitsOnScreen,
  rememberAnswer,
  trustQuestion,
} from '../../launch/ask-trust.ts';
import {
  answered,
  readProjectLayers,
  type JudgedFile,
  type ProjectLayers,
} from '../../launch/project-layers.ts';
import { trustCommand } from '../../launch/trust-warnings.ts';
import { agreeTo, forgetImages, imageQuestion } from '../../launch/confirm-image.ts';
import type { TrustSources } from '../../launch/trust-sources.ts';
import { isAtTerminal } from '../../launch/world.ts';
import type { ProjectFacts } from '../../plan/facts.ts';
import { readProject } from '../../read/project.ts';
import { readSettingsFile } from '../../read/settings-file.ts';
import { forgetTrust } from '../../state/trust-store.ts';
import { print, say } from './answer.ts';
import { layersAsData, layersAsText } from './trust-show.ts';

export const trust: CommandHandler = async (call) => {
  const [action, another] = (['show', 'revoke', 'list'] as const).filter(
    (name) => call.options.extra[name] === true,
  );
  if (another !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `--${action ?? ''} and --${another} do not go together`,
      next: 'ai trust --help',
    });
  if (action === 'list') return (await import('./trust-list.ts')).list(call);
  const project = projectOf(call);
  if (action === 'revoke') return revoke(call, project);
  const config = await readSettingsFile(call.world.stateDirectory);
  const layers = await readProjectLayers(call.world, call.options.plain, [config]);
  if (layers.trouble !== undefined)
    call.world.emit({ type: 'warning', text: `no project is trusted: ${layers.trouble}` });
  const { trustSources } = await import('../../launch/trust-sources.ts');
  const sources = await trustSources(call.world, config, project, layers);
  return action === 'show'
    ? show(call, project, layers, sources)
    : decide(call, project, layers, sources);
};

/** @throws AiError where no run could start either */
function projectOf({ world, options }: CommandCall): ProjectFacts {
  const { home, stateDirectory } = world;
  const directory = path.resolve(world.directory, options.plain.directory ?? '.');
  const allowAnyRoot = options.plain.allowRootDir === true;
  return readProject(directory, { home, stateDirectory, allowAnyRoot });
}

async function revoke(call: CommandCall, { id, root }: ProjectFacts): Promise<number> {
  const revoked = await forgetTrust(call.world.stateDirectory, id);
  forgetImages(call.world, id);
  if (call.options.plain.json) print(call, { project: id, root, revoked });
  else say(call, revoked ? `nothing of ${root} is trusted any more` : `${root} was not trusted`);
  return exitCodes.ok;
}

function show(
  call: CommandCall,
  project: ProjectFacts,
  layers: ProjectLayers,
  sources: TrustSources,
): number {
  if (call.options.plain.json) print(call, layersAsData(project, layers, sources));
  else call.world.streams.stdout.write(layersAsText(layers, sources));
  return exitCodes.ok;
}

/** @throws AiError AI_SETTING_INVALID where nobody could say what a file does */
async function decide(
  call: CommandCall,
  project: ProjectFacts,
  layers: ProjectLayers,
  sources: TrustSources,
): Promise<number> {
  const { world, options } = call;
  const problems = layers.files.flatMap(({ state, wrong }) => (state === 'invalid' ? wrong : []));
  if (problems.length > 0) throw new AiError('AI_SETTING_INVALID', { problems });
  const open = layers.files.filter(isOpen);
  if (open.length === 0 && sources.unagreed.length === 0) {
    show(call, project, layers, sources);
    if (!options.plain.json) say(call, nothingToDo(layers));
    return exitCodes.ok;
  }
  const answer = await answerOf(call, open, sources);
  if (answer !== undefined && open.length > 0) await rememberAnswer(world, project, open, answer);
  if (answer === true) await agreeTo(world, project, sources.unagreed);
  const files = layers.files.map((file) =>
    answer !== undefined && isOpen(file) ? answered(file, answer) : file,
  );
  if (options.plain.json || options.plain.yes || answer === undefined)
    show(
      call,
      project,
      { ...layers, files },
      answer === true ? { unagreed: [], lines: [] } : sources,
    );
  if (!options.plain.json) say(call, wordsFor(call, answer));
  return answer === true ? exitCodes.ok : exitCodes.untrusted;
}

const isOpen = ({ state }: JudgedFile): boolean => state === 'unasked' || state === 'refused';

/** Undefined where nobody has said anything. The list stands before the question, on the same stream. */
async function answerOf(
  { world, options }: CommandCall,
  open: readonly JudgedFile[],
  { lines }: TrustSources,
): Promise<boolean | undefined> {
  if (options.plain.yes) return true;
  if (options.plain.json || !isAtTerminal(world)) return undefined;
  const details = [...open.flatMap(effectLines), ...lines];
  const question = open.length > 0 ? trustQuestion : imageQuestion;
  return world.consent(question, [
    ...details,
    ...(fitsOnScreen(world, details)
      ? []
      : [`(${details.length} lines: the first ones are further up)`]),
  ]);
}

function wordsFor({ options }: CommandCall, answer: boolean | undefined): string {
  const command = (...words: string[]): string => trustCommand(options.plain, ...words);
  if (answer === undefined) return `not trusted; to trust it: ${command('--yes')}`;
  return answer
    ? `trusted, until a file changes; ${command('--revoke')}  takes it back`
    : `not trusted, and not asked about again; ${command()}  asks`;
}

function nothingToDo({ files }: ProjectLayers): string {
  if (files.length === 0) return 'this project has no settings of its own';
  return files.some(({ state }) => state === 'trusted')
    ? 'all of it is trusted'
    : 'nothing in it reaches the host: there is nothing to trust';
}
