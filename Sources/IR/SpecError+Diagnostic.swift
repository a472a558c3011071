import Source
import Tensors

extension Diagnostic {
  /// The words for what a spec refuses, with both operands and where they come from.
  static func spec(
    _ error: SpecError, _ operands: [Operand], _ graph: Graph, _ call: OpCall
  ) -> Diagnostic {
    let op = "`\(call.origin.op)`"
    let span = call.origin.span
    let notes = operandNotes(operands, graph, call.origin)
    func make(_ code: DiagnosticCode, _ message: String, _ help: String) -> Diagnostic {
      Diagnostic(code, message, at: span, notes: notes, help: help)
    }
    switch error {
    case .arity(let expected, let orMore, let found):
      let wanted = orMore ? "at least \(expected)" : "\(expected)"
      return make(
        .wrongValueCount, "\(op) reads \(wanted) values, not \(found)", "give it \(wanted)")
    case .kind(let input, let expected, let found):
      return kind(call, operands, input, expected, found, notes)
    case .leadingDiffers:
      return make(
        .wrongKind, "\(op) cannot join values of images with values of windows",
        "bring both to one vector a window with `roi_spp`")
    case .batchDiffers(let a, let b):
      return make(
        .wrongKind, "\(op) joins batches of \(a) and \(b)", "give both inputs the same batch")
    case .channelsDiffer(let a, let b):
      return make(
        .channelsDiffer, "\(op) needs equal channels, but they are \(a) and \(b)",
        "bring one side to \(a) channels with `conv 1x1 \(a)`, or use `concat`")
    case .channels(let expected, let found):
      return make(
        .channelsDiffer, "\(op) needs \(expected) channels, but its input has \(found)",
        "bring it there with `conv 1x1 \(expected)`")
    case .groups(let groups, let input, let output):
      let sides = [(input, "input"), (output, "output")].filter { $0.0 % groups != 0 }
      let text = sides.map { "the \($0.0) \($0.1) channels" }.joined(separator: " or ")
      return make(
        .groups, "\(groups) groups do not divide \(text)",
        "use a number of groups that divides \(input) and \(output), at most \(gcd(input, output))")
    case .field(let name, let value, let allowed):
      return make(
        .outOfRange, "`\(name)` of \(op) is \(value), out of range",
        value < allowed.lowerBound
          ? "it is at least \(allowed.lowerBound)" : "it is at most \(allowed.upperBound)")
    case .factor(let factor):
      return make(
        .badResize, "\(op) cannot resize by \(factor.text)",
        "use a positive factor such as `2x`, or `like=` the map it shall match")
    case .windowNeverFits(let axis, let window, let padded):
      return make(
        .windowTooLarge, SizeCondition.windowText(op, axis, window, padded),
        "use a smaller kernel or rate, or more padding: a window spans rate · (k − 1) + 1")
    case .sizesDiffer(let axis, let a, let b):
      return make(
        .extentsDiffer, "\(op) needs equal \(axis.word)s, but they are \(a) and \(b)",
        "bring one side to the other with `resize like=…` or `crop like=…`")
    case .nonPositive(let axis, let value):
      return make(
        .windowTooLarge, "\(op) would leave a \(axis.word) of \(value)",
        "cut off less, or use a larger input")
    case .bins(let axis, let count, let size, let rule):
      return make(
        .wrongBins,
        "\(op) with rule=\(rule.rawValue) does not give \(count) bins on a \(axis.word) of \(size)",
        "use `rule=adaptive`, which gives \(count) bins on every size")
    case .cropNeverFits(let axis, let wanted, let from):
      return make(
        .cropOutside, "\(op) wants a \(axis.word) of \(wanted) from \(from)",
        "crop the larger map like the smaller one, or use `pad like=`")
    case .padNeverFits(let axis, let source, let target):
      return make(
        .cropOutside, "\(op) would pad a \(axis.word) of \(source) to the smaller \(target)",
        "pad the smaller map like the larger one, or use `crop like=`")
    case .denseOnVaryingMap(let height, let width):
      return make(
        .denseOnVaryingMap,
        """
        \(op) needs a map of fixed size, but this one grows with the image: \(height) x \(width)
        """,
        "put `spp[4, 2, 1]` or `avgpool global` before it, or fix the input: `rgb[224, 224]`")
    case .extent(let error): return extent(error, op, span, notes)
    case .tooLarge:
      return make(
        .sizeOverflow, "the sizes of \(op) multiply to more than 2^60 numbers",
        "use fewer channels or a smaller kernel")
    case .refused(let reason):
      return refusedRetargeting(call.origin, reason, strideSpan: nil, notes)
    }
  }

