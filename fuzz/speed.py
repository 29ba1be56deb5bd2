#!/usr/bin/env python3
"""speed.py: executions a second of each fuzz target, beside those of an empty one.

  fuzz/speed.py [--runs=N] [--rounds=3] [TARGET...]

Each target runs from its committed corpus at a fixed seed, the empty target right before it with the
same corpus and the same lengths, and both are timed by the CPU that they used: on a busy machine
that and the ratio mean more than the wall clock. The best of the rounds counts. Replaying the corpus,
which comes first, is taken off. BAZEL_STARTUP and BAZEL_FLAGS are passed on to Bazel.
"""
import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile

ROOT = os.environ.get("BUILD_WORKSPACE_DIRECTORY") or os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))


def bazel(*arguments, **options):
    startup = os.environ.get("BAZEL_STARTUP", "").split()
    flags = os.environ.get("BAZEL_FLAGS", "").split() + ["--config=fuzz"]
    return subprocess.run(["bazel", *startup, arguments[0], *flags, *arguments[1:]], cwd=ROOT,
                          check=True, **options)


def targets():
    text = open(os.path.join(ROOT, "fuzz/BUILD.bazel")).read()
    return re.findall(r'nvmf_fuzz_target\(\s*name = "(\w+)".*?max_len = (\d+)', text, re.DOTALL)


def cpu_of(binary, corpus, max_len, runs):
    """CPU seconds of a run that ends after so many executions."""
    with tempfile.TemporaryDirectory() as work:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([binary, f"-runs={runs}", "-seed=1337", "-len_control=0",
                        f"-max_len={max_len}", f"-dict={ROOT}/fuzz/nvmf.dict",
                        f"-artifact_prefix={work}/", work, corpus],
                       check=True, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def speed(binary, corpus, max_len, runs):
    files = len(os.listdir(corpus)) + 1
    start = cpu_of(binary, corpus, max_len, 0)
    return (runs - files) / max(cpu_of(binary, corpus, max_len, runs) - start, 0.001)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=50000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("targets", nargs="*")
    options = parser.parse_args()
    chosen = [(name, length) for name, length in targets()
              if not options.targets or name in options.targets]
    bazel("build", "//fuzz:empty_fuzzer", *[f"//fuzz:{name}_fuzzer" for name, _ in chosen],
          stderr=subprocess.DEVNULL)
    info = bazel("info", "bazel-bin", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    folder = os.path.join(info.stdout.decode().strip(), "fuzz")
    print("target         exec/s    empty  ratio")
    for name, length in chosen:
        corpus = os.path.join(ROOT, "corpus", name)
        rates = [(speed(f"{folder}/{name}_fuzzer", corpus, length, options.runs),
                  speed(f"{folder}/empty_fuzzer", corpus, length, options.runs))
                 for _ in range(options.rounds)]
        mine, empty = (max(column) for column in zip(*rates))
        print(f"{name:12} {mine:8.0f} {empty:8.0f} {mine / empty:6.3f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
