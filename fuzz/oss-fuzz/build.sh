#!/bin/bash -eu
# Builds all fuzz targets as the environment of OSS-Fuzz and ClusterFuzzLite asks: CC, CXX, CFLAGS,
# CXXFLAGS and LIB_FUZZING_ENGINE decide, and what is built goes to OUT. BAZEL_STARTUP and
# BAZEL_FLAGS are passed on to Bazel.
cd "${SRC_NVMF:-$SRC/nvmf}"
export USE_BAZEL_VERSION=4.2.3 # For Bazelisk; Debian's own Bazel is that version, and does not look.
bazel --version >/dev/null 2>&1 || unset USE_BAZEL_VERSION
read -r -a startup <<<"${BAZEL_STARTUP:-}"
read -r -a flags <<<"${BAZEL_FLAGS:-}"
flags+=("--repo_env=CC=$CC" --platform_suffix="oss-${SANITIZER:-none}" --strip=never)
flags+=(--copt=-Wno-error)
flags+=(--define=isa_l=no) # Programs run where the library is not installed.
# Only libFuzzer can link the custom mutator.
if [[ ${FUZZING_ENGINE:-} == libfuzzer ]]; then
  flags+=(--define=fuzz_engine=oss_libfuzzer)
else
  flags+=(--define=fuzz_engine=oss)
fi
for flag in $CFLAGS; do flags+=("--conlyopt=$flag" "--linkopt=$flag"); done
for flag in $CXXFLAGS; do flags+=("--cxxopt=$flag"); done
[[ ${SANITIZER:-} != undefined ]] || flags+=(--linkopt=-fsanitize-link-c++-runtime)
if [[ $CXXFLAGS == *-stdlib=libc++* ]]; then flags+=(--linkopt=-lc++); fi
# The engine comes as a flag or as an archive, and is linked last.
flags+=("--linkopt=${LIB_FUZZING_ENGINE}")
mapfile -t tars < <(bazel "${startup[@]}" query 'attr(tags, "fuzz_oss", //fuzz/...)' 2>/dev/null)
bazel "${startup[@]}" build "${flags[@]}" -k "${tars[@]}"
bin=$(bazel "${startup[@]}" info "${flags[@]}" bazel-bin 2>/dev/null)
for tar in "$bin"/fuzz/*_oss_fuzz.tar; do tar -C "$OUT" -xf "$tar"; done
