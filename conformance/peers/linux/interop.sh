#!/usr/bin/env bash
# The interoperability leg: our tools against the Linux kernel, judged by what arrives and by tshark.
#   interop.sh target NVMF_TOOL CONFORMANCE_TOOL [arguments of `conformance run`...]
#   interop.sh host NVMF_TOOL
#   interop.sh takeover NVMF_TOOL    the target is replaced by a new process while Linux verifies
# Environment: INTEROP_MIB=64 (target leg: MiB written and read back with each digest setting),
# INTEROP_HOST_MIB=16 (host leg), INTEROP_TAKEOVERS=20 and INTEROP_SECONDS=60
# (takeover leg), INTEROP_KVER=6.12, INTEROP_LOGS=FOLDER (keeps logs and captures).
# Prints one line `ok STEP` or `FAIL STEP` each, then `N passed, N failed`. Status 0 if none failed,
# 1 if one did, 2 if a word is wrong.
# shellcheck source=common.sh disable=SC2154
. "$(dirname "$(readlink -f "$0")")/common.sh"

step_limit=300        # seconds for one step
conformance_limit=1200

passed=0 failed=0 target_port='' server='' logs=''

# step NAME COMMAND... runs it; on failure shows the end of what it printed, and goes on.
step() {
  local name=$1 began=$SECONDS
  shift
  if "$@" >"$logs/$name.log" 2>&1; then
    passed=$((passed + 1))
    echo "ok $name ($((SECONDS - began)) s)"
  else
    failed=$((failed + 1))
    echo "FAIL $name ($((SECONDS - began)) s)"
    tail -n 15 "$logs/$name.log" | sed 's/^/    /'
    return 1
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0)) || exit 1
}

clean_up() {
  [[ -z "$target_port" ]] || "$here/target-down.sh" "$target_port" || true
  stop_server || true
  [[ -n "${INTEROP_LOGS:-}" || -z "$logs" ]] || rm -rf "$logs"
}

# tool ARGUMENTS... runs the nvmf tool, bounded.
tool() { timeout --foreground -k 5 "$step_limit" "$nvmf" "$@"; }

# ---- our host against the Linux target

start_target() {
  "$here/target-up.sh" auto kver="$kver" mb=$((mib > 64 ? mib : 64)) mem=$((mib > 64 ? mib + 192 : 256)) \
    life=3600 pcap="$logs/target.pcap" portfile="$logs/target.port"
}

# round_trip FLAGS... writes random bytes and reads them back.
round_trip() {
  local bytes=$((mib * 1048576))
  head -c "$bytes" /dev/urandom >"$logs/written"
  rm -f "$logs/read"
  tool write "$url" --nsid 1 --offset 0 --file "$logs/written" "$@" &&
    tool read "$url" --nsid 1 --offset 0 --length "$bytes" --file "$logs/read" "$@" &&
    cmp "$logs/written" "$logs/read"
}

# A run that failed cases is complete: what Linux does wrong is for the report to say. One that hung,
# or that broke itself, is not.
run_conformance() {
  local status=0
  timeout --foreground -k 5 "$conformance_limit" "$conformance" run "$url" \
    --json "$logs/conformance.json" "$@" || status=$?
  ((status <= 1)) || { echo "the conformance suite ended with status $status"; return 1; }
  python3 - "$logs/conformance.json" <<'EOF'
import json, sys
text = open(sys.argv[1]).read()
try:
    reports = [json.loads(text)]
except ValueError:  # one object per line
    reports = [json.loads(line) for line in text.splitlines() if line.strip()]
broken = []

def walk(node, where):
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            walk(value, node if isinstance(node, dict) else where)
            if str(key).upper() in ('HANG', 'ERROR') and isinstance(value, int) and value > 0:
                broken.append(f'{value} x {key}')
    elif isinstance(node, str) and node.upper() in ('HANG', 'ERROR'):
        broken.append(json.dumps(where)[:300])

walk(reports, reports)
if not reports or reports == [{}] or reports == [[]]:
    sys.exit('the report is empty')
if broken:
    sys.exit('HANG or ERROR in the report:\n' + '\n'.join(broken))
EOF
}

