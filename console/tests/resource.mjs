// A target system from the address of a resource alone, a remote MCP server, as a person adds it in the console.
//
// settings: resource: its address; issuer: where its tokens come from; ca: of both; plain: the address of a resource whose server does not list PKCE
import {check, emptyShots, openBrowser, openPage, ready, settings, signIn, take} from './bed.mjs';
import {must} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('resource');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const story = storiesOn(page, SHOTS);
const look = looksAt(page, SHOTS);
const dialog = () => page.getByRole('dialog').first();
const box = (name) => dialog().getByRole('textbox', {name: new RegExp(`^${name}`)});
const button = (name) => dialog().getByRole('button', {name, exact: true});

await signIn(page, settings.user, settings.password);

await story('whoever cannot be reached is said at the field', async () => {
  await page.goto('/repository/vault/target-systems');
  await ready(page);
  await page.getByRole('button', {name: 'Add from an address'}).click();
  must(await button('Ask it').isDisabled(), 'there is nothing to ask');
  await box('Address').fill(settings.resource);
  await button('Ask it').click();
  await dialog().getByText('It does not say where its tokens come from').waitFor();
  must((await button('Go on').count()) === 0, 'nothing was found');
});

await story('a server that cannot be chosen says why', async () => {
  await button('Network').click();
  await box('Trusted CA').fill(settings.ca);
  await box('Allowed addresses').fill('127.0.0.1/32');
  await page.keyboard.press('Enter');
  await box('Address').fill(settings.plain);
  await button('Ask it').click();
  await dialog().getByText('It does not say that it knows PKCE with S256').waitFor();
  must(await dialog().getByRole('radio').first().isDisabled(), 'it can be chosen');
  must(await button('Go on').isDisabled(), 'one can go on without a server');
});

await story('a resource says where its tokens come from, and a person goes on with it', async () => {
  await box('Address').fill(settings.resource);
  await button('Ask it').click();
  await dialog().getByText('Where tokens of Tools for tests come from').waitFor();
  await dialog().getByText(settings.issuer).waitFor();
  await look('found');
  await button('Go on').click();
  must(await box('Name').inputValue() === 'Tools for tests', 'its name');
  await dialog().getByRole('tab', {name: 'OAuth', exact: true}).click();
  must(await box('Issuer').inputValue() === settings.issuer, 'its issuer');
  must(await box('Protected resource').inputValue() === settings.resource, 'its resource');
  await dialog().getByRole('button', {name: 'Remove tools:use'}).waitFor();
  await look('form');
  await button('Add').click();
  await page.getByRole('dialog').waitFor({state: 'detached'});
  await page.getByRole('row', {name: /Tools for tests/}).getByText('No consumer key').first().waitFor();
});

const {violations, errors} = take(seen);
check('the policy was kept', violations.length === 0, violations.join('\n'));
const own = errors.filter((one) => !/Failed to load resource/.test(one));
check('the console ran without errors', own.length === 0, own.join('\n'));
await context.close();