  private static func kind(
    _ call: OpCall, _ operands: [Operand], _ input: Int, _ expected: SpecError.Expected,
    _ found: TensorType.Kind, _ notes: [Note]
  ) -> Diagnostic {
    let wanted =
      switch expected {
      case .map: "a map"
      case .mapOrVector: "a map or a vector"
      case .mapOrLabels: "a map or labels"
      case .vector: "a vector"
      case .windows: "windows"
      }
    let help =
      switch (expected, found) {
      case (.vector, .map): "put `avgpool global |> flatten` or `spp[4, 2, 1]` before it"
      case (_, .labels), (_, .label): "take the scores before `argmax`"
      case (.windows, _): "declare a second input: `input w: windows[R]`"
      default: "take a value from before the pooling or `flatten` that made it a vector"
      }
    return Diagnostic(
      .wrongKind, "`\(call.origin.op)` reads \(wanted), not \(found.word)", at: call.origin.span,
      notes: notes, help: help)
  }

  /// Why sizes are past the cap: by their period, or by the size from which on they repeat.
  private static func settling(_ period: Int?) -> String {
    guard let period else { return "sizes repeat only past \(Extent.cap) pixels" }
    return period > Extent.cap
      ? "sizes repeat only every \(period) pixels"
      : "sizes settle only for images larger than \(Extent.cap) pixels"
  }

  private static func extent(
    _ error: ExtentError, _ op: String, _ span: Span, _ notes: [Note]
  ) -> Diagnostic {
    switch error {
    case .cap(let period):
      Diagnostic(
        .periodCap,
        "after \(op) \(Self.settling(period))",
        at: span, notes: notes,
        help: """
          sizes are proved where they repeat within \(Extent.cap) pixels; use strides with common \
          factors
          """)
    case .mixedAxes:
      Diagnostic(
        .axesMixed, "\(op) would mix the height of the image with its width", at: span,
        notes: notes, help: "keep height and width apart")
    case .overflow, .divisor, .size:
      Diagnostic(
        .sizeOverflow, "the sizes of \(op) do not fit into 64 bits", at: span, notes: notes,
        help: "use smaller factors")
    }
  }

  /// `x` is 256 x ceil(H/16) x ceil(W/16), from `conv`.
  private static func operandNotes(
    _ operands: [Operand], _ graph: Graph, _ origin: Origin
  ) -> [Note] {
    operands.prefix(4).map { operand in
      let type = graph[operand.value].type.text
      let maker = graph.maker(of: operand.value, seenFrom: origin)
      guard graph.node(operand.value) != nil else {
        return Note("\(maker.name) is \(type)", at: maker.span)
      }
      let unnamed = operands.count == 1 ? "its input" : "this side"
      let name = operand.name.map { "`\($0)`" } ?? unnamed
      return Note("\(name) is \(type), from \(maker.name)", at: maker.span)
    }
  }

  /// A condition that holds for no image size.
  static func neverAdmissible(
    _ condition: SizeCondition, _ operands: [Operand], _ graph: Graph, _ call: OpCall
  ) -> Diagnostic {
    let code: DiagnosticCode =
      switch condition.reason {
      case .equal: .extentsDiffer
      case .windowFits, .positive: .windowTooLarge
      case .bins: .wrongBins
      case .cropFits, .padFits: .cropOutside
      }
    return Diagnostic(
      code,
      "\(condition.reason.text(call.origin.op, condition.axis)), which holds for no image size",
      at: call.origin.span, notes: operandNotes(operands, graph, call.origin),
      help: condition.reason.help)
  }
}

