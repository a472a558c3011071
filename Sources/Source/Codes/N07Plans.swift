extension DiagnosticCode {
  package static let plans: [DiagnosticCode] = [
    tooMuchMemory
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
}
