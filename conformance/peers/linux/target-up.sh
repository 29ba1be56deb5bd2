#!/usr/bin/env bash
# Starts a virtual machine whose Linux kernel is an NVMe/TCP target on 127.0.0.1:PORT of this machine.
#   target-up.sh PORT|auto [KEY=VALUE...]      README.md lists the keys
# Returns when the target answers. Standard output then has the lines PORT= URL= PID= DIR=
# (and PORT2=, CTL= when asked for). Status 1 if the target does not come up, 2 if a word is wrong.
# shellcheck source=common.sh disable=SC2154
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=image.sh
. "$here/image.sh"

guest_keys=" backend mb bs ns zoned buffered inline qid_max maxqs ver cntlid_min cntlid_max serial model \
oui fw treq ports referral hostnqn key ctrlkey hash dhgroup dyndbg tcpopts "

port='' port2='' ctl='' portfile='' wait=120 life=86400 nqn=$default_nqn

parse() {
  local word key value
  (($#)) || bad_usage "no port: $program PORT|auto [KEY=VALUE...]"
  port=$1
  [[ "$port" == auto ]] || need_port PORT "$port"
  shift
  for word; do
    key=${word%%=*} value=${word#*=}
    [[ "$word" == [a-zA-Z]*=* ]] || bad_usage "'$word' is not KEY=VALUE"
    case $key in
      port2 | ctl) [[ "$value" == auto ]] || need_port "$key" "$value" ;;&
      wait) need_number wait "$value" 1 3600 ;;&
      life) need_number life "$value" 1 9999999 ;;&
      inline) need_number inline "$value" 1024 2097152 ;;& # Connect's data is 1024 bytes in capsule
      nqn) [[ "$value" =~ ^nqn\.[^\ ,]{1,219}$ ]] || bad_usage "nqn: not an NQN: '$value'" ;;&
      port2 | ctl | portfile | wait | life | nqn) printf -v "$key" %s "$value" ;;
      *)
        vm_setting "$key" "$value" && continue
        [[ "$guest_keys" == *" $key "* ]] || bad_usage "unknown key '$key' in '$word'"
        [[ "$key" != backend || " brd null loop file " == *" $value "* ]] ||
          bad_usage "backend must be brd, null, loop or file, not '$value'"
        guest_option "$key" "$value"
        ;;
    esac
  done
  guest_option role target
  guest_option nqn "$nqn"
  [[ -z "$ctl" ]] || guest_option ctl 1
}

# forward PORT GUESTPORT
forward() { echo ",hostfwd=tcp:127.0.0.1:$1-:$2"; }

# start PORT PORT2 CTL starts the machine and waits for it. Status 3: a port was taken.
start() {
  local net=restrict=on
  dir=$run/target-$1
  mkdir -p "$dir"
  ! vm_pid "$dir" >/dev/null || die "a target runs on port $1 already: pid $(vm_pid "$dir")"
  net+=$(forward "$1" 4420)
  [[ -z "$2" ]] || net+=$(forward "$2" 4421)
  [[ -z "$3" ]] || net+=$(forward "$3" 7000)
  vm_command "$dir" "$net"
  : >"$dir/console.log"
  timeout -k 5 "$life" "${vm[@]}" </dev/null >"$dir/qemu.log" 2>&1 &
  echo $! >"$dir/pid"
  disown
  trap 'stop_vm "$dir"' EXIT # until it is ready
  wait_ready "$1" "$!"
}

# answers PORT: an ICReq gets an ICResp (PDU type 1). That QEMU accepts a connection says nothing: it
# does so before the guest listens.
answers() {
  local type
  type=$({
    exec 9<>"/dev/tcp/127.0.0.1/$1"
    { printf '\0\0\200\0\200\0\0\0' && head -c 120 /dev/zero; } >&9
    timeout 5 head -c 1 <&9 | od -An -tx1
  } 2>/dev/null) || return 1
  [[ "$type" == " 01" ]]
}

wait_ready() {
  local began=$SECONDS
  until grep -q TARGET-READY "$dir/console.log" && answers "$1"; do
    if grep -q TARGET-FAIL "$dir/console.log"; then
      grep -a '^\[' "$dir/console.log" >&2
      die "the guest could not set up the target"
    fi
    if ! kill -0 "$2" 2>/dev/null; then
      ! grep -q 'host forwarding' "$dir/qemu.log" || return 3
      tail -n 20 "$dir/console.log" "$dir/qemu.log" >&2
      die "the virtual machine ended"
    fi
    if ((SECONDS - began >= wait)); then
      tail -n 20 "$dir/console.log" >&2
      die "the target was not ready after $wait s (console: $dir/console.log)"
    fi
    sleep 0.2
  done
}

# real PORT turns `auto` into the number of a port that is free now.
real() { if [[ "$1" == auto ]]; then free_port; else echo "$1"; fi; }

main() {
  local attempt at at2 at_ctl
  parse "$@"
  make_cache
  need_packages "${vm_packages[@]}"
  make_images "$kver"
  for attempt in 1 2 3; do
    at=$(real "$port") at2=$(real "$port2") at_ctl=$(real "$ctl")
    if start "$at" "$at2" "$at_ctl"; then break; fi
    cat "$dir/qemu.log" >&2
    # Somebody else may take a free port first; a port that was asked for is not replaced.
    [[ "$attempt" != 3 && "$port$port2$ctl" == *auto* ]] || die "a port is taken (see above)"
  done
  trap - EXIT
  echo "PORT=$at"
  [[ -z "$at2" ]] || echo "PORT2=$at2"
  [[ -z "$at_ctl" ]] || echo "CTL=$at_ctl"
  echo "URL=nvme+tcp://127.0.0.1:$at/$nqn"
  echo "PID=$(vm_pid "$dir")"
  echo "DIR=$dir"
  [[ -z "$portfile" ]] || echo "$at" >"$portfile"
  note "Linux $release ($accel) is ready after $SECONDS s; console: $dir/console.log; stop: target-down.sh $at"
}

main "$@"
