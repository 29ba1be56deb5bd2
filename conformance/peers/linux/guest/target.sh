# The target: an nvmet subsystem made through configfs (sourced by init).
# shellcheck shell=dash

target_fail() { say "TARGET-FAIL $*"; stop; }

# set_attr FILE VALUE, if there is a VALUE. A kernel that lacks the attribute or refuses the value
# fails the target: a test must not run against other settings than it asked for.
set_attr() {
  [ -n "$2" ] || return 0
  [ -e "$1" ] || target_fail "this kernel has no ${1#"$config"/nvmet/}"
  echo "$2" >"$1" || target_fail "${1#"$config"/nvmet/} refuses '$2'"
  say "${1#"$config"/nvmet/} = $(head -n 1 "$1")"
}

# make_disk INDEX sets `disk` to the device or file that backs a namespace.
make_disk() {
  case $backend in
    brd) disk=/dev/ram$1 ;;
    null)
      disk=/dev/nullb$1
      null=$config/nullb/nullb$1
      mkdir "$null"
      set_attr "$null/size" "$mb"; set_attr "$null/blocksize" "$bs"
      set_attr "$null/memory_backed" 1; set_attr "$null/discard" "$([ -n "$zoned" ] || echo 1)"
      [ -z "$zoned" ] || { set_attr "$null/zoned" 1; set_attr "$null/zone_size" 4; }
      set_attr "$null/power" 1 ;;
    file | loop)
      disk=/tmp/disk$1
      dd if=/dev/zero of="$disk" bs=1M count=0 seek="$mb" 2>/dev/null
      [ "$backend" = file ] || { losetup "/dev/loop$1" "$disk"; disk=/dev/loop$1; } ;;
  esac
}

make_namespace() { # SUBSYSTEM INDEX
  make_disk "$2"
  space=$1/namespaces/$(($2 + 1))
  mkdir "$space"
  set_attr "$space/device_path" "$disk"
  set_attr "$space/device_uuid" "0000000$(($2 + 1))-aaaa-bbbb-cccc-dddddddddddd"
  set_attr "$space/buffered_io" "$buffered"
  set_attr "$space/enable" 1
}

make_port() { # SUBSYSTEM INDEX TCPPORT
  entry=$config/nvmet/ports/$2
  mkdir "$entry"
  echo tcp >"$entry/addr_trtype"; echo ipv4 >"$entry/addr_adrfam"
  echo 0.0.0.0 >"$entry/addr_traddr"; echo "$3" >"$entry/addr_trsvcid"
  set_attr "$entry/param_inline_data_size" "$inline"
  set_attr "$entry/param_max_queue_size" "$maxqs"
  set_attr "$entry/addr_treq" "$(echo "$treq" | tr '_,' '  ')"
  ln -s "$1" "$entry/subsystems/" || target_fail "port $3: $(dmesg | grep nvmet | tail -n 1)"
}

allow_only() { # SUBSYSTEM HOSTNQN
  echo 0 >"$1/attr_allow_any_host"
  entry=$config/nvmet/hosts/$2
  mkdir "$entry"
  set_attr "$entry/dhchap_key" "$key"; set_attr "$entry/dhchap_ctrl_key" "$ctrlkey"
  set_attr "$entry/dhchap_hash" "$hash"; set_attr "$entry/dhchap_dhgroup" "$dhgroup"
  ln -s "$entry" "$1/allowed_hosts/"
}

make_referral() { # ADDRESS:PORT
  entry=$config/nvmet/ports/1/referrals/1
  mkdir "$entry"
  echo tcp >"$entry/addr_trtype"; echo ipv4 >"$entry/addr_adrfam"
  echo "${1%:*}" >"$entry/addr_traddr"; echo "${1##*:}" >"$entry/addr_trsvcid"
  echo 1 >"$entry/enable"
}

target() {
  : "${backend:=brd}" "${mb:=64}" "${bs:=512}" "${ns:=1}" "${ports:=4420}"
  : "${serial:=LINUX0001}" "${model:=Linux nvmet}"
  modprobe configfs
  mount -t configfs config $config 2>/dev/null
  modprobe nvmet-tcp $(words "$tcpopts") || target_fail "modprobe nvmet-tcp"
  [ -z "$dyndbg" ] || debug "$dyndbg"
  case $backend in
    brd) modprobe brd rd_nr="$ns" rd_size=$((mb * 1024)) ;;
    null) modprobe null_blk nr_devices=0 ;;
    loop) modprobe loop ;;
  esac
  subsystem=$config/nvmet/subsystems/$nqn
  mkdir "$subsystem"
  set_attr "$subsystem/attr_serial" "$serial"; set_attr "$subsystem/attr_model" "$(words "$model")"
  set_attr "$subsystem/attr_firmware" "$fw"; set_attr "$subsystem/attr_ieee_oui" "$oui"
  set_attr "$subsystem/attr_version" "$ver"; set_attr "$subsystem/attr_qid_max" "$qid_max"
  set_attr "$subsystem/attr_cntlid_min" "$cntlid_min"; set_attr "$subsystem/attr_cntlid_max" "$cntlid_max"
  echo 1 >"$subsystem/attr_allow_any_host"
  [ -z "$hostnqn" ] || allow_only "$subsystem" "$hostnqn"
  index=0
  while [ $index -lt "$ns" ]; do make_namespace "$subsystem" $index; index=$((index + 1)); done
  index=1
  for at in $(words "$ports"); do make_port "$subsystem" $index "$at"; index=$((index + 1)); done
  [ -z "$referral" ] || make_referral "$referral"
  [ ! -x /peer/script ] || . /peer/script
  if [ -n "$ctl" ]; then # a root shell for guest-sh.py
    printf '#!/bin/sh\nexec /bin/sh 2>&1\n' >/bin/ctl; chmod 755 /bin/ctl
    nc -ll -p 7000 -e /bin/ctl &
  fi
  say TARGET-READY
  while :; do sleep 3600; done
}
