import { describe, expect, it } from 'vitest';
import type { Finding } from '../../reconcile/doctor/finding.ts';
import { findingLines, formatFindings } from './findings.ts';

const good: Finding = { area: 'cache', verdict: 'fine', message: '/cache can be written' };
const findings: readonly Finding[] = [
  good,
  {
    area: 'permissions',
    subject: 'east',
    verdict: 'failed',
    message: 'may not create secrets',
    advice: 'grant it',
  },
  { area: 'cluster', subject: 'west', verdict: 'warning', message: 'it is old', advice: 'upgrade' },
];

describe('what the doctor found', () => {
  it('comes with a mark, what to do, and a count', () => {
    expect(formatFindings(findings, { color: false })).toBe(
      `✓ cache: /cache can be written
✗ permissions east: may not create secrets
    grant it
! cluster west: it is old
    upgrade
1 problem, 1 warning.`,
    );
  });

  it('is fine where nothing is to be done', () => {
    expect(formatFindings([good], { color: false })).toBe(
      '✓ cache: /cache can be written\nEverything is fine.',
    );
  });

  it('has colour on a terminal', () => {
    const shown = formatFindings(findings, { color: true });
    expect(shown).toContain('\x1b[');
    expect(shown).not.toBe(formatFindings(findings, { color: false }));
  });

  it('is one line of JSON each for a script', () => {
    expect(findingLines(findings)[1]).toMatchObject({
      type: 'finding',
      area: 'permissions',
      subject: 'east',
      verdict: 'failed',
      advice: 'grant it',
    });
  });
});
