// What else the window of an OAuth client does: drafts, failures, wrong accounts, other people, hostile labels, robots.
//
// settings: project; secret: what mends the target system mendable; provider_login; api: what a second administrator asks with ({key, origin}); systems: the names of
//   {plain, sibling, failing, mendable, held, person, more, blank}, of which sibling and more have the registration of plain and person;
//   reader: the robot of the client "goes elsewhere", {name, key}; other: {project, system} to be removed under an open window.
import {readFile} from 'node:fs/promises';
import https from 'node:https';
import {check, emptyShots, openBrowser, openPage, pickAction, ready, say, settings, signIn, take} from './bed.mjs';
import {LIST, Window, must, signInAtProvider, visitProvider} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('client-window');
const context = await openBrowser({permissions: ['clipboard-read', 'clipboard-write']});
const {page, seen} = await openPage(context);
const story = storiesOn(page, SHOTS);
const look = looksAt(page, SHOTS);
const client = new Window(page);
const {project, systems} = settings;
const HOSTILE = '<script>alert(1)</script> \u05e9\u05dc\u05d5\u05dd \u{1f511}';
const alerts = [];
page.on('dialog', (dialog) => {
  if (dialog.type() === 'alert') alerts.push(dialog.message());
  return dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
});

// Somebody else, with the REST API.
const ca = await readFile(settings.api.ca);
function ask(method, where, body, headers = {}, key = settings.api.key) {
  return new Promise((resolve, reject) => {
    const request = https.request(new URL(where, settings.origin), {
      method, ca, headers: {Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers}}, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({status: answer.statusCode, etag: answer.headers.etag, body: text ? JSON.parse(text) : undefined});
      });
    });
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}
const idInAddress = () => /oauth-clients\/([0-9a-f-]{36})\/edit/.exec(page.url())[1];
const pathOf = (id) => `/api/v1/oauth-clients/${id}`;
async function change(id, body) {
  const {etag} = await ask('GET', pathOf(id));
  const {status} = await ask('PATCH', pathOf(id), body, {'If-Match': etag});
  must(status === 200, `PATCH answered ${status}`);
}
async function showRow(label) {
  await page.goto(`${LIST}?filter=${encodeURIComponent(label)}`);
  await ready(page);
  return page.getByRole('row').filter({hasText: label}).first();
}

await signIn(page, settings.user, settings.password);

await story('a client-credentials client takes at most six inputs', async () => {
  await page.goto(LIST);
  await ready(page);
  let inputs = 0;
  const input = async (doing) => { inputs += 1; await doing; };
  await input(page.getByRole('button', {name: 'Add OAuth client'}).first().click());
  await input(client.choose('Project', project));
  await input(client.choose('Target system', systems.plain));
  await input(client.box('Label').fill('six inputs'));
  await input(client.press('Next'));
  await client.renews('yes');
  await input(client.press('Finish'));
  await client.dialog.getByText('No robot can use this client yet').waitFor();
  await page.reload();
  await client.dialog.getByText('No robot can use this client yet').waitFor();
  must(inputs <= 6, `${inputs} inputs`);
});

await story('after Finish a robot is made, its key shown once, and its first look-up ticked', async () => {
  await client.dialog.getByRole('radio', {name: 'A new robot'}).check();
  await client.box('Name').fill('night porter');
  await client.box('Path').fill('finance/nightly');
  await client.press('Grant access');
  const key = await client.dialog.getByRole('textbox', {name: 'Robot key'}).inputValue();
  must(/^srk_robot_/.test(key), key.slice(0, 10));
  const snippet = await client.dialog.getByText('--data-urlencode').first().textContent();
  must(snippet.includes("'label=six inputs'"), snippet);
  must(!snippet.includes(key), 'the key is part of the command');
  await client.dialog.getByText('Waiting for its first look-up').waitFor();
  await look('robot');
  const question = new URLSearchParams({project, target_system: systems.plain, label: 'six inputs'});
  const answer = await ask('GET', `/api/v1/lookup/oauth-clients?${question}`, undefined, {}, key);
  must(answer.status === 200, `the look-up answered ${answer.status}`);
  await client.dialog.getByText('The first look-up arrived').waitFor();
});

