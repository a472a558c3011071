/// A stable diagnostic code with the text that `netc explain` prints.
///
/// Families: N00 lexical, N01 syntax, N02 names and blocks, N03 shape, N04 padding, pooling and
/// resize, N05 stride, rate and output stride, N06 weights, N07 plan, N08 run; L05 lints.
package struct DiagnosticCode: Hashable, Sendable, CustomStringConvertible {
  package let id: String
  package let title: String
  package let explanation: String

  package init(_ id: String, _ title: String, _ explanation: String) {
    self.id = id
    self.title = title
    self.explanation = explanation
  }

  package var description: String { id }

  /// Every code, in order; `netc explain` and the tests read this list.
  package static let all: [DiagnosticCode] =
    lexical + syntax + names + shapes + windows + strides + weights + plans + runs
    + lints

  package static func find(_ id: String) -> DiagnosticCode? {
    all.first { $0.id == id.uppercased() }
  }
}
