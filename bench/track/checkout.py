"""Builds the programs of a commit, with today's benchmarks laid over it: one ruler for all."""

import os
import shutil
import subprocess
import tempfile

from metrics import NotEnoughData

# Laid over a commit: the benchmarks, what they share with tests, and their packages.
RULER = ("bench", "nvmf/testing")


class Checkout:
    """A commit in a worktree and an output base of its own, which end with it."""

    def __init__(self, repository, commit, bazel=("./bazelw",), flags=()):
        self.repository = repository
        self.commit = commit
        self.bazel = list(bazel)
        self.flags = list(flags)
        self.work = tempfile.mkdtemp(prefix="track.")
        self.tree = os.path.join(self.work, "tree")

    def __enter__(self):
        self._git("worktree", "add", "--detach", self.tree, self.commit)
        for folder in RULER:
            shutil.rmtree(os.path.join(self.tree, folder), ignore_errors=True)
            shutil.copytree(os.path.join(self.repository, folder), os.path.join(self.tree, folder))
        return self

    def __exit__(self, *_):
        base = f"--output_base={self.work}/base"
        subprocess.run([*self.bazel, base, "shutdown"], cwd=self.tree, capture_output=True)
        self._git("worktree", "remove", "--force", self.tree)
        subprocess.run(["chmod", "-R", "u+w", self.work], capture_output=True)
        shutil.rmtree(self.work, ignore_errors=True)

    def build(self, targets):
        """Returns target -> program, copied to where a later build does not replace it."""
        base = f"--output_base={self.work}/base"
        # Who may see what was another matter then.
        done = subprocess.run([*self.bazel, base, "build", "--config=release",
                               "--nocheck_visibility", f"--symlink_prefix={self.work}/out-",
                               *self.flags, *targets],
                              cwd=self.tree, text=True, capture_output=True)
        if done.returncode != 0:
            raise NotEnoughData(f"{self.commit} does not build with today's benchmarks:\n"
                                f"{done.stderr[-2000:]}")
        programs = {}
        for target in targets:
            package, name = target.removeprefix("//").split(":")
            programs[target] = os.path.join(self.work, name)
            shutil.copy2(os.path.join(f"{self.work}/out-bin", package, name), programs[target])
        return programs

    def _git(self, *arguments):
        done = subprocess.run(["git", "-C", self.repository, *arguments], text=True,
                              capture_output=True)
        if done.returncode != 0:
            raise NotEnoughData(f"git {' '.join(arguments)}: {done.stderr.strip()}")
