#!/usr/bin/env bash
# Histories with known verdicts, in FOLDER with its verdicts.tsv (file, verdict, model), through the real
# command line: how many come out right. Exit 1 on any that does not.
#
#   .ci/verdicts.sh FOLDER [option of faultline check...]
set -u
folder=${1:?the folder with verdicts.tsv}
shift
cd "$(dirname "$0")/.." || exit 1
# A verdict's model by our name, where we have one by that name; else it is found by looking.
models=$(node dist/harness/cli/main.js list models | awk '{ print $1 }')
total=0
right=0
while IFS=$'\t' read -r file verdict model; do
  total=$((total + 1))
  named=()
  grep -qx -- "$model" <<<"$models" && named=(--model "$model")
  node dist/harness/cli/main.js check "$folder/$file" "${named[@]}" "$@" >/dev/null 2>&1
  case $? in
    0) found=valid ;;
    1) found=invalid ;;
    2) found=unknown ;;
    *) found=refused ;;
  esac
  if [ "$found" = "$verdict" ]; then
    right=$((right + 1))
  else
    echo "$file: $found, expected $verdict"
  fi
done < <(tail -n +2 "$folder/verdicts.tsv")
echo "$right of $total right"
[ "$total" -gt 0 ] && [ "$right" -eq "$total" ]
