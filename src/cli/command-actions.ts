// What the first word of some commands may be, for their help.

type Actions = readonly (readonly [action: string, what: string])[];

export const commandActions = {
  auth: [
    ['status', 'who is logged in where, and until when'],
    ['login [assistant]', 'the assistant’s own way to log in, or its key'],
    ['logout NAME …', 'end logins here; nothing is revoked at the vendor'],
    ['import [NAME …]', 'take over logins of this machine'],
    ['migrate', 'take over what the shell functions of before have kept'],
    ['backup', 'all logins and settings as they are now'],
    ['restore [NAME]', 'bring a backup back, or one assistant as it was before'],
  ],
  secrets: [
    ['list', 'their names, where each is kept, and what it reaches'],
    ['set NAME', 'keep one; its value comes from stdin, or is typed in unseen'],
    ['import FILE|-', 'keep those of KEY=VALUE lines, as in .env files'],
    ['rm NAME …', 'remove them'],
  ],
  config: [
    ['list', 'every setting and its value here; --origin: where each comes from'],
    ['get KEY', 'one value, alone; exit code 1 where it is not set'],
    ['set KEY VALUE …', 'set it from now on: a list takes several values, env.NAME one variable'],
    ['unset KEY', 'remove it again'],
    ['edit', 'the file in your editor; taken only if it is right'],
    ['path', 'the files that settings come from'],
    ['validate [FILE …]', 'everything that is wrong in them'],
    ['schema', 'all settings as JSON Schema, for editors'],
  ],
  net: [
    ['log', 'what runs of this project have reached, and what they were not let to'],
    ['allow HOST[:PORT]', 'let the next runs reach that host, and all below it'],
  ],
} as const satisfies Record<string, Actions>;
