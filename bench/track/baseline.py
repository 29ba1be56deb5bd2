"""The committed baseline of tier 1, and what a change does to it."""

import dataclasses
import json

import metrics as tier1


@dataclasses.dataclass
class Change:
    name: str
    before: float
    after: float

    @property
    def share(self):
        return (self.after - self.before) / self.before if self.before else float("inf")

    def __str__(self):
        share = f"{self.share:+.2%}" if self.before else "from nothing"
        return (f"{self.name}: {self.before:g} -> {self.after:g} {tier1.unit(self.name)} ({share},"
                f" {tier1.allowance(self.name):.1%} allowed)")


@dataclasses.dataclass
class Comparison:
    worse: list
    better: list
    new: list      # Names that the baseline has not.
    gone: list     # Names that only the baseline has.
    incomparable: str = ""  # Why instructions and sizes could not be judged.


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(path, measured, context, reason):
    """One line a metric, so that a change of it reads well."""
    head = {"reason": reason, "context": context}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(measured.items())]
    text = json.dumps(head, indent=1)[:-2] + ',\n "metrics": {\n' + ",\n".join(lines) + "\n }\n}\n"
    json.loads(text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def compare(baseline, measured, context):
    """Judges `measured` by the baseline: past its allowance a value is worse or better."""
    was, comparison = baseline["metrics"], Comparison([], [], [], [])
    if baseline["context"] != context:
        comparison.incomparable = (f"the baseline is of {baseline['context']}, this is"
                                   f" {context}")
    for name in sorted(set(was) | set(measured)):
        if name not in measured:
            comparison.gone.append(name)
        elif name not in was:
            comparison.new.append(name)
        elif comparison.incomparable and tier1.kind(name) in ("instructions", "text", "heap"):
            continue
        else:
            change = Change(name, was[name], measured[name])
            most = was[name] * tier1.allowance(name)
            if change.after - change.before > most:
                comparison.worse.append(change)
            elif change.before - change.after > most:
                comparison.better.append(change)
    return comparison


def report(comparison, count):
    """Prints the verdict and returns the exit status: 0 same, 1 regression, 3 not enough data."""
    for change in comparison.worse:
        print(f"worse:  {change}")
    for change in comparison.better:
        print(f"better: {change}")
    for name in comparison.new:
        print(f"new:    {name} has no baseline")
    for name in comparison.gone:
        print(f"gone:   {name} was not measured")
    if comparison.worse or comparison.gone:
        print(f"{len(comparison.worse)} of {count} counts are worse, {len(comparison.gone)} gone."
              " Mend it, or commit a new baseline with the reason:"
              " bazel run --config=release //bench:track -- accept --reason '...'")
        return 1
    if comparison.incomparable:
        print(f"not enough data for instructions and sizes: {comparison.incomparable}")
        return 3
    if comparison.better or comparison.new:
        print(f"{len(comparison.better)} of {count} counts are better, {len(comparison.new)} new:"
              " commit a new baseline (accept --reason '...'), or the gain may be lost unseen")
        return 0
    print(f"{count} counts as in the baseline")
    return 0
