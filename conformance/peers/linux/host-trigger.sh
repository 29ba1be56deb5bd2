#!/usr/bin/env bash
# A trigger for `conformance host`: the host on trial is the Linux kernel in a guest that host-up.sh
# started with ctl=CTL script=guest/trial.sh. What is wished for stands in the environment, NVMF_*.
#   conformance host --listen 127.0.0.1:0 --trigger 'conformance/peers/linux/host-trigger.sh CTL'
# Status 0 if the errand was done, 89 if Linux cannot do it, another if it was not done.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
ctl=${1:?the port of the guest}

flags="-i 1 -Q $((NVMF_ENTRIES < 16 ? 16 : NVMF_ENTRIES)) --ctrl-loss-tmo=0"
flags+=" --keep-alive-tmo=$((NVMF_KATO_MS ? 4 + NVMF_KATO_MS / 1000 : 30))"
((!NVMF_HEADER_DIGEST)) || flags+=" --hdr-digest"
((!NVMF_DATA_DIGEST)) || flags+=" --data-digest"
((!NVMF_NO_FLOW_CONTROL)) || flags+=" --disable-sqflow"
case $NVMF_ERRAND in connect | read | write | compare | stay | discover) ;; *) exit 89 ;; esac

# What the guest runs. Data go there, and come back, as text.
program() {
  cat <<GUEST
first=$((NVMF_FIRST_BLOCK * 512)) errand=$NVMF_ERRAND commands=$NVMF_COMMANDS nqn=$NVMF_SUBNQN at_once=$NVMF_AT_ONCE
octets=$((NVMF_DATA_BYTES ? NVMF_DATA_BYTES / NVMF_COMMANDS : NVMF_BLOCKS * 512))
work=/tmp/errand.\$\$; mkdir -p \$work # an errand that was given up may still be at it
to="-t tcp -a 10.0.2.2 -s $NVMF_TRSVCID" stay=$(((NVMF_STAY_MS + 999) / 1000))
connect() { nvme connect \$to -n \$nqn $flags; }
GUEST
  [[ $NVMF_ERRAND != write && $NVMF_ERRAND != compare ]] ||
    { echo "base64 -d >\$work/data <<DATA"; base64 "$NVMF_DATA"; echo DATA; }
  cat <<'GUEST'
nvme disconnect-all >/dev/null; dmesg -c >/dev/null
find_disk() {
  for i in $(seq 50); do
    for each in /sys/class/nvme/nvme*; do
      [ "$(cat $each/subsysnqn 2>/dev/null)" = $nqn ] || continue
      for disk in $each/subsystem/$(basename $each)/nvme*n1 $each/nvme*n1; do
        [ -d $disk ] || continue
        disk=/dev/$(basename $disk | sed 's/c[0-9]*n/n/')
        [ ! -b $disk ] || return 0
      done
    done
    sleep 0.1
  done
  echo "no disk"; return 1
}
one() { # one N: the errand's command N
  at=$((first + $1 * octets))
  case $errand in
    read) /bin/dd if=$disk of=$work/part$1 bs=$octets count=1 skip=$at iflag=direct,skip_bytes ;;
    write) /bin/dd if=$work/data of=$disk bs=$octets count=1 skip=$1 seek=$at oflag=direct,seek_bytes conv=notrunc,nocreat ;;
    compare) dd if=$work/data of=$work/part$1 bs=$octets count=1 skip=$1 2>/dev/null
      nvme compare $disk -n 1 -s $((at / 512)) -c $((octets / 512 - 1)) -z $octets -d $work/part$1 ;;
  esac >$work/said$1 2>&1 || { cat $work/said$1; touch $work/failed; }
}
all() {
  n=0
  while [ $n -lt $commands ]; do
    if [ $at_once = 1 ]; then one $n & else one $n; fi
    n=$((n + 1))
  done
  wait
}
if [ $errand = discover ]; then
  nvme discover $to -n $nqn >/dev/null || exit_status=1
else
  connect || exit_status=1
fi
if [ $errand = stay ] && [ -z "$exit_status" ]; then
  sleep $stay
  grep -qx $nqn /sys/class/nvme/*/subsysnqn || { echo "the controller is gone"; exit_status=1; }
fi
if [ -z "$exit_status" ] && [ $errand != connect ] && [ $errand != stay ] && [ $errand != discover ]; then
  find_disk && all || touch $work/failed
  [ ! -e $work/failed ] || exit_status=1
fi
[ $errand = discover ] || nvme disconnect -n $nqn >/dev/null || { echo "it does not disconnect"; exit_status=1; }
if [ $errand = read ]; then
  n=0
  while [ -e $work/part$n ]; do cat $work/part$n; n=$((n + 1)); done | base64 | sed 's/^/@@data=/'
fi
dmesg -c | grep -i nvme | tail -n 4
rm -rf $work
( exit ${exit_status:-0} )
GUEST
}

status=0
output=$(program | "$here/guest-sh.py" "$ctl" -) || status=$?
sed -n 's/^@@data=//p' <<<"$output" | base64 -d >"$NVMF_READ"
grep -v '^@@data=' <<<"$output" || true
exit "$status"
