#!/usr/bin/env bash
# The tool against itself: what it writes it reads back, and what goes wrong it says.
set -euo pipefail

nvmf=$1
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/tool.XXXXXX")
nqn=nqn.2026-11.org.example:disk
server=

clean_up() {
  [[ -z "$server" ]] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  echo "FAIL: $*"
  [[ ! -f "$work/server.log" ]] || cat "$work/server.log"
  exit 1
}

# refuses STATUS TEXT ARGUMENTS... expects that exit status and that text on standard error.
refuses() {
  local expected=$1 text=$2 status=0
  shift 2
  "$nvmf" "$@" >"$work/out" 2>"$work/err" || status=$?
  ((status == expected)) || fail "'nvmf $*' ended with $status, not $expected"
  grep -qF -- "$text" "$work/err" || fail "'nvmf $*' said '$(cat "$work/err")', not '$text'"
}

truncate -s 16M "$work/disk"
mkfifo "$work/lines"
"$nvmf" serve --listen 127.0.0.1:0 --listen '[::1]:0' --port-file "$work/port" \
  --subsystem "$nqn" --ram 16 --file "$work/disk" --null 8 \
  --subsystem nqn.2026-11.org.example:closed --ram 1 --host nqn.2026-11.org.example:friend \
  --referral 192.0.2.1 --metrics 127.0.0.1:0 >"$work/lines" 2>&1 &
