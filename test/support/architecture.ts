// Reads the imports of source files and holds them against DESIGN.md, section 2. Over texts, so that rules can be tested.

import path from 'node:path';
import ts from 'typescript';

/** Path below `src` -> text. */
export type Sources = Readonly<Record<string, string>>;

/** Floor, and what the folder may import besides itself: folders, or single files of one. */
const floors: Readonly<Record<string, { floor: number; mayImport: readonly string[] | 'below' }>> =
  {
    base: { floor: 0, mayImport: [] },
    settings: { floor: 1, mayImport: ['base'] },
    assistants: { floor: 1, mayImport: ['base'] },
    host: { floor: 1, mayImport: ['base'] },
    plan: { floor: 2, mayImport: ['settings', 'assistants', 'base'] },
    read: { floor: 3, mayImport: ['plan', 'settings', 'assistants', 'host', 'base'] },
    engines: { floor: 3, mayImport: ['plan', 'host', 'base'] },
    images: { floor: 3, mayImport: ['plan', 'assistants', 'host', 'base'] },
    setup: { floor: 3, mayImport: ['plan', 'host', 'base'] },
    state: { floor: 3, mayImport: ['plan', 'assistants', 'host', 'base'] },
    tunnel: { floor: 3, mayImport: ['plan', 'host', 'base'] },
    journal: { floor: 3, mayImport: ['host', 'base'] },
    session: { floor: 4, mayImport: ['engines/engine.ts', 'host', 'base'] },
    launch: { floor: 5, mayImport: 'below' },
    cli: { floor: 6, mayImport: 'below' },
    'main.ts': { floor: 7, mayImport: ['cli', 'base'] },
  };

/** Libraries that cost a start more than they give it: only `import()` where the work is done. */
const heavy = ['dockerode', 'execa', 'ora', 'chalk', 'fs-extra', 'yaml', 'ssh2', 'cosmiconfig'];

/** What the straight path may load besides our own files; of node's modules all but the slow ones. */
const straightPathPackages = ['commander'];
const slowModules = ['node:http', 'node:https', 'node:http2', 'node:tls', 'node:readline'];

const longestFile = 250;
const longestAssistant = 60;
const assistantMachinery = [
  ...['assistant.ts', 'registry.ts', 'pins.ts', 'words.ts', 'oauth.ts'],
  ...['define.ts', 'define-flags.ts', 'define-provider.ts', 'define-state.ts'],
];

export interface Import {
  specifier: string;
  /** `type` leaves nothing behind at run time; `lazy` is an `import()`. */
  kind: 'static' | 'type' | 'lazy';
}

/** Every violation of every rule, one line each. Empty for a tree as DESIGN.md wants it. */
export function violations(sources: Sources): readonly string[] {
  return [
    ...Object.entries(sources).flatMap(([file, text]) =>
      [...checkFloors(file, text), ...checkForm(file, text), ...checkCalls(file, text)].map(
        (problem) => `${file}: ${problem}`,
      ),
    ),
    ...checkCycles(sources),
  ];
}

/** What a start from these files would load too much, whatever way it gets there. */
export function slowImports(sources: Sources, entries: readonly string[]): readonly string[] {
  return [...reachable(sources, entries)].flatMap((file) =>
    importsOf(sources[file] ?? '')
      .filter(({ specifier, kind }) => {
        if (kind !== 'static' || specifier.startsWith('.')) return false;
        return specifier.startsWith('node:')
          ? slowModules.includes(specifier)
          : !straightPathPackages.includes(specifier);
      })
      .map(({ specifier }) => `${file}: loads ${specifier} at every start`),
  );
}

