import Source
import Tensors

extension GraphBuilder {
  /// Both owners of a name, as the innermost body that holds both shows them.
  func labelTwice(_ name: String, _ origin: Origin, first: Int) -> Diagnostic {
    let owner = graph.nodes.first { $0.node.parameters.contains(first) }?.node.origin
    guard let owner else {
      return .labelTwice(name, at: origin.span, first: graph.parameters[first].span)
    }
    let shared = zip(owner.calls, origin.calls).prefix { $0 == $1 }.count
    func place(_ origin: Origin) -> Span {
      shared < origin.calls.count ? origin.calls[shared].span : origin.span
    }
    return .labelTwice(name, at: place(origin), first: place(owner))
  }
}

extension Diagnostic {
  static func tooManyParameters(_ origin: Origin) -> Diagnostic {
    Diagnostic(
      .sizeOverflow, "with `\(origin.op)` the parameters have more than 2^60 numbers in all",
      at: origin.span, help: "use fewer channels or a smaller kernel")
  }

  static func strideOutOfRange(_ stride: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      .outOfRange, "an output stride of \(stride) is out of range", at: span,
      help: "output strides run from 1 to 4096; segmentation networks use 8, 16 or 32")
  }

  static func nestedOutputStride(at span: Span, outer: Span) -> Diagnostic {
    Diagnostic(
      .nestedOutputStride, "`os=` stands inside an instance that already carries `os=`", at: span,
      notes: [Note("the outer one", at: outer)], help: "keep one of the two")
  }

  static func unreachableStride(
    _ origin: Origin, _ input: Rational, stride: Int, _ target: Int, at span: Span
  ) -> Diagnostic {
    let reason =
      input > Rational(target)
      ? "this `\(origin.op)` already reads output stride \(input.text)"
      : "this `\(origin.op)` of stride \(stride) leads from output stride \(input.text) past it"
    return Diagnostic(
      .unreachableStride, "`os=\(target)` cannot be reached", at: span,
      notes: [Note(reason, at: origin.span)],
      help: input > Rational(target)
        ? "ask for an output stride of at least \(input.text)"
        : "ask for \(input.text), or an output stride that the strides reach one by one")
  }

  static func owedDiffers(
    _ origin: Origin, _ a: Operand, _ b: Operand, _ graph: Graph
  ) -> Diagnostic {
    func note(_ operand: Operand) -> Note {
      let owed = graph[operand.value].owed
      let maker = graph.maker(of: operand.value, seenFrom: origin)
      let name = operand.name.map { "`\($0)`" } ?? "one side"
      let lost =
        owed == .one
        ? "no stride" : "a stride of \(owed.height == owed.width ? "\(owed.height)" : "\(owed)")"
      return Note("\(name) lost \(lost) to `os=`, from \(maker.name)", at: maker.span)
    }
    return Diagnostic(
      .owedDiffers, "`\(origin.op)` joins values that lost different strides to `os=`",
      at: origin.span, notes: [note(a), note(b)],
      help: "use an output stride at which both sides keep or lose the same strides")
  }

  static func refusedRetargeting(
    _ origin: Origin, _ reason: String, strideSpan: Span?, _ operands: [Note] = []
  ) -> Diagnostic {
    let asked = strideSpan.map { [Note("`os=` is asked for here", at: $0)] } ?? []
    return Diagnostic(
      .refusedRetargeting,
      "`\(origin.op)` would compute something else at another output stride: \(reason)",
      at: origin.span, notes: operands + asked,
      help: "ask for an output stride at which the strides before it stay, or drop `os=`")
  }

  static func upsamplingInside(_ origin: Origin, scope: Span) -> Diagnostic {
    Diagnostic(
      .refusedRetargeting, "`\(origin.op)` upsamples inside an `os=` instance after a lost stride",
      at: origin.span, notes: [Note("`os=` is asked for here", at: scope)],
      help: "let the instance that carries `os=` end before the upsampling")
  }

  /// `second` and `first` are what makes the layers, in the innermost body that holds both.
  static func labelTwice(_ name: String, at second: Span, first: Span) -> Diagnostic {
    let isLoop = first == second
    return Diagnostic(
      .labelTwice, "two layers own the weight `\(name)`", at: second,
      notes: isLoop
        ? [Note("an earlier pass of the loop, or an earlier instance, made the first")]
        : [Note("the first one", at: first)],
      help: isLoop
        ? "say where the index goes, and let it differ in every pass: `@convs.{i}`"
        : "give one of them another label")
  }
}
