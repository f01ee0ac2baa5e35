// The one place that talks to the server: types from api.yaml, CSRF header, problem documents, and waiting while signed out.
import { text } from '../app/messages';
import { isUnattended } from './presence';
import { ApiError, readProblem } from './problem';
import type { paths } from './schema';
import { sessionState, waitForSignIn, type Session } from './session';
import { askStepUp } from './stepUp';

type Json<R> = R extends { content: { 'application/json': infer B } } ? B : never;
type Answer<Op> = Op extends { responses: infer R }
  ? R extends { 200: infer A } ? Json<A> : R extends { 201: infer A } ? Json<A> : R extends { 202: infer A } ? Json<A> : void
  : never;
type Body<Op> = Op extends { requestBody?: infer B }
  ? B extends { content: { 'application/json': infer J } } ? J
    : B extends { content: { 'application/merge-patch+json': infer J } } ? J : undefined
  : undefined;
type Query<Op> = Op extends { parameters: { query?: infer Q } } ? Q : never;
type With<M extends string> = { [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never }[keyof paths];
type Op<P extends keyof paths, M extends string> = M extends keyof paths[P] ? paths[P][M] : never;

/** Query parameters; what is undefined or empty is left out. */
export type QueryValues = Record<string, string | number | boolean | undefined>;

export interface RequestOptions {
  query?: QueryValues;
  body?: unknown;
  /** In place of `body`: JSON that is sent letter by letter. */
  json?: string;
  /** Sent as `If-Match`: the revision that the person saw. */
  revision?: number;
  signal?: AbortSignal;
  /** A request that must not wait for signing in: the session's own. */
  bare?: boolean;
  keepalive?: boolean;
}

interface Typed<P extends keyof paths, M extends string> extends Omit<RequestOptions, 'query' | 'body' | 'bare'> {
  /** Values for the braces of the path. */
  path?: Record<string, string>;
  query?: Query<Op<P, M>>;
  body?: Body<Op<P, M>>;
}

/** The path with its braces filled in. */
export function fillPath(template: string, values: Record<string, string> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** `path?query`; nothing is added for values that are undefined or empty. */
export function withQuery(path: string, query: QueryValues = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const rest = parameters.toString();
  return rest ? `${path}?${rest}` : path;
}

function headersOf(method: string, options: RequestOptions): Headers {
  const headers = new Headers({ Accept: 'application/json' });
  if (options.body !== undefined || options.json !== undefined) headers.set('Content-Type', 'application/json');
  if (options.revision !== undefined) headers.set('If-Match', `"${options.revision}"`);
  if (isUnattended()) headers.set('X-Unattended', '1');
  const current = sessionState();
  if (method !== 'GET' && 'session' in current) headers.set('X-CSRF-Token', current.session.csrf_token);
  return headers;
}

async function send(method: string, address: string, options: RequestOptions): Promise<Response> {
  try {
    return await fetch(address, {
      method,
      headers: headersOf(method, options),
      body: options.json ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      signal: options.signal,
      keepalive: options.keepalive,
      credentials: 'same-origin',
    });
  } catch (failure) {
    if (options.signal?.aborted) throw failure;
    throw new ApiError({
      type: '/problems/unreachable', title: '', status: 0, detail: text.common.unreachable, code: 'unavailable',
    });
  }
}

/**
 * One request, until the server has done it. Throws an ApiError for everything that is not a success.
 * A 401 under an open page waits until the person has signed in again, and what wants a step-up until they have shown who they
 * are; then it is asked once more: nothing was done the first time. Where they would not, what the server said stays.
 */
async function answered(method: string, path: string, options: RequestOptions): Promise<Response> {
  const address = withQuery(path, options.query);
  for (let hasSteppedUp = false; ;) {
    const answer = await send(method, address, options);
    if (answer.ok) return answer;
    const problem = await readProblem(answer, text.common.unreadable(answer.status));
    if (options.bare || !('session' in sessionState())) throw problem;
    if (problem.status === 401 && problem.kind !== 'wrong_credentials') await waitForSignIn();
    else if (problem.kind === 'step_up_required' && !hasSteppedUp && await askStepUp()) hasSteppedUp = true;
    else throw problem;
  }
}

/** One request whose answer is JSON, or nothing. Throws as `answered`. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const answer = await answered(method, path, options);
  return answer.status === 204 ? (undefined as T) : (await answer.json()) as T;
}

/** One request for a file, or a part of one, as the server writes it. Throws as `answered`. */
export function requestFile(path: string, query: QueryValues): Promise<Response> {
  return answered('GET', path, { query });
}

/** A file that the server writes, as the browser keeps it: a large one on its disk. Throws as `answered`, and when it is cut off. */
export async function download(path: string, query: QueryValues): Promise<Blob> {
  return (await requestFile(path, query)).blob();
}

function typed<P extends keyof paths, M extends string>(method: string, path: P, options: Typed<P, M> = {}) {
  const { path: values, query, ...rest } = options;
  return request<Answer<Op<P, M>>>(method, fillPath(path as string, values), { ...rest, query: query as QueryValues });
}

/** The operations of api.yaml, typed by it: `api.get('/api/v1/projects/{id}', {path: {id}})`. */
export const api = {
  get: <P extends With<'get'>>(path: P, options?: Typed<P, 'get'>) => typed<P, 'get'>('GET', path, options),
  post: <P extends With<'post'>>(path: P, options?: Typed<P, 'post'>) => typed<P, 'post'>('POST', path, options),
  put: <P extends With<'put'>>(path: P, options?: Typed<P, 'put'>) => typed<P, 'put'>('PUT', path, options),
  patch: <P extends With<'patch'>>(path: P, options?: Typed<P, 'patch'>) => typed<P, 'patch'>('PATCH', path, options),
  delete: <P extends With<'delete'>>(path: P, options?: Typed<P, 'delete'>) => typed<P, 'delete'>('DELETE', path, options),
};

/** One page of a list, with the exact total of what the filter lets through. */
export interface ListPage<Row> {
  items: Row[];
  total: number;
  page: number;
  page_size: number;
}

/** The most rows that the server gives at once. */
const largestPage = 1000;

/** Every row that `query` lets through, page by page. `progress` hears how many of how many are there. */
export async function fetchAll<Row>(
  path: string, query: QueryValues, progress?: (got: number, total: number) => void, signal?: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const got = await request<ListPage<Row>>('GET', path, { query: { ...query, page, page_size: largestPage }, signal });
    rows.push(...got.items);
    progress?.(rows.length, got.total);
    if (got.items.length === 0 || rows.length >= got.total) return rows;
  }
}

const sessionPath = '/api/v1/session';

/** Signing in, out, and what a session carries. These never wait for a session. */
export const sessions = {
  read: () => request<Session>('GET', sessionPath, { bare: true }),
  /** `code`: of the second factor, or a recovery code. */
  begin: (user: string, password: string, code?: string) =>
    request<Session>('POST', sessionPath, { bare: true, body: { user, password, code } }),
  end: () => request<void>('DELETE', sessionPath, { bare: true }),
  changePassword: (current: string, next: string) =>
    request<Session>('POST', `${sessionPath}/password`, { bare: true, body: { current_password: current, new_password: next } }),
  savePreferences: (preferences: object, keepalive = false) =>
    request<Session>('PUT', `${sessionPath}/preferences`, { bare: true, body: preferences, keepalive }),
};