# The kernel survived all of it: it still answers, and reported no bug of its own.
target_is_well() {
  ! grep -aE 'BUG:|Oops|WARNING:|Call Trace|Kernel panic' "$run/target-$target_port/console.log" &&
    tool identify "$url"
}

target_leg() {
  step boot-target start_target || finish
  target_port=$(cat "$logs/target.port")
  url=nvme+tcp://127.0.0.1:$target_port/$default_nqn
  step discover tool discover "nvme+tcp://127.0.0.1:$target_port" || true
  step identify tool identify "$url" || true
  step io-plain round_trip || true
  step io-header-digest round_trip --header-digest || true
  step io-data-digest round_trip --data-digest || true
  step io-both-digests round_trip --header-digest --data-digest || true
  # The suite breaks the rules on purpose, so tshark judges what was captured before it.
  cp "$logs/target.pcap" "$logs/io.pcap"
  step conformance run_conformance "$@" || true
  step target-is-well target_is_well || true
  step stop-target "$here/target-down.sh" "$target_port" && target_port=
  step tshark "$here/tshark-check.sh" "$logs/io.pcap" 4420 || true
}

# ---- the Linux host against our target

start_server() {
  local i
  timeout --foreground -k 15 3600 "$nvmf" serve --listen 127.0.0.1:0 --subsystem "$default_nqn" --ram $((host_mib * 2)) \
    --port-file "$logs/server.port" "$@" >"$logs/server.log" 2>&1 &
  server=$!
  for ((i = 0; i < 600; ++i)); do
    server_port=$(sed -n 's/^listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$logs/server.log" | head -n 1)
    [[ -z "$server_port" ]] || return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  cat "$logs/server.log"
  echo "no line: listening on 127.0.0.1:PORT"
  return 1
}

# stop_server ends it as a user would, and fails if it does not go or goes badly.
stop_server() {
  local pid=$server i status=0
  [[ -n "$pid" ]] || return 0
  server=
  kill -TERM "$pid" 2>/dev/null || { cat "$logs/server.log"; return 1; }
  for ((i = 0; i < 100; ++i)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  ! kill -0 "$pid" 2>/dev/null || { kill -KILL "$pid"; echo "still there after 10 s"; return 1; }
  wait "$pid" || status=$?
  # 143 is a death by SIGTERM: a program that does not catch it is stopped as well.
  ((status == 0 || status == 143)) || { cat "$logs/server.log"; echo "status $status"; return 1; }
}

# linux_host NAME FLAGS... demands two I/O queues: each processor of the guest writes through its own.
linux_host() {
  local capture=$logs/$1.pcap output
  shift
  output=$("$here/host-up.sh" "$server_port" -i 2 smp=2 "$@" kver="$kver" mib="$host_mib" \
    pcap="$capture" timeout="$step_limit" 2>&1) || { echo "$output"; return 1; }
  echo "$output"
  grep -q 'queue_count=3' <<<"$output" || { echo "there are not two I/O queues"; return 1; }
}

host_leg() {
  (($# == 0)) || bad_usage "host takes no more words, not '$1'"
  step serve start_server || finish
  step linux-host-plain linux_host plain || true
  step linux-host-digests linux_host digests --hdr-digest --data-digest || true
  step stop-serving stop_server || true
  step tshark-plain "$here/tshark-check.sh" "$logs/plain.pcap" "$server_port" || true
  step tshark-digests "$here/tshark-check.sh" "$logs/digests.pcap" "$server_port" || true
}

# ---- the Linux host while our target is replaced

# wait_for_line FILE PATTERN waits until a line of FILE matches, at most a minute.
wait_for_line() {
  local i
  for ((i = 0; i < 600; ++i)); do
    ! grep -q -- "$2" "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  echo "no line '$2' in $1:"
  cat "$1"
  return 1
}

# take_over N replaces the target that runs by a new process, and checks that the old one left well.
take_over() {
  local old=$server log=$logs/server-$1.log status=0
  timeout --foreground -k 15 3600 "$nvmf" serve --takeover "$logs/control" >"$log" 2>&1 &
  server=$!
  wait "$old" || status=$?
  ((status == 0)) || { echo "the old target ended with $status"; cat "$logs"/server*.log; return 1; }
  wait_for_line "$log" '^took over' && grep '^took over' "$log"
}

# The takeovers are spread over the time that fio runs.
take_over_again_and_again() {
  local i began now
  wait_for_line "$logs/server.log" 'queue 2 connected' || return 1
  began=$(date +%s%3N)
  for ((i = 1; i <= takeovers; ++i)); do
    now=$(date +%s%3N)
    while ((now < began + i * seconds * 1000 / takeovers)); do
      sleep 0.05
      now=$(date +%s%3N)
    done
    take_over "$i" || return 1
  done
  echo "$takeovers takeovers in $((now - began)) ms"
}

# The longest pause of all, and how often how many queue pairs were taken over.
sum_up() {
  grep -h '^took over' "$logs"/server*.log | sort | uniq -c
  sed -n 's/^gave \([0-9]*\) queue pairs, paused \([0-9.]*\) ms/\2 \1/p' "$logs"/server*.log | sort -n |
    awk '{ last = $1; n = $2 } END { print "longest pause " last " ms, of " n " queue pairs" }'
  grep -h 'fio verified' "$logs/linux.log" || true
}

linux_fio() {
  "$here/host-up.sh" "$server_port" -i 2 smp=2 mem=768 kver="$kver" seconds=$((seconds + 15)) \
    script="$here/guest/fio.sh" tools=fio pcap="$logs/fio.pcap" timeout=$((seconds + 240))
}

takeover_leg() {
  local host
  (($# == 0)) || bad_usage "takeover takes no more words, not '$1'"
  step serve start_server --control "$logs/control" || finish
  linux_fio >"$logs/linux.log" 2>&1 &
  host=$!
  step takeovers take_over_again_and_again || true
  step linux-host-verifies wait "$host" || tail -n 40 "$logs/linux.log"
  step stop-serving stop_server || true
  step tshark "$here/tshark-check.sh" "$logs/fio.pcap" "$server_port" || true
  sum_up
}

main() {
  local leg=${1:-}
  [[ "$leg" =~ ^(target|host|takeover)$ ]] ||
    bad_usage "the first word must be target, host or takeover, not '$leg'"
  nvmf=${2:-}
  [[ -x "$nvmf" && -f "$nvmf" ]] || bad_usage "NVMF_TOOL: no program '$nvmf'"
  nvmf=$(realpath "$nvmf")
  shift 2
  if [[ "$leg" == target ]]; then
    conformance=${1:-}
    [[ -x "$conformance" && -f "$conformance" ]] || bad_usage "CONFORMANCE_TOOL: no program '$conformance'"
    conformance=$(realpath "$conformance")
    shift
  fi
  mib=${INTEROP_MIB:-64} host_mib=${INTEROP_HOST_MIB:-16} kver=${INTEROP_KVER:-6.12}
  takeovers=${INTEROP_TAKEOVERS:-20} seconds=${INTEROP_SECONDS:-60}
  need_number INTEROP_TAKEOVERS "$takeovers" 1 1000
  need_number INTEROP_SECONDS "$seconds" 5 3000
  need_number INTEROP_MIB "$mib" 1 1024
  need_number INTEROP_HOST_MIB "$host_mib" 1 1024
  logs=${INTEROP_LOGS:-}
  if [[ -n "$logs" ]]; then mkdir -p "$logs"; else logs=$(mktemp -d); fi
  trap clean_up EXIT
  trap 'exit 1' INT TERM HUP
  "${leg}_leg" "$@"
  finish
}

main "$@"
