// Tokens that people bring along: for one client in its window, on its page and from the list; for many from a file.
//
// settings: project; systems: the names of {mail, shop}; one, other: ids of clients of these, without tokens; token: a
// refresh token of mail's provider; many: how many rows the long file has.
import {readFile} from 'node:fs/promises';
import {check, emptyShots, openBrowser, openPage, pickAction, ready, settings, signIn, take} from './bed.mjs';
import {LIST, Window, must} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('import');
const context = await openBrowser({permissions: ['clipboard-read', 'clipboard-write'], acceptDownloads: true});
const {page, seen} = await openPage(context);
const story = storiesOn(page, SHOTS);
const look = looksAt(page, SHOTS);
const client = new Window(page);
const {project, systems, token} = settings;
const CANARY = 'canary-of-a-token';
const HOSTILE = '<script>alert(1)</script> \u05e9\u05dc\u05d5\u05dd';
const IMPORT = '/api/v1/oauth-clients/import';
const alerts = [];
page.on('dialog', (dialog) => {
  if (dialog.type() === 'alert') alerts.push(dialog.message());
  return dialog.accept();
});

// Where a token went, and whether one came back.
const leaks = [];
let sent = 0;
const hasToken = (text) => text.includes(CANARY) || text.includes(token);
page.on('request', (request) => {
  const body = request.postData() ?? '';
  const {pathname} = new URL(request.url());
  const isImport = request.method() === 'POST' && (pathname === IMPORT || pathname.endsWith('/import-tokens'));
  if (isImport && hasToken(body)) sent += 1;
  if (hasToken(request.url()) || (!isImport && hasToken(body))) leaks.push(`sent to ${pathname}`);
});
const answers = [];
page.on('response', (response) => {
  if (!new URL(response.url()).pathname.startsWith('/api/')) return;
  // One that the page was left under has no text any more.
  answers.push(response.text().catch(() => '').then((text) => hasToken(text) && leaks.push(`came from ${response.url()}`)));
});

// On the page, or in what the browser keeps for it.
async function isOnPage() {
  return hasToken(await page.evaluate(() =>
    document.documentElement.outerHTML + JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, location.href])));
}

async function showsNoToken(where) {
  must(!(await isOnPage()), `${where}: a token is on the page`);
}

const dialog = () => page.getByRole('dialog').first();
const said = (text) => dialog().getByText(text).first().waitFor();
const cell = (row, name) => dialog().getByRole('row').filter({hasText: row}).getByText(name).first();

async function openImport() {
  await page.goto(LIST);
  await ready(page);
  await page.getByRole('button', {name: 'Import from a file'}).first().click();
  await page.mouse.move(1, 1);  // so that its tooltip goes
  await page.getByRole('tooltip').waitFor({state: 'detached'});
  await client.choose('Project', project);
  await client.choose('Target system', systems.shop.replace(/[<>&/]/g, '.'));
}

const give = (name, content) => dialog().locator('input[type=file]').setInputFiles(
  {name, mimeType: 'text/plain', buffer: Buffer.isBuffer(content) ? content : Buffer.from(content)});
const utf16 = (text) => Buffer.from(`\ufeff${text}`, 'utf16le');