await story('neither Escape nor Back nor the cross loses the key that is shown once: they ask', async () => {
  const box = client.dialog.getByRole('textbox', {name: 'Robot key'});
  const key = await box.inputValue();
  const asked = page.getByRole('dialog', {name: /Have you copied the key/});
  const ways = [() => page.keyboard.press('Escape'), () => page.goBack({waitUntil: 'commit'}).catch(() => {}), () => client.press('Close')];
  for (const leave of ways) {
    await leave();
    await asked.waitFor();
    must((await asked.getByRole('button', {name: 'I have copied the key'}).count()) === 1, 'no way out');
    if (leave === ways[0]) await look('key-question');
    await asked.getByRole('button', {name: 'Back to the key'}).click();
    await asked.waitFor({state: 'detached'});
    must((await box.inputValue()) === key, 'the key is gone');
  }
});

await story('reading the page again comes back to the step, without the key, and says how to make another', async () => {
  await page.reload();
  await client.dialog.getByText('The robot’s key was shown once').waitFor();
  await client.dialog.getByText('The first look-up arrived').waitFor();
  must((await client.dialog.getByRole('textbox', {name: 'Robot key'}).count()) === 0, 'a key is shown');
  const where = await client.dialog.getByRole('link', {name: 'To the robot’s keys'}).getAttribute('href');
  must(/^\/repository\/robots\/[0-9a-f-]{36}$/.test(where), where);
  await look('key-was-shown');
  await client.dialog.getByRole('contentinfo').getByRole('button', {name: 'Close', exact: true}).click();
  await client.dialog.waitFor({state: 'detached'});
  must(!/step=|made=/.test(page.url()), page.url());
});

await story('a label that is taken is said while typing, with a link', async () => {
  await client.begin(project, systems.plain, 'SIX Inputs');
  await client.dialog.getByText('has a client with this label already').waitFor();
  const link = await client.dialog.getByRole('link', {name: 'Open that client'}).getAttribute('href');
  must(/oauth-clients\/[0-9a-f-]{36}\/edit$/.test(link), link);
  await client.press('Next');
  await client.dialog.getByText('This could not be saved: Label').waitFor();
  await client.box('Label').fill('seven inputs');
  await client.dialog.getByText('has a client with this label already').waitFor({state: 'detached'});
});

await story('a draft is listed as Not finished, and can be kept, taken up again and discarded', async () => {
  await client.cancel('Keep draft');
  const row = await showRow('seven inputs');
  await row.getByText('Not finished').waitFor();
  await row.getByRole('button', {name: 'seven inputs'}).first().click();
  await client.dialog.waitFor();
  await client.cancel('Discard');
  await page.getByText('Nothing matches').or(page.getByRole('table')).first().waitFor();
  must((await page.getByRole('row').filter({hasText: 'seven inputs'}).count()) === 0, 'it is still listed');
});

await story('a draft may be given another target system', async () => {
  await client.begin(project, systems.plain, 'moving');
  await client.press('Next');
  await client.tabOpens('Retrieve access tokens');
  await client.press('Back');
  await client.choose('Target system', systems.person);
  await client.press('Next');
  await client.tabOpens('Authorize');
  await client.cancel('Discard');
});

await story('a failed retrieval says what, who and where, shows the exchange, and keeps the input', async () => {
  await client.begin(project, systems.failing, 'failing');
  await client.box('Owner').first().fill('Ada');
  await client.press('Next');
  await client.dialog.getByText('No token could be retrieved').waitFor();
  await client.dialog.getByText('Who must act:').waitFor();
  await client.dialog.getByRole('button', {name: 'What was asked and answered'}).click();
  await client.dialog.getByText('> grant_type=client_credentials').waitFor();
  await look('failed');
  const system = await client.dialog.getByRole('link', {name: /^Open target system/}).getAttribute('href');
  must(/target-systems\/[0-9a-f-]{36}\/edit\?.*field=.*return_to=.*tab%3Dretrieve/.test(system), system);
  await client.press('Retry');
  await client.dialog.getByText('No token could be retrieved').waitFor();
  await client.press('Back');
  must((await client.box('Owner').first().inputValue()) === 'Ada', 'the owner is gone');
  await client.press('Next');
  await client.press('Finish without token');
  await client.dialog.getByText('There is no token yet').waitFor();
  await client.press('Close without a robot');
  await (await showRow('failing')).getByText('Failing').or(page.getByText('Needs retrieval')).first().waitFor();
});

const focusIsIn = (pointer) => page.waitForFunction(
  (wanted) => document.activeElement?.closest('[data-pointer]')?.dataset.pointer === wanted, pointer);

