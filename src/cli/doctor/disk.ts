// What is to be said of room: enough for a session's files, for an image, and what of ours could go.

import { formatSize } from '../../base/units.ts';
import { quoteForShell } from '../../base/quote.ts';
import type { DiskFacts, Room } from '../../launch/doctor/look-disk.ts';
import type { OwnImage } from '../../launch/doctor/look-engine.ts';
import { count, failure, ok, skipped, warning, type Finding } from './finding.ts';

/** Bytes: below the first nothing works that writes, below the second something soon will not. */
interface Needs {
  least: number;
  comfortable: number;
}
/** Copies of logins and settings, conversations. */
const ofHome: Needs = { least: 20e6, comfortable: 500e6 };
/** An image is some 700 MB, and twice that while it is made. */
const ofEngine: Needs = { least: 200e6, comfortable: 3e9 };
const leastInodes = 1000;
/** Bytes of older images that are worth a word. */
const muchUnused = 10e9;
/** Names in one command. */
const atOnce = 5;

export const judgeDisk = ({ home, engine, unused }: DiskFacts): readonly Finding[] => [
  judgeRoom('disk.home', home, ofHome, (place) => `du -xh -d1 ${place} | sort -h | tail`),
  engine === undefined
    ? skipped(
        'disk.engine',
        'not looked at: where the engine keeps its data cannot be seen from here',
      )
    : judgeRoom('disk.engine', engine, ofEngine, () => 'docker system df  shows what fills it'),
  ...(unused === undefined ? [] : [judgeUnused(unused)]),
];

function judgeRoom(
  id: string,
  room: Room | undefined,
  { least, comfortable }: Needs,
  fixOf: (place: string) => string,
): Finding {
  if (room === undefined) return skipped(id, 'not looked at: the system does not say');
  const { path, bytes, inodes } = room;
  const fix = fixOf(quoteForShell(path));
  const free = `${formatSize(bytes.free)} free of ${formatSize(bytes.total)}`;
  if (bytes.free < least) return failure(id, `${path} is full: ${free}`, fix);
  if (inodes !== undefined && inodes.free < leastInodes)
    return failure(
      id,
      `${path} takes no more files: ${inodes.free} inodes free of ${inodes.total}`,
      `df -i ${quoteForShell(path)}  and remove what has many files`,
    );
  if (bytes.free < comfortable) return warning(id, `${path} is nearly full: ${free}`, fix);
  return ok(id, `${path}: ${free}`);
}

function judgeUnused(unused: readonly OwnImage[]): Finding {
  const id = 'disk.images';
  if (unused.length === 0) return ok(id, 'no image of ai’s that no run takes any more');
  const size = unused.reduce((sum, image) => sum + image.size, 0);
  const summary = `${count(unused.length, 'older image')} of ai’s, up to ${formatSize(size)}`;
  if (size < muchUnused) return ok(id, summary);
  // By name, so that one that a container uses only loses that name.
  const names = unused.slice(0, atOnce).map(({ tags, id: digest }) => tags[0] ?? digest);
  const more = unused.length > atOnce ? '  and look again: ai doctor disk' : '';
  return warning(id, summary, `docker image rm ${names.map(quoteForShell).join(' ')}${more}`);
}
