// The product page, statement by statement, with real clicks (P1 to P24; P16 and P19 wait for what they are about).
//
// settings.systems: names of target systems {plain, person, single, many} in settings.project;
// settings.provider_login: an account at the sign-in provider.
import {check, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';

const context = await openBrowser();
const {page, seen} = await openPage(context);
await signIn(page, settings.user, settings.password);

const results = {};
async function statement(id, what, prove) {
  try {
    await prove();
    results[id] = true;
    check(`${id} ${what}`, true);
  } catch (failure) {
    results[id] = false;
    check(`${id} ${what}`, false, failure.stack ?? failure);
  }
}
function must(condition, what) {
  if (!condition) throw new Error(what);
}

const dialog = () => page.getByRole('dialog').first();
const box = (label) => dialog().getByLabel(label, {exact: false}).first();
const tab = (name) => dialog().getByRole('tab', {name});
const isSelected = async (name) => (await tab(name).getAttribute('aria-selected')) === 'true';
const press = (name) => dialog().getByRole('button', {name, exact: true}).click();

async function openWindow() {
  await page.goto('/repository/vault/oauth-clients');
  await ready(page);
  await page.getByRole('button', {name: 'Add OAuth client'}).first().click();
  await dialog().waitFor();
}
async function configure(system, label) {
  await openWindow();
  await box('Project').selectOption({label: settings.project});
  await box('Target system').locator('option', {hasText: system}).first().waitFor({state: 'attached'});
  const value = await box('Target system').locator('option', {hasText: system}).first().getAttribute('value');
  await box('Target system').selectOption(value);
  await dialog().getByRole('textbox', {name: 'Label'}).fill(label);
}

await statement('P1', 'is reached by Repository > Vault > OAuth clients', async () => {
  await page.goto('/start');
  await ready(page);
  const navigation = page.getByRole('navigation', {name: 'Main'});
  if (!(await navigation.getByRole('link', {name: 'Vault'}).isVisible())) {
    await navigation.getByRole('button', {name: 'Repository'}).click();
  }
  await navigation.getByRole('link', {name: 'Vault'}).click();
  await page.getByRole('tab', {name: 'OAuth clients'}).click();
  await page.waitForURL(/\/repository\/vault\/oauth-clients/);
});
await statement('P2', 'its plus sign opens a window over the list', async () => {
  await openWindow();
  must(await page.getByRole('heading', {name: 'Vault', includeHidden: true}).first().isVisible(), 'the list is gone');
});
await statement('P3', 'three tabs, Configure is active', async () => {
  const names = await dialog().getByRole('tab').allTextContents();
  must(JSON.stringify(names) === JSON.stringify(['Configure', 'Authorize', 'Retrieve access tokens']), `tabs are ${names}`);
  must(await isSelected('Configure'), 'Configure is not active');
});
await statement('P4', 'a project is chosen from a list', async () => {
  await box('Project').selectOption({label: settings.project});
});
await statement('P5', 'from there one gets to the projects', async () => {
  await dialog().getByRole('link', {name: 'Manage projects'}).click();
  await page.waitForURL(/\/repository\/projects/);
  await page.getByRole('heading', {name: 'Projects'}).first().waitFor();
});
await statement('P6', 'a target system is chosen from a list', async () => {
  await configure(settings.systems.plain, 'six');
  must((await box('Target system').inputValue()) !== '', 'nothing is chosen');
});
await statement('P7', 'the label is typed into the Label box', async () => {
  must((await dialog().getByRole('textbox', {name: 'Label'}).inputValue()) === 'six', 'the label is not there');
});
await statement('P8', 'a Tenant box only where the target system has one', async () => {
  must((await dialog().getByRole('textbox', {name: 'Tenant'}).count()) === 0, 'there is a box without need');
  await configure(settings.systems.single, 'eight');
  await dialog().getByRole('textbox', {name: 'Tenant'}).waitFor();
});
await statement('P10', 'help says that the Directory (tenant) ID is copied from Overview > Essentials', async () => {
  await dialog().getByRole('button', {name: 'More about Tenant'}).click();
  const said = await page.getByText('section Essentials').first().textContent();
  must(/Overview/.test(said) && /Directory \(tenant\) ID/.test(said), said);
  await page.keyboard.press('Escape');
  if (!(await page.getByRole('dialog').first().isVisible())) await configure(settings.systems.single, 'eight');
});
await statement('P11', 'a single-tenant application is not gone on with without a tenant', async () => {
  await configure(settings.systems.single, 'eleven');
  await dialog().getByRole('textbox', {name: 'Tenant'}).waitFor();
  must(await dialog().getByRole('button', {name: 'Next', exact: true}).isDisabled(), 'Next goes on');
  must(await dialog().getByText('Directory (tenant) ID').first().isVisible(), 'the window does not ask for it');
});
await statement('P9', 'the tenant is pasted into it', async () => {
  await dialog().getByRole('textbox', {name: 'Tenant'}).fill(' 72F988BF-86F1-41AF-91AB-2D7CD011DB47 ');
  must(await dialog().getByRole('button', {name: 'Next', exact: true}).isEnabled(), 'Next does not go on');
});
await statement('P12', 'for a multi-tenant application it may be given or left empty', async () => {
  await configure(settings.systems.many, 'twelve');
  await dialog().getByRole('textbox', {name: 'Tenant'}).waitFor();
  must(await dialog().getByRole('button', {name: 'Next', exact: true}).isEnabled(), 'empty does not go on');
  await dialog().getByRole('textbox', {name: 'Tenant'}).fill('contoso.example');
  must(await dialog().getByRole('button', {name: 'Next', exact: true}).isEnabled(), 'given does not go on');
});
await statement('P14', 'a checkbox Allow access for Basic Engine Robots', async () => {
  await dialog().getByRole('checkbox', {name: /^Allow access for Basic Engine Robots/}).waitFor();
});
await statement('P15', 'it is off, and says whom it is for', async () => {
  must(!(await dialog().getByRole('checkbox', {name: /^Allow access/}).isChecked()), 'it is on');
  await dialog().getByText('Only for Basic Engine Robots and former OAuth users').waitFor();
});
await statement('P17', 'it says that ticking it is less secure, and why', async () => {
  await dialog().getByText(/less secure.*lookup API/).waitFor();
});
await statement('P18', 'it is decided for each client by itself', async () => {
  await dialog().getByText('It is decided for each OAuth client by itself').waitFor();
});
await statement('P20', 'it recommends strongly to use only Robots', async () => {
  await dialog().getByText('strongly recommend to use only Robots').waitFor();
});
await statement('P21', 'Next goes on', async () => {
  await configure(settings.systems.plain, `plain ${Date.now()}`);
  await press('Next');
  await page.waitForURL(/tab=retrieve/);
});
await statement('P22', 'client credentials: Retrieve access tokens, and no Authorize', async () => {
  must(await isSelected('Retrieve access tokens'), 'another tab is open');
  must((await tab('Authorize').getAttribute('aria-disabled')) === 'true', 'Authorize is available');
  await dialog().getByText(/^Renews itself:/).first().waitFor();
  must(/Renews itself:\s*yes/.test(await dialog().getByText(/^Renews itself:/).first().textContent()), 'it does not renew itself');
});
await statement('P24', 'credentials of every sort', async () => {
  // Keys, secrets and certificates are entered with the target system; here a secret gave a token, and a finished client.
  await press('Finish');
  await dialog().getByText('No robot can use this client yet').waitFor();
  await dialog().getByRole('textbox', {name: 'Name of the robot'}).fill(`robot ${Date.now()}`);
  await press('Grant access');
  await dialog().getByText('Waiting for its first look-up').first().waitFor();
});
await statement('P23', 'all others: Authorize, and from there Retrieve access tokens', async () => {
  await configure(settings.systems.person, `person ${Date.now()}`);
  await press('Next');
  await page.waitForURL(/tab=authorize/);
  await press('Make a sign-in link');
  const link = await dialog().getByRole('textbox', {name: 'Copy link'}).inputValue();
  const visitor = await context.newPage();
  await visitor.goto(link);
  await visitor.getByRole('button', {name: 'Continue'}).click();
  await visitor.locator('input[name=login]').fill(settings.provider_login);
  await visitor.locator('input[name=password]').fill('x');
  await visitor.locator('button[type=submit]').click();
  await visitor.locator('form button[type=submit]').click();
  await visitor.getByText('You can close this tab').waitFor();
  must(!/code=/.test(visitor.url()), 'the code stands in the address');
  await visitor.close();
  await page.waitForURL(/tab=retrieve/);
  await dialog().getByText(`${settings.provider_login}@example.test`).first().waitFor();
});
await statement('P13', 'the tenant that became the default is shown afterwards', async () => {
  // Shown from effective_tenant; learned tenants themselves: tests/e2e/test_sign_in_microsoft.py.
  await page.goto(`/repository/vault/oauth-clients/${settings.clients.tenant}?tab=retrieve`);
  await dialog().getByText(settings.clients.tenant_text).first().waitFor();
});

const {violations, errors} = take(seen);
check('no violation of the policy', violations.length === 0, violations.join('\n'));
check('no error in the console', errors.length === 0, errors.join('\n'));
say({measure: 'product page', proven: Object.values(results).filter(Boolean).length});
await context.close();
