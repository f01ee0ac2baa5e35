// The product page, statement by statement, in real clicks by role and name. (What else the window does: client_window.mjs.)
//
// settings: project; provider_login: an account at the sign-in provider; systems: the names of target systems
//   {plain, key, certificate, person, single, tenant, many}; tenant: what `tenant` takes; stranger: an account at
//   Microsoft, and its tenant.
import path from 'node:path';
import {axe, check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {Window, must, signInAtProvider} from './client_pages.mjs';

const SHOTS = await emptyShots('product-page');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const client = new Window(page);
const proven = [];
let axeViolations = 0;

// One statement: its number and what it says; the rest proves it.
async function statement(id, what, prove) {
  try {
    await prove();
    proven.push(id);
    check(`${id} ${what}`, true);
  } catch (failure) {
    await page.screenshot({path: path.join(SHOTS, `failed-${id}.png`)});
    check(`${id} ${what}`, false, failure.stack ?? failure);
  }
}

// As somebody sees it now: kept for people to look at, and checked for everybody who cannot.
async function look(name) {
  await page.screenshot({path: path.join(SHOTS, `${name}.png`)});
  const {found} = await axe(page);
  axeViolations += found.length;
  check(`${name} keeps WCAG`, found.length === 0, JSON.stringify(found, null, 1));
}

await signIn(page, settings.user, settings.password);

await statement('P1', 'the page is reached as Repository > Vault > OAuth clients', async () => {
  await page.goto('/start');
  await ready(page);
  const menu = page.getByRole('navigation', {name: 'Main'});
  const vault = menu.getByRole('link', {name: 'Vault'});
  if (!(await vault.isVisible())) await menu.getByRole('button', {name: 'Repository'}).click();
  await vault.click();
  await page.getByRole('tab', {name: 'OAuth clients', selected: true}).waitFor();
  must(new URL(page.url()).pathname === '/repository/vault/oauth-clients', page.url());
});

await statement('P2', 'its plus sign opens a new window over the list', async () => {
  await page.getByRole('button', {name: 'Add OAuth client'}).first().click();
  await page.getByRole('dialog', {name: 'Add OAuth client'}).waitFor();
  must(await page.getByRole('tab', {name: 'OAuth clients', includeHidden: true}).isVisible(), 'the list is gone');
});

await statement('P3', 'three tabs, and Configure is active', async () => {
  const names = await client.dialog.getByRole('tab').allTextContents();
  must(names.join('|') === 'Configure|Authorize|Retrieve access tokens', names.join('|'));
  must(await client.isOpen('Configure'), 'another tab is open');
});

await statement('P4', 'a project is chosen from a list', async () => {
  await client.choose('Project', settings.project);
});

await statement('P5', 'from there one gets to the projects, to look at and manage them', async () => {
  const opened = context.waitForEvent('page');
  await client.dialog.getByRole('link', {name: /manage the projects/}).click();
  const projects = await opened;
  await projects.getByRole('heading', {name: 'Projects', level: 1}).waitFor();
  await projects.getByRole('button', {name: settings.project}).first().waitFor();
  await projects.getByRole('button', {name: 'Add project'}).first().waitFor();
  await projects.close();
});

await statement('P6', 'a target system is chosen from a list', async () => {
  await client.choose('Target system', settings.systems.plain);
});

await statement('P7', 'a name for the client is typed into the Label box', async () => {
  await client.box('Label').fill('nightly');
  must((await client.box('Label').inputValue()) === 'nightly', 'it is not there');
});

await statement('P8', 'a Tenant box only for applications made with Microsoft Azure AD 2.0', async () => {
  must((await client.box('Tenant').count()) === 0, 'there is one without need');
  const {chosen} = await client.choose('Target system', settings.systems.single);
  must(chosen.includes('Microsoft Azure AD 2.0'), chosen);
  await client.box('Tenant').waitFor();
});

await statement('P10', 'help says that the Directory (tenant) ID is copied from Overview > Essentials', async () => {
  const help = await client.help('Tenant');
  must(/Single-tenant application: its Directory \(tenant\) ID/.test(help), help);
  must(/Azure portal: the application’s Overview > Essentials/.test(help), help);
});

await statement('P11', 'a single-tenant application is not gone on with without a tenant ID', async () => {
  await client.press('Next');
  await client.dialog.getByText('A single-tenant application is not accessible without a tenant ID').waitFor();
  must(await client.isOpen('Configure'), 'it went on');
  must(await client.box('Tenant').evaluate((box) => box === document.activeElement), 'the cursor is elsewhere');
  await look('tenant-needed');
});

await statement('P9', 'the tenant value is pasted into it', async () => {
  await client.paste('Tenant', ' 72f988bf-86f1-41af-91ab-2d7cd011db47');
  await client.press('Next');
  await client.tabOpens('Authorize');
  await client.tab('Configure').click();
  must((await client.box('Tenant').inputValue()) === '72f988bf-86f1-41af-91ab-2d7cd011db47', 'it was not kept');
  await client.cancel('Discard');
});

await statement('P12', 'for a multi-tenant application the wanted tenant may be given, or left empty', async () => {
  for (const tenant of ['', 'contoso.onmicrosoft.com']) {
    await client.begin(settings.project, settings.systems.many, `twelve ${tenant}`);
    await client.dialog.getByText('The ID of the wanted tenant').waitFor();
    await client.box('Tenant').fill(tenant);
    await client.press('Next');
    await client.tabOpens('Authorize');
    await client.cancel('Discard');
  }
});

await statement('P14', 'a checkbox Allow access for Basic Engine Robots', async () => {
  await client.begin(settings.project, settings.systems.plain, 'fourteen');
  await client.engineBox().waitFor();
});

await statement('P15', 'it is off by default, and says whom it exists for', async () => {
  must(!(await client.engineBox().isChecked()), 'it is on');
  await client.dialog.getByText('Only for Basic Engine Robots and former OAuth users').waitFor();
  const help = await client.help('Allow access for Basic Engine Robots');
  must(/exists only for them and for former OAuth users, and is off by default/.test(help), help);
});

await statement('P17', 'it says that ticking it is less secure, and why', async () => {
  const lessSecure = 'less secure, because Basic Engine Robots do not use the Vault’s lookup API';
  must((await client.help('Allow access for Basic Engine Robots')).includes(lessSecure), 'the help does not');
  await client.engineBox().check();
  await client.dialog.getByText(lessSecure).waitFor();
  await look('basic-engine');
});

await statement('P18', 'it is decided for each OAuth client; nothing ticks many at once', async () => {
  const help = await client.help('Allow access for Basic Engine Robots');
  must(/decided for each OAuth client, which limits the exposure; nothing ticks many at once/.test(help), help);
  await client.cancel('Discard');
  await page.getByRole('checkbox', {name: 'Select page'}).check();
  await page.getByRole('button', {name: 'Actions', exact: true}).click();
  const actions = await page.getByRole('menuitem').allTextContents();
  must(actions.join('|') === 'Disable|Enable|Delete', actions.join('|'));
  await page.keyboard.press('Escape');
});

await statement('P19', 'Basic Engine Robots have limited functionality even then, and which', async () => {
  const limits = ['no flow in which a certificate or private key proves who asks', 'no token that is bound to a key or certificate',
    'no least lifetime that could be asked for (min_ttl)', 'nobody renews a token during a run'];
  await client.begin(settings.project, settings.systems.plain, 'nineteen');
  const help = await client.help('Allow access for Basic Engine Robots');
  must(help.includes('Even then Basic Engine Robots have limited functionality'), help);
  for (const limit of limits) must(help.includes(limit), help);
  await client.engineBox().check();
  for (const limit of limits) await client.dialog.getByText(limit).waitFor();
  must(!/no effect yet/i.test(await client.dialog.innerText()), 'it is said to have no effect');
  await look('basic-engine-limits');
  await client.cancel('Discard');
});

await statement('P20', 'it recommends strongly to use only Robots with OAuth clients', async () => {
  await client.begin(settings.project, settings.systems.plain, 'twenty');
  const help = await client.help('Allow access for Basic Engine Robots');
  must(help.includes('We strongly recommend to use only Robots with OAuth clients'), help);
});

await statement('P21', 'Next goes on', async () => {
  await client.press('Next');
  await client.tabOpens('Retrieve access tokens');
});

await statement('P22', 'client credentials: Next leads to Retrieve access tokens, and Authorize is not available', async () => {
  must((await client.tab('Authorize').getAttribute('aria-disabled')) === 'true', 'it is');
  await client.tab('Authorize').click({force: true});
  must(await client.isOpen('Retrieve access tokens'), 'it opened all the same');
  await client.renews('yes');
  await look('retrieved');
});

await statement('P23', 'all others: Next leads to Authorize, and from there to Retrieve access tokens', async () => {
  await client.cancel('Discard');
  await client.begin(settings.project, settings.systems.person, 'twenty-three');
  await client.press('Next');
  await client.tabOpens('Authorize');
  await client.dialog.getByText('Waiting for somebody to open the link').waitFor();
  await look('authorize');
  const opened = context.waitForEvent('page');
  await client.press('Continue here');
  await signInAtProvider(await opened, settings.provider_login);
  await client.tabOpens('Retrieve access tokens');
  await client.dialog.getByRole('heading', {name: `${settings.provider_login}@example.test`}).waitFor();
  await client.renews('yes');
  await look('signed-in');
});

await statement('P24', 'clients work with credentials of every sort: secrets, tokens, keys, certificates', async () => {
  await client.press('Finish');  // the refresh token of P23
  await client.dialog.getByText('No robot can use this client yet').waitFor();
  await look('finished');
  for (const kind of ['plain', 'key', 'certificate', 'tenant']) {
    await client.begin(settings.project, settings.systems[kind], `sort ${kind}`);
    if (kind === 'tenant') await client.paste('Tenant', settings.tenant);
    await client.press('Next');
    await client.tabOpens('Retrieve access tokens');
    await client.renews('yes');
    await client.press('Finish');
    await client.dialog.getByText('No robot can use this client yet').waitFor();
  }
});

await statement('P13', 'left empty, the tenant of the given credentials becomes the default and is shown', async () => {
  await client.begin(settings.project, settings.systems.many, 'thirteen');
  await client.press('Next');
  await client.tabOpens('Authorize');
  const opened = context.waitForEvent('page');
  await client.press('Continue here');
  await signInAtProvider(await opened, settings.stranger.login);
  await client.tabOpens('Retrieve access tokens');
  await client.dialog.getByRole('heading', {name: settings.stranger.login}).waitFor();
  const shown = client.dialog.getByRole('definition').filter({hasText: settings.stranger.tenant});
  must(/the default, learned from the account that signed in/.test(await shown.textContent()), await shown.textContent());
  await look('learned-tenant');
});

const {violations, errors} = take(seen);
check('no violation of the policy', violations.length === 0, violations.join('\n'));
check('no error in the page', errors.length === 0, errors.join('\n'));
say({measure: 'product page', proven, csp: violations.length, axe: axeViolations});
await context.close();
