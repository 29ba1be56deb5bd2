"""The history: one JSON object a line, one line a commit and metric, only ever appended to."""

import dataclasses
import json
import subprocess

import change_points
import metrics as tier1


@dataclasses.dataclass
class Commit:
    commit: str
    date: str
    subject: str


@dataclasses.dataclass
class Series:
    name: str
    unit: str
    commits: list
    values: list
    points: list  # ChangePoints.


def commit_of(repository, revision):
    told = subprocess.run(["git", "-C", repository, "log", "-1", "--format=%H%n%cI%n%s", revision],
                          text=True, capture_output=True)
    if told.returncode != 0:
        raise tier1.NotEnoughData(told.stderr.strip())
    return Commit(*told.stdout.rstrip("\n").split("\n", 2))


def records(commit, measured, context):
    """Returns what is to be kept of one commit."""
    return [{"commit": commit.commit, "date": commit.date, "subject": commit.subject,
             "machine": context["machine"], "toolchain": context["built"], "metric": name,
             "unit": tier1.unit(name), "value": value, "n": 1, "mad": 0}
            for name, value in sorted(measured.items())]


def append(path, lines):
    with open(path, "a", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except FileNotFoundError:
        return []


def series_of(lines, order=None):
    """Returns the Series of each metric; commits in `order`, else as they were appended."""
    by_metric = {}
    for line in lines:
        by_metric.setdefault(line["metric"], {})[line["commit"]] = line
    found = []
    for name, at in sorted(by_metric.items()):
        keys = [c for c in order if c in at] if order else list(at)
        values = [at[c]["value"] for c in keys]
        exact = all(at[c]["mad"] == 0 for c in keys)
        points = (change_points.exact(values, tier1.allowance(name)) if exact
                  else change_points.noisy(values))
        commits = [Commit(c, at[c]["date"], at[c]["subject"]) for c in keys]
        found.append(Series(name, at[keys[0]]["unit"], commits, values, points))
    return found
