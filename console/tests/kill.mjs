// Something is stopped at once, where it is shown: a client, a robot, a target system, a project; and somebody lifts that.
//
// settings: user, password: of an administrator; client, robot, system, project: by their ids; robot_name, system_name, project_name
import {check, emptyShots, openBrowser, openPage, pickAction, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('kill');
const context = await openBrowser();
const {page, seen} = await openPage(context);
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const story = storiesOn(page, SHOTS);
const dialog = page.getByRole('dialog');
const stop = dialog.getByRole('button', {name: 'Stop at once'});
const banner = (words) => page.getByRole('heading', {name: words});

async function go(address) {
  await page.goto(address);
  await ready(page);
}
async function why(reason, isRevoking = false) {
  await dialog.getByLabel('Why').fill(reason);
  await dialog.getByRole('checkbox').setChecked(isRevoking);
  await stop.click();
  await dialog.waitFor({state: 'detached'});
}
async function lift() {
  await page.getByRole('button', {name: 'Lift', exact: true}).click();
  await dialog.getByText('What was revoked stays revoked').waitFor();
  await dialog.getByRole('button', {name: 'Lift', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
}
// In a window the question stands over it.
async function liftInWindow() {
  await page.getByRole('button', {name: 'Lift', exact: true}).click();
  const question = page.getByRole('dialog', {name: /go on\?$/});
  await question.getByRole('button', {name: 'Lift', exact: true}).click();
  await question.waitFor({state: 'detached'});
}
async function kills() {
  return page.evaluate(async () => (await (await fetch('/api/v1/kills')).json()).items.map(({scope, subject}) => `${scope} ${subject}`));
}

await story('it asks why before it stops anything, and says what that is', async () => {
  await go(`/repository/vault/oauth-clients/${settings.client}`);
  await page.getByRole('button', {name: 'More actions'}).click();
  await page.getByRole('menuitem', {name: 'Stop at once'}).click();
  await dialog.getByText('what robots get by 1 rule of robot access').waitFor();
  await dialog.getByText('You may lift it yourself.').waitFor();
  await stop.click();
  await dialog.getByText('Say why: whoever may lift it has to know.').waitFor();
  take(seen);
  check('nothing is stopped yet', (await kills()).length === 0);
});

await story('it stops the client, and its page says why', async () => {
  await why('It was in a log.');
  await banner('A kill switch stops it').waitFor();
  await page.getByText('It was in a log.').waitFor();
  await page.getByText('Stopped', {exact: true}).waitFor();
  check('it does not say that robots get its tokens', await page.getByText('Robots get its tokens.').count() === 0);
  await look('client');
  check('the server knows it', (await kills()).join() === `oauth_client ${settings.client}`);
  await go('/repository/vault/oauth-clients');
  await page.getByRole('row', {name: settings.client_name}).getByText('Stopped').waitFor();
});

await story('who may lifts it, after a question', async () => {
  await go(`/repository/vault/oauth-clients/${settings.client}`);
  await lift();
  await banner('A kill switch stops it').waitFor({state: 'detached'});
  check('the server knows it', (await kills()).length === 0);
});

await story('a robot is stopped on its page, with what it gets', async () => {
  await go(`/repository/robots/${settings.robot}`);
  await page.getByRole('button', {name: 'Stop at once'}).click();
  await dialog.getByText('what it gets of 1 OAuth client').waitFor();
  await look('window-robot');
  await why('Its machine was broken into.');
  await banner('A kill switch stops it').waitFor();
  check('it cannot be stopped twice', await page.getByRole('button', {name: 'Stop at once'}).count() === 0);
  await look('robot');
  await go('/repository/robots');
  await page.getByRole('row', {name: settings.robot_name}).getByText('Stopped').waitFor();
});

await story('a target system is stopped in its window, and its clients with it', async () => {
  await go(`/repository/vault/target-systems/${settings.system}/edit`);
  await page.getByRole('button', {name: 'Stop at once'}).click();
  const question = page.getByRole('dialog', {name: /at once\?$/});
  await question.getByText('1 OAuth client').waitFor();
  await question.getByLabel('Why').fill('The provider was broken into.');
  await question.getByRole('checkbox').uncheck();
  await question.getByRole('button', {name: 'Stop at once'}).click();
  await question.waitFor({state: 'detached'});
  await page.getByRole('dialog').getByRole('heading', {name: 'A kill switch stops it'}).waitFor();
  await look('window-target-system');
  await go('/repository/vault/target-systems');
  await page.getByRole('row', {name: settings.system_name}).getByText('Stopped').waitFor();
  await look('target-systems');
  await go(`/repository/vault/oauth-clients/${settings.client}`);
  await banner(/The target system .* is stopped by a kill switch, and this with it/).waitFor();
  await lift();
});

await story('a project is stopped in its row, and everything in it says so', async () => {
  await go('/repository/projects');
  await pickAction(page.getByRole('button', {name: `Actions for ${settings.project_name}`}), 'Stop at once');
  await dialog.getByText('1 OAuth client').waitFor();
  await dialog.getByText(/^\d robots?$/).waitFor();
  await look('window-project');
  await why('Nobody knows what is going on.');
  await page.getByRole('row', {name: settings.project_name}).getByText('Stopped').waitFor();
  await go(`/repository/projects/${settings.project}`);
  await dialog.getByText('Nobody knows what is going on.').waitFor();
  await look('project');
  await go('/start');
  await page.getByRole('heading', {name: 'Stopped by a kill switch'}).waitFor();
  await page.getByText('Its machine was broken into.').waitFor();
  await look('start');
  await page.getByRole('link', {name: settings.robot_name}).click();
  await page.getByRole('heading', {name: settings.robot_name, level: 1}).waitFor();
  await go(`/repository/vault/target-systems/${settings.system}/edit`);
  await dialog.getByRole('heading', {name: /The project .* is stopped by a kill switch/}).waitFor();
  await liftInWindow();
});

await story('a service provider is stopped with all that is at it', async () => {
  await go('/administration/service-providers?filter=Salesforce');
  await page.getByRole('button', {name: 'Stop at once: Salesforce', exact: true}).click();
  await dialog.getByText('0 target systems').waitFor();
  await why('They asked us to.');
  await page.getByText('They asked us to.').waitFor();
  await look('service-provider');
  await lift();
  await page.getByText('They asked us to.').waitFor({state: 'detached'});
});

await story('the robot goes on last', async () => {
  await go(`/repository/robots/${settings.robot}`);
  await lift();
  await banner('A kill switch stops it').waitFor({state: 'detached'});
  check('nothing is stopped any more', (await kills()).length === 0);
});

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'kill', csp: violations.length, errors: errors.length});
await context.close();
