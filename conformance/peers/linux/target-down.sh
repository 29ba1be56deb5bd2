#!/usr/bin/env bash
# Stops the target that `target-up.sh PORT` started. A target that does not run is no error.
# shellcheck source=common.sh disable=SC2154
. "$(dirname "$(readlink -f "$0")")/common.sh"
(($# == 1)) || bad_usage "one argument expected: $program PORT"
need_port PORT "$1"
stop_vm "$run/target-$1"
