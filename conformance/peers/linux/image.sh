# What the guests boot (sourced after common.sh): a Debian kernel, unpacked and never installed, and
# an initramfs with busybox, nvme-cli and the kernel's NVMe/TCP modules. Both are kept in the cache.
# shellcheck shell=bash disable=SC2034,SC2154  # variables of one file are used in another

guest_modules=(
  virtio_pci virtio_net configfs nvmet nvmet-tcp nvme-tcp brd loop null_blk crc32c-intel
)

# make_images VERSION sets `release`, `kernel` and `initramfs`. The lock is for two scripts at once.
make_images() {
  local lock
  mkdir -p "$cache/kernels"
  exec {lock}>"$cache/lock"
  flock -w 900 "$lock" || die "another script has held $cache/lock for 15 minutes"
  find_kernel "$1"
  kernel=$cache/kernels/$release/vmlinux
  make_initramfs
  exec {lock}>&-
}

# archive_kernel VERSION prints the newest release that the package archive has of it. Releases
# leave the archive with each security update, so it is asked every time.
archive_kernel() {
  local meta found
  if [[ "$1" == *-* ]]; then # a whole release name
    ! apt-cache show "linux-image-$1" >/dev/null 2>&1 || echo "$1"
    return
  fi
  for meta in "linux-image-$1-cloud-amd64" linux-image-cloud-amd64; do
    found=$(apt-cache depends "$meta" 2>/dev/null |
      sed -n "s/^ *Depends: linux-image-\(${1//./\\.}\.[^ ]*\)$/\1/p" | head -n 1)
    [[ -z "$found" ]] || { echo "$found"; return; }
  done
}

# cached_kernel VERSION prints the newest release of it that is unpacked in the cache.
cached_kernel() {
  find "$cache/kernels" -mindepth 1 -maxdepth 1 -printf '%f\n' |
    grep -E "^${1//[.+]/\\&}([.]|\$)" | grep -v '\.part$' | sort -V | tail -n 1 || true
}

# find_kernel VERSION sets `release`: the archive's, else a cached one.
find_kernel() {
  release=$(archive_kernel "$1")
  if [[ -n "$release" ]] && have_kernel "$release"; then return; fi
  # Not there: the package lists may be old, or this machine may have none yet.
  if update_package_lists 2>/dev/null; then
    release=$(archive_kernel "$1")
    if [[ -n "$release" ]] && have_kernel "$release"; then return; fi
  fi
  release=$(cached_kernel "$1")
  [[ -n "$release" ]] || die "no Linux kernel '$1' to be had: the package archive has none that can" \
    "be downloaded (apt-cache policy linux-image-$1-cloud-amd64), and $cache/kernels holds none"
  note "the package archive does not answer; using the cached Linux $release"
}

