# The steps of .ci/run, in order; sourced by it.
faultline() { node dist/harness/cli/main.js "$@"; }
scratch=$(mktemp -d)
trap 'umount "$scratch/full" 2>/dev/null; rm -rf "$scratch"' EXIT

# The README's command for the tests, as it stands there.
readme_tests() { npm ci && npm test; }
# The README's command for the main job.
main_job() { npm start -- --out "$scratch/start"; }
# Correct systems: every shipped plan once, then one with many seeds, shorter.
correct_plans() { faultline run plans/*.yaml --out "$scratch/correct" | grep --line-buffered -v ' s  *[0-9,]* ok'; return "${PIPESTATUS[0]}"; }
many_seeds() {
  local seed bad=0
  for seed in $(seq 1 20); do
    faultline run plans/raft-kv.yaml --seed "$seed" --time 12s --set require.okOps=300 --out "$scratch/seeds" >"$scratch/seed.log" 2>&1 ||
      { bad=$((bad + 1)); cat "$scratch/seed.log"; }
  done
  echo "20 seeds, $bad not valid"
  [ "$bad" -eq 0 ]
}
# In one go, as a user would: every plan's expectation must be met.
seeded_bugs() { faultline run plans/bugs/*/*.yaml --out "$scratch/bugs" | grep --line-buffered -v ' s  *[0-9,]* ok'; return "${PIPESTATUS[0]}"; }

# The same plans in virtual time, then seeds of correct systems, each with a variation of its own: no
# violation, not stuck. From a seed drawn anew each time; it is printed.
simulated_plans() { faultline run plans/*.yaml --host sim --out "$scratch/simulated" | grep --line-buffered -v ' s  *[0-9,]* ok'; return "${PIPESTATUS[0]}"; }
explored() {
  local plan
  for plan in plans/explore/*.yaml; do
    faultline explore "$plan" --seeds 300 --keep-going --out "$scratch/explored" || return 1
  done
}
# Every seeded bug is found from seeds that nobody chose, and made small.
must_find() { npm run --silent must-find -- --for 4m --out "$scratch/must-find"; }
shrunk() {
  faultline run plans/bugs/raft-kv/stale-read.yaml --host sim --out "$scratch/shrink" >/dev/null &&
    faultline shrink "$scratch/shrink/latest" --out "$scratch/shrink" &&
    faultline replay "$scratch/shrink/latest" --out "$scratch/shrink"
}

# More random histories than the tests have, with a seed of their own each time; it is printed.
soak() { npm run --silent soak -- 100; }

step "npm ci && npm test" readme_tests
step "npm start: the main job" main_job
step "every shipped plan of a correct system" correct_plans
step "20 seeds of a correct system" many_seeds
step "every seeded bug is found" seeded_bugs
step "every shipped plan, simulated" simulated_plans
step "seeds of correct systems, explored" explored
step "every seeded bug is found by exploring" must_find
step "a failure is made small and repeated byte for byte" shrunk
if [ -d ../shared/histories ]; then
  step "histories with known verdicts" bash .ci/verdicts.sh "$PWD/../shared/histories"
else
  echo "=== histories with known verdicts: LEFT OUT, ../shared/histories is not there"
fi
step "every model, random histories against the definition" soak
step "nothing outlives the harness" bash .ci/orphans.sh
step "a full disk for results" bash .ci/full-disk.sh "$scratch/full"
