// What went wrong, as the server's problem documents (RFC 9457) say it.

/** The members of a problem document that the console reads. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  field?: string;
  permission?: string;
  existing?: string;
  existing_id?: string;
  retry_after?: number;
  request_id?: string;
  cause?: string;
  who_must_act?: string;
  where?: string;
  [member: string]: unknown;
}

/** An answer that is not a success. `status` is 0 where no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }

  /** The problem's stable name, without `/problems/`: what programs decide by. */
  get kind(): string {
    return this.problem.type.replace(/^\/problems\//, '');
  }

  /** JSON pointer of the offending field, or a query parameter's name; undefined: it is about no field. */
  get field(): string | undefined {
    return this.problem.field;
  }
}

/** Whether `error` is the server's problem `kind`, such as `precondition_failed`. */
export function isProblem(error: unknown, kind: string): boolean {
  return error instanceof ApiError && error.kind === kind;
}

/** The pointer among `known` that stands for `field`: itself, or the longest that leads to it (`/scopes` for `/scopes/2`). */
export function matchPointer(field: string | undefined, known: readonly string[]): string | undefined {
  if (field === undefined) return undefined;
  let best: string | undefined;
  for (const pointer of known) {
    const leads = field === pointer || field.startsWith(`${pointer}/`);
    if (leads && pointer.length > (best?.length ?? 0)) best = pointer;
  }
  return best;
}

/** Says which permission is missing, and whom to ask: the server knows it by a name for programs. */
async function inWords(problem: Problem): Promise<Problem> {
  if (problem.code !== 'permission_denied' || !problem.permission) return problem;
  try {
    const { permissions } = await import('../app/messages/permissions');
    return { ...problem, detail: permissions.missing(problem.permission) };
  } catch {
    // The server that answered is of another version than the console: its own words will do.
    return problem;
  }
}

/** Reads a problem out of an answer; one is made up where a proxy on the way answered something else. */
export async function readProblem(answer: Response, fallback: string): Promise<ApiError> {
  const type = answer.headers.get('Content-Type') ?? '';
  if (/[/+]json/.test(type)) {
    try {
      return new ApiError(await inWords((await answer.json()) as Problem));
    } catch {
      // Cut short on the way: the status still says something.
    }
  }
  return new ApiError({
    type: '/problems/unreadable', title: answer.statusText, status: answer.status, detail: fallback, code: 'internal',
  });
}
