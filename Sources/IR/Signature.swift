import Source

/// The arguments an op takes, for binding, help and did-you-mean.
package struct Signature: Sendable {
  package enum Kind: Sendable {
    /// An integer ≥ the given minimum.
    case int(minimum: Int)
    /// `3x3`, or one integer for both axes, ≥ the minimum.
    case size(minimum: Int)
    case decimal
    case bool
    case pad
    case word([String])
    /// A value of the network (`like=`, `low=`, `windows=`).
    case value
    /// Anything; the op reads it by hand.
    case any
  }

  package struct Parameter: Sendable {
    package let name: String
    package let kind: Kind
    package let isPositional: Bool
    package let isRequired: Bool
  }

  package let op: String
  package let summary: String
  package let parameters: [Parameter]
  /// How many values it reads: the pipe's, and those of `concat(a, b...)`.
  package let values: ClosedRange<Int>
  /// Whether `[4, 2, 1]` may follow the name.
  package let takesBins: Bool
  /// Whether it may stand where an activation is asked for.
  package let isActivation: Bool

  package init(
    _ op: String, _ summary: String, values: ClosedRange<Int> = 1...1, takesBins: Bool = false,
    isActivation: Bool = false, _ parameters: [Parameter] = []
  ) {
    self.op = op
    self.summary = summary
    self.values = values
    self.takesBins = takesBins
    self.isActivation = isActivation
    self.parameters = parameters
  }

  package var positional: [Parameter] { parameters.filter(\.isPositional) }
}

extension Signature.Parameter {
  /// The next positional argument; it may also be given by name.
  package static func positional(
    _ name: String, _ kind: Signature.Kind, required: Bool = true
  ) -> Self {
    Self(name: name, kind: kind, isPositional: true, isRequired: required)
  }

  package static func named(
    _ name: String, _ kind: Signature.Kind, required: Bool = false
  ) -> Self {
    Self(name: name, kind: kind, isPositional: false, isRequired: required)
  }
}
