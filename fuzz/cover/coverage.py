#!/usr/bin/env python3
"""coverage.py: what replaying the committed corpora covers of the library, against floors.

  fuzz/cover/coverage.py [--html=FOLDER] [--raise]

Builds each target with source-based coverage, replays its corpus without an engine, and prints
lines and branches of each folder under test. Fails when one lies below its floor in floors.json;
--raise lifts floors that are exceeded by more than a point. Functions that no target reaches are
listed, and must be in unreached.txt with a reason; so must files that do not count (lines that begin
with "file"). BAZEL_STARTUP and BAZEL_FLAGS go to Bazel.
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
HERE = os.path.join(ROOT, "fuzz/cover")
COMPILED = "evaluated by the compiler only"
FOLDERS = ["nvmf/base", "nvmf/nvme", "nvmf/tcp", "nvmf/target"]


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


def sources_of(folder, reasons):
    """The files of a folder that count."""
    left_out = re.findall(r"^file (\S+) ", reasons, re.MULTILINE)
    found = sorted(glob.glob(os.path.join(ROOT, folder, "*.cc")) +
                   glob.glob(os.path.join(ROOT, folder, "*.h")))
    return [file for file in found if os.path.relpath(file, ROOT) not in left_out
            and not re.search(r"_test\.cc$|for_test\.h$", file)]


def export(arguments, sources):
    found = subprocess.run(["llvm-cov-19", "export", *arguments, *sources], check=True,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(found.stdout)["data"][0]


def unreached(data, sources):
    """The functions of the files that ran in no instance, by name: the lines and branches they have."""
    ran, seen = set(), {}
    for function in data["functions"]:
        file = os.path.normpath(function["filenames"][0]).replace("/proc/self/cwd", ROOT)
        if file not in sources:
            continue
        first = function["regions"][0]
        place = (file, *first[:2])
        seen[place] = (function["name"], first[2] - first[0] + 1, 2 * len(function["branches"]))
        if function["count"]:
            ran.add(place)
    found = [value for place, value in sorted(seen.items()) if place not in ran]
    if not found:
        return {}
    mangled = [name.split(":")[-1] for name, _, _ in found]
    plain = subprocess.run(["llvm-cxxfilt-19", *mangled], stdout=subprocess.PIPE, check=True)
    functions = {}
    for line, (_, lines, branches) in zip(plain.stdout.decode().splitlines(), found):
        # "auto" and lambdas have no name of their own worth a line.
        line = line.replace("(anonymous namespace)::", "")
        name = re.sub(r"<.*|\(.*|\[abi.*", "", line.split("(")[0].split(" ")[-1])
        if name.startswith("nvmf::"):
            before = functions.get(name, (0, 0))
            functions[name] = (before[0] + lines, before[1] + branches)
    return functions


def reason_of(name, reasons):
    found = re.search(rf"^{re.escape(name)} (.+)$", reasons, re.MULTILINE)
    return found.group(1) if found else ""


def percent(totals, kind, compiled):
    """Without what the compiler alone evaluates: no input can run it."""
    count = totals[kind]["count"] - compiled
    return 100 * totals[kind]["covered"] / max(count, 1)


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
            sources = sources_of(folder, reasons)
            data = export(arguments, sources)
            functions = unreached(data, sources)
            compiled = [sizes for name, sizes in functions.items()
                        if reason_of(name, reasons) == COMPILED]
            for which, kind in enumerate(("lines", "branches")):
                reached = percent(data["totals"], kind, sum(sizes[which] for sizes in compiled))
                floor = floors[folder][kind]
                low = reached < floor
                bad += low
                print(f"{folder:12} {kind:9} {reached:6.2f} %  floor {floor:6.2f} %{'  BELOW' * low}")
                if options.lift and reached > floor + 1:
                    floors[folder][kind] = int(reached * 100) / 100
            for name in functions:
                known = reason_of(name, reasons)
                bad += not known
                print(f"  unreached: {name}: {known or 'WITHOUT A REASON'}")
        if options.html:
            subprocess.run(["llvm-cov-19", "show", *arguments, "-format=html",
                            f"-output-dir={options.html}", "-show-branches=count",
                            *[file for folder in FOLDERS
                              for file in sources_of(folder, reasons)]], check=True)
    if options.lift:
        with open(os.path.join(HERE, "floors.json"), "w") as file:
            file.write(json.dumps(floors, indent=2) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
