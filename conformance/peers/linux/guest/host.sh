# The host: nvme-cli and dd try a target (sourced by init).
# shellcheck shell=dash

pass() { say "HOST-PASS $*"; stop; }
fail() { say "HOST-FAIL $*"; dmesg | grep -i nvme | tail -n 15; stop; }

# move WORD DDARGS... moves /tmp/a or /tmp/b to or from the namespace: one dd on each processor, at
# the same time, each its own part, so that every I/O queue carries data.
move() {
  what=$1; shift
  began=$(uptime_s); jobs=
  cpu=0
  while [ $cpu -lt "$cpus" ]; do
    taskset "$(printf %x $((1 << cpu)))" /bin/dd "$@" bs="${iobs:-128k}" skip=$((cpu * part)) seek=$((cpu * part)) \
      count=$part 2>"/tmp/$what$cpu" & jobs="$jobs $!"
    cpu=$((cpu + 1))
  done
  for job in $jobs; do wait $job || fail "$what: $(cat /tmp/$what*)"; done
  say "$what: $mib MiB, began at $began"
}

write_and_read() {
  cpus=$(grep -c ^processor /proc/cpuinfo)
  part=$((mib * 1048576 / cpus / 4096 * 4096)) # whole blocks; what is left over is not moved
  dd if=/dev/urandom of=/tmp/a bs=4096 count=$((part * cpus / 4096)) 2>/dev/null
  move write if=/tmp/a of=$disk iflag=skip_bytes,count_bytes oflag=direct,seek_bytes conv=notrunc,fsync
  move read if=$disk of=/tmp/b iflag=direct,skip_bytes,count_bytes oflag=seek_bytes conv=notrunc
  wrote=$(md5sum </tmp/a); got=$(md5sum </tmp/b)
  say "md5 written ${wrote%% *} read ${got%% *}"
  [ "$wrote" = "$got" ] || fail "what was read is not what was written"
}

# find_disk waits for the namespace `nsid` and sets `disk`. The kernel looks for namespaces side by
# side: /dev/nvme0n1 is the one it found first, which need not be namespace 1.
find_disk() {
  i=0
  until disk=$(grep -lx "$nsid" /sys/block/nvme0n*/nsid 2>/dev/null); do
    [ $i -lt 100 ] || fail "no namespace $nsid"
    sleep 0.1; i=$((i + 1))
  done
  disk=/dev/$(basename "${disk%/nsid}")
  wait_for -b "$disk" || fail "no $disk"
}

host() {
  : "${mib:=16}" "${nsid:=1}"
  modprobe nvme-tcp || fail "modprobe nvme-tcp"
  [ -z "$dyndbg" ] || debug "$dyndbg"
  to="-t tcp -a ${addr:-10.0.2.2} -s $port"
  if [ -x /peer/script ]; then . /peer/script; fail "the script ended without pass or fail"; fi
  if [ -z "$nodisc" ]; then nvme discover $to $(words "$dopts") || fail "discover: $?"; fi
  nvme connect $to -n "$nqn" $(words "$flags") || fail "connect: $?"
  say connected
  find_disk
  nvme list
  nvme id-ctrl /dev/nvme0 | grep -E '^(mn|sn|fr|cntlid|ver|mdts|sgls|ioccsz|icdoff|maxcmd|kas|oncs|subnqn)' || fail id-ctrl
  nvme id-ns $disk | grep -E '^(nsze|lbaf|nlbaf)' || fail id-ns
  for name in state queue_count sqsize kato; do say "$name=$(cat /sys/class/nvme/nvme0/$name)"; done
  write_and_read
  nvme flush $disk -n $nsid || fail "flush: $?"
  nvme disconnect -n "$nqn" || fail "disconnect: $?"
  pass "$mib MiB, flags: $(words "$flags")"
}
