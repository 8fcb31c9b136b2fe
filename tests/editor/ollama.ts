// A scripted Ollama: the endpoints, statuses and stream of the real one, and an answer that is known beforehand.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const MODEL = 'qwen2.5-coder:1.5b-base';

const CONTROL_TOKENS = [
  '<|endoftext|>', '<|fim_prefix|>', '<|fim_middle|>', '<|fim_suffix|>', '<|fim_pad|>', '<|repo_name|>', '<|file_sep|>',
];
const TOKENS = ['!', '"', '#', ...CONTROL_TOKENS];
const DETAILS = { format: 'gguf', family: 'qwen2', families: ['qwen2'], parameter_size: '1.5B', quantization_level: 'Q4_K_M' };

export interface GenerateRequest {
  readonly prompt: string;
  /** How many to generate at most (`num_predict`); 1 primes the server's cache. */
  readonly tokens: number;
}

/** Completes the line at the cursor to the first of `lines` that begins like it, and is silent elsewhere. */
export class OllamaStandIn {
  /** What `/api/generate` was asked, in order. */
  readonly requests: GenerateRequest[] = [];
  #server: Server | undefined;
  #port = 0;
  readonly #lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the same port as before when it was stopped. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Dies: open connections are cut, and new ones are refused. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        response.end('Ollama is running');
        return;
      case 'GET /api/version':
        return json(response, 200, { version: '0.33.0' });
      case 'GET /api/tags':
        return json(response, 200, { models: [{ name: MODEL, model: MODEL, size: 986_000_000, digest: 'a'.repeat(64), details: DETAILS }] });
      case 'GET /api/ps':
        return json(response, 200, { models: [{ name: MODEL, model: MODEL, size: 1_200_000_000, size_vram: 0, context_length: 4096, expires_at: '2099-01-01T00:00:00Z' }] });
      case 'POST /api/show':
        if (body.model !== MODEL) return notFound(response, body.model);
        return json(response, 200, {
          template: '{{ .Prompt }}',
          details: DETAILS,
          capabilities: ['completion', 'insert'],
          model_info: {
            'general.architecture': 'qwen2',
            'qwen2.context_length': 32768,
            'tokenizer.ggml.model': 'gpt2',
            'tokenizer.ggml.tokens': TOKENS,
            'tokenizer.ggml.token_type': TOKENS.map((token) => (CONTROL_TOKENS.includes(token) ? 3 : 1)),
          },
        });
      case 'POST /api/generate':
        if (body.model !== MODEL) return notFound(response, body.model);
        return this.#generate(response, readRequest(body));
      default:
        return json(response, 404, { error: 'not found' });
    }
  }

  #generate(response: ServerResponse, request: GenerateRequest): void {
    const { prompt } = request;
    this.requests.push(request);
    const text = this.#completion(prompt);
    const line = (fields: object): string => `${JSON.stringify({ model: MODEL, created_at: '2026-01-01T00:00:00Z', ...fields })}\n`;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const piece of text.match(/\s*\S+/gu) ?? []) response.write(line({ response: piece, done: false }));
    response.end(
      line({
        response: '', done: true, done_reason: 'stop', total_duration: 9_000_000, load_duration: 1_000_000,
        prompt_eval_count: Math.ceil(prompt.length / 3), prompt_eval_duration: 5_000_000,
        eval_count: Math.ceil(text.length / 3), eval_duration: 2_000_000,
      }),
    );
  }

  #completion(prompt: string): string {
    const prefix = prompt.slice(prompt.lastIndexOf('<|fim_prefix|>')).split('<|fim_suffix|>')[0] ?? '';
    const typed = prefix.slice(prefix.lastIndexOf('\n') + 1).trimStart();
    if (typed === '') return '';
    const line = this.#lines.find((known) => known.startsWith(typed) && known !== typed);
    return line === undefined ? '' : line.slice(typed.length);
  }
}

function readRequest(body: Record<string, unknown>): GenerateRequest {
  const { num_predict: tokens } = (body.options ?? {}) as { num_predict?: unknown };
  return { prompt: String(body.prompt ?? ''), tokens: Number(tokens) };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function notFound(response: ServerResponse, model: unknown): void {
  json(response, 404, { error: `model '${String(model)}' not found` });
}
