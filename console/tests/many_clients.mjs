// The list of OAuth clients when there are very many of them: "client 0" to "client N-1", all with a token.
//
// settings: clients: how many there are.
import {readFile} from 'node:fs/promises';
import {axe, check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {LIST, must} from './client_pages.mjs';
import {storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('many-clients');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const story = storiesOn(page, SHOTS);
const ALL = settings.clients;
const labels = Array.from({length: ALL}, (_, n) => `client ${n}`);
const written = (n) => n.toLocaleString('en-GB');
const matching = (pattern) => labels.filter((label) => pattern.test(label)).length;
const FEW = matching(/12/);

async function open(query = '') {
  await page.goto(`${LIST}${query}`);
  await ready(page);
}

// "n–m of N" where the pages are turned, and the rows are those.
async function shows(from, to, total) {
  await page.getByText(`${written(from)}–${written(to)} of ${written(total)}`, {exact: true}).filter({visible: true}).first().waitFor();
  await page.waitForFunction((rows) => document.querySelectorAll('tbody tr').length === rows &&
    !document.querySelector('button[aria-label="Refresh"][aria-disabled="true"]'), to - from + 1);
}
const row = (label) => page.getByRole('link', {name: label, exact: true});
const firstLabel = () => page.locator('td[data-label="Label"]').first().textContent();
const press = (name) => page.getByRole('button', {name, exact: true}).filter({visible: true}).last().click();
const filterBox = () => page.getByRole('textbox', {name: 'Filter the vault'});
const inAddress = (name) => new URL(page.url()).searchParams.get(name);

// The next page that is opened anew has that many rows.
async function stored(size) {
  const kept = () => page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).preferences.tables?.['oauth-clients']?.pageSize);
  for (const end = Date.now() + 20_000; await kept() !== size;) {
    must(Date.now() < end, 'waited in vain for the choice to be stored');
    await page.waitForTimeout(50);
  }
}

async function total(query) {
  const body = await page.evaluate(async (asked) => (await fetch(`/api/v1/oauth-clients?page_size=1&${asked}`)).json(), query);
  return body.total;
}

async function download(button) {
  const [file] = await Promise.all([page.waitForEvent('download'), press(button)]);
  return (await readFile(await file.path(), 'utf8')).split('\r\n');
}

async function chooseAll(action) {
  await press('Selection');
  await page.getByRole('menuitem', {name: /^Select all .* that match$/}).click();
  await press('Actions');
  await page.getByRole('menuitem', {name: action, exact: true}).click();
  return page.getByRole('dialog');
}

await signIn(page, settings.user, settings.password);

await story('the first page and the last one, and how many there are', async () => {
  await open();
  await shows(1, 50, ALL);
  await press('Last page');
  await shows(ALL - 49, ALL, ALL);
  must(inAddress('page') === String(ALL / 50), page.url());
  await row('client 9999').waitFor();  // they are sorted as text
  await press('First page');
  await shows(1, 50, ALL);
  await row('client 0').waitFor();
});

await story('how many rows a page has is chosen, and kept for the person', async () => {
  await open();
  await page.getByRole('button', {name: /rows per page$/}).filter({visible: true}).first().click();
  await page.getByRole('menuitem', {name: '100 per page'}).click();
  await shows(1, 100, ALL);
  await stored(100);
  await open();
  await shows(1, 100, ALL);
  await page.getByRole('button', {name: /rows per page$/}).filter({visible: true}).first().click();
  await page.getByRole('menuitem', {name: '50 per page'}).click();
  await shows(1, 50, ALL);
  await stored(50);
});

await story('a press on a column sorts by it, and another the other way round', async () => {
  await open('?page=7');
  await shows(301, 350, ALL);
  await press('Label');
  await row(labels.toSorted().at(-1)).waitFor();
  must(inAddress('sort') === '-label' && inAddress('page') === null, page.url());
  await press('Label');
  await row('client 0').waitFor();
  await press('State');
  await page.waitForURL(/sort=state/);
  await shows(1, 50, ALL);
});

await story('the filter takes text and wildcards, and counts what it lets through', async () => {
  await open('?page=400');
  await shows(ALL - 49, ALL, ALL);
  await filterBox().fill('12');
  await shows(1, 50, FEW);
  await filterBox().fill('CLIENT 1999');
  await shows(1, 11, 11);
  await filterBox().fill('client ???');
  await shows(1, 50, 900);
  await press('Last page');
  await shows(851, 900, 900);
  await row('client 999').waitFor();
  await filterBox().fill('c*9?7');
  await shows(1, 50, matching(/^c.*9.7$/));
  await filterBox().fill('nobody');
  await page.getByText('Nothing matches').waitFor();
});

await story('the filter goes along to the other tabs, and Back leads back', async () => {
  await open(`?filter=12&sort=-label`);
  await shows(1, 50, FEW);
  await page.getByRole('tab', {name: 'Robot access'}).click();
  await page.waitForURL(/robot-access\?filter=12$/);
  must((await filterBox().inputValue()) === '12', 'the box is empty');
  await shows(1, 50, FEW);  // one rule each
  await page.getByRole('tab', {name: 'Target systems'}).click();
  await page.waitForURL(/target-systems\?filter=12$/);
  await page.getByText('Nothing matches').waitFor();
  await page.goBack();
  await page.waitForURL(/robot-access\?filter=12$/);
  await page.goBack();
  await shows(1, 50, FEW);
  must(inAddress('sort') === '-label', page.url());
  must(await firstLabel() === labels.filter((label) => /12/.test(label)).toSorted().at(-1), await firstLabel());
});

