import IR
import Source
import Syntax

extension Diagnostic {
  static func badArgument(_ message: String, at span: Span, help: String? = nil) -> Diagnostic {
    Diagnostic(.badArgument, message, at: span, help: help)
  }

  static func unknownArgument(_ name: Name, of op: String, known: [String]) -> Diagnostic {
    let list = known.map { "`\($0)`" }.joined(separator: ", ")
    let guess =
      translation(of: name.text).flatMap { known.contains($0) ? $0 : nil }
      ?? nearest(name.text, among: known)
    return Diagnostic(
      .unknownArgument, "`\(op)` has no argument `\(name.text)`", at: name.span,
      help: guess.map { "did you mean `\($0)`?" }
        ?? (known.isEmpty ? "it takes no arguments" : "its arguments are \(list)"))
  }

  static func missingArgument(
    _ signature: Signature, _ parameter: Signature.Parameter, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .missingArgument, "`\(signature.op)` needs its `\(parameter.name)`, \(parameter.kind.text)",
      at: span, help: "write it as in `\(signature.summary)`")
  }

  static func missingBins(_ signature: Signature, at span: Span) -> Diagnostic {
    Diagnostic(
      .missingArgument, "`\(signature.op)` needs its bins in square brackets", at: span,
      help: "write it as in `\(signature.summary)`")
  }

  static func tooManyArguments(
    _ signature: Signature, _ text: String, at span: Span
  ) -> Diagnostic {
    let options = signature.parameters.filter { !$0.isPositional }.map { "`\($0.name)=`" }
    let names = options.isEmpty ? "" : "; by name it takes \(options.joined(separator: ", "))"
    return Diagnostic(
      .badArgument, "`\(signature.op)` has no place for the argument \(text)", at: span,
      help: "write it as in `\(signature.summary)`\(names)")
  }

  static func wrongType(
    _ parameter: String, of op: String, _ expected: String, _ found: Constant, at span: Span,
    help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .wrongType, "`\(parameter)` of `\(op)` takes \(expected), not \(found.kindName)", at: span,
      help: help)
  }

  static func wrongPadding(
    _ parameter: String, of op: String, _ found: Constant, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .badPadding, "`\(parameter)` of `\(op)` cannot be \(found.kindName)", at: span,
      help: "write a number, (vertical, horizontal), (top, bottom, left, right), valid or same(tf)")
  }

  static func givenTwice(_ name: Name, of op: String) -> Diagnostic {
    badArgument("`\(name.text)` of `\(op)` is given twice", at: name.span, help: "keep one of them")
  }

  /// A name bound nowhere, where a constant or a value must stand.
  static func unknownName(_ name: String, in scope: Scope, at span: Span) -> Diagnostic {
    let help =
      scope.calls.isEmpty
      ? "bind it before it is used: `\(name) = …`"
      : "a block sees its own parameters only: give it a parameter `\(name)`"
    return Diagnostic(
      .unknownName, "nothing is called `\(name)` here", at: span,
      help: nearest(name, among: scope.names).map { "did you mean `\($0)`?" } ?? help)
  }

  static func outOfRange(
    _ parameter: String, of op: String, _ value: Int, _ minimum: Int, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      .outOfRange, "`\(parameter)` of `\(op)` is \(value), out of range", at: span,
      help: value < minimum
        ? "it is at least \(minimum)" : "it is at most \(ArgumentBinder.maximumNumber)")
  }

  static func unknownWord(
    _ word: String, _ parameter: String, of op: String, _ words: [String], at span: Span
  ) -> Diagnostic {
    let list = words.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .wrongType, "`\(parameter)` of `\(op)` cannot be `\(word)`", at: span,
      help: nearest(word, among: words).map { "did you mean `\($0)`? it is one of \(list)" }
        ?? "it is one of \(list)")
  }

  static func wrongValueCount(_ signature: Signature, _ count: Int, at span: Span) -> Diagnostic {
    let range = signature.values
    let bound = count < range.lowerBound ? range.lowerBound : range.upperBound
    var wanted = bound == 1 ? "one value" : "\(bound) values"
    if range.lowerBound != range.upperBound {
      wanted = (count < range.lowerBound ? "at least " : "at most ") + wanted
    }
    return Diagnostic(
      .wrongValueCount, "`\(signature.op)` reads \(wanted) of the network, but is given \(count)",
      at: span, help: "write it as in `\(signature.summary)`")
  }
}
