#!/usr/bin/env python3
"""prove.py: shows that the fuzz targets find bugs, by planting some.

All mutants of mutants.txt are compiled into one scratch copy of the tree, each behind a switch, and
switched on one at a time. A mutant is killed when its target stops within the executions allowed,
from the committed corpus and a fixed seed. Prints one line a mutant and the score; fails when the
score is below --least, or a mutant that claims to be equivalent is killed, or one that was killed
before (executions.json) takes ten times the executions. --canaries runs one for each target.
--plant=FOLDER only makes the tree, and prints the number of the mutant of --only.

  fuzz/proof/prove.py [--runs=200000] [--seed=1337] [--only=NAME,...] [--keep=FOLDER] [--check]
                      [--canaries] [--record]

BAZEL_STARTUP and BAZEL_FLAGS are passed on to Bazel. --check only looks whether every mutant
applies, without building anything.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.environ.get("BUILD_WORKSPACE_DIRECTORY") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNS = 200000
RECORDED = os.path.join(ROOT, "fuzz/proof/executions.json")
SWITCH = """#ifndef NVMF_MUTANT_SWITCH
#define NVMF_MUTANT_SWITCH
#include <cstdlib>
namespace nvmf {
inline int ChosenMutant() {
  static const int chosen = std::getenv("NVMF_MUTANT") ? std::atoi(std::getenv("NVMF_MUTANT")) : 0;
  return chosen;
}
constexpr bool Mutant(int n) {
  if consteval {
    return false;
  } else {
    return ChosenMutant() == n;
  }
}
}  // namespace nvmf
#endif
"""


def read_mutants(path):
    mutants = []
    for line in open(path):
        mark, text = line[:2], line[2:].rstrip("\n")
        if mark == "@ ":
            name, target, file = text.split()
            mutants.append(dict(name=name, target=target, file=file, equivalent="", defect=""))
        elif mark == "- ":
            mutants[-1]["old"] = text
        elif mark == "+ ":
            mutants[-1]["new"] = text
        elif mark == "= ":
            mutants[-1]["equivalent"] = text
        elif mark == "! ":
            mutants[-1]["defect"] = text
    for number, mutant in enumerate(mutants, 1):
        mutant["number"] = number
    return mutants


def locate(source, mutant):
    """The span of the part to replace. `{{` binds to the last brace of a run, `}}` to the first."""
    found = re.fullmatch(r"(.*?)\{\{(?!\{\{)(.*)\}\}(.*)", mutant["old"])
    before, part, after = found.groups()
    while part.startswith("{"):
        before, part = before + "{", part[1:]
    while after and part.endswith("}") and part.count("}") > part.count("{"):
        part, after = part[:-1], "}" + after
    text = before + part + after
    if source.count(text) != 1:
        sys.exit(f"{mutant['name']}: found {source.count(text)} times: {text}")
    begin = source.index(text) + len(before)
    return begin, begin + len(part)


def render(source, begin, end, mutants):
    """source[begin:end] with the mutants inside it behind their switches; outer ones first."""
    out, at = "", begin
    for mutant in mutants:
        if mutant["span"][0] < at:
            continue
        b, e = mutant["span"]
        same = [m for m in mutants if m["span"] == (b, e)]
        inner = [m for m in mutants if m["span"] != (b, e) and b <= m["span"][0] and m["span"][1] <= e]
        old = render(source, b, e, inner)
        for m in same:
            if source[b:e].endswith(";"):
                old = f"if (::nvmf::Mutant({m['number']})) {{ {m['new']} }} else {{ {old} }}"
            else:
                old = f"(::nvmf::Mutant({m['number']}) ? ({m['new']}) : ({old}))"
        out += source[at:b] + old
        at = e
    return out + source[at:end]


def plant(tree, mutants):
    for file in sorted({m["file"] for m in mutants}):
        path = os.path.join(tree, file)
        source = open(path).read()
        mine = [m for m in mutants if m["file"] == file]
        for mutant in mine:
            mutant["span"] = locate(source, mutant)
        mine.sort(key=lambda m: (m["span"][0], -m["span"][1]))
        for a, b in zip(mine, mine[1:]):
            if a["span"][1] > b["span"][0] and a["span"][1] < b["span"][1]:
                sys.exit(f"{a['name']} and {b['name']} overlap")
        open(path, "w").write(SWITCH + render(source, 0, len(source), mine))


def copy_tree(tree):
    files = subprocess.run(["git", "ls-files", "-z", "--", "WORKSPACE", "BUILD.bazel", ".bazelrc",
                            "nvmf", "fuzz", "corpus", "conformance", "tools"],
                           cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    for file in files.decode().split("\0"):
        source = os.path.join(ROOT, file)
        if file and os.path.isfile(source):
            os.makedirs(os.path.dirname(os.path.join(tree, file)) or tree, exist_ok=True)
            shutil.copy(source, os.path.join(tree, file))


def build(tree, targets):
    startup = os.environ.get("BAZEL_STARTUP", "").split()
    flags = os.environ.get("BAZEL_FLAGS", "").split() + ["--config=fuzz", "--copt=-Wno-error"]
    subprocess.run(["bazel", *startup, "build", *flags] + [f"//fuzz:{t}_fuzzer" for t in targets],
                   cwd=tree, check=True)
    info = subprocess.run(["bazel", *startup, "info", *flags, "bazel-bin"], cwd=tree,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    os.makedirs(os.path.join(tree, "bin"))
    for target in targets:
        binary = os.path.join(info.stdout.decode().strip(), "fuzz", f"{target}_fuzzer")
        shutil.copy(binary, os.path.join(tree, "bin", target))


def max_len(tree, target):
    build_file = open(os.path.join(tree, "fuzz/BUILD.bazel")).read()
    rule = build_file[build_file.index(f'    name = "{target}",'):]
    return re.search(r"max_len = (\d+)", rule).group(1)


def run(tree, target, number, options):
    """Returns whether the target stopped, and after how many executions."""
    work = tempfile.mkdtemp(dir=tree)
    command = [os.path.join(tree, "bin", target), f"-runs={options.runs}", f"-seed={options.seed}",
               "-len_control=0", f"-max_len={max_len(tree, target)}", "-timeout=10",
               "-malloc_limit_mb=64", "-rss_limit_mb=2048", "-print_final_stats=1",
               f"-dict={tree}/fuzz/nvmf.dict", f"-artifact_prefix={work}/",
               work, os.path.join(tree, "corpus", target)]
    result = subprocess.run(command, env={**os.environ, "NVMF_MUTANT": str(number)},
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=900)
    text = result.stderr.decode(errors="replace")
    stat = re.findall(r"stat::number_of_executed_units:\s*(\d+)", text)
    shutil.rmtree(work)
    return result.returncode != 0, int(stat[-1]) if stat else 0


def slow(mutant, executions, recorded):
    """Whether it took ten times what it took before. Few executions are luck."""
    return executions > 10 * max(recorded.get(mutant["name"], RUNS), 1000)


def judge(tree, mutants, options):
    killed, wrong = [], 0
    recorded = json.load(open(RECORDED))
    for mutant in mutants:
        start = time.time()
        dead, executions = run(tree, mutant["target"], mutant["number"], options)
        word = "killed" if dead else "equivalent" if mutant["equivalent"] else "SURVIVED"
        print(f"{word:10} {mutant['target']:10} {mutant['name']:32} {executions:8} executions "
              f"{time.time() - start:5.1f} s  {mutant['defect'] or mutant['equivalent']}", flush=True)
        killed += [mutant] if dead else []
        late = dead and slow(mutant, executions, recorded)
        if late:
            print(f"SLOW       it took {recorded[mutant['name']]} executions before")
        wrong += dead and bool(mutant["equivalent"]) or late
        if options.record and dead:
            recorded[mutant["name"]] = executions
    if options.record:
        with open(RECORDED, "w") as file:
            file.write(json.dumps(recorded, indent=0, sort_keys=True) + "\n")
    total = [m for m in mutants if not m["equivalent"]]
    score = 100 * len(killed) / max(len(total), 1)
    defects = [m for m in mutants if m["defect"]]
    print(f"{len(killed)} of {len(total)} mutants killed ({score:.1f} %), "
          f"{len(mutants) - len(total)} equivalent; "
          f"{sum(m in killed for m in defects)} of {len(defects)} known patterns found")
    return score >= options.least and wrong == 0 and all(m in killed for m in defects)


def canaries(mutants, recorded):
    """For each target the mutant that it kills with the fewest executions."""
    best = {}
    for mutant in mutants:
        cost = recorded.get(mutant["name"])
        if cost and cost < best.get(mutant["target"], (RUNS + 1,))[0]:
            best[mutant["target"]] = (cost, mutant)
    return [mutant for _, mutant in best.values()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=1337)
    parser.add_argument("--least", type=float, default=90)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", default="")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plant", default="")
    parser.add_argument("--canaries", action="store_true")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    mutants = read_mutants(os.path.join(ROOT, "fuzz/proof/mutants.txt"))
    names = options.only.split(",") if options.only else []
    if options.plant:
        copy_tree(options.plant)
        plant(options.plant, mutants)
        print(*[m["number"] for m in mutants if m["name"] in names])
        return 0
    if options.canaries:
        mutants = canaries(mutants, json.load(open(RECORDED)))
    # Always the same folder, so that Bazel knows it again.
    tree = options.keep or os.path.join(ROOT, ".fuzz/proof")
    if not options.keep:
        shutil.rmtree(tree, ignore_errors=True)
    planted = os.path.exists(os.path.join(tree, "bin"))
    if not planted:
        copy_tree(tree)
        plant(tree, mutants)
    if options.check:
        print(f"{len(mutants)} mutants apply")
        shutil.rmtree(tree)
        return 0
    if not planted:
        build(tree, sorted({m["target"] for m in mutants}))
    ok = judge(tree, [m for m in mutants if not names or m["name"] in names], options)
    if not options.keep:
        shutil.rmtree(tree)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
