#!/usr/bin/env bash
# Runs a virtual machine whose Linux kernel, as an NVMe/TCP host, tries the target on 127.0.0.1:PORT:
# discover, connect, identify, write and read back, flush, disconnect, power off.
#   host-up.sh PORT [nvme connect flags] [KEY=VALUE...]      README.md lists the keys
# Status 0 if every step worked, 1 if one did not or the time ran out, 2 if a word is wrong.
# shellcheck source=common.sh disable=SC2154
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=image.sh
. "$here/image.sh"

guest_keys=" addr mib nsid iobs nodisc dopts dyndbg seconds patience "

port='' ctl='' timeout=180 nqn=$default_nqn flags='' vm_job=''

parse() {
  local word key value
  (($#)) || bad_usage "no port: $program PORT [nvme connect flags] [KEY=VALUE...]"
  port=$1
  need_port PORT "$port"
  shift
  for word; do
    key=${word%%=*} value=${word#*=}
    # Words before the first KEY=VALUE, and any that follow a flag, belong to nvme connect.
    if [[ "$word" != [a-zA-Z]*=* ]]; then
      [[ "$word" == -* || -n "$flags" ]] || bad_usage "'$word' is neither a flag nor KEY=VALUE"
      flags+="${flags:+ }$word"
      continue
    fi
    case $key in
      ctl) need_port ctl "$value" ;;&
      timeout) need_number timeout "$value" 1 86400 ;;&
      nsid) need_number nsid "$value" 1 999999999 ;;&
      mib) need_number mib "$value" 1 1024 ;;&
      nqn) [[ "$value" =~ ^nqn\.[^\ ,]{1,219}$ ]] || bad_usage "nqn: not an NQN: '$value'" ;;&
      ctl | timeout | nqn) printf -v "$key" %s "$value" ;;
      *)
        vm_setting "$key" "$value" && continue
        [[ "$guest_keys" == *" $key "* ]] || bad_usage "unknown key '$key' in '$word'"
        guest_option "$key" "$value"
        ;;
    esac
  done
  guest_option role host
  guest_option nqn "$nqn"
  guest_option port "$port"
  [[ -z "$flags" ]] || guest_option flags "$flags"
}

clean_up() {
  [[ -z "$vm_job" ]] || kill "$vm_job" 2>/dev/null || true
  rm -rf "$dir"
}

main() {
  local status=0
  parse "$@"
  make_cache
  need_packages "${vm_packages[@]}"
  make_images "$kver"
  dir=$(mktemp -d "$run/host-$port.XXXXXX")
  trap clean_up EXIT
  trap 'exit 1' INT TERM HUP
  vm_command "$dir" "restrict=off${ctl:+,hostfwd=tcp:127.0.0.1:$ctl-:7000}"
  SECONDS=0
  timeout -k 5 "$timeout" "${vm[@]}" </dev/null >"$dir/qemu.log" 2>&1 &
  vm_job=$!
  wait "$vm_job" || status=$?
  vm_job=
  tr -d '\r' <"$dir/console.log"
  cat "$dir/qemu.log"
  ((status != 124)) || note "no verdict after $timeout s"
  note "Linux $release ($accel) took $SECONDS s"
  ((status == 0)) && grep -q '^\[[0-9.]*\] HOST-PASS' "$dir/console.log"
}

main "$@"
