import IR
import Source
import Syntax
import Tensors

/// Evaluates conditions over os, shape, params, macs, rf and live at one size.
struct ExpectationEvaluator {
  let checked: CheckedGraph
  let elaboration: Elaboration
  let size: Size2?
  var elaborator: Elaborator
  /// For the text of what was expected.
  let sources: SourceMap
  private var shapes: [Shape]?

  init(
    checked: CheckedGraph, elaboration: Elaboration, size: Size2?, elaborator: Elaborator,
    sources: SourceMap
  ) {
    self.checked = checked
    self.elaboration = elaboration
    self.size = size
    self.elaborator = elaborator
    self.sources = sources
    if let size { shapes = checked.shapes(at: Sizes(height: size.height, width: size.width)) }
  }

  /// Nil where the condition holds.
  mutating func failure(of condition: Expression) -> Diagnostic? {
    do {
      guard case .binary(let symbol, let left, let right) = condition.kind else {
        throw Diagnostic.badExpression(
          "an expectation is a comparison such as `os(high) == 16`", at: condition.span)
      }
      let a = try value(left)
      let b = try value(right)
      var inner = elaborator
      let result = inner.binary(
        symbol, .constant(a), left.span, .constant(b), right.span, at: condition.span)
      if let first = inner.diagnostics.all.first { return first }
      if case .constant(.bool(true)) = result { return nil }
      return .notMet(sources.text(left.span), is: a, symbol, right: b, at: condition.span)
    } catch let diagnostic as Diagnostic {
      return diagnostic
    } catch {
      return elaborator.diagnostics.all.last
    }
  }

  private mutating func value(_ expression: Expression) throws -> Constant {
    switch expression.kind {
    case .name("params"): return .int(checked.graph.parameterCount)
    case .name("macs"):
      let shapes = try sizes(expression)
      let outputs = checked.graph.outputs.map(\.value)
      guard let macs = checked.multiplyAdds(shapes, outputs: outputs) else {
        throw Diagnostic.overflow("macs", at: expression.span)
      }
      return .int(macs)
    case .call(let name, let arguments)
    where ["shape", "rf", "live"].contains(name.text) && arguments.count == 1:
      let operand = try operand(arguments[0].value)
      switch name.text {
      case "shape": return try shape(operand, expression)
      case "rf": return try receptiveField(operand)
      default: return try live(operand, expression)
      }
    case .binary(let symbol, let left, let right):
      let a = try value(left)
      let b = try value(right)
      return try constant(
        elaborator.binary(
          symbol, .constant(a), left.span, .constant(b), right.span, at: expression.span),
        expression)
    default: return try constant(elaborator.argument(expression), expression)
    }
  }

  private mutating func constant(_ element: Element, _ expression: Expression) throws -> Constant {
    switch element {
    case .constant(let constant): return constant
    case .poison: throw Reported()
    default:
      throw Diagnostic.badExpression(
        "expected a number, found \(element.kindName)", at: expression.span)
    }
  }

  private mutating func operand(_ expression: Expression) throws -> ValueID {
    guard let operand = elaborator.operand(elaborator.evaluate(expression), at: expression.span)
    else { throw Reported() }
    guard operand.value.index < checked.graph.values.count else {
      throw Diagnostic.badExpression(
        "an expectation is about values of the network, not new ones", at: expression.span)
    }
    return operand.value
  }

  private func sizes(_ expression: Expression) throws -> [Shape] {
    if let shapes { return shapes }
    // Without `at`, a network of fixed size still has one.
    let fixed = Sizes(height: 1, width: 1)
    guard size == nil, elaboration.graph.isFixedSize, let shapes = checked.shapes(at: fixed) else {
      throw size == nil
        ? Diagnostic.badExpression(
          "this depends on the image size", at: expression.span,
          help: "write `expect at 513x513 { … }`")
        : Diagnostic.overflow("shape", at: expression.span)
    }
    return shapes
  }

  /// [C, H, W] of a map, [H, W] of labels, [C] of a vector.
  private func shape(_ value: ValueID, _ expression: Expression) throws -> Constant {
    let shape = try sizes(expression)[value.index]
    let dimensions =
      switch checked.graph[value].type.kind {
      case .map: [shape.c, shape.h, shape.w]
      case .labels: [shape.h, shape.w]
      case .vector: [shape.c]
      case .label: [1]
      case .windows: [shape.n, shape.c]
      }
    return .list(dimensions.map(Constant.int))
  }

  private func receptiveField(_ value: ValueID) throws -> Constant {
    switch receptiveFields(checked.graph)[value.index] {
    case .wholeImage: .text("whole image")
    case .pixels(let height, let width):
      height == width ? .int(height) : .size(Size2(height, width))
    }
  }

  private func live(_ value: ValueID, _ expression: Expression) throws -> Constant {
    let shapes = try sizes(expression)
    var current = value
    // The convolution that the value comes from, through bn and activations.
    while let node = checked.graph.node(current) {
      if let live = node.spec.family.live(
        inputs: node.inputs.map { shapes[$0.index] }, output: shapes[current.index])
      {
        return .decimal(live)
      }
      guard node.inputs.count == 1 else { break }
      current = node.inputs[0]
    }
    throw Diagnostic.badExpression("`live` is about convolutions", at: expression.span)
  }
}

extension Graph {
  /// Whether no extent grows with the image.
  package var isFixedSize: Bool {
    values.allSatisfy { value in
      guard let (height, width) = value.type.extents else { return true }
      return height.constantValue != nil && width.constantValue != nil
    }
  }
}

extension Diagnostic {
  fileprivate static func notMet(
    _ text: String, is left: Constant, _ symbol: BinaryOperator, right: Constant, at span: Span
  ) -> Diagnostic {
    let relation = symbol == .equal ? "" : "\(symbol.rawValue) "
    return Diagnostic(
      .expectationFailed, "`\(text)` is \(left.text), expected \(relation)\(right.text)", at: span,
      help: "correct the network or the expectation")
  }
}
