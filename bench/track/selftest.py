"""Tries the gates with what they are there for: nothing must pass for nothing, and a planted
slowdown, a planted instruction, a planted allocation must not pass."""

import baseline
import compare
import metrics as tier1

BENCHMARK = "^capsule/memory/read4K$"  # On one thread and without system calls: the steadiest.


class Trial:
    def __init__(self):
        self.failed = 0

    def expect(self, good, what):
        print(f"{'ok  ' if good else 'FAIL'} {what}", flush=True)
        self.failed += not good


def tier1_trials(trial, programs):
    measured, context = tier1.measure(programs)
    saved = {"context": context, "metrics": measured}
    again, context_again = tier1.measure(programs)
    same = baseline.compare(saved, again, context_again)
    trial.expect(not same.worse and not same.better and not same.incomparable,
                 f"tier 1: {len(measured)} counts are the same twice")
    instructions = sum(name.startswith("instructions/") for name in measured)
    planted, _ = tier1.measure(programs, {"NVMF_BENCH_PLANT": "1"})
    worse = baseline.compare(saved, planted, context).worse
    trial.expect(len(worse) == instructions,
                 f"tier 1: 1 % more instructions fails, for {len(worse)} of {instructions} kernels")
    planted, _ = tier1.measure(programs, {"NVMF_BENCH_PLANT_ALLOCATION": "1"})
    worse = baseline.compare(saved, planted, context).worse
    trial.expect(any(change.name.startswith("allocations/") for change in worse),
                 f"tier 1: one more allocation fails, for {len(worse)} counts")
    slower = {**measured, "instructions/decode/R2T": measured["instructions/decode/R2T"] * 1.1}
    better = baseline.compare({"context": context, "metrics": slower}, measured, context)
    trial.expect(not better.worse and len(better.better) == 1,
                 "tier 1: a speed-up passes and asks for a new baseline")
    trial.expect(baseline.report(better, len(measured)) == 0, "tier 1: its exit status is 0")
    missing = {name: value for name, value in measured.items() if name != "syscalls/none"}
    trial.expect(baseline.report(baseline.compare(saved, missing, context), len(missing)) == 1,
                 "tier 1: a count that is gone fails")


def tier2_trials(trial, bench, rounds):
    quiet = lambda _: None
    passed = sum(compare.compare(bench, bench, BENCHMARK, say=quiet)[0] == 0
                 for _ in range(rounds))
    trial.expect(passed == rounds, f"tier 2: A/A passes {passed} times of {rounds}")
    plant = {"NVMF_BENCH_PLANT": "5"}
    runs = [compare.compare(bench, bench, BENCHMARK, env_b=plant, say=quiet) for _ in range(rounds)]
    caught = sum(status == 1 for status, _ in runs)
    for status, judged in runs:
        if status == 0:
            print(f"     let by: {judged[0]}")
    trial.expect(caught >= rounds * 0.9, f"tier 2: 5 % slower is caught {caught} times of {rounds}")


def run(programs, rounds):
    trial = Trial()
    tier1_trials(trial, programs)
    tier2_trials(trial, programs["bench"], rounds)
    print(f"{trial.failed} failed" if trial.failed else "all as it should be")
    return 1 if trial.failed else 0
