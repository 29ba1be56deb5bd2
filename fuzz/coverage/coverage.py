#!/usr/bin/env python3
"""coverage.py: what replaying the committed corpora covers of the library, against floors.

  fuzz/coverage/coverage.py [--html=FOLDER] [--raise]

Builds each target with source-based coverage, replays its corpus without an engine, and prints
lines and branches of each folder under test. Fails when one lies below its floor in floors.json;
--raise lifts floors that are exceeded by more than a point. Functions that no target reaches are
listed, and must be in unreached.txt with a reason. BAZEL_STARTUP and BAZEL_FLAGS go to Bazel.
"""
import argparse
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.environ.get("BUILD_WORKSPACE_DIRECTORY") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(ROOT, "fuzz/coverage")
FOLDERS = ["nvmf/base", "nvmf/nvme", "nvmf/tcp"]


def bazel(*arguments, **options):
    startup = os.environ.get("BAZEL_STARTUP", "").split()
    flags = os.environ.get("BAZEL_FLAGS", "").split() + ["--config=cov"]
    return subprocess.run(["bazel", *startup, arguments[0], *flags, *arguments[1:]], cwd=ROOT,
                          check=True, **options)


def targets():
    text = open(os.path.join(ROOT, "fuzz/BUILD.bazel")).read()
    return re.findall(r'nvmf_fuzz_target\(\s*name = "(\w+)"', text)


def replay(work):
    names = targets()
    bazel("build", *[f"//fuzz:{name}_fuzzer" for name in names])
    found = bazel("info", "bazel-bin", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    folder = found.stdout.decode().strip()
    binaries = [os.path.join(folder, "fuzz", f"{name}_fuzzer") for name in names]
    for name, binary in zip(names, binaries):
        profile = os.path.join(work, f"{name}.profraw")
        subprocess.run([binary, os.path.join(ROOT, "corpus", name)], check=True,
                       env={**os.environ, "LLVM_PROFILE_FILE": profile}, stderr=subprocess.DEVNULL)
    merged = os.path.join(work, "all.profdata")
    subprocess.run(["llvm-profdata-19", "merge", "-sparse", *glob.glob(work + "/*.profraw"),
                    "-o", merged], check=True)
    objects = [binaries[0]] + [f"-object={binary}" for binary in binaries[1:]]
    return objects + [f"-instr-profile={merged}", f"-path-equivalence=/proc/self/cwd,{ROOT}"]


def export(arguments, folder):
    sources = [os.path.join(ROOT, folder)]
    found = subprocess.run(["llvm-cov-19", "export", *arguments, *sources], check=True,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(found.stdout)["data"][0]


def unreached(data, folder):
    """Names of functions of the folder that ran in no instance, without their arguments."""
    ran, seen = set(), set()
    for function in data["functions"]:
        if f"/{folder}/" not in function["filenames"][0]:
            continue
        place = (function["filenames"][0], tuple(function["regions"][0][:2]))
        seen.add((place, function["name"]))
        if function["count"]:
            ran.add(place)
    mangled = sorted({name.split(":")[-1] for place, name in seen if place not in ran})
    if not mangled:
        return []
    plain = subprocess.run(["llvm-cxxfilt-19", *mangled], stdout=subprocess.PIPE, check=True)
    # "auto", "consteval" helpers and lambdas have no name of their own worth a line.
    names = {re.sub(r"<.*|\(.*|\[abi.*", "", line.split("(")[0].split(" ")[-1])
             for line in plain.stdout.decode().splitlines()}
    return sorted(name for name in names if name.startswith("nvmf::"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--html", default="")
    parser.add_argument("--raise", dest="lift", action="store_true")
    options = parser.parse_args()
    floors = json.load(open(os.path.join(HERE, "floors.json")))
    reasons = open(os.path.join(HERE, "unreached.txt")).read()
    bad = 0
    with tempfile.TemporaryDirectory() as work:
        arguments = replay(work)
        for folder in FOLDERS:
            data = export(arguments, folder)
            totals = data["totals"]
            for kind in ("lines", "branches"):
                percent, floor = totals[kind]["percent"], floors[folder][kind]
                low = percent < floor
                bad += low
                print(f"{folder:12} {kind:9} {percent:6.2f} %  floor {floor:6.2f} %{'  BELOW' * low}")
                if options.lift and percent > floor + 1:
                    floors[folder][kind] = int(percent * 100) / 100
            for name in unreached(data, folder):
                known = re.search(rf"^{re.escape(name)}\b", reasons, re.MULTILINE)
                bad += not known
                print(f"  unreached: {name}{'' if known else '  WITHOUT A REASON'}")
        if options.html:
            subprocess.run(["llvm-cov-19", "show", *arguments, "-format=html",
                            f"-output-dir={options.html}", "-show-branches=count",
                            *[os.path.join(ROOT, folder) for folder in FOLDERS]], check=True)
    if options.lift:
        json.dump(floors, open(os.path.join(HERE, "floors.json"), "w"), indent=2)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
