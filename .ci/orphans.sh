#!/usr/bin/env bash
# Ends a run in the middle, with nodes paused, in three ways; within 2 s no process of it may be left, no
# port may listen, and the history recorded so far must check.
set -u
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0

for signal in INT TERM KILL; do
  out=$scratch/$signal
  setsid node dist/harness/cli/main.js run plans/raft-kv-pause.yaml --out "$out" >"$scratch/$signal.log" 2>&1 &
  harness=$!
  # Until a node is seen paused by the operating system, not for a time.
  for _ in $(seq 1 300); do
    nodes=$(pgrep -f "$out" | grep -v "^$harness$")
    paused=$(for pid in $nodes; do awk '{ print $3 }' "/proc/$pid/stat" 2>/dev/null; done | grep -c T)
    [ "$paused" -gt 0 ] && break
    sleep 0.05
  done
  ports=$(for pid in $nodes $harness; do ss -Hltnp 2>/dev/null | grep "pid=$pid," | awk '{ print $4 }'; done | sort -u)
  kill -s "$signal" "$harness"
  wait "$harness" 2>/dev/null
  code=$?
  sleep 2
  left=$(for pid in $nodes $harness; do [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" && echo "$pid"; done | wc -l)
  open=$(for port in $ports; do ss -Hltn | awk '{ print $4 }' | grep -Fx "$port"; done | wc -l)
  node dist/harness/cli/main.js check "$out/latest" >"$scratch/check.log" 2>&1
  checked=$?
  echo "SIG$signal with $paused paused, $(wc -w <<<"$ports") ports: exit $code, left: $left processes, $open ports; check of its history: exit $checked"
  # 1 would be a violation, 254 a history that can't be read; 2 is a run that ended too early to prove much.
  if [ "$paused" -eq 0 ] || [ "$left" -ne 0 ] || [ "$open" -ne 0 ] || { [ "$checked" -ne 0 ] && [ "$checked" -ne 2 ]; }; then
    bad=1
    cat "$scratch/$signal.log" "$scratch/check.log"
  fi
done
exit $bad
