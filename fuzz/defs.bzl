"""nvmf_fuzz_target: a fuzz target with a corpus, usable by every build and every engine."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("@rules_shell//shell:sh_binary.bzl", "sh_binary")

# The model and the mutator are not under test: without coverage and sanitizers an engine follows
# the library's branches and not theirs, and runs several times as often.
UNWATCHED = select({
    "//fuzz:engine_libfuzzer": [
        "-O2",
        "-fno-sanitize=all",
    ],
    "//conditions:default": ["-O1"],
})

# The targets themselves keep their sanitizers; comparing what they compare would teach nothing.
HARNESS = select({
    "//fuzz:engine_libfuzzer": [
        "-O2",
        "-fno-sanitize-coverage=trace-cmp",
    ],
    "//conditions:default": ["-O1"],
})

def nvmf_fuzz_target(name, srcs, corpus, deps, dictionary, options, max_len, mutator = [], size = "small"):
    """Declares NAME (run), NAME_fuzzer (binary), NAME_corpus_test (replay) and NAME_oss_fuzz (tar).

    Args:
      name: `bazel run --config=fuzz //fuzz:NAME -- -runs=200000`.
      srcs: sources defining LLVMFuzzerTestOneInput.
      corpus: labels of seed files.
      deps: libraries under test.
      dictionary: a libFuzzer dictionary file.
      options: a libFuzzer .options file.
      max_len: the longest input worth trying; the same as in `options`.
      mutator: the custom mutator, which only libFuzzer can link.
      size: of the replay, as a test.
    """
    cc_library(
        name = name + "_lib",
        testonly = True,
        srcs = srcs,
        copts = HARNESS,
        alwayslink = True,
        linkstatic = True,
        tags = ["manual"],
        deps = deps,
    )

    # Without an engine a plain main replays files, so that every build can build the target.
    cc_binary(
        name = name + "_fuzzer",
        testonly = True,
        linkopts = select({
            "//fuzz:engine_libfuzzer": ["-fsanitize=fuzzer"],
            "//fuzz:engine_afl": [
                "/usr/lib/afl/libAFLDriver.a",
                "/usr/lib/afl/afl-compiler-rt.o",
            ],
            "//conditions:default": [],
        }),
        deps = [":" + name + "_lib"] + select({
            "//fuzz:engine_libfuzzer": mutator,
            "//fuzz:engine_oss_libfuzzer": mutator,
            "//fuzz:engine_oss": [],
            "//fuzz:engine_afl": [],
            "//conditions:default": ["//fuzz:replay_main"],
        }),
    )
    native.filegroup(name = name + "_corpus", testonly = True, srcs = corpus)

    # Every `bazel test` replays the corpus, under whatever compiler and sanitizer it has.
    cc_test(
        name = name + "_corpus_test",
        size = size,
        args = ["$(locations :%s_corpus)" % name],
        data = [":" + name + "_corpus"],
        linkstatic = True,
        tags = ["fuzz_corpus"],
        deps = [":" + name + "_lib", "//fuzz:replay_main"],
    )
    native.genrule(
        name = name + "_oss_fuzz",
        testonly = True,
        srcs = [":" + name + "_fuzzer", ":" + name + "_corpus", dictionary, options],
        outs = [name + "_oss_fuzz.tar"],
        cmd = " && ".join([
            "d=$$(mktemp -d)",
            "mkdir $$d/seed $$d/out",
            "cp -L $(locations :%s_corpus) $$d/seed/" % name,
            "$(location //fuzz:mkzip) $$d/out/%s_seed_corpus.zip $$d/seed" % name,
            "cp -L $(location :%s_fuzzer) $$d/out/%s" % (name, name),
            "cp -L $(location %s) $$d/out/%s.dict" % (dictionary, name),
            "cp -L $(location %s) $$d/out/%s.options" % (options, name),
            "chmod 644 $$d/out/* && chmod 755 $$d/out/%s" % name,
            "tar --sort=name --owner=0 --group=0 --mtime=@0 -C $$d/out -cf $@ .",
            "rm -rf $$d",
        ]),
        tags = ["manual", "fuzz_oss"],
        tools = ["//fuzz:mkzip"],
    )
    sh_binary(
        name = name,
        testonly = True,
        srcs = ["//fuzz:run_fuzzer.sh"],
        args = [
            "$(location :%s_fuzzer)" % name,
            "$(location %s)" % dictionary,
            name,
            str(max_len),
            "--seeds",
            "$(locations :%s_corpus)" % name,
            "--",
        ],
        data = [":" + name + "_fuzzer", ":" + name + "_corpus", dictionary],
    )
