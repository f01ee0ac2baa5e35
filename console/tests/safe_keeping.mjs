// Keys, backups and what a restore left, in every state that the server may tell of: what the pages say, what they ask for, and how it looks.
// Some answers are given here, because no disk fails on demand and no rotation stands still to be looked at.
//
// settings: user, password: of an administrator; client, client_name, account, robot_name, project_name: a client that somebody signed in
//   for, and who reads it. A line {"please": "export"} asks for a recovery file.
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('safe-keeping');
const context = await openBrowser();
const {page, seen} = await openPage(context);
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const story = storiesOn(page, SHOTS);
const dialog = page.getByRole('dialog');

async function go(address) {
  await page.goto(address);
  await ready(page);
}
function ask(path) {
  return page.evaluate(async (path) => (await fetch(`/api/v1/${path}`)).json(), path);
}

// First the real server, as far as it can be brought into a state.
await story('the server says where its keys are, and that there is no recovery file; the page sees when it is written', async () => {
  await go('/administration/keys');
  await page.getByRole('heading', {name: 'There is no recovery file yet'}).waitFor();
  await page.getByRole('row', {name: settings.project_name}).waitFor();
  await page.getByRole('row', {name: 'The server'}).waitFor();
  say({please: 'export'});
  await page.getByRole('heading', {name: 'A recovery file was written'}).waitFor({timeout: 60_000});
});

