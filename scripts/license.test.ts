import { describe, expect, it } from 'vitest';
import { chooseLicenses, licenseFiles } from './license.ts';

describe('the license of a package', () => {
  it.each([
    ['MIT', ['MIT']],
    ['Apache-2.0 OR MIT', ['MIT']],
    ['MIT/Apache-2.0', ['MIT']],
    ['GPL-3.0-only OR Apache-2.0', ['Apache-2.0']],
    ['MIT AND BSD-3-Clause', ['MIT', 'BSD-3-Clause']],
  ])('%s is used as %j', (expression, ids) => {
    expect(chooseLicenses(expression)).toEqual(ids);
  });

  it.each(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'UNLICENSED', 'undefined', ''])(
    '%j may not be shipped',
    (expression) => {
      expect(chooseLicenses(expression)).toBeUndefined();
    },
  );

  it('is read from the file that is named after it, or from the only one, with notices', () => {
    const files = ['Cargo.toml', 'LICENSE-APACHE', 'LICENSE-MIT', 'LICENSE-MIT0', 'NOTICE'];
    expect(licenseFiles(files, ['MIT'])).toEqual(['LICENSE-MIT', 'NOTICE']);
    expect(licenseFiles(['LICENSE_A2', 'LICENSE_CC0'], ['Apache-2.0'])).toEqual(['LICENSE_A2']);
    expect(licenseFiles(['license', 'readme.md'], ['MIT'])).toEqual(['license']);
    expect(licenseFiles(['LICENSE.md', 'LICENSE-APACHE'], ['MIT'])).toEqual(['LICENSE.md']);
    expect(licenseFiles(['readme.md'], ['MIT'])).toEqual([]);
  });
});
