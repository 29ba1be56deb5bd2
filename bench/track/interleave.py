"""Runs two programs of benchmarks side by side: whole processes in turns, in random order."""

import json
import os
import random
import re
import subprocess

from metrics import NotEnoughData


SLICES = 40  # Of one run; the least of them counts, since whatever disturbs a slice makes it longer.


def cpu_times(program, names, slice_s, cpu, extra_env=None):
    """Returns benchmark -> CPU time per iteration of one short run: the least of SLICES."""
    only = "^(" + "|".join(map(re.escape, names)) + ")$"
    done = subprocess.run(
        [program, f"--benchmark_filter={only}", f"--benchmark_min_time={slice_s}",
         f"--benchmark_repetitions={SLICES}", "--benchmark_format=json"],
        env={**os.environ, "NVMF_BENCH_NO_RATIO": "1", **(extra_env or {})},
        text=True, capture_output=True, timeout=600,
        preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
    if done.returncode != 0:
        raise NotEnoughData(f"{program} ended with {done.returncode}: {done.stderr[-1000:]}")
    least = {}
    for one in json.loads(done.stdout)["benchmarks"]:
        if one["run_type"] == "iteration" and "error_occurred" not in one:
            name = one["run_name"]
            least[name] = min(one["cpu_time"], least.get(name, one["cpu_time"]))
    return least


def names_of(program, pattern):
    listed = subprocess.run([program, "--benchmark_list_tests", f"--benchmark_filter={pattern}"],
                            text=True, capture_output=True, timeout=60)
    return {line for line in listed.stdout.split("\n") if line and " " not in line}


def common(a, b, pattern):
    """Returns the benchmarks that both have."""
    both = sorted(names_of(a, pattern) & names_of(b, pattern))
    if not both:
        raise NotEnoughData(f"no benchmark matches '{pattern}' in both programs")
    return both


def least_of(first, second):
    return {name: min(first[name], second[name]) for name in first.keys() & second.keys()}


def pair_ratios(a, b, names, pairs, slice_s, env_b=None, seed=None):
    """Returns benchmark -> B's CPU time over A's, pair by pair: ABBA or BAAB, the least of two."""
    order = random.Random(seed)
    ratios = {name: [] for name in names}
    for _ in range(pairs):
        # One core may be slower than another, for what its neighbours do: a pair has one.
        cpu, sides = order.choice(sorted(os.sched_getaffinity(0))), {}
        first, second = order.sample("AB", 2)
        for side in (first, second, second, first):
            times = cpu_times(a if side == "A" else b, names, slice_s, cpu,
                              env_b if side == "B" else None)
            sides[side] = least_of(sides[side], times) if side in sides else times
        for name in names:
            before, after = sides["A"].get(name), sides["B"].get(name)
            if not before or not after:
                raise NotEnoughData(f"{name} was not measured")
            ratios[name].append(after / before)
    return ratios
