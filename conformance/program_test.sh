#!/usr/bin/env bash
# The program as its users run it: reports that validate, expectations, shards, exit codes.
set -euo pipefail

conformance=$1 schema=$2 xsd=$3
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/program.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAIL: $*"
  tail -n 20 "$work/out" || true
  exit 1
}

# ends STATUS ARGUMENTS... runs the program and expects that exit status.
ends() {
  local expected=$1 status=0
  shift
  "$conformance" "$@" >"$work/out" 2>&1 || status=$?
  ((status == expected)) || fail "'conformance $*' ended with $status, not $expected"
}

says() { grep -qE -- "$1" "$work/out" || fail "no '$1' in what it said"; }

validates() {
  python3 - "$schema" "$1" <<'END'
import json, sys
import jsonschema
schema, report = (json.load(open(path)) for path in sys.argv[1:3])
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.validate(report, schema)
assert report["complete"] and len(report["results"]) == report["cases"] > 0, "not whole"
END
}

# Reports of a run in which all went well, and of a strict one in which something did not.
ends 0 run 'TCP-TERM-*' 'TCP-TERMH-*' --json "$work/good.json" --junit "$work/good.xml"
ends 1 run 'TCP-TERM-*' --strict --name 'Example 1.0' --json "$work/bad.json" --junit "$work/bad.xml" --evidence "$work/evidence"
says 'strictly:'
for name in good bad; do
  validates "$work/$name.json" || fail "$name.json does not validate"
  xmllint --noout --schema "$xsd" "$work/$name.xml" 2>"$work/out" || fail "$name.xml does not validate"
done
[[ -s "$(find "$work/evidence" -name exchange.pcapng | head -n 1)" ]] || fail "no evidence"

# The reports compared, rendered, and run again from.
ends 0 diff "$work/good.json" "$work/good.json"
ends 1 diff "$work/good.json" "$work/bad.json"
says '^NEW '
says '1 new'
ends 0 report "$work/bad.json" --html "$work/bad.html" --markdown "$work/bad.md"
grep -q '^| TCP-TERM' "$work/bad.md" || fail "no line for what failed"
grep -q '^# controller Example 1.0, host Example 1.0' "$work/bad.md" || fail "it is not called what it was named"
ends 0 run --only-failed "$work/bad.json"
says '^1 NONSTRICT'

# What is known fails nobody; what is out of date does, with a code of its own.
printf 'TCP-TERM-02/second-icreq FAIL "strictly" # known\n' >"$work/known"
ends 0 run 'TCP-TERM-*' --strict --expectations "$work/known"
says '^XFAIL '
ends 6 run 'TCP-TERM-*' --expectations "$work/known"
says '^XPASS '
echo 'TCP-TERM-99/none FAIL' >>"$work/known"
ends 6 run 'TCP-TERM-*' --strict --expectations "$work/known"
says 'there is no such case'

# Shards are parts of the whole.
ends 0 list
all=$(wc -l <"$work/out")
sum=0
for i in 1 2 3; do
  ends 0 list --shard $i/3
  sum=$((sum + $(wc -l <"$work/out")))
done
((sum == all)) || fail "three shards have $sum cases of $all"

# The cases can fail, each shard of them by itself, and the matrix has a line per try.
ends 0 selftest 'TCP-TERM-07/*' 'TCP-TERMH-*' --matrix "$work/matrix.tsv"
says '^17 cases, .* 0 toothless'
grep -qP '^TCP-TERM-07/plen-24\tcontroller\t.*\tFAIL\t' "$work/matrix.tsv" || fail "nothing condemned in the matrix"
ends 0 selftest 'TCP-TERM-07/*' --shard 4/4
says '^1 cases, '
ends 3 selftest 'TCP-TERM-07/*' --shard 5/5
ends 2 selftest 'TCP-TERM-99'

ends 2 run --shard 4/3
ends 2 run '@nothing'
says '@smoke'
ends 2 run --update-expectations
ends 2 run --isolate 'TCP-TERM-*'
ends 2 run nonsense
ends 2 run --json /there/is/none 'TCP-TERM-*'
ends 4 run nvme+tcp://127.0.0.1:1/nqn.2026-11.org.example:none TCP-IC-01
ends 4 run nvme+tcp://127.0.0.1:1/nqn.2026-11.org.example:none TCP-IC-01 --allow-destructive=all
ends 2 run nvme+tcp://127.0.0.1:1/nqn.2026-11.org.example:none TCP-IC-01 --allow-destructive=most
says 'NSID\[:first-last\] or all, not most'
ends 4 probe nvme+tcp://127.0.0.1:1/nqn.2026-11.org.example:none
ends 2 fuzz nvme+tcp://127.0.0.1:1/nqn.2026-11.org.example:none
says 'need --allow-disruptive'
ends 4 fuzz nvme+tcp://127.0.0.1:1/nqn.2026-11.org.example:none --allow-disruptive
ends 2 minimize /there/is/none nvme+tcp://127.0.0.1:1/nqn.2026-11.org.example:none --allow-disruptive
ends 0 rules
says '^[0-9]+ triggers shown'
ends 0 explain ROB-L01
says 'CVE-2022-50717'
ends 0 explain ROB-L21
says 'no case: not-yet'
ends 2 explain ROB-L99
echo PASS