async function downloaded(press) {
  const [file] = await Promise.all([page.waitForEvent('download'), press()]);
  return {name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8')};
}

// Holds what is sent as the n-th part from now on. `reached`: it is there; `go`: what becomes of it.
async function holdPart(n) {
  let count = 0;
  let reach;
  let go;
  const reached = new Promise((resolve) => { reach = resolve; });
  const gone = new Promise((resolve) => { go = resolve; });
  await page.route(`**${IMPORT}`, async (route) => {
    count += 1;
    if (count !== n) return route.continue();
    reach();
    return (await gone) === 'lose' ? route.abort() : route.continue();
  });
  return {reached, go: async (how) => { go(how); await page.unrouteAll({behavior: 'wait'}); }};
}

await signIn(page, settings.user, settings.password);

await story('a token that is on the page is seen', async () => {
  await page.evaluate((canary) => { document.body.dataset.probe = canary; }, CANARY);
  must(await isOnPage(), 'it is not');
});

await story('tokens that are there already take the place of a sign-in', async () => {
  await page.goto(`${LIST}/${settings.one}/edit?tab=authorize`);
  await ready(page);
  await client.press('I have tokens already');
  await client.press('Store tokens');
  await said('A refresh token is needed, or an access token.');
  await client.box('Refresh token').fill(`${CANARY} two`);
  await client.press('Store tokens');
  await said('This could not be saved: Refresh token');
  await said('There is white space in the token');
  await look('own-tokens');
  take(seen);  // the browser writes a line of its own about the refusal
});

await story('a line break behind a token is offered to be removed, and a stored token is tried at once', async () => {
  await client.box('Refresh token').fill('');
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${token}\n`);
  await client.box('Refresh token').focus();
  await page.keyboard.press('Control+V');
  await said('There is a line break at the end');
  await client.press('Remove it');
  must(await client.box('Refresh token').inputValue() === token, 'it is not the token alone');
  await client.box('Account name').fill('ann@example.test');
  await client.press('Store tokens');
  await client.tabOpens('Retrieve access tokens');
  await client.renews('(yes|until)');
  await showsNoToken('after storing');
  await look('retrieved');
});

await story('on the page of a client, an access token with its end is stored', async () => {
  await page.goto(`${LIST}/${settings.other}`);
  await ready(page);
  await page.getByRole('button', {name: 'More actions'}).click();
  await page.getByRole('menuitem', {name: 'Import tokens'}).click();
  await client.box('Access token').first().fill(`${CANARY}-access`);
  await dialog().getByLabel('Access token ends at').fill('2020-01-01T12:00');
  await client.press('Store tokens');
  await said('The access token has ended already.');
  await look('import-tokens');
  take(seen);
  await dialog().getByLabel('Access token ends at').fill('2099-01-01T12:00');
  await client.press('Store tokens');
  await dialog().waitFor({state: 'detached'});
  await page.getByText('It has an access token, but it cannot renew itself').waitFor();
  await showsNoToken('on its page');
});

await story('in the list a row offers it, and what was entered is asked about', async () => {
  await page.goto(`${LIST}?filter=other`);
  await ready(page);
  await pickAction(page.getByRole('button', {name: 'Actions for other'}), 'Import tokens');
  await client.box('Refresh token').fill(`${CANARY}-row`);
  await client.press('Cancel');
  await page.getByRole('dialog').last().getByRole('button', {name: 'Discard'}).click();
  await dialog().waitFor({state: 'detached'});
});

await story('a refresh token is tried at once wherever it is entered', async () => {
  await pickAction(page.getByRole('button', {name: 'Actions for other'}), 'Import tokens');
  await client.box('Refresh token').fill(`${CANARY}-row`);
  await client.press('Store tokens');
  await dialog().waitFor({state: 'detached'});
  await page.getByText(/The refresh token of .*other.* works/).first().waitFor();
  await page.getByRole('row').filter({hasText: 'other'}).getByText('Active').waitFor();
});

await story('there is a template, which an import understands', async () => {
  await openImport();
  await look('import-empty');
  await client.dialog.getByRole('button', {name: 'More about File'}).click();
  const {name, text} = await downloaded(() => page.getByRole('button', {name: 'Download a template'}).last().click());
  must(name === 'token-import-template.csv', name);
  must(text === '\ufefflabel,refresh_token,access_token,expires_at,scope,tenant,account_name\r\n', text);
  await page.getByRole('dialog', {name: 'File', exact: true}).getByRole('button', {name: 'Close'}).click();
  await give(name, text);
  await said('There are no rows in this file.');
});

await story('only target systems for which people sign in are offered', async () => {
  const offered = await client.list('Target system').getByRole('option').allTextContents();
  must(offered.includes(systems.shop) && !offered.includes('Nobody signs in'), offered.join());
});

await story('a file that cannot be read says why, and nothing of what is in it', async () => {
  const wrong = [
    ['', 'There is nothing in this file.'],
    [Buffer.alloc(10 * 1024 * 1024, 'a'), 'larger than 8 MiB'],
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]), 'This is no text in UTF-8 or UTF-16'],
    [`inbox,${CANARY}\n`, 'does not name the column label'],
    [`label,refresh_token\n"inbox,${CANARY}\n`, 'Line 2: A quotation mark is opened here'],
    [`[{"label": "a", "refresh_token": "${CANARY}]`, 'This begins like JSON, and is none.'],
    [`label,refresh_token\n${`a,${CANARY}\n`.repeat(5001)}`, 'There are more than 5,000 rows'],
  ];
  for (const [content, why] of wrong) {
    await give('wrong.csv', content);
    await said(why);
    must(await client.dialog.getByRole('button', {name: 'Check', exact: true}).isDisabled(), `${why}: it can be checked`);
  }
  await showsNoToken('after files that are wrong');
  await look('import-wrong');
  await give('none.csv', 'label,comment\na,b\n');
  await said('There is no token in this file');
  await said('Columns that mean nothing here');
});

