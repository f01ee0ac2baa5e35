// P16 of the product page, after a real restore. (The others: product_page.mjs.)
//
// settings: taken, taken_label: a client that a restored Basic Engine Robot takes as input; other: one that none takes. The box of both was
//   off in the backup.
import path from 'node:path';
import {axe, check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {LIST, Window, must} from './client_pages.mjs';

const SHOTS = await emptyShots('product-page-restored');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const client = new Window(page);
const proven = [];
await signIn(page, settings.user, settings.password);

async function configure(id) {
  await page.goto(`${LIST}/${id}/edit`);
  await ready(page);
  await client.tabOpens('Configure');
}

const what = 'where Basic Engine Robots were restored from a backup it is on by default';
try {
  await configure(settings.taken);
  must(await client.engineBox().isChecked(), 'it is off');
  const review = client.dialog.getByRole('heading', {name: /On since restore of .*: review/});
  await review.waitFor();
  const help = await client.help('Allow access for Basic Engine Robots');
  must(help.includes('Where Basic Engine Robots were restored from a backup it is on by default.'), help);
  await page.screenshot({path: path.join(SHOTS, 'on-by-default.png')});
  const {found} = await axe(page);
  check('the box after a restore keeps WCAG', found.length === 0, JSON.stringify(found, null, 1));
  await configure(settings.other);
  must(!(await client.engineBox().isChecked()), 'that of a client which none of them takes is on');
  await page.goto('/administration/restore-report');
  await ready(page);
  await page.getByRole('link', {name: `Configure ${settings.taken_label}`}).click();
  await client.tabOpens('Configure');
  await review.waitFor();
  await client.press('Reviewed');
  await review.waitFor({state: 'detached'});
  must(await client.engineBox().isChecked(), 'to review it turned it off');
  await page.reload();
  await client.tabOpens('Configure');
  must(await client.engineBox().isChecked() && await review.count() === 0, 'it was reviewed for a moment only');
  proven.push('P16');
  check(`P16 ${what}`, true);
} catch (failure) {
  await page.screenshot({path: path.join(SHOTS, 'failed-P16.png')});
  check(`P16 ${what}`, false, failure.stack ?? failure);
}

const {violations, errors} = take(seen);
check('after a restore it keeps the policy', violations.length === 0, violations.join('\n'));
check('after a restore it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'product page restored', proven});
await context.close();
