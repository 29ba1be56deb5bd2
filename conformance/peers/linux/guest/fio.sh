# A host that verifies all it reads for a while (sourced instead of a host's run).
# shellcheck shell=dash disable=SC2154

# The kernel hides a lost connection from fio by connecting again: its messages tell.
unbroken() {
  ! dmesg | grep -iE 'nvme.*(timeout|error|reconnect|reset|abort|I/O)' | grep -v 'I/O queues'
}

nvme connect $to -n "$nqn" $(words "$flags") || fail "connect: $?"
find_disk
say "ready with $(cat /sys/class/nvme/nvme0/queue_count) queues"
fio --name=verify --filename="$disk" --rw=randrw --bsrange=4k-64k --direct=1 --ioengine=libaio --iodepth=16 \
  --size=16m --verify=crc32c --verify_backlog=32 --verify_fatal=1 --time_based --runtime="${seconds:=60}" \
  --eta=never --output-format=terse --output=/tmp/fio.txt || fail "fio: $(tail -n 20 /tmp/fio.txt)"
say "fio verified for $seconds s; KiB read, KiB written: $(cut -d';' -f6,47 /tmp/fio.txt)"
unbroken || fail "the association was broken"
nvme disconnect -n "$nqn" || fail "disconnect: $?"
pass "fio, flags: $(words "$flags")"
