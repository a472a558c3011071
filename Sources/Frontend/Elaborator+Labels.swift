import IR
import Source
import Syntax

extension Elaborator {
  /// The path of a label: the instance's prefix, the label, and the indices of the loops around it
  /// unless the label says where they go.
  mutating func path(
    _ label: Label?, fallback: String, at span: Span
  ) throws(Diagnostic) -> String {
    if label?.isTransparent == true { return scope.prefix }
    var text = fallback
    if let label { text = try self.text(of: label) }
    if label?.hasBraces != true {
      for index in scope.loops { text += ".\(index)" }
    }
    let path = scope.prefix.isEmpty ? text : "\(scope.prefix).\(text)"
    guard path.utf8.count <= Self.maximumPath else { throw .longPath(at: label?.span ?? span) }
    return path
  }

  private mutating func text(of label: Label) throws(Diagnostic) -> String {
    var text = ""
    for part in label.parts {
      switch part {
      case .text(let literal): text += literal
      case .expression(let expression):
        switch evaluate(expression) {
        case .constant(.int(let value)): text += String(value)
        case .constant(.text(let value)), .constant(.word(let value)): text += value
        case let other:
          throw .badExpression(
            "a label's braces hold an integer or a text, not \(other.kindName)",
            at: expression.span)
        }
      }
    }
    return text
  }

  /// One layer with weights in a pipe may go without a label: it takes the binding's name.
  mutating func noteUnlabelled(
    _ label: Label?, since before: Int, at span: Span
  ) throws(Diagnostic) {
    guard label == nil, builder.graph.parameters.count > before else { return }
    scope.unlabelled.append(span)
    if scope.unlabelled.count == 2 {
      throw .twoUnlabelled(span, first: scope.unlabelled[0])
    }
  }
}

extension Diagnostic {
  fileprivate static func longPath(at span: Span) -> Diagnostic {
    Diagnostic(
      .malformedLabel, "the path of this layer has more than \(Elaborator.maximumPath) characters",
      at: span, help: "shorten its label, or those of the instances around it")
  }

  static func twoUnlabelled(_ span: Span, first: Span) -> Diagnostic {
    Diagnostic(
      .twoUnlabelled, "two layers with weights in one pipe have no label", at: span,
      notes: [Note("the other one", at: first)],
      help: "name both: `@conv1`, `@conv2`; their weights are called after them")
  }
}