# have_kernel RELEASE: it is in the cache, or now it is. A folder without .part is complete.
have_kernel() {
  local dir=$cache/kernels/$1
  [[ ! -e "$dir" ]] || return 0
  rm -rf "$dir.part" && mkdir "$dir.part"
  note "fetching Linux $1"
  (
    cd "$dir.part" &&
      timeout 500 apt-get -qq -o Acquire::http::Timeout=60 download "linux-image-$1" >/dev/null 2>&1 &&
      dpkg -x ./*.deb . && rm ./*.deb
  ) || { rm -rf "$dir.part"; return 1; }
  unpack_vmlinux "$dir.part/boot/vmlinuz-$1" "$dir.part/vmlinux" ||
    die "found no kernel inside vmlinuz-$1"
  depmod -b "$dir.part" "$1"
  mv "$dir.part" "$dir"
}

# unpack_vmlinux BZIMAGE ELF. QEMU starts the ELF file directly; unpacking it in the guest, as
# bzImage does, takes longer than the rest of the boot when the processor is emulated.
unpack_vmlinux() {
  python3 - "$@" <<'EOF'
import subprocess, sys
image = open(sys.argv[1], 'rb').read()
for magic, program in ((b'\x28\xb5\x2f\xfd', 'zstd'), (b'\x02!L\x18', 'lz4'),
                       (b'\xfd7zXZ\0', 'xz'), (b'\x1f\x8b\x08', 'gzip')):
    at = image.find(magic)
    while at >= 0:
        elf = subprocess.run([program, '-dcq'], input=image[at:], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL).stdout  # bytes follow: status not 0
        if elf[:4] == b'\x7fELF':
            open(sys.argv[2], 'wb').write(elf)
            sys.exit()
        at = image.find(magic, at + 1)
sys.exit(1)
EOF
}

# find_programs sets `guest_programs`: what is always there, and the `tools` that were asked for.
find_programs() {
  local tool
  guest_programs=(/usr/sbin/nvme /bin/dd)
  for tool in ${tools//,/ }; do
    need_packages "$tool"
    guest_programs+=("$(command -v "$tool")") || die "the package $tool has no program $tool"
  done
}

# make_initramfs sets `initramfs`, built once per kernel, guest/init and set of programs.
make_initramfs() {
  local key root
  find_programs
  key=$(cat "$here"/guest/* "$here/image.sh" /bin/busybox "${guest_programs[@]}" | sha256sum | cut -c1-12)
  initramfs=$cache/initramfs-$release-$key.cpio
  [[ ! -s "$initramfs" ]] || return 0
  root=$(mktemp -d "$cache/root.XXXXXX")
  mkdir -p "$root"/{bin,dev,etc/nvme,lib,peer,proc,run,sys,tmp,usr}
  ln -s bin "$root/sbin"
  ln -s lib "$root/lib64"
  ln -s ../lib "$root/usr/lib"
  add_programs "$root"
  add_modules "$root"
  echo nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555 >"$root/etc/nvme/hostnqn"
  echo 11111111-2222-3333-4444-555555555555 >"$root/etc/nvme/hostid"
  install -m755 "$here/guest/init" "$root/init"
  install -m644 "$here"/guest/*.sh "$root/peer/"
  pack "$root" >"$root.cpio"
  mv "$root.cpio" "$initramfs"
  rm -rf "$root"
  # Those it replaces, unless a script that runs now may still want one.
  find "$cache" -maxdepth 1 -name "initramfs-$release-*" -mmin +60 ! -path "$initramfs" -delete
}

pack() { (cd "$1" && find . | cpio -o -H newc --quiet); }

add_programs() {
  local root=$1 file name
  cp /bin/busybox "$root/bin/"
  for name in $(/bin/busybox --list); do
    [[ -e "$root/bin/$name" ]] || ln -s busybox "$root/bin/$name"
  done
  rm "$root/bin/dd" # busybox's has no O_DIRECT
  for file in "${guest_programs[@]}"; do
    cp "$file" "$root/bin/"
    for name in $(ldd "$file" | grep -o '/[^ ]*'); do
      mkdir -p "$root$(dirname "${name#/usr}")"
      cp -nL "$name" "$root${name#/usr}"
    done
  done
}

add_modules() {
  local root=$1 module file to=$1/lib/modules/$release from=$cache/kernels/$release
  mkdir -p "$to/kernel"
  for module in "${guest_modules[@]}"; do
    # A module may also be built in, or gone in some version; what must be there is checked below.
    modprobe -d "$from" -S "$release" --show-depends "$module" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p' || true
  done | sort -u | while read -r file; do
    case $file in
      *.xz) xz -dc "$file" >"$to/kernel/$(basename "$file" .xz)" ;;
      *.zst) zstd -dcq "$file" >"$to/kernel/$(basename "$file" .zst)" ;;
      *) cp "$file" "$to/kernel/" ;;
    esac
  done
  for module in nvmet-tcp nvme-tcp virtio_net; do
    [[ -s "$to/kernel/$module.ko" ]] || die "Linux $release has no module $module"
  done
  cp "$from/lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$to/"
  depmod -b "$root" "$release"
}

# with_script FILE prints the initramfs with FILE added as /peer/script.
with_script() {
  local extra
  extra=$(mktemp -d "$run/script.XXXXXX")
  install -D -m755 "$1" "$extra/peer/script"
  cat "$initramfs"
  pack "$extra"
  rm -rf "$extra"
}
