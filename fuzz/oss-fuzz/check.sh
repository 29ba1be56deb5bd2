#!/usr/bin/env bash
# check.sh : runs the contract of OSS-Fuzz offline, with the compiler and the flags that its images
# set: build.sh fills OUT with programs, seeds, dictionaries and options; each program starts, has at
# least 100 edges, replays its seeds, carries its own sanitizer and not the other, and runs after
# OUT has moved; two builds give the same octets.
set -euo pipefail
cd "${BUILD_WORKSPACE_DIRECTORY:-$(dirname "$0")/../..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "FAIL $*"; failed=1; }

contract() { # SANITIZER FLAGS OUT
  export SANITIZER=$1 FUZZING_ENGINE=libfuzzer ARCHITECTURE=x86_64 OUT=$3 SRC=$work SRC_NVMF=$PWD
  export CC=clang-19 CXX=clang++-19 LIB_FUZZING_ENGINE=-fsanitize=fuzzer
  export CFLAGS="-O1 -fno-omit-frame-pointer -gline-tables-only $2 -fsanitize=fuzzer-no-link"
  CFLAGS+=" -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
  export CXXFLAGS=$CFLAGS
  mkdir -p "$OUT"
  bash -eu fuzz/oss-fuzz/build.sh
}

calls() { objdump -dC "$1" | grep -c "call.*<__$2" || true; }

target() { # SANITIZER OUT NAME
  local bin=$2/$3 seeds=$work/seeds edges asan ubsan
  [[ $3 =~ ^[A-Za-z0-9_-]+$ ]] || fail "$3: name"
  for part in _seed_corpus.zip .dict .options; do [[ -s $bin$part ]] || fail "$3$part is missing"; done
  ldd "$bin" | grep -vE 'linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|resolv|stdc\+\+|gcc_s)\.so' &&
    fail "$3: needs more than the base image has"
  rm -rf "$seeds"
  mkdir "$seeds"
  (cd "$seeds" && python3 -m zipfile -e "${bin}_seed_corpus.zip" .)
  [[ -z $(find "$seeds" -mindepth 2) ]] || fail "$3: the seeds are not flat"
  (cd / && "$bin" -runs=0 -dict="$bin.dict" "$seeds") >"$work/log" 2>&1 || fail "$3: seeds: $(tail -n 3 "$work/log")"
  grep -q 'Dictionary: [1-9]' "$work/log" || fail "$3: the dictionary"
  edges=$(sed -nE 's/.*Loaded 1 modules *\(([0-9]+) inline.*/\1/p' "$work/log" | head -n 1)
  ((${edges:-0} >= 100)) || fail "$3: ${edges:-no} edges"
  (cd / && "$bin" -runs=4 -seed=1337 -len_control=0) 2>&1 | grep -q 'Done 4 runs' || fail "$3: four runs"
  asan=$(calls "$bin" asan)
  ubsan=$(calls "$bin" ubsan)
  # ASan's own runtime calls UBSan's 161 times.
  if [[ $1 == address ]]; then
    ((asan >= 1000 && ubsan < 168)) || fail "$3: $asan calls of ASan, $ubsan of UBSan"
  else
    ((ubsan >= 168 && asan == 0)) || fail "$3: $asan calls of ASan, $ubsan of UBSan"
  fi
  echo "ok $1 $3: $edges edges, $(find "$seeds" -type f | wc -l) seeds, asan $asan, ubsan $ubsan"
}

contract address "-fsanitize=address -fsanitize-address-use-after-scope" "$work/address"
contract undefined "-fsanitize=undefined -fno-sanitize-recover=undefined" "$work/undefined"
read -r -a startup <<<"${BAZEL_STARTUP:-}"
bazel "${startup[@]}" clean # Nothing is taken over from the first build, unless BAZEL_FLAGS name a cache.
contract address "-fsanitize=address -fsanitize-address-use-after-scope" "$work/again"
diff -r "$work/address" "$work/again" || fail "two builds differ"
for sanitizer in address undefined; do
  mv "$work/$sanitizer" "$work/moved-$sanitizer"
  for options in "$work/moved-$sanitizer"/*.options; do
    target "$sanitizer" "$work/moved-$sanitizer" "$(basename "$options" .options)"
  done
done
((failed == 0)) && echo "the contract holds"
exit "$failed"
