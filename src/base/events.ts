// What the floors below the command line have to say while they work. They emit; src/cli decides how it looks.

export type LauncherEvent =
  /** One line for the user, shown unless --quiet. `shown` is called once it was. */
  | { type: 'note'; text: string; shown?: () => void }
  /** Something that the user should change or know, shown unless --quiet. */
  | { type: 'warning'; text: string }
  /** What must never go unsaid, such as a run without isolation that nobody has asked for: shown with --quiet, too. */
  | { type: 'notice'; text: string }
  /** A longer piece of work begins: what it is for, in words that fit "… image for claude". */
  | { type: 'work-start'; title: string }
  /** Where that work is. `step` counts from 1; `total` is unknown for some (pull, debootstrap). */
  | { type: 'work-step'; step: number; total: number | undefined; label: string }
  /** The last line that the work printed. */
  | { type: 'work-line'; line: string }
  | { type: 'work-end'; ok: boolean; summary: string }
  /** The settings ask for plain words, from now on. */
  | { type: 'plain' }
  /** Only with --debug. */
  | { type: 'debug'; text: string };

export type Emit = (event: LauncherEvent) => void;

/** For what is looked at and not to be spoken of: only how to speak gets through. */
export const onlyPlain =
  (emit: Emit): Emit =>
  (event) => {
    if (event.type === 'plain') emit(event);
  };
