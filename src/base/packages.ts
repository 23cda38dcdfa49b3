// Packages that a project wants in its image, by who installs them. Each is one word of a command line: nothing in it may be more.

export const installers = ['apt', 'npm', 'pip'] as const;
export type Installer = (typeof installers)[number];

/** Each list in the order in which it was named, none twice. */
export type Packages = Readonly<Record<Installer, readonly string[]>>;

export const noPackages: Packages = { apt: [], npm: [], pip: [] };

/** Of each kind how many: beyond, nobody could read what he agrees to. */
export const mostPackages = 200;

/** No name of an archive, which npm and pip would look for as a file. */
const noArchive = /(?!.*\.(?:[tT][gGbBxX][zZ]|[tT][aA][rR](?:\.\w+)?|[zZ][iI][pP]|[wW][hH][lL])$)/
  .source;
const short = /(?=.{1,128}$)/.source;
const word = /[A-Za-z0-9][A-Za-z0-9._-]*/.source;

/**
 * What a package may be called. None begins with a dash, which would make it an option; of apt none ends with one, which would
 * remove the package. Sources: Debian policy 5.6.1 and 5.6.12, npm's validate-npm-package-name, PEP 508 and PEP 440.
 */
const forms: Readonly<Record<Installer, string>> = {
  apt: `${short}[a-z0-9][a-z0-9.+-]*[a-z0-9.+](?:=[0-9](?:[A-Za-z0-9.+:~-]*[A-Za-z0-9.+~])?)?`,
  npm: `${short}${noArchive}(?:@[a-z0-9][a-z0-9._-]*\\/)?${word}(?:@[A-Za-z0-9][A-Za-z0-9.+-]*)?`,
  pip: `${short}${noArchive}[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\\[${word}(?:,${word})*\\])?(?:==[0-9](?:[A-Za-z0-9.+!_-]*[A-Za-z0-9])?)?`,
};

/** Of a package of that kind, and of one with the word for its kind before it; for editors too. */
export const packagePattern = (installer: Installer): string => `^(?:${forms[installer]})$`;
export const anyPackagePattern = `^(?:(?:apt:)?(?:${forms.apt})|npm:(?:${forms.npm})|pip:(?:${forms.pip}))$`;

export const packageForms: Readonly<Record<Installer, string>> = {
  apt: 'name or name=version, as Debian has them',
  npm: 'name, @scope/name or name@version',
  pip: 'name, name[extra] or name==version',
};

export const isPackage = (installer: Installer, name: string): boolean =>
  new RegExp(packagePattern(installer)).test(name);

/** `ripgrep`, `npm:pnpm`, `pip:ruff`: without a word before it, it is one of apt's. Undefined for none of these. */
export function readPackage(text: string): readonly [Installer, string] | undefined {
  const [, prefix = 'apt', name = ''] = /^(?:(apt|npm|pip):)?(.*)$/s.exec(text) ?? [];
  const installer = installers.find((one) => one === prefix);
  return installer !== undefined && isPackage(installer, name) ? [installer, name] : undefined;
}

/** The same the other way: `ripgrep`, `npm:pnpm`. */
export const writePackages = (packages: Packages): readonly string[] =>
  installers.flatMap((installer) =>
    packages[installer].map((name) => (installer === 'apt' ? name : `${installer}:${name}`)),
  );

/** `apt: ripgrep jq; npm: pnpm`, for people. */
export const showPackages = (packages: Packages): string =>
  installers
    .filter((installer) => packages[installer].length > 0)
    .map((installer) => `${installer}: ${packages[installer].join(' ')}`)
    .join('; ');

export const hasPackages = (packages: Packages): boolean =>
  installers.some((installer) => packages[installer].length > 0);

/** Of a package that both name, the later word counts: it may be of another version. */
export const joinPackages = (earlier: Packages, later: Packages): Packages => ({
  apt: join('apt', earlier, later),
  npm: join('npm', earlier, later),
  pip: join('pip', earlier, later),
});

function join(installer: Installer, earlier: Packages, later: Packages): readonly string[] {
  const byName = new Map(
    [...earlier[installer], ...later[installer]].map((text) => [packageName(text), text]),
  );
  return [...byName.values()];
}

/** Without version and extras. */
export const packageName = (text: string): string => text.replace(/(?<=.)[=@[].*$/, '');
