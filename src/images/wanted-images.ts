// Which images of ours somebody still wants, and which could go: every rule about that. Pure.

export interface SeenImage {
  id: string;
  /** `ai-in-docker/claude:333c637e77de`; empty for a stage of a build. */
  tag: string;
  /** Label `ai.image`: the name of the package. */
  assistant: string;
  version: string;
  /** Bytes, with the layers that it shares with others. */
  size: number;
  /** Milliseconds since 1970. */
  created: number;
  /** Label `ai.parent`, of an image that a project has made of one of ours: the tag of that. */
  parent?: string;
}

/**
 * `next`: the next run of some assistant takes it; `kept`: an update has replaced it, and `ai image rollback` goes back to it;
 * `project`: last run in, in whatever project, or a project’s own made not long ago; `old`: nobody wants it; `stage`: left of a build; `other`: of another user, or of
 * another state directory, who share the engine.
 */
export type ImageUse = 'next' | 'kept' | 'project' | 'old' | 'stage' | 'other';

export type JudgedImage = SeenImage & {
  use: ImageUse;
  /** Containers that use it, running or not: ids of runs, or names of what is none of ours. */
  usedBy: readonly string[];
};

export interface Wanted {
  /** Tags. */
  next: ReadonlySet<string>;
  kept: ReadonlySet<string>;
  /** Those that an assistant or a project was last run in. */
  used: ReadonlySet<string>;
  /** True for an image of which this state directory keeps files. */
  isOurs: (tag: string) => boolean;
  /** By the ids of images. */
  containers: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970. */
  now: number;
}

const hour = 3600 * 1000;
/** How long a project's own image is wanted: nobody knows which projects are still worked on. */
const timeOfProjects = 30 * 24 * hour;

const isWanted = (use: ImageUse): boolean => use === 'next' || use === 'kept' || use === 'project';

/** Another name of one that is wanted is left out: a first build gives it two, and removing one frees nothing. */
export function judgeImages(
  images: readonly SeenImage[],
  { next, kept, used, isOurs, containers, now }: Wanted,
): readonly JudgedImage[] {
  const useOf = ({ tag, parent, created }: SeenImage): ImageUse => {
    if (tag === '') return 'stage';
    if (next.has(tag)) return 'next';
    if (!isOurs(tag)) return 'other';
    if (kept.has(tag)) return 'kept';
    if (used.has(tag)) return 'project';
    return parent !== undefined && now - created < timeOfProjects ? 'project' : 'old';
  };
  const judged = images.map((image) => ({
    ...image,
    use: useOf(image),
    usedBy: containers.get(image.id) ?? [],
  }));
  const wanted = new Set(judged.filter(({ use }) => isWanted(use)).map(({ id }) => id));
  return judged
    .filter(({ use, id }) => use !== 'old' || !wanted.has(id))
    .sort((a, b) => a.assistant.localeCompare(b.assistant) || b.created - a.created);
}

/** What `ai image prune` removes. A stage may be of a build that goes on, be it somebody else's. */
export const removable = (images: readonly JudgedImage[], now: number): readonly JudgedImage[] =>
  images.filter(
    ({ use, usedBy, created }) =>
      usedBy.length === 0 && (use === 'old' || (use === 'stage' && now - created > hour)),
  );
