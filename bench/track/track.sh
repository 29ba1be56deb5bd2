#!/usr/bin/env bash
# Debian's own Python, whatever else is first on the PATH: it is the one that has scipy.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[[ -f "$here/track.py" ]] || here=${BASH_SOURCE[0]}.runfiles/nvmf/bench/track
exec /usr/bin/python3 -B "$here/track.py" "$@"