// As Excel saves it: UTF-16, semicolons, a quoted line break; and names that somebody means badly.
const FILE = utf16(['label;refresh_token;access_token;Comment', `"${HOSTILE}";${CANARY}-1;;x`, `there already;${CANARY}-2;${CANARY}-3;"a\nb"`,
  `There Already;${CANARY}-4;;`, `re\u202ecalled;${CANARY}-5;;`, `spaced;${CANARY} 6;;`, `short;${CANARY}-7`, `;${CANARY}-8;;`, 'none;;;', ''].join('\r\n'));

await story('before anything is stored, a file is shown by its names, checked, and asked about', async () => {
  await give('excel.csv', FILE);
  await said('Columns that mean nothing here');
  await cell(HOSTILE, 'refresh').waitFor();
  await showsNoToken('in the preview');
  await look('import-preview');
  await client.press('Check');
  await said('1 client would be made, 1 would get new tokens.');
  await cell(HOSTILE, 'A new client').waitFor();
  await cell('there already', 'New tokens, in place of those it has').waitFor();
  await cell('There Already', 'label: This label is there twice.').waitFor();
  await cell('spaced', 'refresh_token: There is white space in the token').waitFor();
  await cell('short', 'another number of fields').waitFor();
  await client.dialog.getByLabel('Only what is refused (6)').check();
  await cell(HOSTILE, 'A new client').waitFor({state: 'detached'});
  await showsNoToken('in the check');
  await look('import-checked');
  await client.press('Cancel');
  await page.getByRole('dialog').last().getByRole('button', {name: 'Stay here'}).click();
});

await story('what is right is imported, and the report says what became of each row', async () => {
  await client.press('Import 2 rows');
  await said('1 client made, 1 got new tokens');
  await cell(HOSTILE, 'Client made, tokens stored').waitFor();
  const {name, text} = await downloaded(() => client.press('Download the report'));
  must(name === 'token import.csv', name);
  must(text.includes(`2,${HOSTILE},made,,`), text);
  must(text.includes('3,there already,tokens stored,,'), text);
  must(text.includes('7,spaced,refused,refresh_token,'), text);
  must(!hasToken(text), 'a token is in the report');
  await showsNoToken('in the report');
  await look('import-done');
});

