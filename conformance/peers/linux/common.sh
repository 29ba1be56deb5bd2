# Shared by the scripts of this folder (sourced): errors, packages, ports, virtual machines.
# shellcheck shell=bash disable=SC2015,SC2034,SC2054,SC2154  # variables of one file are used in another
set -euo pipefail

export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin  # nvme, modprobe and depmod are not in every user's PATH
program=$(basename "$0")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${NVMF_PEER_CACHE:-${HOME:-/nonexistent}/.cache/nvmf-peers/linux}
run=$cache/run

default_nqn=nqn.2001-04.com.example:linux
vm_packages=(
  qemu-system-x86                           # the virtual machine
  busybox-static kmod nvme-cli              # what the guest is made of
  cpio lz4 python3 xz-utils zstd    # packing the guest, unpacking its kernel
)

note() { echo "$program: $*" >&2; }
die() { note "$@"; exit 1; }
bad_usage() { note "$@"; exit 2; }

make_cache() {
  mkdir -p "$run" 2>/dev/null && [[ -w "$run" ]] ||
    die "cannot write to the cache $cache; name another folder in NVMF_PEER_CACHE"
  [[ "$cache" != *,* ]] || die "the cache folder's name has a comma, which QEMU cannot take: $cache"
}

# as_root COMMAND... runs it as root, or fails where there is no way to.
as_root() {
  if ((EUID == 0)); then "$@"; elif command -v sudo >/dev/null; then sudo -n "$@"; else return 1; fi
}

update_package_lists() {
  [[ -z "${NVMF_PEER_NO_INSTALL:-}" ]] &&
    as_root timeout 600 apt-get -qq -o DPkg::Lock::Timeout=600 update >&2
}

# need_packages PACKAGE... installs the Debian packages that are missing.
need_packages() {
  local installed missing=() package output
  [[ -z "${NVMF_PEER_NO_INSTALL:-}" ]] || return 0
  command -v dpkg-query >/dev/null || die "needs the Debian packages $* (no dpkg here)"
  installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for package; do
    [[ "$installed" == *" $package:installed "* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  note "installing ${missing[*]}"
  output=$(update_package_lists 2>&1 && as_root env DEBIAN_FRONTEND=noninteractive timeout 900 \
    apt-get -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 install -y --no-install-recommends \
    "${missing[@]}" 2>&1) || {
    [[ -z "$output" ]] || note "$output"
    die "could not install them; as root: apt-get install --no-install-recommends ${missing[*]}"
  }
}

# need_number NAME VALUE MIN MAX
need_number() {
  [[ "$2" =~ ^[0-9]{1,9}$ ]] && ((10#$2 >= $3 && 10#$2 <= $4)) ||
    bad_usage "$1 must be a number from $3 to $4, not '$2'"
}

need_port() { need_number "$1" "$2" 1 65535; }
need_file() { [[ -f "$2" && -r "$2" ]] || bad_usage "$1: cannot read the file '$2'"; }

free_port() {
  python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# guest_option KEY VALUE adds to `guest_options`, which reach the guest on its kernel's command line.
# There a space ends a value, so it travels as a comma.
guest_options=
guest_option() {
  [[ "$2" != *[$'"\n\t\\']* ]] || bad_usage "$1: quotes, backslashes and line breaks cannot be passed: '$2'"
  guest_options+=" peer.$1=${2// /,}"
}

# KVM is used only where the processor itself has it: a /dev/kvm offered inside some other kind of
# virtual machine does not boot an unmodified kernel.
pick_accel() {
  if [[ -w /dev/kvm ]] && grep -qwE 'vmx|svm' /proc/cpuinfo; then echo kvm; else echo tcg; fi
}

# Settings of a virtual machine that both roles have, and their defaults.
kver=6.12 accel='' mem=256 smp=1 pcap='' script='' tools=''

# vm_setting KEY VALUE takes one of them; false if KEY is not one.
vm_setting() {
  case $1 in
    kver) [[ "$2" =~ ^[0-9]+\.[0-9]+([.-][0-9a-z.+-]+)?$ ]] ||
      bad_usage "kver must be a kernel version such as 6.12 or 6.1, not '$2'" ;;
    accel) [[ "$2" == tcg || "$2" == kvm ]] || bad_usage "accel must be tcg or kvm, not '$2'" ;;
    mem) need_number mem "$2" 96 65536 ;;
    smp) need_number smp "$2" 1 64 ;;
    script) need_file script "$2" ;;
    tools) [[ "$2" =~ ^[a-z0-9]+(,[a-z0-9]+)*$ ]] ||
      bad_usage "tools must be names of Debian packages such as fio, not '$2'" ;;
    pcap) [[ -n "$2" && "$2" != *,* ]] && : 2>/dev/null >"$2" ||
      bad_usage "pcap: cannot write the file '$2' (its name must have no comma)" ;;
    *) return 1 ;;
  esac
  printf -v "$1" %s "$2"
}

# vm_command DIR NETWORK fills the array `vm` with the command of a machine that logs to DIR and
# whose only network is QEMU's user-mode one, with the options NETWORK.
# `kernel` and `initramfs` (image.sh) say what it boots.
vm_command() {
  local dir=$1 network=$2 initrd=$initramfs cpu=max
  : "${accel:=$(pick_accel)}"
  [[ "$accel" == tcg ]] || cpu=host
  [[ -z "$script" ]] || { initrd=$dir/initrd; with_script "$script" >"$initrd"; }
  command -v qemu-system-x86_64 >/dev/null || die "qemu-system-x86_64 is not installed"
  vm=(
    qemu-system-x86_64 -accel "$accel" -cpu "$cpu" -M pc -m "$mem" -smp "$smp"
    -nodefaults -no-user-config -display none -no-reboot
    -kernel "$kernel" -initrd "$initrd"
    -append "console=ttyS0 quiet loglevel=4 panic=-1 tsc=reliable mitigations=off \
random.trust_cpu=on$guest_options"
    -chardev "file,id=console,path=$dir/console.log" -serial chardev:console
    -netdev "user,id=net,$network" -device virtio-net-pci,netdev=net,romfile=
  )
  [[ -z "$pcap" ]] || vm+=(-object "filter-dump,id=dump,netdev=net,file=$pcap")
}

# vm_pid DIR prints the pid of the machine that logs to DIR, if it runs. The pid file alone proves
# nothing, because pids are used again.
vm_pid() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) || return 1
  grep -qszF -- "path=$1/console.log" "/proc/$pid/cmdline" && echo "$pid"
}

# stop_vm DIR stops that machine and waits until it is gone. `timeout`, its parent, kills it if it
# does not go by itself.
stop_vm() {
  local pid i
  if pid=$(vm_pid "$1"); then
    kill "$pid" 2>/dev/null || true
    for ((i = 0; i < 200; ++i)); do
      vm_pid "$1" >/dev/null || break
      sleep 0.1
    done
    ! vm_pid "$1" >/dev/null || { note "pid $pid does not end"; return 1; }
  fi
  rm -f "$1/pid" "$1/initrd"
}