function checkFloors(file: string, text: string): string[] {
  const own = floors[folderOf(file)];
  if (own === undefined) return [`${folderOf(file)} has no floor`];
  return importsOf(text).flatMap(({ specifier, kind }) => {
    if (!specifier.startsWith('.'))
      return kind === 'static' && heavy.includes(packageOf(specifier))
        ? [`imports ${specifier} statically`]
        : [];
    const target = resolve(file, specifier);
    if (target.startsWith('../')) return target.endsWith('.json') ? [] : [`leaves src: ${target}`];
    const folder = folderOf(target);
    if (folder === folderOf(file)) return [];
    const allowed =
      own.mayImport === 'below'
        ? (floors[folder]?.floor ?? Infinity) < own.floor
        : own.mayImport.some((name) => name === folder || name === target);
    return allowed ? [] : [`may not import ${target}`];
  });
}

function checkForm(file: string, text: string): string[] {
  const problems: string[] = [];
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines > longestFile) problems.push(`has ${lines} lines`);
  const isAssistant =
    path.dirname(file) === 'assistants' && !assistantMachinery.includes(path.basename(file));
  if (isAssistant && lines > longestAssistant) problems.push(`has ${lines} lines of data`);
  if (!/^\/\/ \S.*/.test(text)) problems.push('does not say in its first line what it is for');
  const { statements } = parse(text);
  if (statements.length > 0 && statements.every(isReExport)) problems.push('is a barrel');
  if (statements.some(isDefaultExport)) problems.push('has a default export');
  return problems;
}

/** Only src/cli speaks to the user, and only main.ts ends the process. */
function checkCalls(file: string, text: string): string[] {
  const problems: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const call = `${node.expression.text}.${node.name.text}`;
      if (call.startsWith('console.') && folderOf(file) !== 'cli') problems.push(`uses ${call}`);
      if (call === 'process.exit' && file !== 'main.ts') problems.push('uses process.exit');
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { text: called } = node.expression;
      // By default it is the process's own, whose PATH may lead into the project.
      if (starters.includes(called) && !/\benv\b|[oO]ptions/.test(text.slice(node.pos, node.end)))
        problems.push(`starts a program by ${called} without saying its environment`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return problems;
}

const starters = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'execa'];

/** Lazy imports are how a table of commands names what itself needs the table's types: they make no cycle. */
function checkCycles(sources: Sources): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file))
      found.push(`cycle: ${[...way.slice(way.indexOf(file)), file].join(' > ')}`);
    if (way.includes(file) || done.has(file)) return;
    for (const target of filesImported(sources, file, ['static', 'type']))
      visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of Object.keys(sources)) visit(file, []);
  return found;
}

function reachable(sources: Sources, entries: readonly string[]): ReadonlySet<string> {
  const seen = new Set(entries);
  for (const file of seen)
    for (const target of filesImported(sources, file, ['static'])) seen.add(target);
  return seen;
}

const filesImported = (
  sources: Sources,
  file: string,
  kinds: readonly Import['kind'][],
): readonly string[] =>
  importsOf(sources[file] ?? '')
    .filter(({ kind, specifier }) => kinds.includes(kind) && specifier.startsWith('.'))
    .map(({ specifier }) => resolve(file, specifier))
    .filter((target) => target in sources);

const known = new Map<string, readonly Import[]>();

/** Each text once: several rules ask. */
export function importsOf(text: string): readonly Import[] {
  const found = known.get(text) ?? findImports(text);
  known.set(text, found);
  return found;
}

function findImports(text: string): readonly Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, kind: Import['kind']): void => {
    if (node && ts.isStringLiteral(node)) found.push({ specifier: node.text, kind });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(node.moduleSpecifier, isType ? 'type' : 'static');
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'static');
    } else if (ts.isImportTypeNode(node)) {
      if (ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, 'type');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], 'lazy');
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}

const isReExport = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

const parsed = new Map<string, ts.SourceFile>();

function parse(text: string): ts.SourceFile {
  const before = parsed.get(text);
  if (before !== undefined) return before;
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest);
  parsed.set(text, source);
  return source;
}

const resolve = (file: string, specifier: string): string =>
  path.posix.join(path.posix.dirname(file), specifier);

/** `plan`, or the file's own name at the top. */
const folderOf = (file: string): string => file.split('/')[0] ?? '';

const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
