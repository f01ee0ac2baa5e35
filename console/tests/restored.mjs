// A server that was restored from an older backup on another machine, where nothing newer says what still holds: an administrator goes through
// the report.
//
// settings: user, password: of an administrator; client, client_name, account: of a client that somebody signed in for; robot_name: who reads it;
//   person: a user of the backup
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('restored');
const context = await openBrowser();
const {page, seen} = await openPage(context);
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const story = storiesOn(page, SHOTS);
const dialog = page.getByRole('dialog');
const suspended = page.getByRole('grid', {name: 'Suspended'});

function ask(path) {
  return page.evaluate(async (path) => (await fetch(`/api/v1/${path}`)).json(), path);
}
async function go(address) {
  await page.goto(address);
  await ready(page);
}

await story('the report says when, from what, and that nothing newer confirmed any right', async () => {
  await go('/administration/restore-report');
  await page.getByText('Nothing: so everything that lets somebody in was suspended').waitFor();
  await suspended.getByRole('row', {name: settings.person}).getByText('User', {exact: true}).waitFor();
  await suspended.getByText('Key of a robot').first().waitFor();
  await suspended.getByText('Rule of robot access').first().waitFor();
  await page.getByRole('row', {name: settings.client_name}).filter({hasText: settings.account}).waitFor();
  await page.getByText('No client’s box was turned on.').waitFor();
  await look('report');
});

await story('a user is let in again after a question, and nobody else', async () => {
  const before = (await ask('suspensions')).total;
  await page.getByRole('button', {name: `Lift the suspension of ${settings.person}`}).click();
  await dialog.getByText('only if you know that nobody took it away since', {exact: false}).waitFor();
  check('nothing is lifted before it is answered', (await ask('suspensions')).total === before);
  await dialog.getByRole('button', {name: 'Lift', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await suspended.getByRole('row', {name: settings.person}).waitFor({state: 'detached'});
  check('all others still are', (await ask('suspensions')).total === before - 1);
});

await story('the rest is lifted at once', async () => {
  await page.getByRole('button', {name: 'Lift all', exact: true}).click();
  await dialog.getByText('also what somebody revoked after that backup was made', {exact: false}).waitFor();
  await dialog.getByRole('button', {name: 'Lift', exact: true}).click();
  await page.getByText('Nothing is suspended any more.').waitFor();
  check('the server says so too', (await ask('suspensions')).total === 0);
});

await story('the list and the page of the client say that it is quarantined, and what that means', async () => {
  await go('/repository/vault/oauth-clients');
  const row = page.getByRole('row', {name: settings.client_name});
  await row.getByText('Quarantined').waitFor();
  await row.getByRole('link', {name: settings.client_name}).click();
  await page.getByRole('heading', {name: 'Quarantined: its tokens came out of a backup'}).waitFor();
  await page.getByText(`${settings.account}`, {exact: false}).first().waitFor();
  await look('client');
});

await story('somebody who knows better lifts it, having read who would lose what', async () => {
  await page.getByRole('button', {name: 'Lift the quarantine'}).click();
  await dialog.getByText(settings.account).waitFor();
  await dialog.getByText(settings.robot_name, {exact: false}).waitFor();
  await dialog.getByRole('button', {name: 'Lift the quarantine'}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('heading', {name: 'Quarantined: its tokens came out of a backup'}).waitFor({state: 'detached'});
  check('the server says so too', (await ask(`oauth-clients/${settings.client}`)).quarantined_at === null);
  await go('/administration/restore-report');
  await page.getByText('No client is quarantined any more.').waitFor();
});

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'restored', csp: violations.length, errors: errors.length});
await context.close();
