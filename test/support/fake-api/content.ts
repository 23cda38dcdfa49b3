// Texts of messages, which all APIs have as a string or as a list of parts, and names for what is sent.

import { randomUUID } from 'node:crypto';

export type Content = string | readonly Part[];

export interface Part {
  type?: string;
  text?: string;
}

export const textOf = (content: Content | null | undefined): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('\n');

/** `msg_0123…` */
export const newId = (kind: string): string => `${kind}_${randomUUID().replaceAll('-', '')}`;
