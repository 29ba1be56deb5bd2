#!/usr/bin/env bash
# Judges a capture of NVMe/TCP with a decoder that is not ours: tshark, digest checks on.
#   tshark-check.sh FILE [PORT...]      the ports where the controllers listened; 4420 if none is given
# Prints how many PDUs of each type and digests of each status there are. Status 0 if there is a PDU,
# no digest is wrong, and the decoder could place every byte; 1 if not; 2 if a word is wrong.
# shellcheck source=common.sh disable=SC2154
. "$(dirname "$(readlink -f "$0")")/common.sh"

(($#)) || bad_usage "no file: $program FILE [PORT...]"
file=$1
need_file FILE "$file"
shift
(($#)) || set -- 4420
options=(-n -o nvme-tcp.check_hdgst:TRUE -o nvme-tcp.check_ddgst:TRUE)
for port; do
  need_port PORT "$port"
  options+=(-d "tcp.port==$port,nvme-tcp")
done
need_packages tshark
command -v tshark >/dev/null || die "tshark is not installed"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line per frame that has a PDU or defeats the decoder: connection, types, digest statuses, marks.
# What TCP itself sent twice confuses the reassembly, not the PDUs, which are all there.
wanted='nvme-tcp || (tcp && _ws.malformed && !tcp.analysis.retransmission && !tcp.analysis.out_of_order)'
timeout 600 tshark "${options[@]}" -r "$file" -Y "$wanted" -T fields \
  -E separator=';' -E occurrence=a -E aggregator=, -e tcp.stream -e nvme-tcp.type -e nvme-tcp.hdgst.status \
  -e nvme-tcp.ddgst.status -e _ws.malformed -e nvme-tcp.unknown_data -e frame.number >"$work/frames" 2>"$work/err" ||
  die "tshark could not read $file: $(grep -v 'Running as user' "$work/err" | tail -n 3)"

awk -F ';' '
  BEGIN {
    split("ICReq ICResp H2CTermReq C2HTermReq CapsuleCmd CapsuleResp H2CData C2HData - R2T", name, " ")
    split("bad good unverified", verdict, " ")
  }
  function tally(list, into,    n, i, word) {
    n = split(list, word, ",")
    for (i = 1; i <= n; ++i) ++into[word[i]]
    return n
  }
  {
    n = tally($2, type); pdus += n
    if (n && !($1 in seen)) { seen[$1]; ++connections }
    tally($3, header); tally($4, data)
    if ($5 != "") { ++malformed; bad = bad " " $7 }
    if ($6 != "") { ++unknown; bad = bad " " $7 }
    if ($3 $4 ~ /0/) bad = bad " " $7
  }
  END {
    printf "%d PDUs on %d connections\n", pdus, connections
    for (t = 0; t < 256; ++t)
      if (t in type) printf "  %-12s %d\n", t < 10 ? name[t + 1] : "type " t, type[t]
    for (s = 0; s < 3; ++s) {
      if (s in header) printf "  header digests %s: %d\n", verdict[s + 1], header[s]
      if (s in data) printf "  data digests %s: %d\n", verdict[s + 1], data[s]
    }
    printf "  malformed: %d, not understood: %d\n", malformed, unknown
    if (length(bad) > 400) bad = substr(bad, 1, 400) " ..."
    if (bad != "") print "frames to look at:" bad
    exit !(pdus && bad == "")
  }' "$work/frames"
