#!/usr/bin/env bash
# afl.sh [TARGET MUTANT SECONDS] : lets AFL++ (Debian's afl++) find a planted bug from the hand-written
# seeds alone, which shows that the targets run under an engine that is not libFuzzer.
# BAZEL_STARTUP and BAZEL_FLAGS are passed on to Bazel.
set -euo pipefail
cd "${BUILD_WORKSPACE_DIRECTORY:-$(dirname "$0")/../..}"
target=${1:-pdu} mutant=${2:-nqn-label-of-64} seconds=${3:-120}
command -v afl-fuzz >/dev/null || BAZELW_PACKAGES=afl++ ./bazelw version >/dev/null
read -r -a startup <<<"${BAZEL_STARTUP:-}"
read -r -a flags <<<"${BAZEL_FLAGS:-}"
tree=$PWD/.fuzz/afl
rm -rf "$tree"
number=$(fuzz/proof/prove.py --plant="$tree" --only="$mutant")
cd "$tree"
bazel "${startup[@]}" build "${flags[@]}" --config=afl --copt=-Wno-error "//fuzz:${target}_fuzzer"
bin=$(bazel "${startup[@]}" info "${flags[@]}" --config=afl bazel-bin 2>/dev/null)/fuzz/${target}_fuzzer
mkdir seeds
find "corpus/$target" -name 'seed-*' -size -4k -exec cp -t seeds {} +
export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_BENCH_UNTIL_CRASH=1
export AFL_NO_AFFINITY=1 AFL_IGNORE_SEED_PROBLEMS=1 AFL_CRASHING_SEEDS_AS_NEW_CRASH=1
NVMF_MUTANT=$number timeout "$((seconds + 60))" afl-fuzz -V "$seconds" -s 1337 -m none -t 5000 \
  -x fuzz/nvmf.dict -i seeds -o out -- "$bin" >afl.log 2>&1 || true
stats=out/default/fuzzer_stats
runs=$(sed -nE 's/^execs_done *: *//p' "$stats")
found=$(sed -nE 's/^saved_crashes *: *//p' "$stats")
echo "AFL++: $target, $mutant: $found crashes saved after $runs executions"
((found > 0))
