#!/bin/bash -eu
# The same build as for OSS-Fuzz.
exec "$SRC/nvmf/fuzz/oss-fuzz/build.sh"
