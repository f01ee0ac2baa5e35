// Rules of robot access that count no more: seen in red with their reason, updated, and taken away with those that nobody uses.
//
// settings: user, password: of an administrator; project: a strict one, by its id; clients: labels of its clients whose rules are
// changed (edited by a person, read by a robot whose program changed, by one that lacks something, and by one that is as it was);
// robot: the id of the one that lacks something; used: the id of the last client; shut: of the second, which denied a look-up
import {check, emptyShots, openBrowser, openPage, pickAction, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('robot-access');
const context = await openBrowser();
const {page, seen} = await openPage(context);
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const home = `/repository/vault/robot-access?project=${settings.project}`;
const story = storiesOn(page, SHOTS, async () => {
  await page.goto(home);
  await ready(page);
});
const dialog = page.getByRole('dialog');
const {edited, changed, lacking, sound} = settings.clients;
const rules = page.getByRole('grid', {name: 'Robot access'});
const row = (label) => rules.getByRole('row', {name: new RegExp(label)});

async function go(address) {
  await page.goto(address);
  await ready(page);
}
async function only(state, now) {
  await page.getByRole('button', {name: `State: ${now}`}).click();
  await page.getByRole('option', {name: state, exact: true}).click();
  await ready(page);
}

await go(home);

await story('what lets nobody in is red and says why; what does says when it last did', async () => {
  await row(edited).getByText('Somebody changed the OAuth client since.').waitFor();
  await row(changed).getByText('The robot’s program was changed since.').waitFor();
  await row(lacking).getByText('The robot lacks something that it needs.').waitFor();
  await row(sound).getByText('Valid', {exact: true}).waitFor();
  check('the last use stands there', await row(sound).getByText('Never').count() === 0);
  await look('rules');
});

await story('one state is let through, and it is part of the address', async () => {
  await only('Invalid', 'Any state');
  await page.waitForURL(/state=invalid/);
  await row(sound).waitFor({state: 'detached'});
  await only('Valid', 'Invalid');
  await row(edited).waitFor({state: 'detached'});
  await only('Unused for 30 days', 'Valid');
  await page.getByText('Nothing matches').waitFor();
  await only('Invalid', 'Unused for 30 days');
});

await story('from a denied look-up, and from a test of one, a way leads to the rule', async () => {
  await go('/administration/denied-look-ups');
  await page.getByRole('link', {name: 'A rule is invalid: show it'}).click();
  await page.waitForURL(/state=invalid/);
  await row(changed).waitFor();
  await go(`/repository/vault/oauth-clients/${settings.shut}?tab=use`);
  await page.getByRole('combobox', {name: 'Robot'}).fill('changed robot');
  await page.getByRole('option', {name: 'changed robot'}).first().click();
  await page.getByRole('button', {name: 'Test', exact: true}).click();
  await page.getByRole('link', {name: 'Show the invalid rules'}).click();
  await page.getByText('The robot’s program was changed since.').waitFor();
  await page.getByRole('heading', {name: 'No robot can read it yet'}).waitFor();
  await go(`${home}&state=invalid`);
});

await story('one rule is updated, having said what that changes', async () => {
  await pickAction(row(edited).getByRole('button', {name: /^Actions for/}), 'Update to latest');
  await dialog.getByText('These let robots in again').waitFor();
  await dialog.getByText(edited).waitFor();
  await look('update-one');
  await dialog.getByRole('button', {name: 'Update 1'}).click();
  await page.getByText('1 rule lets robots in again').waitFor();
  await row(edited).waitFor({state: 'detached'});
});

await story('all that match are updated together; what something else keeps out is told beforehand', async () => {
  await page.getByRole('checkbox', {name: 'Select page'}).check();
  await page.getByRole('button', {name: 'Actions', exact: true}).click();
  await page.getByRole('menuitem', {name: 'Update to latest'}).click();
  await dialog.getByText('1 rule stays invalid').waitFor();
  await look('update-many');
  await dialog.getByRole('button', {name: 'Update 1'}).click();
  await dialog.waitFor({state: 'detached'});
  await row(changed).waitFor({state: 'detached'});
  await row(lacking).waitFor();
});

await story('the robot’s own page says what it lacks, and what that keeps it from', async () => {
  await go(`/repository/robots/${settings.robot}`);
  await page.getByText('snippet, library').waitFor();
  await page.getByText('The robot lacks something that it needs.').waitFor();
  await look('robot');
});

await story('so does the client’s, from the other side', async () => {
  await go(`/repository/vault/oauth-clients/${settings.used}?tab=access`);
  await page.getByRole('columnheader', {name: 'Last used'}).waitFor();
  await page.getByText('Valid', {exact: true}).waitFor();
  await look('client');
});

await story('invalid rules are taken away together, named beforehand', async () => {
  await go(home);
  await page.getByRole('button', {name: 'Clean up'}).click();
  await dialog.getByText(lacking).waitFor();
  await look('clean-up');
  await dialog.getByRole('button', {name: 'Take away 1'}).click();
  await page.getByText('1 rule of access taken away').waitFor();
  await row(lacking).waitFor({state: 'detached'});
  await row(sound).waitFor();
});

await story('forty days later those that nobody used since are found and go together', async () => {
  // The console counts the days; the server is told from when on.
  await page.clock.setFixedTime(Date.now() + 40 * 24 * 3600 * 1000);
  await go(`${home}&state=unused-30`);
  await row(edited).waitFor();
  await page.getByRole('button', {name: 'Clean up'}).click();
  await dialog.getByRole('checkbox', {name: /^Invalid ones/}).uncheck();
  await dialog.getByText('There is none.').waitFor();
  await dialog.getByRole('checkbox', {name: /^Unused ones/}).check();
  await dialog.getByText('There is none.').waitFor();
  await dialog.getByRole('combobox', {name: 'Unused for'}).selectOption('30');
  await dialog.getByRole('button', {name: 'Take away 3'}).click();
  await page.getByText('3 rules of access taken away').waitFor();
});

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'robot_access', csp: violations.length, errors: errors.length});
await context.close();