await story('a data key is rotated, and the old one is gone once everything is sealed anew', async () => {
  const before = (await ask('keys')).data_keys.find((key) => key.project_name === settings.project_name);
  await page.getByRole('button', {name: `Rotate the data key of \u2068${settings.project_name}\u2069`}).click();
  await dialog.getByRole('button', {name: 'Rotate', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByText('The rotation has begun').waitFor();
  await page.waitForFunction(async (old) => {
    const {data_keys: keys, rotations} = await (await fetch('/api/v1/keys')).json();
    return rotations.length === 0 && !keys.some((key) => key.id === old);
  }, before.id, {polling: 500, timeout: 60_000});
  await page.getByText('Being replaced').waitFor({state: 'detached'});
  check('there is one again, and another', (await ask('keys')).data_keys.filter((key) => key.project === before.project).length === 1);
});

// What the server says at each path, and what it was asked to do: a test changes `says` and reads `asked`.
const says = {};
let asked = [];
function problem(status, code, detail) {
  return {status, contentType: 'application/problem+json', body: JSON.stringify({type: `/problems/${code}`, title: code, status, code, detail})};
}
for (const path of ['keys', 'keys/rotate-data', 'backups', 'restore-report', 'suspensions', 'suspensions/lift-all', 'attention', 'oauth-clients/lift-quarantine']) {
  await page.route((url) => url.pathname === `/api/v1/${path}`, async (route) => {
    const request = route.request();
    const key = `${request.method()} ${path}`;
    if (request.method() !== 'GET') asked.push([key, request.postDataJSON()]);
    const answer = typeof says[key] === 'function' ? await says[key]() : says[key];
    if (answer === undefined) return route.fulfill(problem(404, 'not_found', 'There is no such thing.'));
    if (answer.status) return route.fulfill(answer);
    return route.fulfill({status: 200, json: answer});
  });
}
await page.route((url) => /^\/api\/v1\/(backups|suspensions)\/(?!lift-all)[^/]+(\/file|\/lift)?$/.test(url.pathname), (route) => {
  const {pathname} = new URL(route.request().url());
  asked.push([`${route.request().method()} ${pathname.replace('/api/v1/', '')}`, null]);
  if (pathname.endsWith('/lift')) return route.fulfill({json: {lifted: 1}});
  if (pathname.endsWith('/file')) return route.fulfill({status: 200, contentType: 'application/octet-stream', body: 'sealed'});
  return route.fulfill({status: 204});
});
// The client as a restore leaves it.
const client = await page.evaluate(async (id) => (await fetch(`/api/v1/oauth-clients/${id}`)).json(), settings.client);
let afterRestore = {};
await page.route((url) => /^\/api\/v1\/oauth-clients(\/[-0-9a-f]{36})?$/.test(url.pathname), (route) => {
  if (route.request().method() !== 'GET') return route.continue();
  const one = {...client, ...afterRestore};
  const isList = new URL(route.request().url()).pathname === '/api/v1/oauth-clients';
  return route.fulfill({json: isList ? {items: [one], total: 1, page: 1, page_size: 1000} : one});
});

const NOW = new Date().toISOString();
const BEFORE = new Date(Date.now() - 40 * 24 * 3600 * 1000).toISOString();
const root = {source: 'file', id: '0123456789abcdef', rotation_unfinished: false, rotated_at: null, recovery_exported_at: null};
const dataKeys = [
  {id: 'k1', project: null, project_name: '', created_at: BEFORE, seals_reserved: 4096, is_current: true, values_left: 0},
  {id: 'k2', project: 'p1', project_name: 'Finance project', created_at: BEFORE, seals_reserved: 2048, is_current: true, values_left: 0},
];

await story('without a recovery file the page says what is lost with the root key, and what to type', async () => {
  says['GET keys'] = {root, data_keys: dataKeys, rotations: []};
  await go('/administration/keys');
  await page.getByRole('heading', {name: 'There is no recovery file yet'}).waitFor();
  await page.getByText('strongroom key export-recovery', {exact: false}).first().waitFor();
  await page.getByText('There is no back door.', {exact: false}).waitFor();
  await page.getByText('In a file on this host').waitFor();
  await page.getByText('40 days').first().waitFor();
  await look('keys-no-recovery');
});

await story('a recovery file of the root key before does not count', async () => {
  says['GET keys'] = {root: {...root, rotated_at: NOW, rotation_unfinished: true}, data_keys: dataKeys, rotations: []};
  await go('/administration/keys');
  await page.getByRole('heading', {name: 'There is no recovery file of this root key'}).waitFor();
  await page.getByRole('heading', {name: 'The rotation of the root key is not finished'}).waitFor();
  says['GET keys'].root.recovery_exported_at = new Date(Date.now() + 1000).toISOString();
  await page.keyboard.press('r');
  await page.getByRole('heading', {name: 'A recovery file was written'}).waitFor();
  await page.getByText('strongroom key check-recovery', {exact: false}).first().waitFor();
});

await story('a data key is rotated after a question, and how far it is is shown', async () => {
  asked = [];
  await page.getByRole('button', {name: 'Rotate the data key of \u2068Finance project\u2069'}).click();
  await dialog.getByText('Robots go on getting their tokens.', {exact: false}).waitFor();
  await dialog.getByRole('button', {name: 'Cancel'}).click();
  check('nothing is asked for before it is answered', asked.length === 0, JSON.stringify(asked));
  await page.getByRole('button', {name: 'Rotate the data key of \u2068Finance project\u2069'}).click();
  says['GET keys'] = {...says['GET keys'], rotations: [{kind: 'data', project: 'p1', started_at: NOW, done: 30, total: 120, is_stuck: false}], rotation: null,
    data_keys: [...dataKeys, {...dataKeys[1], id: 'k3', created_at: BEFORE, is_current: false, values_left: 90}]};
  says['POST keys/rotate-data'] = says['GET keys'];
  await dialog.getByRole('button', {name: 'Rotate', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  check('the server is asked for that project alone', JSON.stringify(asked) === JSON.stringify([['POST keys/rotate-data', {project: 'p1'}]]), JSON.stringify(asked));
  await page.getByRole('progressbar', {name: /Rotating the data key of/}).waitFor();
  await page.getByText('30 of 120 values').waitFor();
  await page.getByText('Being replaced: 90 values left').waitFor();
  await look('keys-rotating');
  check('it is not begun twice', await page.getByRole('button', {name: 'Rotate the data key of \u2068Finance project\u2069'}).count() === 0);
  says['GET keys'] = {...says['GET keys'], rotations: [], data_keys: dataKeys};
  await page.getByRole('progressbar').waitFor({state: 'detached'});
});

await story('where backups are not configured, the page says exactly what to write', async () => {
  says['GET backups'] = {items: [], schedule: {every_hours: 0, keep: 0, next_at: null, last_failure: null}};
  await go('/administration/backups');
  await page.getByRole('heading', {name: 'Backups are not configured'}).waitFor();
  await page.getByText('strongroom backup keygen', {exact: false}).first().waitFor();
  await page.getByText('recipients_file =', {exact: false}).first().waitFor();
  await page.getByText('strongroom backup restore', {exact: false}).first().waitFor();
  check('nothing can be backed up', await page.getByRole('button', {name: 'Back up now'}).count() === 0);
  await look('backups-unconfigured');
});

const schedule = {every_hours: 24, keep: 14, next_at: NOW, last_failure: null};
const backup = {name: '2026-11-26T10-00-00Z.strongroom', created_at: NOW, size: 12_345_678, made_by: 'person', person: 'ada', version: '0.6.0',
  verified: {at: NOW, result: 'opened'}};

await story('a failure stands in red with what to do, and goes with the backup that is made', async () => {
  says['GET backups'] = {items: [], schedule: {...schedule, last_failure: NOW}};
  await go('/administration/backups');
  await page.getByRole('heading', {name: 'The last backup failed'}).waitFor();
  await page.getByText('The server’s log says why.', {exact: false}).waitFor();
  await page.getByRole('heading', {name: 'There is no backup yet'}).waitFor();
  await look('backups-failed');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  says['POST backups'] = () => held.then(() => backup);
  await page.getByRole('button', {name: 'Back up now'}).click();
  await page.getByText('The server goes on serving.', {exact: false}).waitFor();
  says['GET backups'] = {items: [backup, {...backup, name: 'older.strongroom', made_by: 'schedule', person: null, verified: {at: BEFORE, result: 'damaged'}},
    {name: 'elsewhere.strongroom', created_at: BEFORE, size: 12, made_by: null, person: null, version: null, verified: null}], schedule};
  release();
  await page.getByRole('row', {name: backup.name}).waitFor();
  await page.getByRole('heading', {name: 'The last backup failed'}).waitFor({state: 'detached'});
  await page.getByText('12 MB').first().waitFor();
  const row = async (name) => (await page.getByRole('row', {name}).innerText()).replace(/\s+/g, ' ');
  const newest = await row(backup.name);
  check('who made it, which version, and that a drill passed', /ada.*0\.6\.0.*Drill passed/.test(newest), newest);
  const older = await row('older.strongroom');
  check('the schedule made one, and it is damaged', /The schedule.*0\.6\.0.*Damaged/.test(older), older);
  const elsewhere = await row('elsewhere.strongroom');
  check('of one from elsewhere nothing is known', /Unknown Unknown Not yet/.test(elsewhere), elsewhere);
  await look('backups');
});

await story('a backup is downloaded as it is, and deleted after a question', async () => {
  asked = [];
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: `Download ${backup.name}`}).click()]);
  check('it keeps its name', file.suggestedFilename() === backup.name, file.suggestedFilename());
  await page.getByRole('button', {name: 'Delete older.strongroom'}).click();
  await dialog.getByText('removed from this host for good', {exact: false}).waitFor();
  await dialog.getByRole('button', {name: 'Delete', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  check('that one is deleted', asked.some(([what]) => what === 'DELETE backups/older.strongroom'), JSON.stringify(asked));
});

await story('a server that was never restored says so, and where to read how', async () => {
  await go('/administration/restore-report');
  await page.getByRole('heading', {name: 'This server was never restored from a backup'}).waitFor();
  await page.getByRole('link', {name: 'How to restore a backup'}).click();
  await page.getByRole('heading', {name: 'How to restore'}).waitFor();
});

const none = {users: 0, api_keys: 0, robot_keys: 0, robot_access: 0, robot_inputs: 0, others: 0};
const suspension = {id: 's1', kind: 'user', name: 'mallory', suspended_at: NOW};
await story('after a restore the report lists what waits: clients, rights, boxes', async () => {
  afterRestore = {quarantined_at: NOW, basic_engine_restored_at: NOW, allow_basic_engine_robots: true};
  says['GET restore-report'] = {restored_at: NOW, backup_created_at: BEFORE, quarantined: 1, warnings: ['The journal was not complete.'],
    basic_engine_clients: [{id: settings.client, label: settings.client_name}], suspended: {...none, users: 1, robot_access: 1},
    not_revived: {...none, robot_keys: 2}, backup: settings.client, made_by: '0.6.0', confirmed_by: 'audit_trail', kept_refresh_tokens: 1,
    sessions_ended: 3, authorizations_ended: 0, kept: 'before-restore-1'};
  const items = [suspension, {id: 's2', kind: 'robot_access', name: 'reads everything', suspended_at: NOW}];
  says['GET suspensions'] = {items, total: 2, page: 1, page_size: 1000};
  await go('/administration/restore-report');
  await page.getByText('The journal was not complete.').waitFor();
  await page.getByText('2 keys of robots', {exact: false}).waitFor();
  await page.getByRole('row', {name: settings.client_name}).waitFor();
  await page.getByRole('row', {name: 'mallory'}).getByText('User').waitFor();
  await page.getByRole('link', {name: `Configure ${settings.client_name}`}).waitFor();
  await look('restore-report');
});

await story('lifting says who would lose what before it is done', async () => {
  says['POST oauth-clients/lift-quarantine'] = {lifted: 1};
  asked = [];
  await page.getByRole('button', {name: `Lift the quarantine of ${settings.client_name}`}).click();
  await dialog.getByText(settings.account, {exact: false}).waitFor();
  await dialog.getByText(settings.robot_name, {exact: false}).waitFor();
  await look('window-lift-quarantine');
  await dialog.getByRole('button', {name: 'Lift the quarantine'}).click();
  await dialog.waitFor({state: 'detached'});
  check('that client is lifted', JSON.stringify(asked) === JSON.stringify([['POST oauth-clients/lift-quarantine', {oauth_client: settings.client}]]),
    JSON.stringify(asked));
});

await story('suspensions are lifted one by one, or all', async () => {
  asked = [];
  says['POST suspensions/lift-all'] = {lifted: 1};
  await page.getByRole('button', {name: 'Lift the suspension of mallory'}).click();
  await dialog.getByText('only if you know that nobody took it away since', {exact: false}).waitFor();
  await dialog.getByRole('button', {name: 'Lift', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('button', {name: 'Lift all'}).last().click();
  await dialog.getByText('also what somebody revoked after that backup was made', {exact: false}).waitFor();
  await dialog.getByRole('button', {name: 'Lift', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByText('1 user may do more than you', {exact: false}).waitFor();
  check('one, and then all', asked.map(([what]) => what).join() === 'POST suspensions/s1/lift,POST suspensions/lift-all', JSON.stringify(asked));
});

await story('the client says that it is quarantined, why, and the ways out', async () => {
  await go('/repository/vault/oauth-clients');
  const row = page.getByRole('row', {name: settings.client_name});
  await row.getByText('Quarantined').waitFor();
  await row.getByRole('button', {name: `Lift quarantine of ${settings.client_name}`}).waitFor();
  await row.getByRole('link', {name: settings.client_name}).click();
  await page.getByRole('heading', {name: 'Quarantined: its tokens came out of a backup'}).waitFor();
  await page.getByText('sign in again: safe in any case', {exact: false}).waitFor();
  await page.getByRole('button', {name: 'Lift the quarantine'}).waitFor();
  await look('client-quarantined');
});

await story('Configure says that a restore turned the box on, until somebody has reviewed it', async () => {
  await go(`/repository/vault/oauth-clients/${settings.client}/edit`);
  await dialog.getByRole('heading', {name: /^Warning alert: ?On since restore of .*: review$|On since restore of .*: review$/}).waitFor();
  await look('window-review');
});

await story('the start page says what waits, who must do what, and leads there', async () => {
  const item = (kind, more = {}) => ({kind, since: NOW, count: 1, subject: null, ...more});
  says['GET attention'] = {items: [item('recovery_file_missing'), item('backup_failed'), item('restore_to_review'), item('clients_quarantined', {count: 3}),
    item('canary_touched', {subject: {id: settings.client, name: settings.client_name}}), item('sink_failing')]};
  await go('/start');
  await page.getByRole('heading', {name: 'Safe-keeping needs somebody'}).waitFor();
  await page.getByText('Somebody with access to the host writes the file', {exact: false}).waitFor();
  await page.getByRole('link', {name: '3 OAuth clients are quarantined after a restore'}).waitFor();
  check('a touched canary leads to its history',
    (await page.getByRole('link', {name: /A canary was looked up/}).getAttribute('href')).includes(`${settings.client}?tab=history`));
  await look('start');
  await page.getByRole('link', {name: 'There is no recovery file for the root key'}).click();
  await page.getByRole('heading', {name: 'Keys', level: 1}).waitFor();
  says['GET attention'] = {items: []};
  await go('/start');
  check('nothing is said where nothing waits', await page.getByRole('heading', {name: 'Safe-keeping needs somebody'}).count() === 0);
});

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'safe keeping', csp: violations.length, errors: errors.length});
await context.close();
