// How `ai doctor` is called, and what its areas are.

/** What each area is about, in the order in which they are told. */
const areas = [
  ['engine', 'whether one answers, which, and what it can do'],
  ['permissions', 'its socket, the state directory, files that belong to somebody else'],
  ['image', 'built or not, of which versions, on which base'],
  ['disk', 'room for your state and for the engine, and what of ours could go'],
  ['network', 'proxies, name servers, clocks'],
  ['registry', 'those of npm and apt, which builds use'],
  ['ca', 'certificates to trust: readable, whole, not expired'],
  ['ssh', 'your agent and its keys'],
  ['git', 'there, and at work in this project'],
  ['logins', 'of each assistant, and who can read them'],
  ['settings', 'what is wrong in files and variables, what waits for your trust'],
  ['state', 'what crashes have left, and files that are damaged'],
  ['versions', 'of ai, Node, the engine and the assistants'],
] as const satisfies readonly (readonly [string, string])[];

export const doctorRecord = {
  summary: 'what is wrong here, and the command that helps',
  usage: 'ai doctor [AREA …] [--fix] [--offline] [--json]',
  passThrough: false,
  actions: areas,
  extra: [
    {
      flags: '--fix',
      help: 'do what is safe: clean up after crashes, make your state private; with --yes build the image',
    },
    { flags: '--offline', help: 'try no proxy and no registry that is not on this machine' },
  ],
  takes: 'words',
  uses: ['json', 'directory', 'allowRootDir', 'assistant', 'profile', 'native'],
  load: async () => (await import('../commands/doctor.ts')).doctor,
} as const;
