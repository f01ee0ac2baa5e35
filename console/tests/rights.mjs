// What people with rights in one project alone are offered: what they may do, and nothing that would be refused.
//
// settings: people: {manager, operator, nobody: {user, password}}; admin: {user, password}; mine, other: {project, robot, client, system},
// each {id, name}; managers: a group's id, and manager: the id of the user in it
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('rights');
const {mine, other} = settings;
let refused = [];

async function person(who) {
  const context = await openBrowser();
  const {page, seen} = await openPage(context);
  // A button that is offered and refused is what this is about.
  page.on('response', (answer) => {
    if (answer.status() === 403) refused.push(`${answer.request().method()} ${new URL(answer.url()).pathname}`);
  });
  await signIn(page, who.user, who.password);
  const at = {context, page, seen, look: looksAt(page, SHOTS), story: storiesOn(page, SHOTS), dialog: page.getByRole('dialog')};
  at.go = async (address) => {
    await page.goto(address);
    await ready(page);
  };
  at.offers = async (name) => {
    await page.getByRole('button', {name: `Actions for ${name}`}).click();
    const titles = await page.getByRole('menuitem').allTextContents();
    await page.keyboard.press('Escape');
    return titles;
  };
  at.buttons = async (...names) => {
    const there = [];
    for (const name of names) if (await page.getByRole('button', {name, exact: true}).count() > 0) there.push(name);
    return there.join(', ');
  };
  return at;
}
function same(what, found, wanted) {
  const shown = Array.isArray(found) ? found.join(', ') : found;
  check(what, shown === wanted, `offered: ${shown}`);
}

const manager = await person(settings.people.manager);
const {story, go, offers, buttons, page, dialog} = manager;

await story('rows of the own project can be changed, those of another looked at', async () => {
  await go('/repository/robots');
  same('the own robot', await offers(mine.robot.name), 'Keys and access, Edit, Stop at once, Delete');
  same('the foreign robot', await offers(other.robot.name), 'Keys and access');
  await go('/repository/vault/target-systems');
  same('the own target system', await offers(mine.system.name), 'Edit, Test connection, Duplicate, Stop at once, Delete');
  same('the foreign target system', await offers(other.system.name), 'Duplicate');
  await go('/repository/vault/oauth-clients');
  same('the foreign client', await offers(other.client.name), 'Open, Duplicate client');
  check('the own client', (await offers(mine.client.name)).includes('Delete'));
  await go('/repository/vault/robot-access');
  const rows = page.getByRole('grid', {name: 'Robot access'}).getByRole('row');
  check('a foreign rule offers nothing', await rows.filter({hasText: other.client.name}).getByRole('button', {name: /^Actions for/}).count() === 0);
  check('an own rule does', await rows.filter({hasText: mine.client.name}).getByRole('button', {name: /^Actions for/}).count() === 1);
  await manager.look('rules');
});

await story('projects as a whole are for who may everywhere', async () => {
  await go('/repository/projects');
  same('the own project', await offers(mine.project.name), 'Edit, Stop at once');
  check('the foreign project offers nothing', await page.getByRole('button', {name: `Actions for ${other.project.name}`}).count() === 0);
  same('adding', await buttons('Add project'), '');
  await manager.look('projects');
});

await story('pages of the own project have their buttons, those of another have none', async () => {
  const all = ['Edit', 'Stop at once', 'Delete', 'Create key', 'Create key with limits', 'Add workload identity', 'Add client certificate', 'Grant access', 'Clean up'];
  await go(`/repository/robots/${mine.robot.id}`);
  same('the own robot’s page', await buttons(...all), all.join(', '));
  await go(`/repository/robots/${other.robot.id}`);
  same('the foreign robot’s page', await buttons(...all), '');
  await manager.look('foreign-robot');
  await go(`/repository/vault/oauth-clients/${other.client.id}`);
  same('the foreign client’s page', await buttons('More actions', 'Retrieve now', 'Grant access'), '');
});

await story('what is selected together is done for the own ones alone', async () => {
  await go('/repository/robots');
  await page.getByRole('row', {name: other.robot.name}).getByRole('checkbox').check();
  await page.getByRole('button', {name: 'Actions', exact: true}).click();
  await page.getByRole('menuitem', {name: 'Delete'}).click();
  await page.getByText('None of them is yours to change').waitFor();
});

