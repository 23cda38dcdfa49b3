// What the command line knows of `ai update` and `ai image`.

export const imageRecords = {
  update: {
    summary: 'newer versions of assistants: look for them, or get them',
    usage: 'ai update [assistant …] [--all] [--check] [--json]',
    passThrough: false,
    extra: [
      {
        flags: '--all',
        help: 'every assistant; without it the default one and those that are installed here',
      },
      { flags: '--check', help: 'only say what is out' },
      {
        flags: '--daily',
        help: 'what runs do in the background: look once a day, and say nothing',
      },
    ],
    takes: 'words',
    uses: ['json', 'directory', 'allowRootDir', 'native'],
    load: async () => (await import('./commands/update.ts')).update,
  },
  image: {
    summary: 'images of assistants: list, build, rollback, pin, prune',
    usage: 'ai image [list|build|rollback|pin|prune] …',
    passThrough: false,
    actions: [
      ['list', 'what is in the engine, of which version, how old, and who uses it'],
      ['build [NAME …]', 'make the images that the next runs want'],
      ['rollback [NAME] [VERSION]', 'go back to the version of before, and stay there'],
      ['pin NAME [VERSION]', 'stay at a version, whatever newer one there is'],
      ['prune', 'remove images that nobody wants any more'],
    ],
    extra: [
      { flags: '--fresh', help: 'build: with nothing from the engine’s cache' },
      { flags: '--off', help: 'pin: take newer versions again' },
    ],
    takes: 'words',
    uses: ['json', 'dryRun', 'directory', 'allowRootDir', 'assistant', 'native'],
    load: async () => (await import('./commands/image.ts')).image,
  },
} as const;