await story('everything stands in the address: it survives a reload, and each page is a step back', async () => {
  await open('?filter=12&state=active&sort=-created_at&page_size=20');
  await shows(1, 20, FEW);
  await press('Next page');
  await shows(21, 40, FEW);
  await press('Last page');
  const last = Math.floor((FEW - 1) / 20) * 20 + 1;
  await shows(last, FEW, FEW);
  const before = [page.url(), await firstLabel()];
  await page.reload();
  await shows(last, FEW, FEW);
  must(before.join() === [page.url(), await firstLabel()].join(), `${before}, then ${page.url()}`);
  await page.goBack();
  await shows(21, 40, FEW);
  await page.goBack();
  await shows(1, 20, FEW);
  await press('Reset filters and columns');
  await shows(1, 50, ALL);
});

await story('all that match are disabled together; the work shows how far it is, and can be left', async () => {
  await open('?filter=12');
  await shows(1, 50, FEW);
  const dialog = await chooseAll('Disable');
  await dialog.getByText(`Disable ${written(FEW)} OAuth clients?`).waitFor();
  await dialog.getByRole('button', {name: 'Disable', exact: true}).click();
  await dialog.getByText(new RegExp(`^\\d+ of ${written(FEW)}$`)).waitFor();
  await dialog.getByRole('button', {name: 'Close', exact: true}).last().click();
  await dialog.waitFor({state: 'detached'});
  const then = await total('filter=12&state=disabled');
  must(then < FEW, 'it was over before it was left');
  await page.getByRole('link', {name: 'Projects', exact: true}).first().click();
  await page.getByRole('heading', {name: 'Projects', level: 1}).waitFor();
  await page.getByText(`${written(FEW)} OAuth clients disabled`).first().waitFor({timeout: 60_000});
  must((await total('filter=12&state=disabled')) === FEW, 'not all of them');
  must((await total('state=disabled')) === FEW, 'others too');
  await open('?state=disabled');
  await shows(1, 50, FEW);
});

await story('many are deleted together: what else stops is said before, the work can be left, and Undo brings all back', async () => {
  const many = matching(/199/);
  await open('?filter=199');
  await shows(1, 50, many);
  // Nothing is deleted before this is let go, so that the window is left while it works.
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  const isDeletion = (url) => /^\/api\/v1\/oauth-clients\/[^/]+$/.test(url.pathname) && !url.search;
  await page.route(isDeletion, async (route) => {
    if (route.request().method() === 'DELETE') await held;
    await route.continue();
  });
  const dialog = await chooseAll('Delete');
  await dialog.getByText(`${written(many)} rules of robot access`).waitFor();
  await dialog.getByRole('button', {name: 'Delete', exact: true}).click();
  await dialog.getByText(`0 of ${written(many)}`).waitFor();
  await dialog.getByRole('contentinfo').getByRole('button', {name: 'Close', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  letGo();
  await page.getByText(`${written(many)} deleted`).first().waitFor();
  await page.unroute(isDeletion);
  must((await total('filter=199')) === 0, 'some are left');
  await page.getByRole('button', {name: 'Undo'}).click();
  await page.getByText(`${written(many)} are back`).first().waitFor({timeout: 60_000});
  await shows(1, 50, many);
});

await story('a question about very many is asked no further once it was cancelled', async () => {
  await open();
  await shows(1, 50, ALL);
  let asked = 0;
  page.on('request', (request) => { if (/[?]dry_run=true$/.test(request.url())) asked++; });
  const dialog = await chooseAll('Delete');
  await dialog.getByText(new RegExp(`Finding out what would be affected: \\d+ of ${written(ALL)}`)).waitFor();
  await dialog.getByRole('button', {name: 'Cancel', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  const then = asked;
  must(then < ALL / 2, `${then} were asked about`);
  await press('Next page');
  await shows(51, 100, ALL);
  must(asked === then, `${asked - then} more were asked about`);
});

await story('everything is selected at once, and nothing happens before the question is answered', async () => {
  await open();
  await shows(1, 50, ALL);
  const dialog = await chooseAll('Disable');
  await dialog.getByText(`Disable ${written(ALL - FEW)} OAuth clients?`).waitFor();
  await dialog.getByText(`${written(FEW)} of the selection stay as they are`).waitFor();
  const {found} = await axe(page);
  check('axe: the question', found.length === 0, JSON.stringify(found, null, 1));
  await dialog.getByRole('button', {name: 'Cancel', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  must((await total('state=disabled')) === FEW, 'something was done');
  await page.getByText(`${written(ALL)} selected`).first().waitFor();
});

await story('a file of the list has every row once, and one of a filter those that it lets through', async () => {
  await open();
  const lines = await download('Export as CSV');
  must(lines.length === ALL + 2 && lines.at(-1) === '', `${lines.length} lines`);
  must(new Set(lines.slice(1, -1).map((line) => line.split(',')[0])).size === ALL, 'a row twice');
  await open('?filter=12&state=active');
  await page.getByText('Nothing matches').waitFor();
  await open('?filter=7&state=active');
  const left = labels.filter((label) => label.includes('7') && !label.includes('12'));
  await shows(1, 50, left.length);
  const some = await download('Export as CSV');
  must(some.slice(1, -1).map((line) => line.split(',')[0]).join() === left.toSorted().join(), `${some.length} lines`);
});

const {violations, errors} = take(seen);
check('no violation of the policy', violations.length === 0, violations.join('\n'));
check('no error in the page', errors.length === 0, errors.join('\n'));
say({measure: 'many clients', csp: violations.length});
await context.close();
