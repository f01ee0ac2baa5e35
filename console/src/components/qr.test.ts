import { expect, test } from 'vitest';
import { qrPath } from './qr';

test('an address of a second factor becomes one path, with a quiet zone around', () => {
  const { size, path } = qrPath('otpauth://totp/Strongroom:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Strongroom');
  // 17 + 4 times the version, and four free modules on each side.
  expect((size - 8 - 17) % 4).toBe(0);
  const corners = [...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => [Number(x), Number(y)]);
  expect(corners.length).toBeGreaterThan(200);
  for (const [x, y] of corners) {
    expect(x).toBeGreaterThanOrEqual(4);
    expect(y).toBeLessThan(size - 4);
  }
  // The finder pattern in the first corner begins with seven dark modules.
  for (let x = 4; x < 11; x++) expect(path).toContain(`M${x} 4h1v1h-1z`);
  expect(path).not.toContain('M11 4h');
});
