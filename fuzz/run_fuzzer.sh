#!/bin/bash
# usage (made by nvmf_fuzz_target): BIN DICT NAME MAX_LEN --seeds FILE... -- [engine flags or dirs]
# New units, seeds and crashes are kept in <workspace>/.fuzz/NAME; NVMF_FUZZ_DIR moves it.
set -euo pipefail
bin=$PWD/$1 dict=$PWD/$2 name=$3 max_len=$4
shift 5
seeds=()
while [[ $1 != -- ]]; do
  seeds+=("$1")
  shift
done
shift
work="${NVMF_FUZZ_DIR:-${BUILD_WORKSPACE_DIRECTORY:-$PWD}/.fuzz}/$name"
rm -rf "$work/seeds"
mkdir -p "$work/seeds" "$work/corpus" "$work/crashes"
cp -fL "${seeds[@]}" "$work/seeds/"
cd "$work" # -jobs=N leaves its fuzz-*.log here
exec "$bin" "-artifact_prefix=$work/crashes/" "-dict=$dict" "-max_len=$max_len" "$@" corpus seeds
