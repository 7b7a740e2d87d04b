import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { TestResult } from './run-tests.ts';

/**
 * Writes the results of tests as JUnit XML, in the form that Jenkins, GitLab and the like read.
 *
 * @throws UserError `output-failed`
 */
export async function writeJunit(path: string, results: readonly TestResult[]): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, formatJunit(results));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(`The report cannot be written to ${path} (${code}).`, {
      code: 'output-failed',
      cause,
    });
  }
}

/** The text of such a file: one suite for each file of tests. */
export function formatJunit(results: readonly TestResult[]): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const suites = files.flatMap((file) =>
    suite(
      file,
      results.filter((one) => one.file === file),
    ),
  );
  const lines = [`<testsuites${totals(results)}>`, ...suites.map((line) => `  ${line}`)];
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines, '</testsuites>', ''].join('\n');
}

function suite(file: string, results: readonly TestResult[]): string[] {
  return [
    `<testsuite name="${escapeXml(file)}"${totals(results)}>`,
    ...results.flatMap(testCase),
    '</testsuite>',
  ];
}

function totals(results: readonly TestResult[]): string {
  const failures = results.filter(({ outcome }) => outcome === 'failed').length;
  const durationMs = results.reduce((sum, one) => sum + one.durationMs, 0);
  return ` tests="${results.length}" failures="${failures}" errors="0" time="${seconds(durationMs)}"`;
}

function testCase({ file, line, name, durationMs, message, detail, output }: TestResult): string[] {
  const names = `name="${escapeXml(name ?? file)}" classname="${escapeXml(file)}"`;
  const head = `  <testcase ${names} file="${escapeXml(file)}" line="${line}" time="${seconds(durationMs)}"`;
  if (message === undefined && output === '') return [`${head}/>`];
  const [first = ''] = message?.split('\n') ?? [];
  const text = [message, detail].filter(Boolean).join('\n');
  return [
    `${head}>`,
    ...(message === undefined
      ? []
      : [`    <failure message="${escapeXml(first)}">${escapeXml(text)}</failure>`]),
    ...(output === '' ? [] : [`    <system-out>${escapeXml(output)}</system-out>`]),
    '  </testcase>',
  ];
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

/** XML 1.0 has no place at all for most control characters. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '�')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
