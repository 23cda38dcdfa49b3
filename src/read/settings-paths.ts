// Paths in the settings of a project: they count from the file they stand in, and lead where they lead when it is read.

import { readMountText } from '../base/mount-text.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { settingOf, type LayerValue } from '../settings/layers.ts';
import { realPathOf } from './project-file.ts';

/** Where a project is, symlinks resolved; and the home that `~` stands for. */
export interface ProjectPlaces {
  directory: string;
  root: string;
  home: string;
}

export interface AnchoredPaths {
  values: readonly LayerValue[];
  /** Where links lead to outside of the project: a session can make one, and what is trusted is not the name but the place. */
  leads: readonly string[];
}

/** Makes them absolute, symlinks resolved. `directory` is that of the file. */
export function anchorPaths(
  values: readonly LayerValue[],
  { directory, root, home }: ProjectPlaces,
): AnchoredPaths {
  const leads: string[] = [];
  const absolute = (text: string): string =>
    path.resolve(directory, text.replace(/^~(?=\/|$)/, home));
  const anchor = (text: string): string => {
    const named = absolute(text);
    const real = realPathOf(named) ?? named;
    if (real !== named && !isInside(real, root)) leads.push(real);
    return real;
  };
  const anchored = values.map((value): LayerValue => {
    const kind = pathsIn[settingOf(value.key) ?? ''];
    if (kind === undefined || value.value.kind !== 'data') return value;
    const changes = { name: absolute, file: anchor, mount: (text: string) => mount(text, anchor) };
    return { ...value, value: { kind: 'data', data: eachText(value.value.data, changes[kind]) } };
  });
  return { values: anchored, leads };
}

/** The settings that hold paths of the host, and how. Of a `name` its reader refuses links that lead out of the project. */
const pathsIn: Readonly<Partial<Record<string, 'name' | 'file' | 'mount'>>> = {
  mounts: 'mount',
  caCertificates: 'file',
  envFiles: 'name',
  'image.dockerfile': 'name',
};

/** What is no mount stays as it is: it is refused later. */
function mount(text: string, anchor: (text: string) => string): string {
  const parts = readMountText(text);
  if (parts === undefined) return text;
  const { source, target, mode } = parts;
  return [anchor(source), target, ...(mode ? [mode] : [])].join(':');
}

function eachText(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return data === '' ? data : change(data);
  return Array.isArray(data) ? data.map((item: unknown) => eachText(item, change)) : data;
}
