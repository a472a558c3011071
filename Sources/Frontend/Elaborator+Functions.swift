import IR
import Source
import Syntax
import Tensors

extension Elaborator {
  /// `count(rates)`, `channels(x)`, `os(x)`, compile-time `max`/`min`, `same(tf)`, or an op or block
  /// written as a call: `concat(a, b...)`, `relu(x + y)`.
  mutating func call(_ name: Name, _ arguments: [Argument], at span: Span) -> Element {
    switch name.text {
    case "count":
      guard let argument = builtin(name, arguments, at: span) else { return .poison }
      return count(argument)
    case "channels":
      guard let operand = valueArgument(name, arguments, at: span) else { return .poison }
      return .constant(.int(builder.graph[operand.value].type.channels))
    case "os":
      guard let operand = valueArgument(name, arguments, at: span) else { return .poison }
      return outputStride(of: operand, at: span)
    case "same", "shorter":
      let items = spread(arguments.map(\.value)).map { Self.constant($0.element) }
      let known = items.compactMap(\.self)
      return known.count == items.count ? .constant(.call(name.text, known)) : .poison
    default: break
    }
    if let folded = extremum(name, arguments) { return folded }
    return apply(Application(name: name, arguments: arguments, span: span), to: nil, at: span)
  }

  private mutating func builtin(
    _ name: Name, _ arguments: [Argument], at span: Span
  ) -> (element: Element, span: Span)? {
    guard arguments.count == 1, arguments[0].name == nil else {
      report(.badExpression("`\(name.text)` takes one argument", at: span))
      return nil
    }
    let element = evaluate(arguments[0].value)
    if case .poison = element { return nil }
    return (element, arguments[0].span)
  }

  private mutating func count(_ argument: (element: Element, span: Span)) -> Element {
    switch argument.element {
    case .constant(.list(let items)): return .constant(.int(items.count))
    case .series(let records, _): return .constant(.int(records.count))
    default:
      return fail(
        .badExpression("`count` takes a list, not \(argument.element.kindName)", at: argument.span))
    }
  }

  private mutating func valueArgument(
    _ name: Name, _ arguments: [Argument], at span: Span
  ) -> Operand? {
    guard let argument = builtin(name, arguments, at: span) else { return nil }
    return operand(argument.element, at: argument.span)
  }

  /// The stride an outside reader sees: what the grid has times what is still owed.
  private mutating func outputStride(of operand: Operand, at span: Span) -> Element {
    let value = builder.graph[operand.value]
    guard let stride = value.stride.common else {
      return fail(.noOutputStride(value.stride, at: span))
    }
    return .constant(
      stride.denominator == 1
        ? .int(stride.numerator)
        : .decimal(Double(stride.numerator) / Double(stride.denominator)))
  }

  /// `max` and `min` of constants; nil where an argument is a value of the network.
  private mutating func extremum(_ name: Name, _ arguments: [Argument]) -> Element? {
    guard name.text == "max" || name.text == "min", !arguments.isEmpty,
      arguments.allSatisfy({ $0.name == nil && isConstant($0.value) })
    else { return nil }
    let items = arguments.compactMap { int($0.value) }
    guard items.count == arguments.count else { return .poison }
    return .constant(.int(name.text == "max" ? items.max() ?? 0 : items.min() ?? 0))
  }

  /// Whether the expression is made of constants only, by its names.
  private func isConstant(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .integer: true
    case .name(let name):
      if case .constant? = scope.find(name)?.element { true } else { false }
    case .index(let base, _): isConstant(base) || isRow(base)
    case .unary(_, let operand): isConstant(operand)
    case .binary(_, let left, let right): isConstant(left) && isConstant(right)
    case .call(let name, _): ["count", "channels", "os", "max", "min"].contains(name.text)
    default: false
    }
  }

  private func isRow(_ expression: Expression) -> Bool {
    if case .index(let base, _) = expression.kind { isConstant(base) } else { false }
  }

  static func constant(_ element: Element) -> Constant? {
    if case .constant(let constant) = element { constant } else { nil }
  }
}

extension Diagnostic {
  fileprivate static func noOutputStride(_ stride: OutputStride, at span: Span) -> Diagnostic {
    if let height = stride.height, let width = stride.width {
      return Diagnostic(
        .noOutputStride,
        "height and width have different output strides here: \(height.text) and \(width.text)",
        at: span, help: "use equal strides on both axes before asking for `os`")
    }
    return Diagnostic(
      .noOutputStride, "this value has no output stride: its extents do not grow with the image",
      at: span, help: "ask for the output stride of a map before the global pooling or `spp`")
  }
}
