#!/usr/bin/env bash
# Builds everything and runs every test project; the last line adds them up. With CI=true a missing server fails instead of skipping.
set -uo pipefail
cd "$(dirname "$0")"

if ! command -v dotnet >/dev/null; then
  echo "test.sh: the .NET 10 SDK is missing; install it from https://dot.net and run this again." >&2
  exit 4
fi

configuration=${CONFIGURATION:-Debug}
dotnet build Cluster.sln --configuration "$configuration" --nologo --verbosity quiet || { echo "test.sh: the build failed." >&2; exit 1; }

passed=0; failed=0; skipped=0; broken=0
folder=$(echo "$configuration" | tr '[:upper:]' '[:lower:]')
for project in tests/*.Tests; do
  name=$(basename "$project")
  program="artifacts/bin/$name/$folder/Assize.$name"
  out=$("$program" "$@" 2>&1); code=$?
  # The closing line of the runner: "Total: N, Errors: N, Failed: N, Skipped: N, ..."
  line=$(printf '%s\n' "$out" | grep -E 'Total: +[0-9]+' | tail -n 1)
  number() { local n; n=$(printf '%s' "$line" | sed -nE "s/.*$1: +([0-9]+).*/\1/p"); echo "${n:-0}"; }
  total=$(number Total); bad=$(( $(number Failed) + $(number Errors) )); skip=$(number Skipped)
  if [ -z "$line" ] || [ "$total" -eq 0 ]; then
    broken=$((broken + 1)); failed=$((failed + 1))
    printf '%s\n' "$out" | tail -n 60; echo "$name: ended with code $code and without a result"
    continue
  fi
  if [ "$bad" -gt 0 ]; then printf '%s\n' "$out" | grep -vE '^\s*$' | tail -n 200; fi
  printf '%s\n' "$out" | grep -E '\[SKIP\]' || true
  echo "$name: $((total - bad - skip)) passed, $bad failed, $skip skipped"
  passed=$((passed + total - bad - skip)); failed=$((failed + bad)); skipped=$((skipped + skip))
done

if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ]
