/**
 * A report as one HTML file that needs nothing else: style, script and data are in it, and its policy lets
 * nothing else run or load. What comes from a run is escaped here, or reaches the page as text through
 * `page/main.ts`.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { builtModule } from '../built.ts';
import type { ReportData } from './page/data.ts';
import { STYLE } from './style.ts';

export function reportHtml(data: ReportData): string {
  const script = readFileSync(builtModule(import.meta.url, 'page/main'), 'utf8').replace(
    /^\/\/# sourceMappingURL.*$/m,
    '',
  );
  const policy = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${text(`${data.verdict}: ${data.plan}`)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    head(data),
    data.counterexample === null ? '' : counterexample(data),
    measures(data),
    rest(data),
    `<script type="application/json" id="data">${inScript(JSON.stringify(data))}</script>`,
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function head({
  plan,
  seed,
  host,
  started,
  verdict,
  expect,
  met,
  operations,
  explanation,
  checks,
  reproduce,
  version,
}: ReportData): string {
  const why =
    explanation === null
      ? ''
      : `<section class="why" aria-label="explanation"><p class="pattern">${text(explanation.pattern)}</p>${explanation.sentences.map((sentence) => `<p>${text(sentence)}</p>`).join('')}</section>`;
  const commands = reproduce
    .map(
      (command) =>
        `<div class="controls"><code>${text(command)}</code><button data-copy="${text(command)}">copy</button></div>`,
    )
    .join('');
  return `<header><h1>${text(plan)}: <span class="verdict ${verdict}">${verdict}</span></h1>
<p class="soft">expected ${text(expect)}${met ? (verdict === 'unknown' ? ', unknown passes' : ', as it is') : ''} · ${operations.toLocaleString('en')} operations · seed ${seed} · host ${text(host)} · ${text(started)} · Faultline ${text(version)}</p></header>
${why}
<h2>See it again</h2>${commands}
<h2>Checks</h2><div class="scroll"><table>${checks
    .map(
      (check) =>
        `<tr><td>${text(check.checker)}</td><td class="verdict ${check.verdict}">${check.verdict}</td><td>${text(check.summary)}</td></tr>`,
    )
    .join('')}</table></div>`;
}

function counterexample({ counterexample }: ReportData): string {
  const { key, of, operations, minimal, orders } = counterexample!;
  const options = orders
    .map((_, at) => `<option value="${at}">order ${at + 1} of ${orders.length}</option>`)
    .join('');
  return `<h2>The counterexample</h2>
<p>${operations.length} of the ${of.toLocaleString('en')} operations${key === '' ? '' : ` of key <code>${text(key)}</code>`} are enough to show it${minimal ? ', none of which can be left out' : ''}. Step through the order in which they can have taken effect: no order has room for the one marked ✗.</p>
<div class="controls"><button id="earlier">◀ earlier</button><button id="later">later ▶</button><span id="place"></span>
<select id="orders" aria-label="which order">${options}</select>
<button id="zoom-out" aria-label="zoom out">−</button><button id="zoom-in" aria-label="zoom in">+</button><button id="scale">by time</button></div>
<div id="timeline" tabindex="0" aria-label="timeline; left and right step, plus and minus zoom"></div>
<p id="state" aria-live="polite"></p>
<ul id="remaining"></ul>
<h2>What nodes logged</h2>
<p class="soft">Choose an operation above to see what the node that answered it logged meanwhile.</p>
<div id="logs"></div>`;
}

function measures({ faults, counterexample }: ReportData): string {
  const rows = faults
    .map(
      ({ name, about, targets, from, until, ok, fail, info, firstOk }) =>
        `<tr><td>${text(name)}</td><td>${text(about === '' ? targets.join(' ') : about)}</td>${[
          `${(from / 1000).toFixed(1)} – ${(until / 1000).toFixed(1)} s`,
          String(ok),
          String(fail),
          String(info),
          firstOk === null ? 'none' : `${Number(firstOk.toPrecision(3))} ms`,
        ]
          .map((cell) => `<td class="number">${text(cell)}</td>`)
          .join('')}</tr>`,
    )
    .join('');
  const table =
    faults.length === 0
      ? '<p>There was no fault.</p>'
      : `<div class="scroll"><table><tr><th>fault</th><th>on</th>${['when', 'ok', 'fail', 'unknown', 'first ok after'].map((title) => `<th class="number">${title}</th>`).join('')}</tr>${rows}</table></div>`;
  return `<h2>Operations and latency</h2>
<p class="soft">Faults are shaded.</p><div class="plot" id="rate"></div><div class="plot" id="latency"></div>
<h2>What clients got during faults</h2>${table}${counterexample === null ? '<div id="logs"></div>' : ''}`;
}

function rest({ planText, environment }: ReportData): string {
  const rows = Object.entries(environment).map(
    ([name, value]) => `<tr><td>${text(name)}</td><td>${text(value)}</td></tr>`,
  );
  return `<h2>The plan</h2><pre>${text(planText)}</pre>
<h2>Where it ran</h2><div class="scroll"><table>${rows.join('')}</table></div>`;
}

/** Text of a page, or of an attribute in double quotes. */
function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** JSON that nothing in it can end early. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function hash(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}
