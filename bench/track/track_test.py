"""What the tracker concludes from numbers it is given."""

import os
import random
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import baseline  # noqa: E402
import change_points  # noqa: E402
import gate  # noqa: E402
import history  # noqa: E402
import metrics  # noqa: E402
import page  # noqa: E402

CONTEXT = {"built": "x", "valgrind": "y", "machine": "z"}
WAS = {"instructions/a": 1000, "allocations/b": 0, "text/c": 100000}


class Counting(unittest.TestCase):
    def test_dumps_are_read_by_their_mark(self):
        dump = "version: 1\ndesc: Trigger: Client Request: decode/R2T\nevents: Ir\nsummary: 1213\n"
        self.assertEqual(metrics.parse_dumps([dump, "summary: 5\n"]), {"decode/R2T": 1213})


class Baseline(unittest.TestCase):
    def judge(self, context=CONTEXT, **values):
        measured = {**WAS, **{name.replace("_", "/"): value for name, value in values.items()}}
        return baseline.compare({"context": CONTEXT, "metrics": WAS}, measured, context)

    def test_the_same_is_neither_better_nor_worse(self):
        same = self.judge()
        self.assertEqual((same.worse, same.better, same.new, same.gone), ([], [], [], []))
        self.assertEqual(baseline.report(same, 3), 0)

    def test_allowances_are_those_of_the_kind(self):
        self.assertEqual(self.judge(instructions_a=1005).worse, [])
        self.assertEqual(len(self.judge(instructions_a=1006).worse), 1)
        self.assertEqual(len(self.judge(allocations_b=0.01).worse), 1)
        self.assertEqual(self.judge(text_c=102000).worse, [])
        self.assertEqual(len(self.judge(text_c=102001).worse), 1)

    def test_a_gain_passes_and_is_told(self):
        gain = self.judge(instructions_a=900)
        self.assertEqual([change.name for change in gain.better], ["instructions/a"])
        self.assertEqual(baseline.report(gain, 3), 0)

    def test_worse_is_status_1_whatever_is_better(self):
        self.assertEqual(baseline.report(self.judge(instructions_a=900, allocations_b=1), 3), 1)

    def test_another_compiler_is_no_verdict_on_instructions(self):
        other = self.judge(context={**CONTEXT, "built": "other"}, instructions_a=2000)
        self.assertEqual(other.worse, [])
        self.assertEqual(baseline.report(other, 3), 3)
        exact = self.judge(context={**CONTEXT, "built": "other"}, allocations_b=1)
        self.assertEqual(baseline.report(exact, 3), 1)

    def test_what_is_gone_is_worse(self):
        gone = baseline.compare({"context": CONTEXT, "metrics": WAS}, {"allocations/b": 0}, CONTEXT)
        self.assertEqual(baseline.report(gone, 1), 1)

    def test_what_was_saved_is_loaded(self):
        with tempfile.TemporaryDirectory() as work:
            path = os.path.join(work, "x.json")
            baseline.save(path, WAS, CONTEXT, "because")
            loaded = baseline.load(path)
            self.assertEqual((loaded["metrics"], loaded["context"]), (WAS, CONTEXT))
            with open(path, encoding="utf-8") as file:
                self.assertIn('  "allocations/b": 0,\n', file.read())


class Gate(unittest.TestCase):
    def test_holm_multiplies_and_never_falls(self):
        adjusted = gate.holm([0.01, 0.04, 0.03])
        for got, want in zip(adjusted, [0.03, 0.06, 0.06]):
            self.assertAlmostEqual(got, want)

    def judge(self, factor, spread=0.05, pairs=30):
        noise = random.Random(7)
        return gate.judge({"x": [factor * noise.uniform(1 - spread, 1 + spread)
                                 for _ in range(pairs)]})[0]

    @unittest.skipUnless(os.path.isdir("/usr/lib/python3/dist-packages/scipy"), "needs scipy")
    def test_noise_is_the_same_and_five_percent_is_slower(self):
        self.assertFalse(self.judge(1.0).slower)
        self.assertTrue(self.judge(1.05).slower)
        self.assertTrue(self.judge(0.95).faster)
        self.assertTrue(self.judge(1.02, spread=0.01).suspect)


class ChangePoints(unittest.TestCase):
    def test_exact_series_change_where_they_change(self):
        points = change_points.exact([100, 100, 101, 101, 50], 0.005)
        self.assertEqual([p.index for p in points], [2, 4])
        self.assertEqual(change_points.exact([1000, 1004], 0.005), [])
        self.assertEqual(change_points.exact([0, 1], 0)[0].share, float("inf"))

    def test_noisy_series_change_once_where_the_level_does(self):
        noise = random.Random(3)
        level = [100 + noise.gauss(0, 1) for _ in range(15)]
        level += [110 + noise.gauss(0, 1) for _ in range(15)]
        self.assertEqual([p.index for p in change_points.noisy(level)], [15])
        flat = [100 + noise.gauss(0, 3) for _ in range(30)]
        self.assertEqual(change_points.noisy(flat), [])


class History(unittest.TestCase):
    def lines(self):
        kept = []
        for n, value in enumerate([10, 10, 12]):
            commit = history.Commit(f"{n:040x}", f"2026-11-0{n + 1}T00:00:00+00:00", f"change <{n}>")
            kept += history.records(commit, {"instructions/a": value, "sizeof/B": 8}, CONTEXT)
        return kept

    def test_a_series_has_its_commits_and_its_change_points(self):
        with tempfile.TemporaryDirectory() as work:
            path = os.path.join(work, "history.jsonl")
            history.append(path, self.lines()[:4])
            history.append(path, self.lines()[4:])
            moved, still = history.series_of(history.load(path))
        self.assertEqual(moved.values, [10, 10, 12])
        self.assertEqual([p.index for p in moved.points], [2])
        self.assertEqual(still.points, [])

    def test_data_js_is_that_of_github_action_benchmark(self):
        series = history.series_of(self.lines())
        order = [f"{n:040x}" for n in range(3)]
        text = page.data_js(series, order)
        self.assertTrue(text.startswith("window.BENCHMARK_DATA = "))
        import json
        data = json.loads(text.removeprefix("window.BENCHMARK_DATA = "))
        entries = data["entries"]["nvmf"]
        self.assertEqual([e["commit"]["id"] for e in entries], order)
        self.assertEqual(entries[2]["benches"][0],
                         {"name": "instructions/a", "value": 12, "unit": "instructions/op"})

    @unittest.skipUnless(os.path.isdir("/usr/lib/python3/dist-packages/matplotlib"),
                         "needs matplotlib")
    def test_the_page_marks_the_change(self):
        order = [f"{n:040x}" for n in range(3)]
        text = page.render(history.series_of(self.lines()), order)
        self.assertIn("+20.00%", text)
        self.assertIn("change &lt;2&gt;", text)
        self.assertIn("1 change points", text)


if __name__ == "__main__":
    unittest.main()
