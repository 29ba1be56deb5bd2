"""Regression tracking: bazel run --config=release //bench:track -- COMMAND

Exit status: 0 nothing is worse, 1 something is, 2 usage, 3 not enough data for a verdict.
"""

import argparse
import os
import platform
import subprocess
import sys

import baseline
import checkout
import compare
import history
import metrics as tier1
import page
import selftest

HERE = os.path.dirname(os.path.abspath(__file__))
RUNFILES = os.path.normpath(os.path.join(HERE, "..", ".."))
SOURCE = os.environ.get("BUILD_WORKSPACE_DIRECTORY", RUNFILES)
TARGETS = {"kernels": "//bench:kernels", "counts": "//bench:counts", "nvmf": "//nvmf/cmd:nvmf",
           "bench": "//bench:bench"}


def built_here():
    """Returns the programs that were built together with this one."""
    return {name: os.path.join(RUNFILES, target.removeprefix("//").replace(":", "/"))
            for name, target in TARGETS.items()}


def in_source(*names):
    return os.path.join(SOURCE, "bench", "track", *names)


def baseline_path():
    return in_source("baseline", platform.machine() + ".json")


def show(options):
    measured, context = tier1.measure(built_here())
    for name, value in sorted(measured.items()):
        print(f"{name:44} {value:14,.6g} {tier1.unit(name)}")
    print(context)
    return 0


def check(options):
    if not os.path.exists(baseline_path()):
        raise tier1.NotEnoughData(f"there is no baseline for {platform.machine()}: see accept")
    measured, context = tier1.measure(built_here())
    comparison = baseline.compare(baseline.load(baseline_path()), measured, context)
    return baseline.report(comparison, len(measured))


def accept(options):
    measured, context = tier1.measure(built_here())
    os.makedirs(os.path.dirname(baseline_path()), exist_ok=True)
    baseline.save(baseline_path(), measured, context, options.reason)
    print(f"{len(measured)} counts are the baseline now: {baseline_path()}")
    return 0


def checked_out(options, commit):
    return checkout.Checkout(SOURCE, commit, options.bazel.split(), options.bazel_flag)


def compare_two(options):
    sides = [options.a, options.b]
    if all(os.access(side, os.X_OK) and os.path.isfile(side) for side in sides):
        return compare_programs(options, *sides)
    bench = TARGETS["bench"]
    with checked_out(options, options.a) as a, checked_out(options, options.b) as b:
        return compare_programs(options, a.build([bench])[bench], b.build([bench])[bench])


def compare_programs(options, a, b):
    if compare.same_program(a, b) and not options.even_if_same:
        print("both are the same program, octet for octet")
        return 0
    return compare.compare(a, b, options.filter, options.pairs, options.slice)[0]


def measure_commit(options, commit):
    targets = {name: TARGETS[name] for name in ("kernels", "counts", "nvmf")}
    with checked_out(options, commit) as tree:
        built = tree.build(list(targets.values()))
        return tier1.measure({name: built[target] for name, target in targets.items()})


def revisions(options):
    told = subprocess.run(["git", "-C", SOURCE, "rev-list", "--first-parent", "--reverse",
                           f"--max-count={options.last}", options.to],
                          text=True, capture_output=True)
    if told.returncode != 0:
        raise tier1.NotEnoughData(told.stderr.strip())
    return told.stdout.split()


def make_history(options):
    """Measures what commits the history lacks, then writes the page."""
    store = options.store or in_source("history.jsonl")
    known = {line["commit"] for line in history.load(store)}
    wanted = revisions(options) if options.last else []
    for commit in wanted:
        if commit in known:
            continue
        try:
            measured, context = measure_commit(options, commit)
        except tier1.NotEnoughData as error:
            print(f"{commit[:10]}: left out: {error}", file=sys.stderr)
            continue
        history.append(store, history.records(history.commit_of(SOURCE, commit), measured, context))
        print(f"{commit[:10]}: {len(measured)} counts", flush=True)
    lines = history.load(store)
    if not lines:
        raise tier1.NotEnoughData("the history is empty")
    order = list(dict.fromkeys(line["commit"] for line in lines))
    series = history.series_of(lines, order)
    folder = options.out or os.path.join(os.getcwd(), "track-page")
    page.write(folder, series, order)
    points = [(s, p) for s in series for p in s.points]
    for one, point in points:
        print(f"change point: {one.commits[point.index].commit[:10]} {one.name} "
              f"{point.before:g} -> {point.after:g} ({page.percent(point)})")
    print(f"{len(order)} commits, {len(series)} counts, {len(points)} change points:"
          f" {folder}/index.html, {folder}/data.js")
    return 0


def try_gates(options):
    return selftest.run(built_here(), options.rounds)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="track", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name, run, what):
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(run=run)
        return command

    def add_build(command):
        command.add_argument("--bazel", default="./bazelw", help="what builds a commit")
        command.add_argument("--bazel-flag", action="append", default=[],
                             help="for that build, as --disk_cache=DIR (repeatable)")

    add("show", show, "count and print (tier 1)")
    add("check", check, "count and judge by the committed baseline (tier 1)")
    add("accept", accept, "make what is counted now the baseline").add_argument(
        "--reason", required=True, help="why; it is kept in the baseline")
    two = add("compare", compare_two, "CPU time of two builds or commits, side by side (tier 2)")
    two.add_argument("a", help="program of benchmarks, or commit")
    two.add_argument("b", help="the changed one")
    two.add_argument("--filter", default="^(capsule/memory|codec|crc32c)/",
                     help="regular expression of benchmarks")
    two.add_argument("--pairs", type=int, default=30)
    two.add_argument("--slice", type=float, default=0.0005, help="seconds of one slice")
    two.add_argument("--even-if-same", action="store_true", help="measure a program against itself")
    add_build(two)
    past = add("history", make_history, "measure commits and write the page (tier 3)")
    past.add_argument("--last", type=int, default=0, help="commits to measure; 0: only the page")
    past.add_argument("--to", default="HEAD", help="the newest of them")
    past.add_argument("--store", help="the history (bench/track/history.jsonl)")
    past.add_argument("--out", help="folder for the page (./track-page)")
    add_build(past)
    add("selftest", try_gates, "see the gates pass and fail as they should").add_argument(
        "--rounds", type=int, default=20, help="trials of tier 2, each way")
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:])
    os.chdir(os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd()))
    try:
        return options.run(options)
    except tier1.NotEnoughData as error:
        print(f"track: {error}", file=sys.stderr)
        return 3
    except ModuleNotFoundError as error:
        print(f"track: {error}. Debian has it: BAZELW_PACKAGES='python3-scipy python3-matplotlib'"
              " ./bazelw info", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
