# The steps of .ci/run, in order; sourced by it.
faultline() { node dist/harness/cli/main.js "$@"; }

# The README's command for the tests, as it stands there.
readme_tests() { npm ci && npm test; }
# The README's command for the main job.
main_job() { npm start -- --out "$scratch/start"; }
# Correct systems on real processes: a plan for each family of faults for raft-kv, shorter, every plan of the
# other systems; then the main job with other seeds.
correct_plans() {
  local family raft=()
  for family in partition crash packet clock disk; do raft+=("plans/raft-kv-$family.yaml"); done
  .ci/on-processes.sh 3 "$scratch/correct" "${raft[@]}" -- --time 20s || return 1
  .ci/on-processes.sh 3 "$scratch/correct" plans/primary-backup.yaml plans/gfs*.yaml plans/mapreduce.yaml
}
many_seeds() {
  local seed bad=0
  for seed in 1 2; do
    .ci/on-processes.sh 2 "$scratch/seeds" plans/raft-kv.yaml -- --time 12s --set require.okOps=300 || bad=1
  done
  return "$bad"
}
# Seeded bugs on real processes: all of raft-kv, and some of each other system.
seeded_bugs() {
  local bugs=plans/bugs
  .ci/on-processes.sh 4 "$scratch/bugs" $bugs/raft-kv/*.yaml \
    $bugs/primary-backup/{no-output-rule,loser-keeps-serving}.yaml \
    $bugs/gfs/{ack-before-secondaries,no-append-dedup}.yaml \
    $bugs/mapreduce/{lost-map-output-not-rerun,unstable-partitioner}.yaml
}

# The same plans in virtual time, then seeds of correct systems, each with a variation of its own: no
# violation, not stuck. From a seed drawn anew each time; it is printed.
simulated_plans() {
  faultline run plans/*.yaml --host sim --out "$scratch/simulated" | grep --line-buffered -v ' s  *[0-9,]* ok'
  return "${PIPESTATUS[0]}"
}
explored() {
  local plan
  for plan in plans/explore/*.yaml; do
    faultline explore "$plan" --seeds 60 --keep-going --out "$scratch/explored" || return 1
  done
}
# Every seeded bug of every system, in virtual time, from seeds that nobody chose: by its own plan, and by a
# swarm that knows nothing of it.
matrix() { npm run --silent matrix -- --only plan --only swarm --for 3m --out "$scratch/matrix"; }
shrunk() {
  faultline run plans/bugs/raft-kv/stale-read.yaml --host sim --out "$scratch/shrink" >/dev/null &&
    faultline shrink "$scratch/shrink/latest" --out "$scratch/shrink" &&
    faultline replay "$scratch/shrink/latest" --out "$scratch/shrink"
}

# More random histories than the tests have, with a seed of their own each time; it is printed.
soak() { npm run --silent soak -- 50; }

step "npm ci && npm test" readme_tests
step "npm start: the main job" main_job
step "correct systems on processes" correct_plans
step "other seeds of the main job, on processes" many_seeds
step "seeded bugs are found on processes" seeded_bugs
step "every shipped plan, simulated" simulated_plans
step "seeds of correct systems, explored" explored
step "the matrix: every seeded bug of every system is found" matrix
step "a failure is made small and repeated byte for byte" shrunk
if [ -d ../shared/histories ]; then
  step "histories with known verdicts" bash .ci/verdicts.sh "$PWD/../shared/histories"
else
  echo "=== histories with known verdicts: LEFT OUT, ../shared/histories is not there"
fi
step "every model, random histories against the definition" soak
step "nothing outlives the harness" bash .ci/orphans.sh
step "a full disk for results" bash .ci/full-disk.sh "$scratch/full"
step "the package, installed into an empty project" bash .ci/packed.sh
step "the tutorial, as it stands" node .ci/tutorial.mjs docs/tutorial.md
