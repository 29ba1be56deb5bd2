"""Tier 1: what can be counted without a clock, the same on every run.

Metrics are a dict of name to value; the part before the first slash says the unit and how far a
value may move before somebody has to say why. Less is better in all of them.
"""

import os
import platform
import re
import subprocess
import tempfile

TIMES = 100  # Runs of each kernel between two marks; as in kernels.cc.

# kind: (unit, share that a value may move unremarked)
KINDS = {
    "instructions": ("instructions/op", 0.005),
    "allocations": ("allocations/command", 0.0),
    "syscalls": ("system calls/command", 0.0),
    "wire_bytes": ("bytes/command", 0.0),
    "sizeof": ("bytes", 0.0),
    "heap": ("bytes", 0.0),
    "text": ("bytes", 0.02),
}

# The C library picks its copy loops by CPU; valgrind sees the same ones everywhere with this.
TUNABLES = "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM,-BMI2"


class NotEnoughData(Exception):
    """What was measured, or what it is compared with, does not allow a verdict."""


def kind(name):
    return name.split("/", 1)[0]


def unit(name):
    return KINDS[kind(name)][0]


def allowance(name):
    return KINDS[kind(name)][1]


def parse_dumps(texts):
    """Returns kernel name -> instructions of all its runs, from callgrind's dumps."""
    counted = {}
    for text in texts:
        mark = re.search(r"^desc: Trigger: Client Request: (\S+)$", text, re.M)
        total = re.search(r"^summary: (\d+)$", text, re.M)
        if mark and total:
            counted[mark.group(1)] = int(total.group(1))
    return counted


def run(command, env=None, timeout=300):
    done = subprocess.run(command, env=env, timeout=timeout, text=True, capture_output=True)
    if done.returncode != 0:
        raise NotEnoughData(f"{' '.join(map(str, command))} ended with {done.returncode}:\n"
                            f"{done.stderr[-2000:]}")
    return done.stdout


def count_instructions(kernels, extra_env=None):
    """Runs the kernels under callgrind. Returns (metrics, what the program says it is)."""
    env = {"PATH": "/usr/bin:/bin", "GLIBC_TUNABLES": TUNABLES, **(extra_env or {})}
    with tempfile.TemporaryDirectory() as work:
        told = run(["valgrind", "--tool=callgrind", "--collect-atstart=no", "--quiet",
                    f"--callgrind-out-file={work}/out", kernels], env)
        dumps = []
        for name in os.listdir(work):
            with open(os.path.join(work, name), encoding="utf-8") as dump:
                dumps.append(dump.read())
    counted = parse_dumps(dumps)
    if not counted:
        raise NotEnoughData("callgrind has counted nothing")
    if "not optimized" in told:
        raise NotEnoughData("the programs are not optimized: build with --config=release")
    return ({f"instructions/{name}": total / TIMES for name, total in counted.items()},
            told.strip())


def text_bytes(program):
    sizes = run(["llvm-size-19", "-A", program])
    return int(re.search(r"^\.text\s+(\d+)", sizes, re.M).group(1))


def valgrind_version():
    return run(["valgrind", "--version"]).strip()


def measure(programs, extra_env=None):
    """Measures all. `programs` has kernels, counts and nvmf. Returns (metrics, context)."""
    import json
    metrics, built = count_instructions(programs["kernels"], extra_env)
    metrics.update(json.loads(run([programs["counts"]], {**os.environ, **(extra_env or {})})))
    metrics["text/nvmf"] = text_bytes(programs["nvmf"])
    return metrics, {"built": built, "valgrind": valgrind_version(),
                     "machine": platform.machine()}
