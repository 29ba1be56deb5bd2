#!/usr/bin/env bash
# refresh_corpus.sh TARGET... : merges what local runs found into corpus/TARGET, keeping only inputs
# that reach something new. Files named seed-*, regress-* and empty-session stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
read -r -a startup <<<"${BAZEL_STARTUP:-}"
read -r -a flags <<<"${BAZEL_FLAGS:-}"
for target in "$@"; do
  bazel "${startup[@]}" build "${flags[@]}" --config=fuzz "//fuzz:${target}_fuzzer"
  bin=$(bazel "${startup[@]}" info "${flags[@]}" --config=fuzz bazel-bin 2>/dev/null)/fuzz/${target}_fuzzer
  work=$(mktemp -d)
  mkdir "$work/merged" "$work/named"
  mkdir -p ".fuzz/$target/corpus"
  find "corpus/$target" -type f \( -name 'seed-*' -o -name 'regress-*' -o -name 'empty-*' \) \
    -exec cp -t "$work/named" {} +
  # Named inputs come first, so that what they reach is not kept twice.
  "$bin" -set_cover_merge=1 -use_value_profile=0 "$work/merged" "$work/named" \
    "corpus/$target" ".fuzz/$target/corpus" 2>"$work/log" || { tail "$work/log"; exit 1; }
  find "corpus/$target" -type f -regex '.*/[0-9a-f]+' -delete
  for file in "$work"/merged/*; do
    known=$(cd "$work/named" && sha1sum -- * | grep -c "^$(sha1sum <"$file" | cut -c1-40)" || true)
    ((known > 0)) || cp "$file" "corpus/$target/"
  done
  rm -rf "$work"
  echo "$target: $(find "corpus/$target" -type f | wc -l) files, $(du -sb "corpus/$target" | cut -f1) octets"
done
