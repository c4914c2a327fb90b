/** How a report looks: light and dark, on a phone too; colours that colour-blind eyes can tell apart (Okabe and Ito's). */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1f; --soft: #5b5b66; --paper: #fff; --card: #f4f4f7; --line: #d5d5de;
  --good: #007a5a; --bad: #c8451b; --doubt: #8a6500; --blue: #0072b2; --shade: #e69f0033; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --soft: #a5a5b2; --paper: #17171b; --card: #222228;
  --line: #3a3a44; --good: #3fcf9f; --bad: #ff8a5c; --doubt: #f0c040; --blue: #56b4e9; --shade: #e69f0040; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.soft { color: var(--soft); } .verdict { font-weight: 700; text-transform: uppercase; }
.valid { color: var(--good); } .invalid { color: var(--bad); } .unknown { color: var(--doubt); }
.why { border-left: 4px solid var(--bad); padding: .5rem 1rem; background: var(--card); overflow-wrap: anywhere; }
.why p { margin: .25rem 0; } .why .pattern { font-weight: 700; }
table { border-collapse: collapse; width: 100%; } .scroll { overflow-x: auto; }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre, code { font: 13px/1.45 ui-monospace, monospace; } pre { overflow: auto; max-height: 24rem; padding: .75rem; background: var(--card); }
code { overflow-wrap: anywhere; } #timeline { overflow-x: auto; border: 1px solid var(--line); padding: 0; }
#timeline svg { display: block; } .controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0; }
button, select { font: inherit; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--card); color: inherit; cursor: pointer; }
button:disabled { opacity: .4; cursor: default; } :focus-visible { outline: 3px solid var(--blue); outline-offset: 1px; }
.label { fill: var(--soft); font-size: 12px; } .grid { stroke: var(--line); } .fault { fill: var(--shade); }
.bar { cursor: pointer; } .bar text { font: 12px ui-monospace, monospace; fill: var(--ink); pointer-events: none; }
.bar rect { fill: var(--card); stroke: var(--soft); } .bar.placed rect { stroke: var(--good); stroke-width: 2; }
.bar.blocked rect { stroke: var(--bad); stroke-width: 2.5; } .bar.selected rect { fill: var(--line); }
#remaining { padding-left: 1.25rem; } .possible { color: var(--good); } .impossible { color: var(--soft); }
.line { fill: none; stroke-width: 2; } .ok, .p50 { stroke: var(--good); } .fail, .p99 { stroke: var(--bad); stroke-dasharray: 6 3; }
.info { stroke: var(--blue); stroke-dasharray: 2 3; } .key { font-size: 12px; stroke: none; } .key.ok, .key.p50 { fill: var(--good); }
.key.fail, .key.p99 { fill: var(--bad); } .key.info { fill: var(--blue); }
.plot { border: 1px solid var(--line); margin: .5rem 0; } .plot svg { display: block; width: 100%; height: auto; }
`;
