// What gives a secret away, by its name or by its own look. Pure.

/** Bytes: more than any key, less than a variable may have (MAX_ARG_STRLEN, 128 KiB). */
export const largestSecret = 64 * 1024;

/** Not in the middle of a word; the `n` of an escaped line end is none. */
const start = String.raw`(?<!(?<!\\)[A-Za-z0-9])`;

/** Keys and tokens as their makers form them (their own documentation, gitleaks, secretlint). */
const forms: readonly string[] = [
  // OpenAI, Anthropic and many who followed them. A digit tells it from words with dashes.
  String.raw`sk-(?=[\w-]{0,200}\d)[\w-]{16,}`,
  String.raw`gh[opsur]_[A-Za-z0-9]{20,}`,
  String.raw`github_pat_\w{20,}`,
  String.raw`glpat-[\w-]{20,}`,
  String.raw`npm_[A-Za-z0-9]{30,}`,
  String.raw`AIza[\w-]{30,}`,
  String.raw`ya29\.[\w-]{20,}`,
  String.raw`GOCSPX-[\w-]{20,}`,
  String.raw`xox[a-z]-[\w-]{10,}`,
  String.raw`xapp-[\w-]{10,}`,
  String.raw`(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])`,
  // Z.ai.
  String.raw`[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])`,
  // JSON Web Tokens: both of the first parts begin with {".
  String.raw`eyJ[\w-]{6,1000}\.eyJ[\w-]{6,}(?:\.[\w-]*)?`,
];

const tokens = `${start}(?:${forms.join('|')})`;
const bearer = String.raw`(?<=\bbearer\s{1,8})(?=[\w.~+/-]{0,200}\d)[\w.~+/=-]{8,}`;
/** As words of a command line: `-token=…`, `--password …`. What a shell fills in is none. */
const option = String.raw`(?<=(?<![\w-])--?(?:token|password|passwd)(?:=|\s{1,8}(?=[^\s-]{6})))(?:'[^'\n]{1,1024}'|"[^"$\n]{1,1024}"|[^\s"'\x60$)-][^\s"'\x60)]{0,1024})`;
/** Of a connection string: `Server=db;Pwd=…`. */
const connection = String.raw`(?<=;\s{0,8}(?:pwd|password)\s?=\s?)[^\s;"'$]{1,1024}|(?<=\b(?:pwd|password)=)[^\s;"'$/]{1,1024}(?=;\s?\w+=)`;
/** Of an address with user and password both are covered. */
const login = String.raw`(?<=:\/\/)[^\s/?#@:"']{0,256}:[^\s/?#"']{1,1024}(?=@)`;
const privateKey = String.raw`-----BEGIN (?<kind>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[^]*?(?:-----END \k<kind>-----|$)`;

const caseSensitive = new RegExp([tokens, login, privateKey].join('|'), 'g');
const caseless = new RegExp([bearer, option, connection].join('|'), 'gi');

/** The text with `cover` in place of whatever looks like a secret. */
export const coverPatterns = (text: string, cover: string): string =>
  text.replaceAll(caseSensitive, cover).replaceAll(caseless, cover);

/** True if a key, a token or a login is part of the value. */
export const looksSecret = (value: string): boolean =>
  holdsPassword(value) || coverPatterns(value, '') !== value;

/** An address with `user:password@`, or with a token as the user. */
export const holdsPassword = (value: string): boolean => /:\/\/[^/?#]*@/.test(value);

/** A name like those that hold secrets; many that hold none are among them. */
export const soundsSecret = (name: string): boolean =>
  /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|COOKIE|_PWD$|(?:^|_)DSN(?:_|$)/i.test(name);

/** A name that leaves no doubt: what it holds is a secret, however plain. */
export const namesSecret = (name: string): boolean =>
  /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL)S?(_?\d+)?$/i.test(name);

/** False for what stands in ordinary texts as well, so that covering it would make them unreadable: words, numbers, paths. */
export const isTelling = (value: string): boolean =>
  !isPath(value) && !/^[A-Za-z]{1,20}$|^[\d.:]+$|^https?:\/\/[^/@]+\/?$/.test(value);

export const isPath = (value: string): boolean => /^[~.]{0,2}\//.test(value);
