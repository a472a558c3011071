import IR
import Source
import Syntax
import Tensors

extension Elaborator {
  mutating func unary(_ symbol: UnaryOperator, _ operand: Element, at span: Span) -> Element {
    switch (symbol, operand) {
    case (_, .poison): return .poison
    case (.not, .constant(.bool(let value))): return .constant(.bool(!value))
    case (.minus, .constant(.decimal(let value))): return .constant(.decimal(-value))
    case (.minus, .constant(.int(let value))):
      let (result, overflow) = (0).subtractingReportingOverflow(value)
      return overflow ? fail(.overflow("-(\(value))", at: span)) : .constant(.int(result))
    default:
      return fail(
        .badExpression("`\(symbol.rawValue)` does not take \(operand.kindName)", at: span))
    }
  }

  mutating func binary(
    _ symbol: BinaryOperator, _ left: Element, _ leftSpan: Span, _ right: Element,
    _ rightSpan: Span, at span: Span
  ) -> Element {
    switch (left, right) {
    case (.poison, _), (_, .poison): return .poison
    case (.constant(let a), .constant(let b)):
      do {
        if let result = try arithmetic(symbol, a, b, at: span, divisor: rightSpan) {
          return .constant(result)
        }
        return mismatch(symbol, left, right, at: span)
      } catch {
        return fail(error)
      }
    default:
      guard let op = symbol == .add ? "add" : symbol == .multiply ? "mul" : nil, left.isOfNetwork,
        right.isOfNetwork
      else { return mismatch(symbol, left, right, at: span) }
      guard let a = operand(left, at: leftSpan), let b = operand(right, at: rightSpan) else {
        return .poison
      }
      return applyOp(op, inputs: [a, b], Application(name: Name(op, span), span: span), at: span)
    }
  }

  private mutating func mismatch(
    _ symbol: BinaryOperator, _ left: Element, _ right: Element, at span: Span
  ) -> Element {
    var kinds = "\(left.kindName) and \(right.kindName)"
    var help: String?
    if left.isOfNetwork != right.isOfNetwork {
      help = "arithmetic with a constant is an op: `x |> power 1 scale=2 shift=1`"
    } else if left.isOfNetwork, symbol == .subtract {
      kinds = "two values of the network"
      help =
        "values are joined by `+` and `*`; for a difference write `a + (b |> power 1 scale=-1)`"
    }
    return fail(
      .badExpression(
        "`\(symbol.rawValue)` does not join \(kinds)", at: span, help: help))
  }

  /// Nil where the operator does not take these kinds.
  private func arithmetic(
    _ symbol: BinaryOperator, _ a: Constant, _ b: Constant, at span: Span, divisor: Span
  ) throws(Diagnostic) -> Constant? {
    switch (a, b) {
    case (.int(let a), .int(let b)): return try integers(symbol, a, b, at: span, divisor: divisor)
    case (.bool(let a), .bool(let b)):
      switch symbol {
      case .and: return .bool(a && b)
      case .or: return .bool(a || b)
      case .equal: return .bool(a == b)
      case .notEqual: return .bool(a != b)
      default: return nil
      }
    case (_, .list(let items)) where symbol == .member:
      return .bool(items.contains(a))
    case (.int, .decimal), (.decimal, .int), (.decimal, .decimal):
      return decimals(symbol, a.number, b.number)
    default:
      switch symbol {
      case .equal: return .bool(a == b)
      case .notEqual: return .bool(a != b)
      default: return nil
      }
    }
  }

  private func decimals(_ symbol: BinaryOperator, _ a: Double, _ b: Double) -> Constant? {
    switch symbol {
    case .add: .decimal(a + b)
    case .subtract: .decimal(a - b)
    case .multiply: .decimal(a * b)
    case .divide: .decimal(a / b)
    case .equal: .bool(a == b)
    case .notEqual: .bool(a != b)
    case .less: .bool(a < b)
    case .lessOrEqual: .bool(a <= b)
    case .greater: .bool(a > b)
    case .greaterOrEqual: .bool(a >= b)
    case .remainder, .and, .or, .member: nil
    }
  }

  /// Checked integer arithmetic; `/` and `%` round towards minus infinity.
  private func integers(
    _ symbol: BinaryOperator, _ a: Int, _ b: Int, at span: Span, divisor: Span
  ) throws(Diagnostic) -> Constant? {
    var result: (partialValue: Int, overflow: Bool)
    switch symbol {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide, .remainder:
      if b == 0 { throw .badExpression("division by zero", at: divisor) }
      result =
        symbol == .divide
        ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b)
      if !result.overflow, a % b != 0, (a < 0) != (b < 0) {
        result.partialValue += symbol == .divide ? -1 : b
      }
    case .equal: return .bool(a == b)
    case .notEqual: return .bool(a != b)
    case .less: return .bool(a < b)
    case .lessOrEqual: return .bool(a <= b)
    case .greater: return .bool(a > b)
    case .greaterOrEqual: return .bool(a >= b)
    case .and, .or, .member: return nil
    }
    if result.overflow { throw .overflow("\(a) \(symbol.rawValue) \(b)", at: span) }
    return .int(result.partialValue)
  }
}

extension Constant {
  /// An integer or decimal as a decimal.
  fileprivate var number: Double {
    switch self {
    case .int(let value): Double(value)
    case .decimal(let value): value
    default: .nan
    }
  }
}

extension Diagnostic {
  static func overflow(_ text: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .overflow, "`\(text)` does not fit into 64 bits", at: span, help: "use smaller numbers")
  }
}