await story('a fault of the target system is mended at its field, and tried again without being asked', async () => {
  await client.begin(project, systems.mendable, 'mended on the way');
  await client.press('Next');
  await client.dialog.getByText('The service provider does not accept the consumer key or the consumer secret').waitFor();
  await client.dialog.getByRole('link', {name: /^Open target system/}).click();
  await page.waitForURL(/target-systems\/.*field=/);
  await client.tabOpens('OAuth');
  await focusIsIn('/consumer_secrets/0/value');
  await client.dialog.getByText('Mend what is at fault and save').waitFor();
  await look('mending');
  await page.keyboard.insertText(settings.secret);
  await client.press('Save');
  await client.tabOpens('Retrieve access tokens');
  await client.renews('yes');
  must(!/target_system=/.test(page.url()), page.url());
  await client.cancel('Discard');
});

await story('a held destination is said with the way to it, before and after', async () => {
  await client.begin(project, systems.held, 'held');
  await client.press('Next');
  await client.dialog.getByText('the destination of the target system is held').waitFor();
  await client.dialog.getByText('enter its secrets again there').waitFor();
  await look('held');
  await client.dialog.getByRole('link', {name: /^Open target system/}).click();
  await client.tabOpens('OAuth');
  await focusIsIn('/destination_held');
  await client.dialog.getByText('Nothing is sent: its destination has changed').waitFor();
  await client.box('Consumer secret').fill('secret');
  await client.press('Save');
  await client.tabOpens('Retrieve access tokens');
  await client.renews('yes');
  await client.cancel('Discard');
});

await story('a wrong account is asked about; No keeps everything, and the right one is taken', async () => {
  await client.begin(project, systems.person, 'account');
  await client.box('Expected account').fill('bob@example.test');
  await client.press('Next');
  await client.tabOpens('Authorize');
  const link = client.dialog.getByRole('textbox', {name: 'Copy link'});
  const first = await link.inputValue();
  await page.reload();
  must((await link.inputValue()) === first, 'reading the page again lost the link');
  await client.press('Copy link');
  must((await page.evaluate(() => navigator.clipboard.readText())) === first, 'it was not copied');
  // Said in the window, where the keyboard is: over it, it would hide the title and nobody could put it away.
  const copied = client.dialog.getByRole('heading', {name: /Copied$/});
  await copied.waitFor();
  must((await page.locator('.pf-v6-c-alert-group.pf-m-toast .pf-v6-c-alert').count()) === 0, 'it lies over the window');
  await client.dialog.getByRole('button', {name: /^Close.*Copied/}).press('Enter');
  await copied.waitFor({state: 'detached'});
  await signInAtProvider(await visitProvider(context, first), 'ann');
  await client.dialog.getByText('Another account signed in than was expected').waitFor();
  await client.dialog.getByRole('heading', {name: 'ann@example.test'}).waitFor();
  await client.dialog.getByText('Answer first whether this is the right account').waitFor();
  await look('other-account');
  await client.press('Next');
  await focusIsIn('account-question');
  must(await client.isOpen('Authorize'), 'Next went past the question');
  await client.press('No');
  await client.dialog.getByText('That account was not taken').waitFor();
  await client.dialog.getByText('Answer first whether').waitFor({state: 'detached'});
  must((await ask('GET', pathOf(idInAddress()))).body.account === null, 'it was taken');
  await client.press('New link');
  const stranger = await openBrowser();
  await signInAtProvider(await visitProvider(stranger, await link.inputValue()), 'bob');
  await stranger.close();
  await client.dialog.getByText('Somebody signed in through the link').waitFor();
  await client.press('Yes, this account');
  await client.tabOpens('Retrieve access tokens');
  await client.dialog.getByRole('heading', {name: 'bob@example.test'}).waitFor();
  await client.press('Finish');
  await client.press('Close without a robot');
});