server=$!
exec 3<"$work/lines"
read -r -t 60 first <&3 || fail "the server said nothing"
read -r -t 60 second <&3 || fail "the server said one line"
read -r -t 60 third <&3 || fail "the server said two lines"
cat <&3 >"$work/server.log" &
[[ "$first" =~ ^listening\ on\ 127\.0\.0\.1:([0-9]+)$ ]] || fail "not an address: $first"
port=${BASH_REMATCH[1]}
[[ "$second" =~ ^listening\ on\ \[::1\]:([0-9]+)$ ]] || fail "not an address: $second"
port6=${BASH_REMATCH[1]}
[[ "$third" =~ ^metrics\ at\ (http://127\.0\.0\.1:[0-9]+)/metrics$ ]] || fail "no metrics: $third"
metrics=${BASH_REMATCH[1]}
url=nvme+tcp://127.0.0.1:$port/$nqn
url6=nvme+tcp://[::1]:$port6/$nqn

# discover and identify, for people and for programs.
"$nvmf" discover "nvme+tcp://127.0.0.1:$port" >"$work/log"
[[ "$(cat "$work/port")" == "$port" ]] || fail "the port file holds $(cat "$work/port")"
grep -qF "url             : $url" "$work/log" || fail "no $url in the log"
grep -qF "url             : $url6" "$work/log" || fail "no $url6 in the log"
grep -qF "192.0.2.1:8009" "$work/log" || fail "no referral in the log"
! grep -q closed "$work/log" || fail "a subsystem is shown to a stranger"
"$nvmf" discover "nvme+tcp://[::1]:$port6" --json | python3 -c '
import json, sys
log = json.load(sys.stdin)
assert len(log["entries"]) == 5, log
assert all(entry["trtype"] == "tcp" for entry in log["entries"])'
"$nvmf" identify "$url" --json | python3 -c '
import json, sys
page = json.load(sys.stdin)
assert page["subnqn"] == "'"$nqn"'", page
assert [ns["nsid"] for ns in page["namespaces"]] == [1, 2, 3], page
assert page["namespaces"][0]["bytes"] == 16 << 20, page'
"$nvmf" identify "$url6" --nsid 2 | grep -q 'block_bytes     : 512' || fail "no namespace 2"

# write and read, in every way the transport has.
head -c $((3 * 1048576 + 1536)) /dev/urandom >"$work/data"
for nsid in 1 2; do
  for flags in "" "--header-digest" "--data-digest" "--header-digest --data-digest --depth 1" \
    "--depth 200 --queue-entries 16"; do
    # shellcheck disable=SC2086
    "$nvmf" write "$url" --nsid $nsid --offset 512 --file "$work/data" $flags
    # shellcheck disable=SC2086
    "$nvmf" read "$url6" --nsid $nsid --offset 512 --length $((3 * 1048576 + 1536)) \
      --file "$work/back" $flags
    cmp "$work/data" "$work/back" || fail "namespace $nsid $flags"
    "$nvmf" write "$url" --nsid $nsid --offset 512 --file - </dev/null
  done
done
cmp -n $((3 * 1048576 + 1536)) -i 0:512 "$work/data" "$work/disk" || fail "not in the file"
"$nvmf" read "$url" --nsid 1 --offset 512 --length 4096 --file - | cmp -n 4096 - "$work/data" ||
  fail "not on standard output"
"$nvmf" write "$url" --nsid 1 --file - <"$work/disk"

# What is wrong is said, with a status that tells usage from failure.
refuses 2 "required" read "$url" --length 512
refuses 2 "A subcommand is required" ping
refuses 2 "stands before" serve --listen 127.0.0.1:0 --ram 1
refuses 2 "--max-handshakes" serve --listen 127.0.0.1:0 --max-handshakes 0
refuses 2 "--stall-timeout-ms" serve --listen 127.0.0.1:0 --stall-timeout-ms soon
refuses 2 "not a number of MiB" serve --listen 127.0.0.1:0 --subsystem "$nqn" --ram x
refuses 1 "there is no port" serve --listen 127.0.0.1 --subsystem "$nqn" --ram 1
refuses 1 "not a numeric address" serve --listen localhosts:0 --subsystem "$nqn" --ram 1
refuses 1 "not an NVMe qualified name" serve --listen 127.0.0.1:0 --subsystem x --ram 1
refuses 1 "No such file" serve --listen 127.0.0.1:0 --subsystem "$nqn" --file "$work/none"
refuses 1 "--metrics" serve --listen 127.0.0.1:0 --subsystem "$nqn" --ram 1 --metrics nowhere
refuses 1 "in use" serve --listen 127.0.0.1:0 --subsystem "$nqn" --ram 1 \
  --metrics "${metrics#http://}"
refuses 1 "in use" serve --listen "127.0.0.1:$port" --subsystem "$nqn" --ram 1
refuses 1 "a URL begins with" identify 127.0.0.1
refuses 1 "refused" identify "nvme+tcp://127.0.0.1:1/$nqn"
refuses 1 "for its subnqn" identify "nvme+tcp://127.0.0.1:$port/$nqn-none"
refuses 1 "1/84h" identify "nvme+tcp://127.0.0.1:$port/nqn.2026-11.org.example:closed"
refuses 1 "not an NVMe qualified name" identify "$url" --hostnqn me
refuses 1 "namespace 9 is not active" identify "$url" --nsid 9
refuses 1 "must be multiples" read "$url" --nsid 1 --offset 1 --length 512 --file "$work/back"
refuses 1 "ends at byte 16777216" read "$url" --nsid 1 --length 17000448 --file "$work/back"
refuses 1 "No such file" write "$url" --nsid 1 --file "$work/none"
printf x >"$work/odd"
refuses 1 "not a multiple" write "$url" --nsid 1 --file "$work/odd"
refuses 1 "does not fit" write "$url" --nsid 1 --offset 16776704 --file "$work/data"
"$nvmf" identify "nvme+tcp://127.0.0.1:$port/nqn.2026-11.org.example:closed" \
  --hostnqn nqn.2026-11.org.example:friend >/dev/null

# The numbers of all that, and nothing else, over HTTP.
python3 - "$metrics" <<'END'
import sys, urllib.error, urllib.request
answer = urllib.request.urlopen(sys.argv[1] + "/metrics", timeout=60)
assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers
lines = answer.read().decode().splitlines()
numbers = {name: int(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}
assert all("# TYPE " + name.split("{")[0] in "\n".join(lines) for name in numbers), lines
assert numbers["nvmf_associations_total"] > 20, numbers
assert numbers["nvmf_connects_refused_total"] == 2, numbers
assert numbers['nvmf_io_commands_total{opcode="read"}'] > 0, numbers
assert numbers["nvmf_written_bytes_total"] == 10 * (3 * 1048576 + 1536) + 16 * 1048576, numbers
assert numbers["nvmf_read_bytes_total"] == 10 * (3 * 1048576 + 1536) + 4096, numbers
try:
    urllib.request.urlopen(sys.argv[1] + "/", timeout=60)
    raise SystemExit("there is something at /")
except urllib.error.HTTPError as error:
    assert error.code == 404, error
END

# perf, for programs and for people; what it does shows in its numbers alone.
measured() {
  "$nvmf" perf "$url" --nsid 3 -t 0.05 --warm-up 0 --json "${@:2}" | python3 -c '
import json, sys
told = json.load(sys.stdin)
assert told["schema"] == "nvmf-perf-1", told
assert told["total"]["commands"] == told["read"]["commands"] + told["write"]["commands"] > 0, told
assert told["total"]["bytes"] == told["total"]["commands"] * told["io_bytes"], told
assert '"$1"', told'
}
measured 'told["write"]["commands"] == 0 and told["io_bytes"] == 4096' -w randread
measured 'told["write"]["commands"] == 0 and told["data_digest"]' -w read -o 64k -q 4 --digests
measured 'told["read"]["commands"] == 0 and told["queues"] == 3' -w write -o 16k -P 3 --allow-writes
measured 'told["total"]["commands"] <= 101' -w randrw -M 30 -q 200 --rate 2000 --allow-writes
"$nvmf" perf "$url" --nsid 3 -t 0.05 --warm-up 0 -w randrw -M 70 --allow-writes >"$work/perf"
grep -q '^total .* IOPS .* p99.9 ' "$work/perf" || fail "perf said $(cat "$work/perf")"
refuses 1 "say --allow-writes" perf "$url" --nsid 3 -w randwrite
refuses 1 "has blocks of 512 bytes" perf "$url" --nsid 3 -o 1000
refuses 1 "takes at most" perf "$url" --nsid 3 -o 16m
refuses 1 "namespace 9" perf "$url" --nsid 9
refuses 1 "I/O queues, not 1000" perf "$url" --nsid 3 -P 1000
refuses 2 "--rw" perf "$url" -w sideways

# A file that has grown is a larger namespace after SIGHUP.
truncate -s 20M "$work/disk"
kill -HUP "$server"
for ((i = 0; i < 1000; ++i)); do
  "$nvmf" identify "$url" --nsid 2 >"$work/grown"
  ! grep -q 'bytes           : 20971520' "$work/grown" || break
done
((i < 1000)) || fail "namespace 2 has not grown: $(cat "$work/grown")"

# A signal ends it, and it says so.
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
((status == 0)) || fail "the server ended with $status"
wait
grep -q '^stopped$' "$work/server.log" || fail "the server did not say that it stopped"
grep -q '^controller 1 connected' "$work/server.log" || fail "no line about a host"
grep -q 'refused with 1/84h' "$work/server.log" || fail "no line about a refusal"
echo PASS
