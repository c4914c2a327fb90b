#!/usr/bin/env bash
# The package as somebody gets it who installs it: packed, installed into an empty project, and used there.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
npm pack --ignore-scripts --silent --pack-destination "$scratch"
cd "$scratch"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --ignore-scripts ./faultline-*.tgz
npx faultline init demo
cd demo
npx faultline validate plan.yaml bug.yaml explore.yaml
npx faultline run plan.yaml bug.yaml | grep -v ' s  *[0-9,]* ok'
npx faultline explore explore.yaml --seeds 20 --keep-going
cat >one.test.js <<'TEST'
import { test } from 'node:test';
import { assertLinearizable, runPlan } from 'faultline';
test('plan', async () => assertLinearizable((await runPlan('plan.yaml', { host: 'sim' })).folder));
TEST
node --test