await story('a blocked pop-up is noticed, and the link offered', async () => {
  await client.begin(project, systems.person, 'blocked');
  await client.press('Next');
  await client.tabOpens('Authorize');
  await page.evaluate(() => { window.open = () => null; });
  await client.press('Continue here');
  await client.dialog.getByText('The browser blocked the new tab').waitFor();
  const plain = client.dialog.getByRole('link', {name: /in a new tab/});
  must(/\/connect\//.test(await plain.getAttribute('href')), 'no link');
  must(/noopener/.test(await plain.getAttribute('rel')), 'it lends its opener');
  await page.reload();
  const opened = context.waitForEvent('page');
  await client.press('Continue here');
  const visitor = await opened;
  await visitor.getByRole('button', {name: 'Continue'}).waitFor();
  must(await visitor.evaluate(() => window.opener === null), 'it lends its opener');
  await visitor.getByRole('button', {name: 'Continue'}).click();
  await visitor.locator('input[name=login]').waitFor();
  await visitor.close();
  await client.dialog.getByText('Somebody pressed Continue and is at the service provider').waitFor();
  await client.cancel('Discard');
});

await story('where nobody is sent back, the address that the browser ended at is typed', async () => {
  await client.begin(project, systems.blank, 'typed');
  await client.press('Next');
  await client.tabOpens('Authorize');
  const link = await client.dialog.getByRole('textbox', {name: 'Copy link'}).inputValue();
  const ticket = await visitProvider(context, link);
  const opened = context.waitForEvent('page');
  await ticket.getByRole('button', {name: 'Continue'}).click();
  const visitor = await opened;
  await visitor.locator('input[name=login]').fill('carol');
  await visitor.locator('input[name=password]').fill('x');
  await visitor.locator('button[type=submit]').click();
  await visitor.locator('form button[type=submit]').click();
  // It has arrived: a tab that is closed on the way may never say that it is closed.
  await visitor.waitForURL(/\/shows_code\?/);
  const address = visitor.url();
  await visitor.close();
  await ticket.close();
  await client.box('Verifier').fill('not it');
  await client.press('Enter verifier');
  await client.dialog.getByText('This is no verifier of this sign-in').first().waitFor();
  await look('verifier');
  await client.box('Verifier').fill(` ${address}\n`);
  await client.press('Enter verifier');
  await client.tabOpens('Retrieve access tokens');
  await client.dialog.getByRole('heading', {name: 'carol@example.test'}).waitFor();
  await client.cancel('Discard');
});

await story('its name leads to its page, which leads back to the list', async () => {
  const row = await showRow('six inputs');
  await row.getByRole('link', {name: 'six inputs'}).click();
  await page.getByRole('heading', {level: 1, name: /^six inputs/}).waitFor();
  await page.getByRole('link', {name: 'OAuth clients'}).first().click();
  await page.getByRole('row').filter({hasText: 'six inputs'}).first().waitFor();
});

await story('who edits what somebody else has changed is told, and loads it again', async () => {
  const row = await showRow('six inputs');
  await pickAction(row.getByRole('button', {name: /^Actions for/}), 'Edit');
  await client.box('Owner').first().waitFor();
  await change(idInAddress(), {owner: {name: 'Grace', email: ''}});
  await client.box('Label').fill('six inputs, mine');
  await client.press('Next');
  const told = client.dialog.getByText('Somebody else has changed this since you opened it');
  await told.waitFor();
  must(await told.evaluate((said) => {
    const {top, bottom} = said.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight && said.closest('[aria-live]') !== null;
  }), 'it is out of view, or not read out');
  await client.press('Load it again');
  await client.dialog.getByText('Somebody else has changed this').waitFor({state: 'detached'});
  must((await client.box('Owner').first().inputValue()) === 'Grace', 'the other change is not shown');
  must((await client.box('Label').inputValue()) === 'six inputs', 'the label is not the stored one');
});

await story('a target system of another registration is refused at its field', async () => {
  await client.choose('Target system', systems.failing);
  await client.press('Next');
  await client.dialog.getByText('This could not be saved: Target system').waitFor();
  await client.dialog.getByText('A client moves only to a target system').first().waitFor();
  await client.press('Cancel');
  await page.getByRole('dialog').last().getByRole('button', {name: 'Discard'}).click();
});

async function edit(label) {
  await pickAction((await showRow(label)).getByRole('button', {name: /^Actions for/}), 'Edit');
  await client.box('Label').waitFor();
}
const question = () => page.getByRole('dialog', {name: /What this change breaks/});
const answer = (name) => question().getByRole('button', {name, exact: true}).click();
const namedNow = new URLSearchParams({project, target_system: systems.sibling, label: 'goes elsewhere'});
const lookUp = (key) => ask('GET', `/api/v1/lookup/oauth-clients?${namedNow}`, undefined, {}, key);

await story('a changed target system first says what it breaks, and leads to new tokens', async () => {
  await edit('goes elsewhere');
  const id = idInAddress();
  await client.choose('Target system', systems.sibling);
  await client.press('Next');
  await question().getByText('robots go on getting the old one').waitFor();
  await question().getByText('A new token is retrieved under Retrieve access tokens').waitFor();
  await question().getByText('the new names answer at once').waitFor();
  await look('what-breaks');
  await answer('Cancel');
  await question().waitFor({state: 'detached'});
  must((await ask('GET', pathOf(id))).body.target_system_name === systems.plain, 'it was changed unasked');
  await client.press('Next');
  await answer('Change it');
  await client.tabOpens('Retrieve access tokens');
  await client.renews('yes');
  await client.dialog.getByText('These tokens are of the settings before').waitFor({state: 'detached'});
  const {body} = await ask('GET', pathOf(id));
  must(body.target_system_name === systems.sibling && body.token.is_former === false, JSON.stringify(body));
  must((await lookUp(settings.reader.key)).status === 200, 'its robot gets nothing');
  await client.press('Finish');
});

await story('where somebody has to sign in for the new target system, the window leads there', async () => {
  await edit('signs in again');
  await client.choose('Target system', systems.more);
  await client.press('Next');
  await question().getByText('Somebody has to sign in again under Authorize').waitFor();
  await answer('Change it');
  await client.tabOpens('Authorize');
  const {body} = await ask('GET', pathOf(idInAddress()));
  must(body.state === 'needs_sign_in' && body.token.is_former, JSON.stringify(body));
  await client.tab('Retrieve access tokens').click();
  await client.dialog.getByText('These tokens are of the settings before').waitFor();
  await look('former-token');
  await client.press('Back');
  await client.tabOpens('Authorize');
  const link = await client.dialog.getByRole('textbox', {name: 'Copy link'}).inputValue();
  await signInAtProvider(await visitProvider(context, link), 'ann');
  await client.tabOpens('Retrieve access tokens');
  await client.dialog.getByText('These tokens are of the settings before').waitFor({state: 'detached'});
  must((await ask('GET', pathOf(idInAddress()))).body.state === 'active', 'it is not active');
  await client.press('Finish');
});

await story('another project ends the access of its robots, and says whose', async () => {
  await edit('goes elsewhere');
  await client.choose('Project', settings.other.project);
  must((await client.list('Target system').locator('option:checked').textContent()).startsWith(systems.sibling),
    'a target system of all projects was not kept');
  await client.press('Next');
  await question().getByText('1 rule of robot access end').waitFor();
  await question().getByText(settings.reader.name).waitFor();
  await look('another-project');
  await answer('Change it');
  await client.tabOpens('Retrieve access tokens');
  const {body} = await ask('GET', pathOf(idInAddress()));
  must(body.project_name === settings.other.project && !body.token.is_former, JSON.stringify(body));
  must((await lookUp(settings.reader.key)).status === 404, 'its robot still gets the token');
  await client.press('Finish');
});

await story('a draft goes to another project and target system as it is', async () => {
  await client.begin(project, systems.plain, 'goes as a draft');
  await client.press('Next');
  await client.renews('yes');
  const id = idInAddress();
  await client.press('Back');
  await client.choose('Project', settings.other.project);
  await client.choose('Target system', settings.other.system);
  await client.press('Next');
  await client.renews('yes');
  must(idInAddress() === id, 'it is another draft');
  must((await ask('GET', pathOf(id))).body.target_system_name === settings.other.system, 'it did not go');
  await client.cancel('Discard');
});

await story('Duplicate copies everything but tokens', async () => {
  const row = await showRow('six inputs');
  await pickAction(row.getByRole('button', {name: /^Actions for/}), 'Duplicate client');
  await page.waitForFunction(() => document.querySelector('[data-pointer="/label"]')?.value === 'six inputs copy');
  must((await client.box('Owner').first().inputValue()) === 'Grace', 'the owner was not copied');
  await client.press('Next');
  await client.renews('yes');
  await client.cancel('Keep draft');
});

await story('so does Duplicate on its page', async () => {
  await (await showRow('six inputs')).getByRole('link', {name: 'six inputs'}).click();
  await page.getByRole('button', {name: 'More actions'}).click();
  await page.getByRole('menuitem', {name: 'Duplicate client'}).click();
  await page.waitForFunction(() => document.querySelector('[data-pointer="/label"]')?.value === 'six inputs copy');
  must((await client.box('Owner').first().inputValue()) === 'Grace', 'the owner was not copied');
  await client.cancel('Discard');
});

await story('a session that ended under the open form keeps the input', async () => {
  await client.begin(project, systems.plain, 'session ended');
  await client.box('Owner').first().fill('Ada');
  await context.clearCookies();
  // Whatever the page asked first may have found out already, and brought up the window over this one.
  await client.dialog.getByRole('button', {name: 'Next', exact: true}).dispatchEvent('click');
  const again = page.getByRole('dialog').filter({hasText: 'Your session has ended'});
  await again.getByRole('textbox', {name: /^Password/}).or(again.locator('input[type=password]')).first().fill(settings.password);
  await again.getByRole('button', {name: 'Sign in', exact: true}).click();
  await client.tabOpens('Retrieve access tokens');
  await client.renews('yes');
  await client.press('Back');
  must((await client.box('Owner').first().inputValue()) === 'Ada', 'the input is gone');
  await client.cancel('Discard');
});

await story('a project that is removed while the window is open is said', async () => {
  await client.begin(settings.other.project, settings.other.system, 'of a project that goes');
  const {body} = await ask('GET', `/api/v1/projects?filter=${encodeURIComponent(settings.other.project)}`);
  const gone = `/api/v1/projects/${body.items[0].id}`;
  must((await ask('DELETE', gone)).status < 300, 'it was not deleted');
  await client.press('Next');
  await client.dialog.getByText(/There is no such project|does not exist any more/).first().waitFor();
  must((await client.box('Label').inputValue()) === 'of a project that goes', 'the input is gone');
  await client.press('Cancel');
  await page.getByRole('dialog').last().getByRole('button', {name: 'Discard'}).click();
  must((await ask('POST', `${gone}/restore`)).status === 200, 'it was not restored');
});

await story('a client that is deleted under its window is said', async () => {
  await client.begin(project, systems.plain, 'deleted meanwhile');
  await client.press('Next');
  await client.renews('yes');
  await ask('DELETE', pathOf(idInAddress()));
  await client.press('Finish');
  await client.dialog.getByText('This OAuth client does not exist any more').waitFor();
  await page.goto(page.url());
  await client.dialog.getByText('This OAuth client does not exist any more').waitFor();
  await client.dialog.getByRole('button', {name: 'Close', exact: true}).last().click();
});

await story('labels that mean harm are shown as they are, and long ones refused at the field', async () => {
  await client.begin(project, systems.plain, HOSTILE);
  await client.press('Next');
  await client.renews('yes');
  await client.press('Finish');
  await client.press('Close without a robot');
  await (await showRow('alert(1)')).getByText('<script>alert(1)</script>').waitFor();
  await client.begin(project, systems.plain, 'x');
  for (const refused of ['x'.repeat(500), 'turned \u202egnp.exe']) {
    await client.box('Label').fill(refused);
    await client.press('Next');
    await client.dialog.getByText('This could not be saved: Label').waitFor();
    await client.dialog.locator('[data-pointer="/label"][aria-invalid="true"]').waitFor();
    await client.box('Label').fill('y');
  }
  await client.press('Cancel');
  await page.getByRole('dialog').last().getByRole('button', {name: 'Discard'}).click();
  must(alerts.length === 0, 'a label ran');
});

await story('the list filters by state, and offers the way back in', async () => {
  await page.goto(LIST);
  await ready(page);
  await page.getByRole('button', {name: /^State: Any state/}).click();
  await page.getByRole('option', {name: 'Needs sign-in'}).click();
  await page.waitForURL(/state=needs_sign_in/);
  const row = page.getByRole('row').filter({hasText: 'waits for its owner'});
  await row.getByRole('button', {name: /^Copy reconnect link/}).click();
  await page.getByText('Link copied').first().waitFor();
  must(/\/connect\//.test(await page.evaluate(() => navigator.clipboard.readText())), 'nothing was copied');
  await row.getByRole('button', {name: /^Reconnect/}).click();
  await client.tabOpens('Authorize');
  await client.press('Cancel');
  await page.getByRole('button', {name: 'Reset filters and columns'}).click();
  await page.waitForURL((url) => !url.search.includes('state='));
});

await story('all that match are disabled and enabled together, and none of them twice', async () => {
  await page.goto(`${LIST}?filter=batch`);
  await ready(page);
  await page.getByRole('button', {name: 'Selection'}).last().click();
  await page.getByRole('menuitem', {name: /^Select all/}).click();
  for (const [action, many] of [['Disable', /\d+ OAuth clients disabled/], ['Enable', /\d+ OAuth clients enabled/]]) {
    await page.getByRole('button', {name: 'Actions', exact: true}).click();
    await page.getByRole('menuitem', {name: action}).click();
    await page.getByRole('dialog').getByRole('button', {name: action, exact: true}).click();
    await page.getByText(many).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByText(many).first().waitFor({state: 'detached'});
  }
  const {body} = await ask('GET', '/api/v1/oauth-clients?filter=batch&state=disabled');
  must(body.total === 0, `${body.total} are still disabled`);
});

await story('what was deleted comes back with Undo', async () => {
  const row = await showRow('batch 00');
  await pickAction(row.getByRole('button', {name: /^Actions for/}), 'Delete');
  await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
  await page.getByRole('button', {name: 'Undo'}).click();
  await page.getByText('batch 00 is back').first().waitFor();
  await page.getByRole('row').filter({hasText: 'batch 00'}).first().waitFor();
});

// Deletes what the list shows under this label, having read the question.
async function remove(label, read = async () => {}) {
  await pickAction((await showRow(label)).getByRole('button', {name: /^Actions for/}), 'Delete');
  await read(page.getByRole('dialog'));
  await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
  await page.getByText(`${label} deleted`).first().waitFor();
}
async function showDeleted(label) {
  await page.goto(`${LIST}?state=deleted&filter=${encodeURIComponent(label)}`);
  await ready(page);
  return page.getByRole('row').filter({hasText: label}).first();
}

await story('the question before deleting names the robots that can read it, five of them, and not the client itself', async () => {
  const {body} = await ask('GET', `/api/v1/oauth-clients?filter=${encodeURIComponent('six inputs')}`);
  const one = body.items.find(({label}) => label === 'six inputs');
  for (let at = 1; at <= 6; at++) {
    const made = await ask('POST', '/api/v1/robots', {project, name: `day porter ${at}`, path: 'sales'});
    must(made.status === 201, `POST answered ${made.status}`);
  }
  must((await ask('POST', '/api/v1/robot-access', {oauth_client: one.id, path_pattern: 'sales/**'})).status === 201, 'no rule');
  const row = await showRow('six inputs');
  await pickAction(row.getByRole('button', {name: /^Actions for six inputs$/}), 'Delete');
  const asked = page.getByRole('dialog');
  await asked.getByText('Robots that can read it now, and then cannot:').waitFor();
  await asked.getByText('finance/nightly/night porter').waitFor();
  await asked.getByText('sales/day porter 4').waitFor();
  await asked.getByText('and 2 more').waitFor();
  await asked.getByText('2 rules of robot access').waitFor();
  must(!/OAuth client/.test(await asked.textContent()), 'it counts itself');
  await look('delete-question');
  await asked.getByRole('button', {name: 'Cancel'}).click();
});

await story('what was deleted is found under Deleted, with when it goes for good, and comes back from its row', async () => {
  await remove('batch 00', (asked) => asked.getByText('Nothing else is affected').waitFor());
  await page.getByRole('button', {name: /^State: Any state/}).click();
  await page.getByRole('option', {name: 'Deleted'}).click();
  await page.waitForURL(/state=deleted/);
  const row = page.getByRole('row').filter({hasText: 'batch 00'});
  await row.waitFor();
  await ready(page);
  const [at, until] = await row.locator('time').evaluateAll((times) => times.slice(-2).map((time) => Date.parse(time.dateTime)));
  must(until - at === 7 * 24 * 3600 * 1000 && Math.abs(Date.now() - at) < 3600 * 1000, `${at}, ${until}`);
  await look('deleted-list');
  await row.getByRole('button', {name: /^Actions for/}).click();
  must((await page.getByRole('menuitem').allTextContents()).join() === 'Open,Restore', 'something else can be done with it');
  await page.getByRole('menuitem', {name: 'Restore'}).click();
  await page.getByText('batch 00 is back').first().waitFor();
  await row.waitFor({state: 'detached'});
  await (await showRow('batch 00')).waitFor();
});

await story('the page of what was deleted says so, and brings it back', async () => {
  await remove('batch 00');
  await (await showDeleted('batch 00')).getByRole('link', {name: 'batch 00'}).click();
  await page.getByRole('heading', {level: 1, name: 'batch 00'}).waitFor();
  await page.getByRole('heading', {name: /It was deleted/}).waitFor();
  await ready(page);
  await look('deleted-page');
  await page.getByRole('button', {name: 'Restore'}).click();
  await page.getByRole('heading', {name: /It was deleted/}).waitFor({state: 'detached'});
  await page.getByRole('button', {name: 'Retrieve now'}).waitFor();
});

await story('the page of a client that no rule lets a robot read says so, and leads to granting it', async () => {
  const grant = async (pattern) => {
    await page.getByRole('button', {name: 'Grant access'}).click();
    await page.getByRole('dialog').getByRole('radio', {name: /^All robots under a path/}).check();
    await client.box('Path pattern').fill(pattern);
    await client.press('Grant access');
    await page.getByRole('dialog').waitFor({state: 'detached'});
  };
  await (await showRow('batch 00')).getByRole('link', {name: 'batch 00'}).click();
  await page.getByRole('button', {name: 'Retrieve now'}).click();
  await page.getByRole('heading', {name: /No robot can read it yet/}).waitFor();
  await page.getByText('It has an access token.').waitFor();
  must((await page.getByText('Robots get its tokens').count()) === 0, 'it says the opposite as well');
  await look('nobody-reads');
  await grant('nowhere/**');
  await page.getByText('Access to batch 00 granted').waitFor();
  await page.getByRole('heading', {name: /No robot can read it yet/}).waitFor();
  await grant('sales/**');
  await page.getByRole('heading', {name: /Robots get its tokens/}).waitFor();
  await page.getByRole('heading', {name: /No robot can read it yet/}).waitFor({state: 'detached'});
});

await story('many that were deleted come back together; a label that is taken meanwhile is said, and keeps back no other', async () => {
  const doomed = ['batch 01', 'batch 02'];
  for (const label of doomed) await remove(label);
  const {body} = await ask('GET', '/api/v1/oauth-clients?deleted=true&filter=batch');
  must(body.total === doomed.length, `${body.total} are deleted`);
  const {id, project: where, target_system: system} = body.items.find(({label}) => label === 'batch 02');
  const taken = await ask('POST', '/api/v1/oauth-clients', {project: where, target_system: system, label: 'batch 02'});
  must(taken.status === 201, `POST answered ${taken.status}`);
  await showDeleted('batch');
  await page.getByRole('checkbox', {name: 'Select page'}).check();
  await page.getByRole('button', {name: 'Actions', exact: true}).click();
  await page.getByRole('menuitem', {name: 'Restore'}).click();
  await page.getByText('1 is back').first().waitFor();
  await page.getByText('batch 02 could not be brought back').first().waitFor();
  await (await showRow('batch 01')).waitFor();
  must((await ask('DELETE', pathOf(taken.body.id))).status === 200, 'it was not deleted');
  must((await ask('POST', `${pathOf(id)}/restore`)).status === 200, 'it was not restored');
});

await story('robots, target systems and projects that were deleted are found and come back in the same way', async () => {
  const lists = {
    '/repository/robots': ['robots', {project, name: 'comes back', path: ''}],
    '/repository/vault/target-systems': ['target-systems', {name: 'comes back', oauth_enabled: false}],
    '/repository/projects': ['projects', {name: 'comes back', description: ''}],
  };
  for (const [address, [kind, body]] of Object.entries(lists)) {
    const made = await ask('POST', `/api/v1/${kind}`, body);
    must(made.status === 201, `POST ${kind} answered ${made.status}`);
    must((await ask('DELETE', `/api/v1/${kind}/${made.body.id}`)).status === 200, `${kind}: it was not deleted`);
    await page.goto(`${address}?state=deleted`);
    await ready(page);
    const row = page.getByRole('row').filter({hasText: 'comes back'});
    await pickAction(row.getByRole('button', {name: /^Actions for/}), 'Restore');
    await row.waitFor({state: 'detached'});
    must((await ask('GET', `/api/v1/${kind}/${made.body.id}`)).status === 200, `${kind}: it is not back`);
  }
});

await story('the page of a robot that was deleted brings it back', async () => {
  const {body} = await ask('GET', `/api/v1/robots?filter=${encodeURIComponent('comes back')}`);
  must((await ask('DELETE', `/api/v1/robots/${body.items[0].id}`)).status === 200, 'it was not deleted');
  await page.goto(`/repository/robots/${body.items[0].id}`);
  await page.getByRole('heading', {name: /It was deleted/}).waitFor();
  await page.getByRole('button', {name: 'Restore'}).click();
  await page.getByRole('button', {name: 'Edit'}).waitFor();
});

await story('the list is exported', async () => {
  await page.goto(`${LIST}?filter=batch`);
  await ready(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'), page.getByRole('button', {name: 'Export as CSV'}).click()]);
  const text = await readFile(await download.path(), 'utf8');
  must(text.startsWith('\ufeffLabel,Project,Target system,Account,State'), text.slice(0, 80));
  must(text.split('\r\n').length === 2 + settings.batch, `${text.split('\r\n').length} lines`);
});

await story('with a list of everything', async () => {
  await page.goto(LIST);
  await ready(page);
  await look('list');
});

const {violations, errors} = take(seen);
check('no violation of the policy', violations.length === 0, violations.join('\n'));
// What somebody else deleted, changed or took is answered as it must be, and browsers write that down.
const unexpected = errors.filter((error) => !/status of 4(00|01|04|09|12|24)/.test(error));
check('no error in the page', unexpected.length === 0, unexpected.join('\n'));
say({measure: 'client window', csp: violations.length});
await context.close();
