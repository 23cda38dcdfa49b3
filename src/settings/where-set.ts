// Where a setting was set, in words, and how the user sets another value there. Pure.

/** @param place as the layers have it: `--memory`, `AI_MEMORY`, `/…/config.yaml:3`, with ` (secure)` where that sets it */
export const whereSet = (key: string, place: string | undefined): string =>
  place === undefined ? `--${key}` : place.startsWith('/') ? `${key} in ${place}` : place;

/** Text to copy. Without a place, and where it was an option, it is one for the next run. */
export function changeText(key: string, value: string, place: string | undefined): string {
  if (place === undefined || place.startsWith('--')) return `ai --${key} ${value} …`;
  if (!place.startsWith('/')) return `export ${place.replace(/ .*/, '')}=${value}`;
  const isOfUser = /\/config\.yaml(?=[: ]|$)/.test(place);
  return `ai config set ${isOfUser ? '' : '--project '}${key} ${value}`;
}