extension Graph {
  /// What made a value, as a reader inside the instance of `origin` sees it: the op or the whole
  /// instance beside it.
  func maker(of id: ValueID, seenFrom origin: Origin) -> (name: String, span: Span?) {
    guard let node = node(id) else {
      let input = inputs.first { $0.value == id }
      return (input.map { "the input `\($0.name)`" } ?? "the input", input?.span)
    }
    let shared = zip(node.origin.calls, origin.calls).prefix { $0 == $1 }.count
    guard shared < node.origin.calls.count else {
      return ("`\(node.origin.op)`", node.origin.span)
    }
    return ("`\(node.origin.calls[shared].block)`", node.origin.calls[shared].span)
  }
}

private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }

extension SizeCondition {
  static func windowText(_ op: String, _ axis: Axis, _ window: Int, _ padded: Int) -> String {
    "the window of \(op) spans \(window) pixels, more than the padded \(axis.word) of \(padded)"
  }
}

extension Axis {
  /// `height` or `width`
  package var word: String { self == .height ? "height" : "width" }
}

extension TensorType {
  /// `256 x ceil(H/16) x ceil(W/16)`
  package var text: String {
    switch kind {
    case .map(let height, let width): "\(channels) x \(height) x \(width)"
    case .labels(let height, let width): "labels \(height) x \(width)"
    case .vector: "a vector of \(channels)"
    case .label: "one label"
    case .windows: "windows"
    }
  }
}

extension TensorType.Kind {
  var word: String {
    switch self {
    case .map: "a map"
    case .vector: "a vector"
    case .labels, .label: "labels"
    case .windows: "windows"
    }
  }
}

extension SizeCondition.Reason {
  /// What is asked of the sizes, in words.
  package func text(_ op: String, _ axis: Axis) -> String {
    switch self {
    case .equal(let a, let b): "`\(op)` needs \(axis.word)s \(a) and \(b) to be equal"
    case .windowFits(let window, let padded):
      "the window of `\(op)` needs a padded \(axis.word), \(padded), of at least \(window)"
    case .positive(let extent): "`\(op)` needs its \(axis.word), \(extent), to be at least 1"
    case .bins(let count, let extent, let rule):
      "`\(op)` needs rule=\(rule.rawValue) to give \(count) bins on a \(axis.word) of \(extent)"
    case .cropFits(let wanted, let from):
      "`\(op)` needs its \(axis.word), \(from), to hold a crop of \(wanted)"
    case .padFits(let source, let to):
      "`\(op)` needs its \(axis.word), \(source), to fit into \(to)"
    }
  }

  /// What is wrong at one size, in numbers; nil where one does not fit into 64 bits.
  func failure(_ op: String, _ axis: Axis, at size: Int) -> String? {
    func number(_ extent: Extent) -> Int? { try? extent.value(at: size) }
    switch self {
    case .equal(let a, let b):
      guard let a = number(a), let b = number(b) else { return nil }
      return "`\(op)` needs equal \(axis.word)s, but they are \(a) and \(b)"
    case .windowFits(let window, let padded):
      guard let padded = number(padded) else { return nil }
      return SizeCondition.windowText("`\(op)`", axis, window, padded)
    case .positive(let extent):
      guard let value = number(extent) else { return nil }
      return "`\(op)` would leave a \(axis.word) of \(value)"
    case .bins(let count, let extent, let rule):
      guard let value = number(extent) else { return nil }
      return
        "`\(op)` with rule=\(rule.rawValue) does not give \(count) bins on a \(axis.word) of \(value)"
    case .cropFits(let wanted, let from):
      guard let wanted = number(wanted), let from = number(from) else { return nil }
      return "`\(op)` wants a \(axis.word) of \(wanted) from \(from)"
    case .padFits(let source, let to):
      guard let source = number(source), let to = number(to) else { return nil }
      return "`\(op)` would pad a \(axis.word) of \(source) to the smaller \(to)"
    }
  }

  package var help: String {
    switch self {
    case .equal: "bring one side to the other with `resize like=…` or `crop like=…`"
    case .windowFits, .positive: "use larger images, a smaller kernel or more padding"
    case .bins: "use `rule=adaptive`, which gives the right bins on every size"
    case .cropFits, .padFits: "swap the two maps, or use `resize like=…`"
    }
  }
}
