import IR
import Source
import Syntax
import Tensors

extension Elaborator {
  /// The right side of a binding: its name labels an unlabelled layer in it.
  mutating func evaluate(_ expression: Expression, binding name: String) -> Element {
    let outer = (scope.bindingName, scope.unlabelled)
    scope.bindingName = name
    scope.unlabelled = []
    defer { (scope.bindingName, scope.unlabelled) = outer }
    return evaluate(expression)
  }

  mutating func evaluate(_ expression: Expression) -> Element {
    let span = expression.span
    switch expression.kind {
    case .integer(let value): return .constant(.int(value))
    case .decimal(let value): return .constant(.decimal(value))
    case .boolean(let value): return .constant(.bool(value))
    case .text(let value): return .constant(.text(value))
    case .size(let height, let width): return .constant(.size(Size2(height, width)))
    case .factor(let numerator, let denominator):
      guard denominator != 0, let factor = try? Rational(numerator, over: denominator) else {
        return fail(.badExpression("this factor is not a number", at: span))
      }
      return .constant(.factor(factor))
    case .list(let items): return collect(items, Constant.list)
    case .tuple(let items): return collect(items, Constant.tuple)
    case .name(let name):
      if let binding = scope.find(name) { return located(binding.element, span, name) }
      return fail(.unknownName(name, in: scope, at: span))
    case .member(let base, let name): return member(evaluate(base), name, at: span)
    case .index(let base, let index): return element(evaluate(base), index, at: span)
    case .call(let name, let arguments): return call(name, arguments, at: span)
    case .spread: return fail(.badExpression("`...` stands only in a list of arguments", at: span))
    case .unary(let symbol, let operand): return unary(symbol, evaluate(operand), at: span)
    case .binary(let symbol, let left, let right):
      return binary(symbol, evaluate(left), left.span, evaluate(right), right.span, at: span)
    case .conditional(let condition, let then, let otherwise):
      guard let condition = bool(condition) else { return .poison }
      return evaluate(condition ? then : otherwise)
    case .pipe(let left, let stage):
      // A long pipe nests to the left; walk it with a loop so that depth is no stack depth.
      var stages = [stage]
      var head = left
      while case .pipe(let inner, let stage) = head.kind {
        stages.append(stage)
        head = inner
      }
      var element = evaluate(head)
      var place = head.span
      for stage in stages.reversed() {
        guard takeStep(at: stage.span) else { return .poison }
        element = apply(stage, to: element, from: place)
        place = stage.span
      }
      return element
    }
  }

  /// An operand carries the place and the name of its last mention.
  private func located(_ element: Element, _ span: Span, _ name: String) -> Element {
    guard case .value(let operand) = element else { return element }
    return .value(Operand(value: operand.value, span: span, name: name))
  }

  mutating func fail(_ diagnostic: Diagnostic) -> Element {
    report(diagnostic)
    return .poison
  }

  /// Evaluates arguments, spreading `branch...` into its instances' results.
  mutating func spread(_ expressions: [Expression]) -> [(element: Element, span: Span)] {
    var elements: [(element: Element, span: Span)] = []
    for expression in expressions {
      elements += spread(expression)
      guard elements.count <= Self.maximumElements else {
        report(.longList(at: expression.span))
        return [(.poison, expression.span)]
      }
    }
    return elements
  }

  private mutating func spread(_ expression: Expression) -> [(element: Element, span: Span)] {
    let span = expression.span
    guard case .spread(let inner) = expression.kind else { return [(evaluate(expression), span)] }
    switch evaluate(inner) {
    case .series(let records, _):
      return records.map { record in
        guard let out = record.main else {
          return (fail(.noResult("out", of: record, at: span)), span)
        }
        return (located(out, span, record.block), span)
      }
    case .constant(.list(let items)): return items.map { (.constant($0), span) }
    case .poison: return [(.poison, span)]
    case let other:
      let message = "`...` spreads a list or a series, not \(other.kindName)"
      return [(fail(.badExpression(message, at: inner.span)), span)]
    }
  }

