#!/usr/bin/env bash
# Puts a Linux kernel in a virtual machine on trial and compares with what is known of it.
#   run.sh target|host KVER CONFORMANCE_TOOL [arguments of `conformance run` or `host`...]
# KVER is 6.12 or 6.1. Status: that of the suite, 0 when all is as linux-KVER-ROLE.txt says.
#   run.sh host 6.12 ./conformance --update-expectations --json out.json --evidence out
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
peers=$here/../peers/linux
patient=(--step-timeout 20 --case-timeout 120 --run-timeout 7000) # the machine is emulated: slow

free_port() {
  python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# The host's machine runs beside us; its pid and its port are kept in $work.
start_host() {
  "$peers/host-up.sh" 4420 ctl="$(cat "$work/ctl")" kver="$kver" script="$peers/guest/trial.sh" timeout=7200 \
    >"$work/host.log" 2>&1 &
  echo $! >"$work/pid"
  for ((i = 0; i < 240; ++i)); do
    if "$peers/guest-sh.py" "$(cat "$work/ctl")" true 2>/dev/null; then return; fi
    sleep 0.5
  done
  cat "$work/host.log"
  echo "the machine does not start" >&2
  return 1
}

stop_host() {
  local i pid
  pid=$(cat "$work/pid" 2>/dev/null) || return 0
  rm -f "$work/pid"
  kill "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 100; ++i)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
}

stop_target() { "$peers/target-down.sh" "$(cat "$work/port")" >/dev/null 2>&1 || true; }

start_target() {
  "$peers/target-up.sh" "$(cat "$work/port")" kver="$kver" mem=384 life=7200 >"$work/target.log" 2>&1 ||
    { cat "$work/target.log"; return 1; }
}

# revive ROLE WORK KVER: what the suite runs when the device does not serve.
if [[ ${1:-} == revive ]]; then
  work=$3 kver=$4
  "stop_$2"
  "start_$2"
  exit
fi

(($# >= 3)) || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
role=$1 kver=$2 tool=$3
shift 3
work=$(mktemp -d)
known=(--expectations "$here/linux-$kver-$role.txt")
[[ " $* " != *" --expectations "* ]] || known=()
status=0
case $role in
  target)
    trap 'stop_target; rm -rf "$work"' EXIT
    free_port >"$work/port"
    start_target
    "$tool" run "nvme+tcp://127.0.0.1:$(cat "$work/port")/nqn.2001-04.com.example:linux" --allow-destructive=all \
      --name "Linux $kver" --on-down "$0 revive target $work $kver" "${patient[@]}" "${known[@]}" "$@" || status=$?
    ;;
  host)
    trap 'stop_host; rm -rf "$work"' EXIT
    free_port >"$work/ctl"
    start_host
    "$tool" host --listen 127.0.0.1:0 --trigger "$peers/host-trigger.sh $(cat "$work/ctl")" \
      --name "Linux $kver" --on-down "$0 revive host $work $kver" "${patient[@]}" "${known[@]}" "$@" || status=$?
    ;;
  *) echo "target or host, not '$role'" >&2; exit 2 ;;
esac
exit "$status"
