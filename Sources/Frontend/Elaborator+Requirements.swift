import IR
import Source
import Syntax
import Tensors

extension Elaborator {
  /// `require H % os == 0`: comparisons of functions of `H` or of `W`, joined by and, or, not.
  mutating func require(_ expression: Expression) {
    do {
      for (axis, sizes) in try sizes(expression) {
        facts.requirements.append(SizeRequirement(axis: axis, sizes: sizes, span: expression.span))
      }
    } catch let diagnostic as Diagnostic {
      report(diagnostic)
    } catch ExtentError.mixedAxes {
      report(.axesMixed(at: expression.span))
    } catch is ExtentError {
      report(.badRequirement("its sizes cannot be decided", at: expression.span))
    } catch {}
  }

  private mutating func sizes(_ expression: Expression) throws -> [Axis: SizeSet] {
    switch expression.kind {
    case .binary(.and, let left, let right):
      return try sizes(left).merging(try sizes(right)) { a, b in try a.intersection(b) }
    case .binary(.or, let left, let right):
      let (left, a) = try single(left)
      let (right, b) = try single(right)
      guard left == right else {
        throw Diagnostic.badRequirement(
          "`or` joins conditions on `H` alone or on `W` alone", at: expression.span)
      }
      return [left: try a.union(b)]
    case .unary(.not, let operand):
      let (axis, set) = try single(operand)
      return [axis: set.complement]
    case .binary(.member, let left, let right):
      let function = try extent(left)
      guard let axis = function.axis, let items = list(right) else {
        throw Diagnostic.badRequirement("`in` compares a size with a list", at: expression.span)
      }
      var set = SizeSet.none
      for item in items {
        guard case .constant(.int(let value)) = item else {
          throw Diagnostic.badRequirement("the list holds integers", at: right.span)
        }
        set = try set.union(.whereEqual(function, .constant(value)))
      }
      return [axis: set]
    case .binary(let symbol, let left, let right):
      return try compare(symbol, try extent(left), try extent(right), at: expression.span)
    default:
      throw Diagnostic.badRequirement("expected a comparison", at: expression.span)
    }
  }

  private mutating func single(_ expression: Expression) throws -> (Axis, SizeSet) {
    let sets = try sizes(expression)
    guard sets.count == 1, let only = sets.first else {
      throw Diagnostic.badRequirement("expected a condition on one axis", at: expression.span)
    }
    return (only.key, only.value)
  }

  private func compare(
    _ symbol: BinaryOperator, _ a: Extent, _ b: Extent, at span: Span
  ) throws -> [Axis: SizeSet] {
    guard let axis = a.axis ?? b.axis else {
      throw Diagnostic.badRequirement("this comparison is about no size", at: span)
    }
    guard a.axis == nil || b.axis == nil || a.axis == b.axis else {
      throw Diagnostic.axesMixed(at: span)
    }
    switch symbol {
    case .equal: return [axis: try .whereEqual(a, b)]
    case .notEqual: return [axis: try SizeSet.whereEqual(a, b).complement]
    case .lessOrEqual: return [axis: try .whereAtMost(a, b)]
    case .greaterOrEqual: return [axis: try .whereAtMost(b, a)]
    case .less: return [axis: try SizeSet.whereAtMost(b, a).complement]
    case .greater: return [axis: try SizeSet.whereAtMost(a, b).complement]
    case .add, .subtract, .multiply, .divide, .remainder, .and, .or, .member:
      throw Diagnostic.badRequirement("expected a comparison", at: span)
    }
  }

  /// A function of `H` or `W`, or a constant.
  private mutating func extent(_ expression: Expression) throws -> Extent {
    if case .name(let name) = expression.kind, let axis = Axis(rawValue: name),
      scope.find(name) == nil
    {
      return .symbol(axis)
    }
    guard case .binary(let symbol, let left, let right) = expression.kind, symbol.isArithmetic
    else {
      guard let value = int(expression) else { throw Reported() }
      return .constant(value)
    }
    let a = try extent(left)
    let b = try extent(right)
    switch (symbol, b.constantValue) {
    case (.add, _): return try a.plus(b)
    case (.subtract, _): return try a.minus(b)
    case (.multiply, let factor?): return try a.times(factor)
    case (.multiply, nil) where a.constantValue != nil: return try b.times(a.constantValue ?? 0)
    case (.divide, let divisor?) where divisor > 0: return try a.floorDivided(by: divisor)
    case (.remainder, let divisor?) where divisor > 0:
      return try a.minus(try a.floorDivided(by: divisor).times(divisor))
    default:
      throw Diagnostic.badRequirement(
        "sizes are multiplied and divided by positive constants only", at: expression.span)
    }
  }
}

extension BinaryOperator {
  fileprivate var isArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder: true
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .member:
      false
    }
  }
}

extension Diagnostic {
  fileprivate static func axesMixed(at span: Span) -> Diagnostic {
    Diagnostic(
      .axesMixed, "this condition mixes the image's height with its width", at: span,
      help: "state one condition on `H` and one on `W`, joined by `and`")
  }

  fileprivate static func badRequirement(_ message: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .badRequirement, message, at: span,
      help: "write for example `require H % 32 == 0` or `require H % 4 in [0, 3] and H >= 65`")
  }
}
