#!/usr/bin/env bash
# Processes replace each other under a host that writes and reads back; what goes wrong is said.
set -euo pipefail

nvmf=$1
work=$(mktemp -d /tmp/takeover.XXXXXX)  # A socket's path has to be short.
nqn=nqn.2026-11.org.example:disk
server=
host=

clean_up() {
  [[ -z "$host" ]] || kill "$host" 2>/dev/null || true
  [[ -z "$server" ]] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  echo "FAIL: $*"
  tail -n 20 "$work"/*.log
  exit 1
}

# serve ARGUMENTS... starts a process whose standard output is descriptor 3 from then on.
serve() {
  rm -f "$work/lines"
  mkfifo "$work/lines"
  "$nvmf" serve --quiet "$@" >"$work/lines" 2>"$work/errors.log" &
  server=$!
  exec 3<"$work/lines"
}

line() {
  local text
  read -r -t 60 text <&3 || fail "no line, but: $(cat "$work/errors.log")"
  echo "$text" | tee -a "$work/server.log"
}

# take_over replaces the process that serves.
take_over() {
  local old=$server status=0 first gave
  exec 4<&3
  serve --takeover "$work/control"
  first=$(line)
  [[ "$first" =~ ^took\ over\ [0-9]+\ queue\ pairs$ ]] || fail "not a takeover: $first"
  read -r -t 60 gave <&4 || fail "the old process said nothing"
  echo "$gave" >>"$work/server.log"
  [[ "$gave" =~ ^gave\ ([0-9]+)\ queue\ pairs,\ paused\ [0-9.]+\ ms$ ]] || fail "said: $gave"
  [[ "$first" == "took over ${BASH_REMATCH[1]} queue pairs" ]] || fail "$gave; $first"
  wait "$old" || status=$?
  ((status == 0)) || fail "the old process ended with $status"
}

# refuses STATUS TEXT ARGUMENTS... expects that exit status and that text on standard error.
refuses() {
  local expected=$1 text=$2 status=0
  shift 2
  timeout 60 "$nvmf" "$@" >"$work/out" 2>"$work/err.log" || status=$?
  ((status == expected)) || fail "'nvmf $*' ended with $status, not $expected"
  grep -qF -- "$text" "$work/err.log" || fail "'nvmf $*' said '$(cat "$work/err.log")'"
}

refuses 1 "No such file" serve --takeover "$work/control"
refuses 2 "--listen" serve --subsystem "$nqn" --ram 1
refuses 2 "--mdts" serve --takeover "$work/control" --mdts 8192
refuses 1 "a path of" serve --listen 127.0.0.1:0 --control "$(printf 'x%.0s' {1..200})"

truncate -s 32M "$work/disk"
serve --listen 127.0.0.1:0 --control "$work/control" --subsystem "$nqn" --ram 32 \
  --file "$work/disk" --no-direct
where=$(line)
[[ "$where" =~ ^listening\ on\ 127\.0\.0\.1:([0-9]+)$ ]] || fail "not an address: $where"
url=nvme+tcp://127.0.0.1:${BASH_REMATCH[1]}/$nqn
[[ "$(stat -c %a "$work/control")" == 600 ]] || fail "the control socket is open to others"
refuses 1 "in use" serve --listen 127.0.0.1:0 --control "$work/control" --subsystem "$nqn" --ram 1

[[ "$(line)" == "no takeover: closed: "* ]] || fail "it took a glance for a takeover"

# Somebody who says nothing sensible changes nothing.
python3 - "$work/control" <<'PYTHON'
import socket, sys
with socket.socket(socket.AF_UNIX) as s:
    s.connect(sys.argv[1])
    s.sendall(b"\x18\0\0\0" + b"hello, is anybody there?")
    assert b"not a message" in s.makefile("rb").read()
PYTHON
[[ "$(line)" == "no takeover: "* ]] || fail "it took nonsense for a takeover"

head -c 33554432 /dev/urandom >"$work/data"
go_on=$work/go_on
touch "$go_on"
(
  while [[ -e "$go_on" ]]; do
    for nsid in 1 2; do
      "$nvmf" write "$url" --nsid $nsid --file "$work/data" --depth 32 --data-digest
      "$nvmf" read "$url" --nsid $nsid --length 33554432 --file "$work/back" --header-digest
      cmp "$work/data" "$work/back"
    done
    echo round
  done
) >"$work/host.log" 2>&1 &
host=$!
for ((i = 0; i < 4; ++i)); do
  take_over
done
rm "$go_on"
status=0
wait "$host" || status=$?
host=
((status == 0)) || fail "the host ended with $status"
grep -q round "$work/host.log" || fail "the host did nothing"
cmp "$work/data" "$work/disk" || fail "not in the file"

# A signal ends the last of them, and nothing is left.
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
((status == 0)) || fail "the last process ended with $status"
[[ ! -e "$work/control" ]] || fail "the control socket is left"

# A path that a dead process left is used again.
serve --listen 127.0.0.1:0 --control "$work/control" --subsystem "$nqn" --ram 1
line >/dev/null
kill -KILL "$server"
wait "$server" || true
serve --listen 127.0.0.1:0 --control "$work/control" --subsystem "$nqn" --ram 1
line >/dev/null
cat "$work/server.log"
echo PASS
