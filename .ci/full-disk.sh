#!/usr/bin/env bash
# Results on a disk that fills up while the run goes on: a clear error, exit 255, every node stopped.
# Needs root for the small file system; elsewhere it says so and passes.
set -u
mount=$1
mkdir -p "$mount"
if ! mount -t tmpfs -o size=3m tmpfs "$mount" 2>/dev/null; then
  echo "no right to mount a small file system here: not tried"
  exit 0
fi
out=$(node dist/harness/cli/main.js run plans/raft-kv.yaml --out "$mount/results" 2>&1)
code=$?
echo "$out" | tail -4
left=$(pgrep -f "$mount/results" | wc -l)
umount "$mount"
echo "exit $code, $left processes left"
[ "$code" -eq 255 ] && [ "$left" -eq 0 ] && grep -q 'no space left' <<<"$out"
