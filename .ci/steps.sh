# The steps of .ci/run, in order; sourced by it.
faultline() { node dist/harness/cli/main.js "$@"; }

# The README's command for the tests, as it stands there.
readme_tests() { npm ci && npm test; }
# The README's command for the main job.
main_job() { npm start -- --out "$scratch/start"; }
# Correct systems on real processes: every other shipped plan once, then one with several seeds, shorter.
correct_plans() {
  local plans
  mapfile -t plans < <(ls plans/*.yaml | grep -vx plans/raft-kv.yaml)
  .ci/on-processes.sh 3 "$scratch/correct" "${plans[@]}" -- --time 20s
}
many_seeds() {
  local seed bad=0
  for seed in $(seq 1 4); do
    .ci/on-processes.sh 2 "$scratch/seeds" plans/raft-kv.yaml -- --time 12s --set require.okOps=300 || bad=1
  done
  return "$bad"
}
seeded_bugs() { .ci/on-processes.sh 3 "$scratch/bugs" plans/bugs/raft-kv/*.yaml; }

# The same plans in virtual time, then seeds of correct systems, each with a variation of its own: no
# violation, not stuck. From a seed drawn anew each time; it is printed.
simulated_plans() {
  faultline run plans/*.yaml --host sim --out "$scratch/simulated" | grep --line-buffered -v ' s  *[0-9,]* ok'
  return "${PIPESTATUS[0]}"
}
explored() {
  local plan
  for plan in plans/explore/*.yaml; do
    faultline explore "$plan" --seeds 150 --keep-going --out "$scratch/explored" || return 1
  done
}
# Every seeded bug is found from seeds that nobody chose, and made small.
must_find() { npm run --silent matrix -- --only swarm --for 2m --out "$scratch/matrix"; }
shrunk() {
  faultline run plans/bugs/raft-kv/stale-read.yaml --host sim --out "$scratch/shrink" >/dev/null &&
    faultline shrink "$scratch/shrink/latest" --out "$scratch/shrink" &&
    faultline replay "$scratch/shrink/latest" --out "$scratch/shrink"
}

# More random histories than the tests have, with a seed of their own each time; it is printed.
soak() { npm run --silent soak -- 50; }

step "npm ci && npm test" readme_tests
step "npm start: the main job" main_job
step "every other shipped plan of a correct system, on processes" correct_plans
step "several seeds of a correct system, on processes" many_seeds
step "every seeded bug of raft-kv is found on processes" seeded_bugs
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
