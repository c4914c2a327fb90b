#!/usr/bin/env bash
# Plans on real processes, each until its run says what the plan expects, TRIES times at most, from a seed
# drawn anew each time: a busy machine may leave a run with too little to prove anything, and the same bug does
# not show in every run. What is never tried again is a correct system that was found in violation.
#
#   .ci/on-processes.sh TRIES OUT PLAN... [-- option of faultline run...]
set -u
tries=$1
out=$2
shift 2
cd "$(dirname "$0")/.." || exit 1
plans=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do plans+=("$1"); shift; done
[ "${1:-}" = -- ] && shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
bad=0
for plan in "${plans[@]}"; do
  begin=$SECONDS
  for try in $(seq 1 "$tries"); do
    seed=$((RANDOM * 32768 + RANDOM))
    node dist/harness/cli/main.js run "$plan" --host process --seed "$seed" --out "$out" "$@" >"$log" 2>&1
    code=$?
    case $code in
      0) said="as expected with seed $seed, try $try"; break ;;
      1) grep -q '^expect: invalid' "$plan" || { said='VIOLATION of a correct system'; break; } ;;
      2) ;;
      *) said="exit $code"; break ;;
    esac
    said="NOT as expected in $try tries"
    echo "$plan, seed $seed: exit $code, once more; $(grep -m1 -E ' \? | ✗ ' "$log")"
  done
  echo "$plan: $said ($((SECONDS - begin)) s)"
  if [ "$code" -ne 0 ]; then
    bad=1
    grep -v ' s  *[0-9,]* ok' "$log" | tail -40
  fi
done
exit $bad
