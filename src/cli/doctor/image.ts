// What is to be said of images: built or not, of which version, and whether the base under them is still the one.

import { formatSize } from '../../base/units.ts';
import { quoteForShell } from '../../base/quote.ts';
import type { EngineLook, ImageLook, ReachedLook } from '../../launch/doctor/look-engine.ts';
import type { ImageStates } from '../../launch/image-states.ts';
import { failure, listed, ok, skipped, warning, type Finding } from './finding.ts';

export interface ImageFacts {
  engine: EngineLook;
  /** Of the assistant in question. */
  name: string;
  /** It is a ready one, of somebody else. */
  ready: string | undefined;
  /** The version that it is to have. */
  pinned: string | undefined;
}

export function judgeImages({ engine, name, ready, pinned }: ImageFacts): readonly Finding[] {
  const id = `image.${name}`;
  if (engine.kind === 'unwanted')
    return [skipped(id, 'not looked at: runs on the machine itself need none')];
  if (engine.kind === 'failed') return [skipped(id, 'not looked at: no engine is in reach')];
  const state = engine.states.find(({ assistant }) => assistant.name === name)?.image;
  const build = `ai --yes -a ${name} exec -- true`;
  const mend = { mend: { kind: 'image' } } as const;
  if (state === undefined || state.state === 'missing' || state.state === 'unknown')
    return [
      ready === undefined
        ? warning(
            id,
            `the image for ${name} is not built yet: the first run does it`,
            `${build}  does it now`,
            mend,
          )
        : warning(
            id,
            `the image ${ready} is not here: the first run pulls it`,
            `docker pull ${quoteForShell(ready)}`,
            mend,
          ),
      ...others(engine, name),
    ];
  if (state.state === 'outdated')
    return [
      warning(
        id,
        `the image for ${name} is of other versions or settings: the next run builds it anew`,
        `${build}  does it now`,
        mend,
      ),
      ...others(engine, name),
    ];
  const size = state.size === undefined ? '' : `, ${formatSize(state.size)}`;
  return [
    judgeVersion(engine.image, { id, name, pinned, size, tag: state.tag }),
    ...(ready === undefined ? judgeBase(engine.image, name, state.tag) : []),
    ...others(engine, name),
  ];
}

/** A tag says what an image is made of; what bears it may be another one all the same. */
function judgeVersion(
  image: ImageLook | undefined,
  of: { id: string; name: string; pinned: string | undefined; size: string; tag: string },
): Finding {
  const { id, name, pinned, size, tag } = of;
  if (pinned !== undefined && image?.isOurs === false)
    return failure(
      id,
      `what is called ${tag} is no image of ai’s: it lacks the tools that runs need`,
      rebuild(name, tag),
    );
  const version = image?.version;
  if (pinned !== undefined && version !== undefined && version !== pinned)
    return failure(
      id,
      `the image for ${name} holds ${version} instead of ${pinned}`,
      rebuild(name, tag),
    );
  const whose = image?.isOfProject ? ', the project’s own' : '';
  return ok(id, `${name}${pinned === undefined ? '' : ` ${pinned}`}: ${tag}${size}${whose}`);
}

function judgeBase(image: ImageLook | undefined, name: string, tag: string): readonly Finding[] {
  const id = 'image.base';
  if (image === undefined || image.isOfProject) return [];
  const { base, layers } = image;
  if (base === undefined) return [ok(id, 'its base is not here by itself: the next build gets it')];
  if (base.layers.every((layer, index) => layers[index] === layer))
    return [ok(id, `it is on ${base.name} as that is now`)];
  return [
    warning(
      id,
      `it was built on another ${base.name} than there is now`,
      `${rebuild(name, tag)}  builds it on that one`,
    ),
  ];
}

const rebuild = (name: string, tag: string): string =>
  `docker image rm ${quoteForShell(tag)} && ai --yes -a ${name} exec -- true`;

/** Of other assistants what is worth knowing; nobody misses an image that was never made. */
function others({ states }: ReachedLook, name: string): readonly Finding[] {
  const all = states.filter(({ assistant }) => assistant.name !== name);
  const [built, outdated] = (['built', 'outdated'] as const).map((state) => named(all, state));
  const parts = [
    ...(built && built.length > 0 ? [`built: ${listed(built, 8)}`] : []),
    ...(outdated && outdated.length > 0
      ? [`built anew by its next run: ${listed(outdated, 8)}`]
      : []),
  ];
  return parts.length === 0 ? [] : [ok('image.others', parts.join('; '))];
}

const named = (states: ImageStates, wanted: string): readonly string[] =>
  states.filter(({ image }) => image.state === wanted).map(({ assistant }) => assistant.name);
