/**
 * Runs as JUnit XML, which every CI server reads: a test suite for each plan, a test case for each run of
 * it. What is not as expected is a failure, what could not be judged or was not run an error: none of
 * these is ever green.
 */
import { headlineOf, standingOf, storyOf, type ReportedRun } from './outcome.ts';

/** `started`: when the first run began. */
export function junitXml(runs: readonly ReportedRun[], started: Date): string {
  const suites = [...new Set(runs.map(({ file }) => file))].map((file) =>
    suite(
      file,
      runs.filter((run) => run.file === file),
      started,
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="faultline" ${counts(runs)}>`,
    ...suites.flat(),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(file: string, runs: readonly ReportedRun[], started: Date): readonly string[] {
  const timestamp = started.toISOString().slice(0, 19);
  return [
    `  <testsuite name="${attribute(runs[0]!.plan)}" ${counts(runs)} timestamp="${timestamp}">`,
    ...runs.flatMap((run) => testcase(run, file)),
    '  </testsuite>',
  ];
}

function testcase(run: ReportedRun, file: string): readonly string[] {
  const name = `${run.plan}, seed ${run.seed}`;
  const head = `    <testcase name="${attribute(name)}" classname="${attribute(file)}" time="${run.seconds.toFixed(3)}"`;
  const standing = standingOf(run);
  if (standing === 'met') return [`${head}/>`];
  if (standing === 'left out' || standing === 'allowed')
    return [`${head}><skipped message="${attribute(headlineOf(run))}"/></testcase>`];
  const element = standing === 'violated' || standing === 'unknown' ? 'failure' : 'error';
  return [
    `${head}>`,
    `      <${element} type="${standing}" message="${attribute(headlineOf(run))}">${text(storyOf(run).join('\n'))}</${element}>`,
    '    </testcase>',
  ];
}

function counts(runs: readonly ReportedRun[]): string {
  const standings = runs.map(standingOf);
  const failures = standings.filter((one) => one === 'violated' || one === 'unknown').length;
  const errors = standings.filter((one) => one === 'failed' || one === 'not run').length;
  const time = runs.reduce((sum, { seconds }) => sum + seconds, 0);
  const skipped = standings.filter((one) => one === 'left out' || one === 'allowed').length;
  return `tests="${runs.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${time.toFixed(3)}"`;
}

function text(value: string): string {
  return allowed(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** XML has no way to write most control characters, nor half a surrogate pair (XML 1.0, §2.2). */
function allowed(value: string): string {
  return value.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