  private mutating func collect(
    _ items: [Expression], _ make: ([Constant]) -> Constant
  ) -> Element {
    var constants: [Constant] = []
    var weight = 1
    for item in items {
      for (element, span) in spreadWords(item) {
        switch element {
        case .constant(let constant):
          weight += constant.weight
          guard weight <= Self.maximumElements else { return fail(.longList(at: span)) }
          constants.append(constant)
        case .poison: return .poison
        default:
          return fail(.badExpression("a list holds constants, not \(element.kindName)", at: span))
        }
      }
    }
    return .constant(make(constants))
  }

  private mutating func member(_ base: Element, _ name: Name, at span: Span) -> Element {
    switch base {
    case .record(let record):
      guard let element = record.results[name.text] else {
        return fail(.noResult(name.text, of: record, at: name.span))
      }
      return located(element, span, name.text)
    case .series(let records, let last?) where name.text == "out":
      _ = records
      return last
    case .poison: return .poison
    default:
      return fail(
        .badExpression("\(base.kindName) has no results to take `.\(name.text)` from", at: span))
    }
  }

  private mutating func element(_ base: Element, _ index: Expression, at span: Span) -> Element {
    guard let position = int(index) else { return .poison }
    let count: Int
    switch base {
    case .series(let records, _):
      if records.indices.contains(position) { return .record(records[position]) }
      count = records.count
    case .constant(.list(let items)), .constant(.tuple(let items)):
      if items.indices.contains(position) { return .constant(items[position]) }
      count = items.count
    case .poison: return .poison
    default: return fail(.badExpression("\(base.kindName) cannot be indexed", at: span))
    }
    return fail(.indexOutside(position, count: count, at: index.span))
  }

  /// An integer, or nil with the error reported.
  mutating func int(_ expression: Expression) -> Int? {
    switch evaluate(expression) {
    case .constant(.int(let value)): return value
    case .poison: return nil
    case let other:
      report(.badExpression("expected an integer, found \(other.kindName)", at: expression.span))
      return nil
    }
  }

  mutating func bool(_ expression: Expression) -> Bool? {
    switch evaluate(expression) {
    case .constant(.bool(let value)): return value
    case .poison: return nil
    case let other:
      report(.badExpression("expected yes or no, found \(other.kindName)", at: expression.span))
      return nil
    }
  }

  /// The elements of a list.
  mutating func list(_ expression: Expression) -> [Element]? {
    switch evaluate(expression) {
    case .constant(.list(let items)): return items.map { .constant($0) }
    case .series(let records, _): return records.map { .record($0) }
    case .poison: return nil
    case let other:
      report(.badExpression("expected a list, found \(other.kindName)", at: expression.span))
      return nil
    }
  }
}

extension Constant {
  /// Constants inside it, itself included; lists are made within a bound of it.
  fileprivate var weight: Int {
    switch self {
    case .list(let items), .tuple(let items): items.reduce(1) { $0 + $1.weight }
    case .int, .decimal, .bool, .text, .size, .factor, .word, .call, .activation, .extent: 1
    }
  }
}

extension Diagnostic {
  fileprivate static func longList(at span: Span) -> Diagnostic {
    Diagnostic(
      .tooLarge, "a list grows past \(Elaborator.maximumElements) elements here", at: span,
      help: "spread fewer or shorter lists")
  }

  static func badExpression(_ message: String, at span: Span, help: String? = nil) -> Diagnostic {
    Diagnostic(.badExpression, message, at: span, help: help)
  }

  static func noResult(_ name: String, of record: Record, at span: Span) -> Diagnostic {
    let known = record.names.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .unknownResult, "`\(record.block)` has no result `\(name)`", at: span,
      help: nearest(name, among: record.names).map { "did you mean `\($0)`?" }
        ?? "its results are \(known.isEmpty ? "none" : known)")
  }

  fileprivate static func indexOutside(_ index: Int, count: Int, at span: Span) -> Diagnostic {
    let message =
      count == 0
      ? "index \(index) into an empty list"
      : "index \(index) is outside a list of \(count == 1 ? "one element" : "\(count) elements")"
    return Diagnostic(
      .indexOutside, message, at: span,
      help: count == 0 ? "give the list an element" : "elements are counted from 0 to \(count - 1)")
  }
}
