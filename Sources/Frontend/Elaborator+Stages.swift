import IR
import Ops
import Source
import Syntax
import Tensors

extension Elaborator {
  /// The next stage of a pipe; `place` is what comes before it.
  mutating func apply(_ stage: Stage, to element: Element, from place: Span) -> Element {
    switch stage {
    case .apply(let application):
      apply(application, to: element, from: place, at: application.span)
    case .loop(let loop): run(loop, on: element)
    }
  }

  /// An op or a block; `element` is what the pipe brings, nil in a call.
  mutating func apply(
    _ application: Application, to element: Element?, from place: Span? = nil, at span: Span
  ) -> Element {
    if case .poison? = element { return .poison }
    var name = application.name.text
    switch scope.find(name)?.element {
    case .constant(.activation(let op)), .constant(.word(let op)): name = op
    case .poison: return .poison
    case .some(let other) where Registry.find(name) == nil && block(name) == nil:
      return fail(
        .badExpression("`\(name)` is \(other.kindName), not an op or a block", at: span))
    default: break
    }
    var inputs: [Operand] = []
    if let element {
      guard let input = operand(element, at: place ?? span) else { return .poison }
      inputs.append(input)
    }
    if let reference = block(name) {
      return instantiate(reference, application, inputs: inputs, at: span)
    }
    guard Registry.find(name) != nil else { return fail(unknownOp(application.name)) }
    return applyOp(name, inputs: inputs, application, at: span)
  }

  func block(_ name: String) -> BlockReference? {
    loader.modules[scope.module].blocks[name]
  }

  private func unknownOp(_ name: Name) -> Diagnostic {
    let known = Registry.names + loader.modules[scope.module].blocks.keys
    let guess = translation(of: name.text) ?? nearest(name.text, among: known)
    return .unknownOp(name, guess: guess, library: library(declaring: name.text))
  }

  /// The value an element stands for; reports what has none.
  mutating func operand(_ element: Element, at span: Span) -> Operand? {
    switch element {
    case .value(let operand): return operand
    case .poison: return nil
    case .record(let record):
      if let main = record.main { return operand(main, at: span) }
      report(.needsOneResult(record, at: span))
      return nil
    case .series(_, let last?): return operand(last, at: span)
    case .constant, .series:
      report(.badExpression("expected a value of the network, found \(element.kindName)", at: span))
      return nil
    }
  }

  /// `repeat n as i (x) { … out = … }`: `out` feeds the next `x`.
  private mutating func run(_ loop: RepeatStage, on element: Element) -> Element {
    guard let input = operand(element, at: loop.span), let count = int(loop.count) else {
      return .poison
    }
    guard count >= 0, count <= Self.maximumRepeat else {
      return fail(.repeatCount(count, at: loop.count.span))
    }
    var last = Element.value(input)
    var records: [Record] = []
    for index in 0..<count {
      guard takeStep(at: loop.span) else { return .poison }
      let record = pass(
        loop.body,
        [
          loop.index.text: Binding(element: .constant(.int(index)), span: loop.index.span),
          loop.value.text: Binding(element: last, span: loop.value.span),
        ], index: index, block: "repeat")
      guard let out = record.main else { return fail(.loopWithoutOut(at: loop.span)) }
      records.append(record)
      last = out
    }
    return .series(records, last: last)
  }
}

extension Diagnostic {
  fileprivate static func unknownOp(
    _ name: Name, guess: String?, library: String?
  ) -> Diagnostic {
    Diagnostic(
      .unknownOp, "there is no op or block `\(name.text)`", at: name.span,
      help: library.map { "it is in the library: add `use \($0)` at the top of the file" }
        ?? guess.map { "did you mean `\($0)`?" }
        ?? "blocks come from `use std.blocks`, `use \"./file.net\"` or the same file")
  }

  fileprivate static func needsOneResult(_ record: Record, at span: Span) -> Diagnostic {
    let names = record.names.map { "`.\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .unknownResult, "`\(record.block)` has several results and none is called `out`", at: span,
      help: "say which one: \(names)")
  }

  fileprivate static func repeatCount(_ count: Int, at span: Span) -> Diagnostic {
    Diagnostic(
      .tooLarge, "cannot repeat \(count) times: the bound is 0…\(Elaborator.maximumRepeat)",
      at: span,
      help: "lower the count")
  }

  fileprivate static func loopWithoutOut(at span: Span) -> Diagnostic {
    Diagnostic(
      .noOut, "the body of `repeat` binds no `out`", at: span,
      help: "end the body with `out = …`: it feeds the next pass")
  }
}
