#!/usr/bin/python3
"""Reads the evidence of a run with tshark, and compares: what the device sent must be what the README of each case says.

    check_evidence.py REPORT.json FOLDER

FOLDER is what `--evidence` wrote. Looks at each case that failed. Status 1 if tshark reads another sequence of PDUs from the
device than the suite did, or finds one malformed; 2 if something is missing.
"""
import json
import pathlib
import re
import subprocess
import sys

TYPES = {0: "ICReq", 1: "ICResp", 2: "H2CTermReq", 3: "C2HTermReq", 4: "CapsuleCmd", 5: "CapsuleResp", 6: "H2CData",
         7: "C2HData", 9: "R2T"}
RED = {"FAIL", "HANG", "DOWN"}
FROM = {"controller": ("controller", "tcp.srcport == 4420"), "host": ("host", "tcp.dstport == 4420")}


def tshark(capture, *arguments):
    return subprocess.run(["tshark", "-r", capture, *arguments], check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout.splitlines()


def decoded(capture, sent):
    """The PDUs that tshark sees, connection by connection."""
    fields = ["-T", "fields", "-e", "tcp.stream", "-e", "nvme-tcp.type", "-E", "aggregator=,"]
    seen = {}
    for line in tshark(capture, "-Y", f"nvme-tcp && {sent}", *fields):
        stream, types = line.split("\t")
        seen.setdefault(int(stream), []).extend(TYPES.get(int(of, 0), of) for of in types.split(",") if of)
    return [seen[stream] for stream in sorted(seen)]


def told(readme, side):
    """The PDUs that the README tells of, connection by connection."""
    seen = {}
    for line in readme.read_text().splitlines():
        if pdu := re.match(rf"#(\d+) {side} +> (\w+)", line):
            seen.setdefault(int(pdu[1]), []).append(pdu[2])
    return [seen[connection] for connection in sorted(seen)]


def difference(folder, role):
    """What is wrong with the evidence of one case; None if nothing is."""
    side, sent = FROM[role]
    capture = folder / "exchange.pcapng"
    by_tshark, by_us = decoded(capture, sent), told(folder / "README.md", side)
    if by_tshark != by_us:
        return f"tshark: {by_tshark}, README: {by_us}"
    if malformed := tshark(capture, "-Y", f"_ws.malformed && {sent}"):
        return f"malformed: {malformed[0]}"
    return None


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        failed = [case for case in json.load(file)["results"] if case["verdict"] in RED]
    different = 0
    for case in failed:
        folder = pathlib.Path(sys.argv[2], case["id"].replace("/", "."))
        if not folder.is_dir():
            print(f"{case['id']}: no evidence in {folder}", file=sys.stderr)
            sys.exit(2)
        if wrong := difference(folder, case["role"]):
            different += 1
            print(f"{case['id']}: {wrong}")
    print(f"{len(failed)} cases failed; tshark reads the evidence of {len(failed) - different} as the suite does")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
