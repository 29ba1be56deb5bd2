#!/usr/bin/env python3
"""make_seeds.py: writes the seed-* inputs of the targets whose seeds are scripts that nobody types.

  fuzz/make_seeds.py            # corpus/{target,handoff,socket_smoke,urls,expectations}/seed-*
"""
import os
import struct

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RAW, COMMAND, OPEN, WINDOW, CHANGE, LEAVE, SHORT = 0, 1, 2, 3, 4, 5, 6
WRITE1, READ1, COMPARE1, WRITE16, READ16, FUSED1, FUSED2, ZEROES, DSM = range(9)
NAMESPACE, CONTROLLER, EVENT, EVENTS, RESET, SHUTDOWN, DISCONNECT, CSTS, DISCOVERY, CHANGED = range(9, 19)
SHORT_READ, SHORT_WRITE, LONG_READ, LONG_WRITE = range(19, 23)


def record(op, *octets):
    return struct.pack("<BH", op, len(octets)) + bytes(octets)


def short(*numbers):
    return b"".join(record(SHORT, n) for n in numbers)


def command(opc, nsid=1, size=0, seed=0, cdw10=0, cdw11=0, cdw12=0, flags=0, patches=()):
    head = struct.pack("<BBBHBIHI", flags, opc, nsid, size // 4, seed, cdw10, cdw11, cdw12)
    return record(COMMAND, *head.ljust(16, b"\0"), *patches)


def options(*octets):
    return bytes(octets).ljust(8, b"\0")


def raw(*octets):
    return record(RAW, *octets)


ADMIN, IO, TICK = record(OPEN, 0), record(OPEN, 1), record(CHANGE)
GOODBYE = record(LEAVE)
MUTE, SPEAK = record(WINDOW, 255, 255, 1), record(WINDOW, 255, 255, 0)
PLAIN, DIGESTS = options(4, 0, 0, 0, 255, 255), options(7, 0, 0, 0, 255, 255)


def icreq(digests=0):
    body = struct.pack("<BBBBIHBBI", 0, 0, 128, 0, 128, 0, 0, digests, 0)
    return raw(*body.ljust(128, b"\0"))


def target_seeds():
    io = short(WRITE1, READ1, COMPARE1, WRITE16, READ16, ZEROES, DSM)
    seeds = {
        "io": PLAIN + ADMIN + IO + io + GOODBYE,
        "io-digests": DIGESTS + ADMIN + IO + io + GOODBYE,
        "io-r2t": options(4 + 16 + 32, 3, 3, 3, 0, 0) + ADMIN + IO + io + short(DISCONNECT),
        "fused": PLAIN + ADMIN + IO + short(FUSED1, FUSED2, FUSED1, READ1, FUSED2),
        "fused-r2t": options(20, 1) + ADMIN + IO + short(FUSED1, FUSED2, FUSED1, DISCONNECT),
        "admin": PLAIN + ADMIN + short(CSTS, NAMESPACE, CONTROLLER, EVENTS, EVENT, CHANGED) + TICK
        + record(CHANGE, 0, 0) + TICK + short(CHANGED, SHUTDOWN, CSTS, RESET, CSTS),
        "discovery": PLAIN + record(OPEN, 4) + short(EVENT, CONTROLLER, DISCOVERY)
        + record(CHANGE, 4, 1, 9) + TICK + short(DISCOVERY) + GOODBYE,
        "namespaces": PLAIN + ADMIN + IO + record(CHANGE, 2, 0, 9) + short(WRITE16, READ1)
        + record(CHANGE, 3, 0, 1) + short(WRITE1) + record(CHANGE, 1, 0, 0) + record(CHANGE, 0, 0)
        + short(READ1) + record(CHANGE, 1, 0, 3) + short(READ1) + record(CHANGE, 5) + short(READ1),
        "refused": PLAIN + record(OPEN, 8) + record(OPEN, 12) + record(OPEN, 64) + record(OPEN, 1)
        + record(OPEN, 0, 0, 0, 7) + record(OPEN, 0, 0, 39) + ADMIN + record(OPEN, 17) + GOODBYE
        + record(OPEN, 129) + GOODBYE + record(OPEN, 1, 4) + GOODBYE + IO + IO,
        "named": options(4, 0, 0, 0, 0, 0, 1) + record(OPEN, 16) + GOODBYE + ADMIN,
        "static": options(68) + ADMIN + ADMIN + ADMIN + GOODBYE + GOODBYE + record(OPEN, 0, 0, 0, 1),
        "two-queues": options(132) + ADMIN + IO + short(WRITE1) + record(OPEN, 1, 1) + short(READ1)
        + GOODBYE + short(READ1) + GOODBYE + short(CSTS),
        "disabled": options(4, 0, 0, 0, 0, 0, 4) + ADMIN + short(NAMESPACE, CSTS) + IO,
        "windows": PLAIN + ADMIN + IO + record(WINDOW, 9, 0) + short(READ16, WRITE16)
        + record(WINDOW, 0, 2) + short(READ16, READ16),
        "lengths": PLAIN + ADMIN + IO + short(SHORT_READ, SHORT_WRITE, LONG_READ, LONG_WRITE, READ1),
        "lengths-r2t": options(20, 0, 0, 0, 255, 255) + ADMIN + IO
        + short(SHORT_READ, SHORT_WRITE, LONG_READ, LONG_WRITE, READ1),
        "batch": PLAIN + ADMIN + IO + MUTE + short(*[WRITE16, READ16] * 7) + SPEAK + short(READ1),
        "batch-reads": PLAIN + ADMIN + IO + short(WRITE16) + MUTE + short(*[READ16] * 14) + SPEAK,
        "batch-r2t": options(20, 0, 96, 0, 7, 7) + ADMIN + IO + MUTE + short(*[WRITE16, READ16] * 6)
        + SPEAK + short(READ16) + MUTE + short(FUSED1, FUSED2, FUSED1, READ1, DISCONNECT) + SPEAK,
        "batch-changes": options(20, 0, 0, 0, 255, 255) + ADMIN + IO + short(WRITE16) + MUTE
        + record(CHANGE, 2, 0, 4) + SPEAK + short(READ1) + MUTE + short(WRITE1) + record(CHANGE, 0, 0) + SPEAK,
        "events": PLAIN + ADMIN + short(EVENTS) + MUTE + short(*[EVENT] * 6) + SPEAK + record(CHANGE, 0, 0) + TICK
        + record(CHANGE, 1, 0) + TICK + short(CHANGED) + record(CHANGE, 0, 1) + TICK + short(RESET),
        "raw": PLAIN + record(OPEN, 2) + icreq() + raw(4, 0, 72, 0, 72, 0, 0, 0, 0x7F, 0x40) + TICK,
        "raw-late": PLAIN + ADMIN + IO + short(WRITE1) + raw(
            *struct.pack("<BBBBI", 4, 0, 72, 0, 72), *struct.pack("<BBHI", 2, 0x40, 99, 1),
            *bytes(24), *struct.pack("<I3xB", 512, 0x5A), *bytes(24)) + GOODBYE,
    }
    ready = command(0x7F, 0, cdw11=0x14, cdw12=0x460001)
    seeds["many-writes"] = options(20, 0, 0, 0, 255, 255) + ADMIN + IO + short(*[WRITE1] * 72)
    seeds["changed-on-the-way"] = options(20, 0, 0, 0, 255, 255) + ADMIN + IO + record(WINDOW, 255, 255, 10) + short(
        WRITE16) + record(CHANGE, 2, 0, 4) + SPEAK + short(READ1)
    seeds["gone-on-the-way"] = options(20, 0, 0, 0, 255, 255) + ADMIN + IO + record(WINDOW, 255, 255, 10) + short(
        WRITE16) + record(CHANGE, 0, 0) + SPEAK
    seeds["large-blocks"] = PLAIN + ADMIN + IO + command(1, 2, 4096, 5, 1) + command(1, 2, 4096, 6, 0) + command(
        2, 2, 4096, 0, 1) + command(2, 2, 8192, 0, 0, 0, 1)
    seeds["dsm-past-the-end"] = PLAIN + ADMIN + IO + command(9, 1, 16, 191, 0, 4) + command(9, 1, 32, 62, 1, 4)
    seeds["compare-second-block"] = PLAIN + ADMIN + IO + short(WRITE1) + command(5, 1, 1024, 1, 0, 0, 1)
    seeds["fused-apart"] = PLAIN + ADMIN + IO + MUTE + command(5, 1, 512, 0, 3, flags=4) + command(
        1, 1, 512, 7, 4, flags=8) + SPEAK + short(READ1)
    seeds["features-reset"] = PLAIN + ADMIN + command(9, 0, 0, 0, 1, 3) + short(RESET) + ready + command(10, 0, 0, 0, 1)
    seeds["features-odd"] = PLAIN + ADMIN + command(9, 0, 4, 0, 0x16) + command(9, 0, 0, 0, 0xF, 0)
    seeds["two-of-one-queue"] = PLAIN + ADMIN + command(9, 0, 0, 0, 7, 0) + record(OPEN, 1, 1)
    seeds["log-long"] = PLAIN + ADMIN + command(2, 0, 12288, 0, 2 | 0xBFF0000) + command(2, 0, 8192, 0, 2 | 0x7FF0000)
    seeds["cc-odd"] = PLAIN + ADMIN + command(0x7F, 0, cdw11=0x14, cdw12=0x46C001) + command(
        0x7F, 0, cdw11=0x14, cdw12=0x80460003) + command(0x7F, 4, cdw11=0x14)
    seeds["cc-sizes"] = options(4, 0, 0, 0, 0, 0, 4) + ADMIN + command(0x7F, 0, cdw11=0x14, cdw12=0x450001) + short(
        CSTS) + command(0x7F, 0, cdw11=0x14) + ready + short(CSTS)
    # Each command as it is spelled: features, logs and identifications.
    admin = b"".join(command(0x06, n, 4096, 0, cns) for n, cns in
                     [(1, 0), (2, 0), (9, 0), (0, 1), (0, 2), (1, 3), (1, 5), (0, 6), (0, 7), (1, 8), (0, 0x1C)])
    seeds["identify"] = PLAIN + ADMIN + admin
    admin = b"".join(command(0x0A, 0, 512, 0, fid, 1) for fid in (1, 2, 4, 5, 6, 7, 0xB, 0xF, 0x16, 0x81))
    admin += b"".join(command(0x09, 0, 512, 0, fid, value) for fid, value in
                      [(1, 3), (2, 0), (2, 1), (4, 300), (5, 1), (6, 1), (7, 1), (0xB, 256), (0xF, 9), (0x16, 0)])
    seeds["features"] = PLAIN + ADMIN + admin
    admin = b"".join(command(0x02, 0, 512, 0, lid | 0x7F0000) for lid in (0, 1, 2, 3, 4, 5, 0x70))
    seeds["logs"] = PLAIN + ADMIN + admin + command(0x18) + command(0x08, cdw10=0x10000) + command(0xC0)
    properties = b"".join(command(0x7F, 4, 0, 0, wide, offset) for wide, offset in
                          [(1, 0), (0, 8), (0, 0x14), (0, 0x1C), (0, 0x68), (0, 0x20), (1, 0x14)])
    seeds["properties"] = PLAIN + ADMIN + properties + command(0x7F, 8) + command(0x7F, 1, 1024)
    odd = [command(op, 1, 512) for op in (0, 4, 0x0C, 0x0D, 0x7F)]
    seeds["io-odd"] = PLAIN + ADMIN + IO + b"".join(odd) + command(2, 0xFE, 512) + command(
        2, 0xFF, 512) + command(0, 0xFF) + command(2, 1, 512, cdw10=63) + command(
        2, 1, 512, cdw10=64) + command(1, 2, 4096, 5, 15) + command(2, 2, 4096, 0, 15) + command(0x7F, 8, cdw10=1)
    return seeds


def sqe(opc, cid, length=0, kind=0x5A):
    return struct.pack("<BBHI", opc, 0x40, cid, 1) + bytes(24) + struct.pack("<I3xB", length, kind) + bytes(24)


def handoff(side, commands=(), unread=b"", entries=16, maxh2c=8192, digests=0, flow=1,
            in_capsule=8192):
    """A record with a head that the target makes good."""
    state = struct.pack("<BBBB4xQIHHHBxIII8x", side, digests, 0, 0, 1, maxh2c, entries, 1, 3, flow,
                        in_capsule, len(commands), len(unread))
    octets = bytes(24) + state + bytes(552)
    for entry, data in commands:
        octets += struct.pack("<I4x", len(data)) + entry + data
    return octets + unread


def port(number=4420):
    return struct.pack("<BxH", 1, number) + b"127.0.0.1".ljust(64, b"\0")


def takeover_target():
    """What is told of a target with two addresses, a backend and a subsystem."""
    head = struct.pack("<QIIIII4x", 9, 1, 1, 1, 1, 1) + bytes(112)
    names = b"nqn.2026-11.org.example:disk".ljust(256, b"\0") + bytes(68)
    subsystem = names + struct.pack("<BxxxII", 0, 1, 1) + b"nqn.2026-11.org.example:host".ljust(256, b"\0")
    return head + port() + port(8009) + struct.pack("<BB6xQ", 2, 0, 65536) + subsystem + bytes(40)


def handoff_seeds():
    write1 = sqe(1, 7, 512, 0x01)
    seeds = {
        "host": b"\0\7" + handoff(1),
        "host-unread": b"\0\7" + handoff(1, unread=bytes(24), digests=3),
        "controller": b"\0\7" + handoff(2, flow=0),
        "controller-commands": b"\0\7" + handoff(2, [(write1, bytes(512)), (sqe(0, 8), b"")]),
        "controller-cid-twice": b"\0\7" + handoff(2, [(sqe(0, 8), b""), (sqe(0, 8), b"")]),
        "controller-long": b"\0\7" + handoff(2, [(write1, bytes(512))], in_capsule=128),
        "controller-unread": b"\0\7" + handoff(
            2, unread=struct.pack("<BBBBI", 4, 0, 72, 0, 72) + sqe(2, 9, 512)),
        "neither": b"\0\7" + handoff(3),
        "as-it-is": b"\x80\7" + handoff(1),
        "short": b"\x80\7" + b"NVMFGIVE",
        "queue": b"\3\7" + bytes(8) + handoff(2),
        "queue-association": b"\3\7\1" + bytes(600) + handoff(2),
        "target-zeros": b"\2\7" + bytes(160),
        "target": b"\2\7" + takeover_target(),
    }
    return seeds


def icreq_body(digests=0):
    return struct.pack("<BBBBIHBBI", 0, 0, 128, 0, 128, 0, 0, digests, 0).ljust(128, b"\0")


def capsule(entry, data=b""):
    pdo = 72 if data else 0
    return struct.pack("<BBBBI", 4, 0, 72, pdo, 72 + len(data)) + entry + data


def connect(qid=0, cntlid=0xFFFF, subnqn=b"nqn.2026-11.org.example:disk"):
    entry = struct.pack("<BBHB19x", 0x7F, 0x40, 0, 1) + bytes(8)
    entry = entry[:24] + struct.pack("<8xI3xB", 1024, 1)
    entry += struct.pack("<HHHBxI12x", 0, qid, 15, 0, 120000 if qid == 0 else 0)
    data = bytes([1]).ljust(16, b"\0") + struct.pack("<H", cntlid)
    data = data.ljust(256, b"\0") + subnqn.ljust(256, b"\0")
    data += b"nqn.2026-11.org.example:host".ljust(256, b"\0")
    return capsule(entry, data.ljust(1024, b"\0"))


def socket_seeds():
    ready = icreq_body() + connect()[:0]
    enable = struct.pack("<BBHB19x", 0x7F, 0x40, 1, 0) + struct.pack("<8xI3xB", 0, 0x5A)
    enable += struct.pack("<B3xIQ8x", 0, 0x14, 0x460001)
    identify = bytearray(sqe(6, 2, 4096))
    identify[40] = 1
    return {
        "icreq": bytes(8) + raw(*ready),
        "wrong": bytes(8) + raw(*ready) + raw(9, 0, 24, 0, 24, 0, 0, 0),
        "admin": bytes(8) + raw(*ready) + raw(*capsule(enable)) + raw(*capsule(bytes(identify))),
        "termreq": bytes(8) + raw(*ready) + raw(*struct.pack("<BBBBIHI", 2, 0, 24, 0, 24, 1, 0), *bytes(10)),
    }


def url_seeds():
    nqn = b"nqn.2026-11.org.example:disk"
    return {
        "name": b"nvme+tcp://host:4420/" + nqn,
        "v4": b"nvme+tcp://192.168.100.20/" + nqn,
        "v6": b"nvme+tcp://[2001:db8::1]:0/" + nqn,
        "discovery": b"nvme+tcp://[::1]/nqn.2014-08.org.nvmexpress.discovery",
        "endpoint": b"[::1]:65535",
        "port": b"host:65536/" + nqn,
        "uuid": b"host/nqn.2014-08.org.nvmexpress:uuid:01234567-89ab-cdef-0123-456789abcdef",
        "open": b"nvme+tcp://[::1:1/" + nqn,
        "no-name": b"nvme+tcp://host:1/",
    }


def expectation_seeds():
    record = b'{"connection":1,"speaker":"%s","what":"%s","us":7,"text":"ICReq","octets":"00ff"}'
    records = b",".join(record % each for each in [
        (b"host", b"sent"), (b"controller", b"received"), (b"controller", b"remark")])
    return {
        "lines": b'# Ours.\ntarget: a device\na-1 FAIL "be\\"gin" # why\nb-2 HANG\n\nc-3 NONSTRICT "x"\n',
        "twice": b"a FAIL\na HANG\n",
        "pass": b"a PASS\n",
        "open": b'a FAIL "no end\n',
        "exchange": b'{"exchange":1,"case":"a","verdict":"FAIL x","records":[' + records + b"]}",
        "exchange-odd": b'{"exchange":1,"records":[{"connection":0},[]]}',
        "exchange-hex": b'{"exchange":1,"records":[' + record % (b"host", b"sent") + b',{"connection":1,"speaker":"host","what":"sent","octets":"0g"}]}',
    }


def write(folder, seeds):
    for name, octets in seeds.items():
        with open(os.path.join(ROOT, "corpus", folder, "seed-" + name), "wb") as file:
            file.write(octets)


if __name__ == "__main__":
    write("target", target_seeds())
    write("handoff", handoff_seeds())
    write("socket_smoke", socket_seeds())
    write("urls", url_seeds())
    write("expectations", expectation_seeds())
