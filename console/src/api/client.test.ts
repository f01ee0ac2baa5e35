import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { request } from './client';
import { isProblem } from './problem';
import { sessionState, setSession, type Session } from './session';
import { endStepUp } from './stepUp';

const session = { user: { id: 'u', name: 'ada' }, csrf_token: 't' } as Session;

/** The server answers these, one after the other; what it was asked is counted by `fetch`. */
function answers(...all: (readonly [status: number, problem?: string])[]) {
  const left = [...all];
  vi.stubGlobal('fetch', vi.fn(async () => {
    const [status, kind] = left.shift() ?? [500];
    if (kind === undefined) return Response.json({ items: [] }, { status });
    return Response.json({ type: `/problems/${kind}`, status, detail: kind }, { status, headers: { 'Content-Type': 'application/problem+json' } });
  }));
}

/** Lets what is under way come to where it waits. */
const untilAsked = (times: number) => vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(times));

beforeEach(() => setSession(session));
afterEach(() => vi.unstubAllGlobals());

test('what wants a step-up is asked once more after it', async () => {
  answers([403, 'step_up_required'], [200]);
  const asked = request('POST', '/api/v1/roles');
  await untilAsked(1);
  await vi.waitFor(() => { endStepUp(true); expect(fetch).toHaveBeenCalledTimes(2); });
  expect(await asked).toEqual({ items: [] });
});

test('it is asked once more and no oftener', async () => {
  answers([403, 'step_up_required'], [403, 'step_up_required'], [200]);
  const asked = request('POST', '/api/v1/roles').catch((error: unknown) => error);
  await vi.waitFor(() => { endStepUp(true); expect(fetch).toHaveBeenCalledTimes(2); });
  expect(isProblem(await asked, 'step_up_required')).toBe(true);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('who would not show who they are gets what the server said', async () => {
  answers([403, 'step_up_required'], [200]);
  let outcome: unknown;
  void request('POST', '/api/v1/roles').catch((error: unknown) => { outcome = error; });
  await vi.waitFor(() => { endStepUp(false); expect(isProblem(outcome, 'step_up_required')).toBe(true); });
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('another refusal asks for nothing', async () => {
  answers([403, 'permission_denied'], [200]);
  await expect(request('POST', '/api/v1/roles')).rejects.toMatchObject({ status: 403 });
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('a code that is wrong does not look like a session that has ended', async () => {
  answers([401, 'wrong_credentials'], [200]);
  await expect(request('POST', '/api/v1/session/second-factor/confirm')).rejects.toMatchObject({ status: 401 });
  expect(sessionState().status).toBe('signed_in');
});

test('a session that has ended is waited for', async () => {
  answers([401, 'unauthenticated'], [200]);
  const asked = request('GET', '/api/v1/roles');
  await vi.waitFor(() => expect(sessionState().status).toBe('ended'));
  setSession(session);
  expect(await asked).toEqual({ items: [] });
});