await story('the clients are shown next, and the one that was made works', async () => {
  await client.press('Show these clients');
  await dialog().waitFor({state: 'detached'});
  const row = page.getByRole('row').filter({hasText: HOSTILE});
  await row.getByText('Needs retrieval').waitFor();
  await page.getByText(`Target system: ${systems.shop}`).waitFor();
  await page.getByRole('row').filter({hasText: systems.mail}).waitFor({state: 'detached'});
  await look('import-shown');
  await pickAction(row.getByRole('button', {name: /^Actions for/}), 'Edit');
  await client.tab('Retrieve access tokens').click();
  await client.renews('(yes|until)');
  await client.press('Cancel');
  await dialog().waitFor({state: 'detached'});
  await row.getByText('Active').waitFor();
});

await story('a file can be dropped, or pasted without being shown', async () => {
  await openImport();
  const drop = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([content], 'dropped.json', {type: 'application/json'}));
    return data;
  }, JSON.stringify([{label: 'dropped', refresh_token: `${CANARY}-dropped`}]));
  await dialog().locator('.pf-v6-c-file-upload').dispatchEvent('drop', {dataTransfer: drop});
  await cell('dropped', 'refresh').waitFor();
  await client.press('Clear');
  await page.evaluate((text) => navigator.clipboard.writeText(text), `label,refresh_token\npasted,${CANARY}-pasted\n`);
  await client.box('Or paste it here').focus();
  await page.keyboard.press('Control+V');
  await cell('pasted', 'refresh').waitFor();
  must(await client.box('Or paste it here').count() === 0, 'there is a box still');
  await showsNoToken('after pasting');
});

const rows = Array.from({length: settings.many}, (_, n) => `many ${String(n).padStart(3, '0')},${CANARY}-many-${n}`);
const long = `label,refresh_token\n${rows.join('\n')}\n`;
async function checkLong() {
  await give('long.csv', long);
  await client.press('Check');
  await client.dialog.getByRole('button', {name: `Import ${settings.many} rows`}).waitFor();
}

await story('a long import shows how far it is, stops between two parts, and goes on', async () => {
  await checkLong();
  const held = await holdPart(2);
  await client.press(`Import ${settings.many} rows`);
  await held.reached;
  await said(`100 of ${settings.many}`);
  await look('import-running');
  await client.press('Stop');
  await said('Stops after what is under way');
  await held.go();
  await said('Stopped. What is listed as imported stays.');
  await said('200 clients made');
  await look('import-stopped');
  await client.dialog.getByRole('button', {name: 'Last page'}).click();
  await cell('many 249', 'Not sent').waitFor();
  await client.press(`Go on with ${settings.many - 200} rows`);
  await said(`${settings.many} clients made`);
});

await story('an answer that got lost is not taken for a success, and its rows can be sent again', async () => {
  await openImport();
  await checkLong();
  const held = await holdPart(3);
  await client.press(`Import ${settings.many} rows`);
  await held.reached;
  await held.go('lose');
  await said('It could not go on');
  await said('200 got new tokens');
  take(seen);
  await client.press(`Go on with ${settings.many - 200} rows`);
  await said(`${settings.many} got new tokens`);
});

await story('an import whose window is left goes on, and tells how it ended', async () => {
  await openImport();
  await checkLong();
  const held = await holdPart(1);
  await client.press(`Import ${settings.many} rows`);
  await held.reached;
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').last().getByRole('button', {name: 'Let it go on'}).click();
  await dialog().waitFor({state: 'detached'});
  await held.go();
  await page.getByText(`0 clients made, ${settings.many} got new tokens`).waitFor();
});

await Promise.all(answers);
check('tokens were sent where they belong', sent > 5, String(sent));
check('and nowhere else, and never came back', leaks.length === 0, [...new Set(leaks)].join('\n'));
check('no label was taken for markup', alerts.length === 0, alerts.join());
const {violations, errors} = take(seen);
check('the policy was kept', violations.length === 0, violations.join('\n'));
check('there was no error in the browser', errors.length === 0, errors.join('\n'));
await context.close();
