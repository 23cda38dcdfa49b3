// Sizes and durations as people write them.

const sizeUnits: Partial<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};
const durationUnits: Partial<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86400 };

/** Bytes of a size in docker's notation (`512m`, `4g`, `1.5g`, plain bytes), or undefined if it is none. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const factor = sizeUnits[unit?.toLowerCase() || 'b'];
  return number === undefined || factor === undefined
    ? undefined
    : Math.round(Number(number) * factor);
}

/** Seconds of a duration in timeout(1)'s notation (`90`, `30s`, `5m`, `1.5h`, `1d`), or undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/i.exec(text.trim()) ?? [];
  const factor = durationUnits[unit?.toLowerCase() ?? ''];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** The shortest way to write so many bytes, `4g`, that parseSize reads as exactly these. */
export const writeSize = (bytes: number): string =>
  write(bytes, ['b', 'k', 'm', 'g', 't'], sizeUnits);

/** The shortest way to write so many seconds, `10m`, that parseDuration reads as exactly these. */
export const writeDuration = (seconds: number): string =>
  write(seconds, ['s', 'm', 'h', 'd'], durationUnits);

function write(
  amount: number,
  names: readonly string[],
  units: Partial<Record<string, number>>,
): string {
  const name = names.findLast((unit) => amount % (units[unit] ?? 1) === 0) ?? names[0] ?? '';
  return `${amount / (units[name] ?? 1)}${name}`;
}

/** `1.4 GB`, `320 kB`: for people, in powers of 1000 as docker prints them. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)),
  );
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? 'B'}`;
}

/** `12 s`, `3 min`, `2 h`, `5 d`: how long something takes or how old it is, in one rounded unit. */
export function formatDuration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}
