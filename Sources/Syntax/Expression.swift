import Source

/// A compile-time or value expression; which of the two is decided by elaboration.
package struct Expression: Sendable {
  package indirect enum Kind: Sendable {
    case integer(Int)
    case decimal(Double)
    case boolean(Bool)
    case text(String)
    /// `3x3`, `513x513` (height x width)
    case size(Int, Int)
    /// `2x`, `0.5x` as an exact fraction
    case factor(numerator: Int, denominator: Int)
    case list([Expression])
    /// `(0, 1, 0, 1)`; one element in parentheses is that element
    case tuple([Expression])
    case name(String)
    case member(Expression, Name)
    case index(Expression, Expression)
    /// `concat(a, b...)`, `count(rates)`, `same(tf)`, `relu(x + y)`
    case call(Name, [Argument])
    /// `branch...`, only in calls, lists, `<…>` and `[…]`
    case spread(Expression)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// `if c then a else b`
    case conditional(Expression, Expression, Expression)
    /// `x |> stage`
    case pipe(Expression, Stage)
  }
  package var kind: Kind
  package var span: Span
  package init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }
}

package enum UnaryOperator: String, Sendable { case minus = "-", not = "not" }

package enum BinaryOperator: String, Sendable {
  case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">"
  case greaterOrEqual = ">="
  case and, or
  /// membership in a list: `H % 4 in [0, 3]`
  case member = "in"
}

/// One step of a pipe.
package enum Stage: Sendable {
  case apply(Application)
  case loop(RepeatStage)

  package var span: Span {
    switch self {
    case .apply(let application): application.span
    case .loop(let loop): loop.span
    }
  }
}

/// `conv 3x3 256 rate=6 @conv1`, `aspp<6, 12, 18 at os 16> 256`, `spp[4, 2, 1]`.
package struct Application: Sendable {
  package struct Angles: Sendable {
    package var values: [Expression]
    package var at: Expression?
  }
  package var name: Name
  package var angles: Angles?
  package var bins: [Expression]?
  package var arguments: [Argument]
  package var label: Label?
  /// `unused @conv5 conv 4x4 64`: its parameters are counted, nothing runs, the input passes.
  package var isUnused: Bool
  package var span: Span

  package init(
    name: Name, angles: Angles? = nil, bins: [Expression]? = nil, arguments: [Argument] = [],
    label: Label? = nil, isUnused: Bool = false, span: Span
  ) {
    self.name = name
    self.angles = angles
    self.bins = bins
    self.arguments = arguments
    self.label = label
    self.isUnused = isUnused
    self.span = span
  }
}

/// A positional (`name == nil`) or named (`rate=6`) argument.
package struct Argument: Sendable {
  package var name: Name?
  package var value: Expression
  package var span: Span
}

/// `@convs.{i+1}.0`; `@_` names nothing and prefixes nothing.
package struct Label: Sendable {
  package enum Part: Sendable {
    case text(String)
    case expression(Expression)
  }
  package var parts: [Part]
  package var span: Span
  package var isTransparent: Bool {
    if parts.count == 1, case .text("_") = parts[0] { true } else { false }
  }
  package var hasBraces: Bool {
    parts.contains { if case .expression = $0 { true } else { false } }
  }
}

/// `repeat n as i (x) { … out = … }`: `out` feeds the next `x`.
package struct RepeatStage: Sendable {
  package var count: Expression
  package var index: Name
  package var value: Name
  package var body: [Statement]
  package var span: Span
}
