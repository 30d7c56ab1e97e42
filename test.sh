#!/usr/bin/env bash
# Builds everything and runs every test project; the last line adds them up. With CI=true a missing server fails instead of skipping.
set -uo pipefail
cd "$(dirname "$0")"

if ! command -v dotnet >/dev/null; then
  echo "test.sh: the .NET 10 SDK is missing; install it from https://dot.net and run this again." >&2
  exit 4
fi

# The servers that tests start: what can be installed here is installed, and what is missing is said (its tests skip, or fail under CI).
if ! command -v redis-server >/dev/null || ! command -v faketime >/dev/null || ! command -v ip >/dev/null; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends redis-server faketime iproute2; } >/dev/null 2>&1 \
      || echo "test.sh: redis-server, faketime and iproute2 could not be installed." >&2
  else
    echo "test.sh: redis-server, faketime or ip is missing; install them (on Debian: apt-get install redis-server faketime iproute2) to run the tests of a cluster." >&2
  fi
fi
if ! command -v prometheus >/dev/null || ! command -v prometheus-alertmanager >/dev/null; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    # The packages would start their servers at once and at every boot: for as long as they are installed, nothing may be started.
    policy=/usr/sbin/policy-rc.d; ours=
    if [ ! -e "$policy" ]; then ours=yes; printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; fi
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends prometheus prometheus-alertmanager; } >/dev/null 2>&1 \
      || echo "test.sh: prometheus and prometheus-alertmanager could not be installed." >&2
    if [ -n "$ours" ]; then rm -f "$policy"; fi
    if command -v systemctl >/dev/null; then systemctl disable prometheus prometheus-node-exporter prometheus-alertmanager >/dev/null 2>&1; fi
  else
    echo "test.sh: prometheus or prometheus-alertmanager is missing; install them (on Debian: apt-get install prometheus prometheus-alertmanager) to run the tests of rules and dashboards." >&2
  fi
fi
if ! command -v kubectl >/dev/null; then
  # The package of Kubernetes' own archive and of cloud vendors' is kubectl, Debian's kubernetes-client (13 or later: older ones cannot build the manifests).
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq >/dev/null 2>&1
    for package in kubectl kubernetes-client; do
      DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 && break
    done
  fi
  command -v kubectl >/dev/null || echo "test.sh: kubectl is missing; install it to run the tests of the Kubernetes manifests." >&2
fi
# While the build runs.
if command -v npm >/dev/null; then
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    { npm ci --silent --no-progress || echo "test.sh: npm ci failed, so Azurite and the schemas of Kubernetes and Grafana are missing." >&2; } &
  fi
else
  echo "test.sh: Node.js is missing; install it to run the tests on Azure's storage." >&2
fi

configuration=${CONFIGURATION:-Debug}
dotnet build Cluster.sln --configuration "$configuration" --nologo --verbosity quiet || { echo "test.sh: the build failed." >&2; wait; exit 1; }
wait

# Most processes that tests start, and those that run the tests, live for seconds, in which no method is worth instrumenting. The program also compiles what is called often again
# at once, which pays in a run of minutes (bench/RESULTS.md): with the runtime's own delay of 100 ms (in hexadecimal here) one of seconds costs half the CPU. What they do is the same.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountingDelayMs=64

# Nothing may hang for ever: a project that is not done by then is killed, and what it had said by then is shown.
limit=${ASSIZE_TEST_LIMIT:-1500}
said=$(mktemp -d); beside=(); trap 'kill "${beside[@]}" 2>/dev/null; rm -rf "$said"' EXIT

passed=0; failed=0; skipped=0; broken=0
folder=$(echo "$configuration" | tr '[:upper:]' '[:lower:]')

# Several projects wait for what happens in seconds, so that no two of those run at once that keep the processor busy. What runs beside another project is named here:
# tests of grains mostly wait, and the others take, one after another, what the longest project leaves of the processor: by how much each gives way.
# Not those of the stores: a real server that answers late is a fault there.
declare -A companions=([Cli.Tests]="Grains.Tests" [Cluster.Tests]="Deployment.Tests Evaluation.Tests")
declare -A gives_way=([Deployment.Tests]=19 [Evaluation.Tests]=19)

run() {
  local name=$1; shift
  exec nice -n "${gives_way[$name]:-0}" timeout --signal=KILL "$limit" "artifacts/bin/$name/$folder/Assize.$name" -longRunning 120 -noColor "$@" >"$said/$name" 2>&1
}

# One after another; each leaves its exit code.
queue() {
  local names=$1 now=; shift
  trap 'kill $now 2>/dev/null; exit' TERM
  for name in $names; do
    run "$name" "$@" & now=$!
    wait "$now"; echo $? >"$said/$name.code"
  done
}

report() {
  local name=$1 code out line total bad skip
  code=$(cat "$said/$name.code")
  out=$(cat "$said/$name")
  # The closing line of the runner: "Total: N, Errors: N, Failed: N, Skipped: N, ..."
  line=$(printf '%s\n' "$out" | grep -E 'Total: +[0-9]+' | tail -n 1)
  number() { local n; n=$(printf '%s' "$line" | sed -nE "s/.*$1: +([0-9]+).*/\1/p"); echo "${n:-0}"; }
  total=$(number Total); bad=$(( $(number Failed) + $(number Errors) )); skip=$(number Skipped)
  if [ -z "$line" ] || [ "$total" -eq 0 ]; then
    broken=$((broken + 1)); failed=$((failed + 1))
    printf '%s\n' "$out" | tail -n 60
    if [ "$code" -eq 137 ]; then echo "$name: killed after $limit s (or by the machine) without a result"; else echo "$name: ended with code $code and without a result"; fi
    return
  fi
  if [ "$bad" -gt 0 ]; then printf '%s\n' "$out" | grep -vE '^\s*$' | tail -n 200; fi
  printf '%s\n' "$out" | grep -E '\[SKIP\]' || true
  echo "$name: $((total - bad - skip)) passed, $bad failed, $skip skipped ($(printf '%s' "$line" | sed -nE 's/.*Time: ([0-9]+).*/\1/p') s)"
  passed=$((passed + total - bad - skip)); failed=$((failed + bad)); skipped=$((skipped + skip))
}

done_with=" "
for project in tests/*.Tests; do
  name=$(basename "$project"); others=${companions[$name]:-}
  case $done_with in *" $name "*) continue;; esac
  queue "$name" "$@" & beside=($!)
  if [ -n "$others" ]; then queue "$others" "$@" & beside+=($!); fi
  wait "${beside[@]}"
  for each in $name $others; do report "$each"; done_with="$done_with$each "; done
done

if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ]
