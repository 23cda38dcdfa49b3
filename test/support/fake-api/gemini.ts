// Google's Gemini API.

import type { Said, Turn } from './answer.ts';
import { textOf } from './content.ts';
import type { Endpoint, FakeRequest, ModelEndpoint, Reply } from './endpoint.ts';
import { shellArguments, smallest, type Schema } from './shell-tool.ts';

const model: ModelEndpoint = { turnOf, reply, failure };

export const geminiEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: /\/models\/[^/]+:countTokens$/, fixed: { json: { totalTokens: 12 } } },
  { method: 'POST', path: /\/models\/[^/]+:generateContent$/, ...model },
  { method: 'POST', path: /\/models\/[^/]+:streamGenerateContent$/, ...model },
];

interface GenerateRequest {
  contents?: readonly { role?: string; parts?: readonly GeminiPart[] }[];
  tools?: readonly { functionDeclarations?: readonly Declaration[] }[];
  generationConfig?: { responseJsonSchema?: Schema; responseSchema?: Schema };
}

interface GeminiPart {
  text?: string;
  functionResponse?: { response?: { output?: string; error?: string } };
}

interface Declaration {
  name: string;
  parameters?: Schema;
  parametersJsonSchema?: Schema;
}

function turnOf(body: object): Turn {
  const { contents = [], tools = [] } = body as GenerateRequest;
  const parts = contents.at(-1)?.parts ?? [];
  const result = parts.find((part) => part.functionResponse)?.functionResponse?.response;
  return {
    prompt: textOf(parts),
    toolResult: result && (result.output ?? result.error ?? JSON.stringify(result)),
    tools: tools
      .flatMap((tool) => tool.functionDeclarations ?? [])
      .map(({ name, parameters, parametersJsonSchema }) => ({
        name,
        parameters: parametersJsonSchema ?? parameters,
      })),
  };
}

function reply(said: Said, { path, body }: FakeRequest): Reply {
  const part =
    said.kind === 'text'
      ? { text: asWanted(said.text, body as GenerateRequest) }
      : { functionCall: { name: said.tool.name, args: shellArguments(said.tool, said.command) } };
  const value = {
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 7, totalTokenCount: 19 },
  };
  return path.endsWith(':streamGenerateContent') ? { events: [{ data: value }] } : { json: value };
}

/** Some questions of the CLI to itself (which model, is this a loop) want JSON of a schema: the smallest will do. */
function asWanted(text: string, { generationConfig = {} }: GenerateRequest): string {
  const schema = generationConfig.responseJsonSchema ?? generationConfig.responseSchema;
  return schema ? JSON.stringify(smallest(schema)) : text;
}

function failure(code: number): object {
  const words: Partial<Record<number, string>> = {
    401: 'UNAUTHENTICATED',
    429: 'RESOURCE_EXHAUSTED',
  };
  return { error: { code, message: 'the fake model fails', status: words[code] ?? 'INTERNAL' } };
}
