extension DiagnosticCode {
  package static let plans: [DiagnosticCode] = [
    tooMuchMemory, memoryBudget,
  ]

  package static let tooMuchMemory = DiagnosticCode(
    "N0701", "more memory than there is",
    """
    All sizes are known before anything runs, so it is known how much memory a run needs: the
    weights and the maps that are alive at the same time. What does not fit into the memory that
    is free, or that a container allows, is refused at once; the system would otherwise end it
    midway.

    Goes wrong: netc run deeplab.net satellite-20000x20000.png

    Maps grow with the area, so half the side takes a quarter: cut the picture into tiles,
    resize it, or let the input do so with `fit=shorter(520)`. A coarser output stride,
    `--os 16` for 8, makes the deep maps four times smaller. An array with many images can be
    split into several files.
    """)

  package static let memoryBudget = DiagnosticCode(
    "N0702", "more memory than was allowed",
    """
    `netc check --max-mem` was given a limit, and a run at the size of `--at` passes it; or, without
    `--at`, a run at every size does. What counts is all that a run keeps: weights, inputs, results,
    and one arena for the maps that are alive at the same time. The message has both numbers, and
    the summary names the line whose step sets the peak.

    Goes wrong: netc check deeplab.net --max-mem 200M --at 1024x2048
    Instead:    netc check deeplab.net --max-mem 200M --at 256x512

    The help says which is the largest size of that proportion that fits; without `--at` the
    largest square is printed. A coarser output stride, `--os 16` for 8, `--precision bf16` or
    fewer outputs, `--output labels`, leave room for larger pictures.
    """)
}
