#!/usr/bin/env bash
# A host that a command starts, over a network: our tool as the host on trial. And commands whose
# word cannot be believed.
set -uo pipefail
conformance=$1 nvmf=$2
trigger=$(dirname "$0")/nvmf_host.sh
failed=0

# expect STATUS PATTERN ARGUMENTS... runs `conformance host ARGUMENTS` and looks at what it says.
expect() {
  local status=$1 pattern=$2 output got=0
  shift 2
  output=$("$conformance" host "$@" 2>&1) || got=$?
  if [[ $got != "$status" ]] || ! grep -q -- "$pattern" <<<"$output"; then
    failed=1
    printf 'wanted status %s and "%s", got %s:\n%s\n' "$status" "$pattern" "$got" "$output"
  fi
}

ours="$trigger $nvmf"
expect 0 '^4 PASS$' --trigger "$ours" TCP-ICH-01 'FABH-CONN-01/*' FABH-PROP-01
expect 0 '1 PASS' --trigger "$ours" TCP-R2TH-01/waits
expect 3 '1 SKIP' --trigger "$ours" TCP-R2TH-01/compare
expect 1 'Connect was refused' --trigger "$ours || true" FABH-PROP-01
expect 4 'the host opens no connection' --trigger 'exit 1' FABH-PROP-01
expect 4 'does not go on this errand' --trigger 'exit 89' FABH-PROP-01
expect 2 'cannot listen at' --listen nowhere.invalid:0 --trigger true
expect 2 'ADDRESS:PORT' --listen 4420 --trigger true
expect 2 'trigger' FABH-PROP-01
exit $failed
