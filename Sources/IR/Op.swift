import Source
import Tensors

/// An operation of the language: it never executes, it lowers to specs.
package protocol Op: Sendable {
  static var signature: Signature { get }

  /// Appends the nodes that the call means and returns the last value.
  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
}

/// A value argument with its place and the name it was written by.
package struct Operand: Hashable, Sendable {
  package let value: ValueID
  package let span: Span
  package let name: String?

  package init(value: ValueID, span: Span, name: String? = nil) {
    self.value = value
    self.span = span
    self.name = name
  }
}

/// Named defaults of a framework: pads of strided windows, pooling rounding, resize grid, bn eps.
package enum Convention: String, CaseIterable, Sendable {
  case torch, tf, caffe

  /// Whether a resize aligns the corners where nothing else is said.
  package func alignsCorners(_ mode: ResizeSpec.Mode) -> Bool {
    mode == .bilinear && self != .torch
  }
}

/// One use of an op: bound arguments, operands and origin.
package struct OpCall: Sendable {
  package struct Bound: Sendable {
    package let constant: Constant
    package let span: Span

    package init(_ constant: Constant, _ span: Span) {
      self.constant = constant
      self.span = span
    }
  }

  package let signature: Signature
  package let inputs: [Operand]
  package let arguments: [String: Bound]
  package let values: [String: Operand]
  package let bins: [Int]?
  package let convention: Convention
  package let origin: Origin
  package let isUnused: Bool

  package init(
    signature: Signature, inputs: [Operand], arguments: [String: Bound] = [:],
    values: [String: Operand] = [:], bins: [Int]? = nil, convention: Convention = .torch,
    origin: Origin, isUnused: Bool = false
  ) {
    self.signature = signature
    self.inputs = inputs
    self.arguments = arguments
    self.values = values
    self.bins = bins
    self.convention = convention
    self.origin = origin
    self.isUnused = isUnused
  }

  /// The pipe's value.
  package var input: Operand { inputs[0] }

  package func span(of name: String) -> Span { arguments[name]?.span ?? origin.span }

  package func int(_ name: String) -> Int? {
    if case .int(let value)? = arguments[name]?.constant { value } else { nil }
  }

  /// A size; one integer means both axes.
  package func size(_ name: String) -> Size2? {
    switch arguments[name]?.constant {
    case .size(let size): size
    case .int(let value): Size2(value, value)
    default: nil
    }
  }

  package func decimal(_ name: String) -> Double? {
    switch arguments[name]?.constant {
    case .decimal(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }

  package func bool(_ name: String) -> Bool? {
    if case .bool(let value)? = arguments[name]?.constant { value } else { nil }
  }

  package func word(_ name: String) -> String? {
    if case .word(let value)? = arguments[name]?.constant { value } else { nil }
  }
}
