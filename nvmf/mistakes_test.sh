#!/usr/bin/env bash
# Every test that ARCHITECTURE.md names exists: rows of its table hold `file_test.cc`: `Suite.Name`.
set -euo pipefail

missing=0
named=0
rows=0
file=
while read -r token; do
  if [[ $token == *_test.cc ]]; then
    file=$token
    continue
  fi
  named=$((named + 1))
  if [[ ! -f $file ]]; then
    echo "no such file, or it is not among this test's data: $file"
    missing=$((missing + 1))
  elif ! tr -d ' \n' <"$file" | grep -qE "TEST(_F|_P)?\(${token%.*},${token#*.}\)"; then
    echo "no such test: $token in $file"
    missing=$((missing + 1))
  fi
done < <(sed -n '/^## Known mistakes/,$p' ARCHITECTURE.md | grep '^| ' | cut -d'|' -f3 |
  grep -oE '`[^`]+`' | tr -d '`')
rows=$(sed -n '/^## Known mistakes/,$p' ARCHITECTURE.md | grep -c '^| .*_test\.cc')

echo "$rows mistakes, $named tests named, $missing missing"
((missing == 0 && rows == 24))