await story('where something new is to go, only the own projects are offered', async () => {
  await go('/repository/vault/target-systems/new');
  const options = dialog.getByLabel('Project').locator('option');
  await options.filter({hasText: mine.project.name}).waitFor({state: 'attached'});
  const choices = await options.allTextContents();
  same('projects for a target system', choices, mine.project.name);
  await go(`/repository/robots/new?project=${other.project.id}`);
  await dialog.getByText('You lack the permission “Configure”').waitFor();
  check('it cannot be added there', await dialog.getByRole('button', {name: 'Add', exact: true}).isDisabled());
});

await story('what they are offered works', async () => {
  await go(`/repository/robots/${mine.robot.id}`);
  await page.getByRole('button', {name: 'Create key', exact: true}).click();
  await page.getByRole('button', {name: 'I have stored it'}).click();
  await page.getByRole('button', {name: 'Stop at once'}).click();
  await dialog.getByText('Lifting it needs the permission “Lift a kill”').waitFor();
  await manager.look('stop');
  await dialog.getByLabel('Why').fill('To see who may lift it.');
  await dialog.getByRole('checkbox').uncheck();
  await dialog.getByRole('button', {name: 'Stop at once'}).click();
  await page.getByText('To lift it, ask somebody with the permission').waitFor();
  same('lifting', await buttons('Lift'), '');
});
check('nothing that was offered or shown was refused', refused.length === 0, refused.join('\n'));

await story('a page that they may not see says so, and whom to ask', async () => {
  await go('/administration/single-sign-on');
  await page.getByRole('heading', {name: 'You may not see this'}).waitFor();
  await page.getByText('Ask whoever manages people').waitFor();
  await manager.look('may-not-see');
  take(manager.seen);
});

await story('what was taken away meanwhile is refused with the permission’s name', async () => {
  await go(`/repository/robots/${mine.robot.id}`);
  await page.getByRole('button', {name: /^Revoke key/}).first().click();
  const admin = await person(settings.admin);
  const gone = await admin.page.evaluate(async ({group, user}) => {
    const {csrf_token: token} = await (await fetch('/api/v1/session')).json();
    return (await fetch(`/api/v1/groups/${group}/members/${user}`, {method: 'DELETE', headers: {'X-CSRF-Token': token}})).status;
  }, {group: settings.managers, user: settings.manager});
  check('the group is left', gone === 204, gone);
  await admin.context.close();
  await dialog.getByRole('button', {name: 'Revoke', exact: true}).click();
  await dialog.getByText('You lack the permission “Manage robot keys”. Ask whoever manages people to give it to a group of yours.').waitFor();
  await manager.look('refused');
  take(manager.seen);
});
const {violations, errors} = take(manager.seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
await manager.context.close();

refused = [];
const operator = await person(settings.people.operator);
await operator.story('an operator signs in, retrieves, disables and stops, and changes nothing else', async () => {
  await operator.go(`/repository/vault/oauth-clients/${mine.client.id}`);
  same('buttons', await operator.buttons('Retrieve now', 'Grant access'), 'Retrieve now');
  await operator.page.getByRole('button', {name: 'More actions'}).click();
  same('the menu', await operator.page.getByRole('menuitem').allTextContents(), 'Disable, Stop at once');
  await operator.page.getByRole('menuitem', {name: 'Disable'}).click();
  await operator.page.getByText('Disabled', {exact: true}).waitFor();
  await operator.go('/repository/vault/oauth-clients');
  same('the row', await operator.offers(mine.client.name), 'Open, Enable, Stop at once');
  await operator.go(`/repository/robots/${mine.robot.id}`);
  same('the robot', await operator.buttons('Edit', 'Stop at once', 'Delete', 'Create key', 'Grant access'), '');
  check('what the robot is stopped by is shown', await operator.page.getByText('To see who may lift it.').count() === 1);
});
check('nothing that an operator was offered or shown was refused', refused.length === 0, refused.join('\n'));
await operator.context.close();

const nobody = await person(settings.people.nobody);
await nobody.story('who may see nothing is told so on each page', async () => {
  for (const address of ['/repository/robots', '/repository/projects', '/repository/vault/oauth-clients', '/repository/vault/robot-access',
    '/repository/vault/target-systems', '/administration/users', '/administration/groups', '/administration/service-providers']) {
    await nobody.go(address);
    const said = await nobody.page.getByRole('heading', {name: 'You may not see this'}).waitFor({timeout: 5000}).then(() => true, () => false);
    check(`${address} says so`, said);
  }
  await nobody.look('nobody');
  take(nobody.seen);
  refused = [];
  await nobody.go('/start');
  await nobody.page.getByText('You may not do anything here yet').waitFor();
  check('the start page asks for nothing that is refused', refused.length === 0, refused.join('\n'));
  await nobody.look('nobody-start');
});
await nobody.context.close();
say({measure: 'rights', csp: violations.length, errors: errors.length});
