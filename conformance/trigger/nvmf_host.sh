#!/usr/bin/env bash
# A trigger for `conformance host`: the host on trial is the nvmf tool.
#   conformance host --trigger 'conformance/trigger/nvmf_host.sh NVMF_TOOL'
set -euo pipefail
nvmf=$1
url=nvme+tcp://$NVMF_TRADDR:$NVMF_TRSVCID/$NVMF_SUBNQN
flags=(--timeout-ms "$NVMF_PATIENCE_MS")
((!NVMF_HEADER_DIGEST)) || flags+=(--header-digest)
((!NVMF_DATA_DIGEST)) || flags+=(--data-digest)
((!NVMF_NO_FLOW_CONTROL)) || exit 89
io=("${flags[@]}" --nsid 1 --offset $((NVMF_FIRST_BLOCK * 512)) --queue-entries "$NVMF_ENTRIES" --depth 1)
case $NVMF_ERRAND in
  connect) exec "$nvmf" identify "$url" "${flags[@]}" ;;
  read) ((NVMF_COMMANDS == 1)) || exit 89
    exec "$nvmf" read "$url" "${io[@]}" --length $((NVMF_BLOCKS * 512)) --file "$NVMF_READ" ;;
  write) ((NVMF_COMMANDS == 1)) || exit 89
    exec "$nvmf" write "$url" "${io[@]}" --file "$NVMF_DATA" ;;
  *) exit 89 ;;
esac
