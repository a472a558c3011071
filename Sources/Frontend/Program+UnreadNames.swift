import Source
import Syntax

extension Program {
  /// L0507 of names: what the file binds or declares and never reads.
  ///
  /// `findings` are those of layers: a name whose statement holds one is the same finding.
  package func unreadNames(besides findings: [Diagnostic]) -> [Diagnostic] {
    let places = findings.filter { $0.code == .unusedValue }.compactMap(\.span)
    return parsed.tree.unreadNames(root).compactMap { unread in
      guard !places.contains(where: unread.span.contains) else { return nil }
      return .unread(unread)
    }
  }
}

extension Diagnostic {
  fileprivate static func unread(_ unread: UnreadName) -> Diagnostic {
    let name = unread.name.text
    let (message, help) =
      switch unread.kind {
      case .binding: ("nothing reads `\(name)`", "read it where it is meant, or take it out")
      case .parameter:
        (
          "nothing reads the parameter `\(name)`: another value changes nothing",
          "hand it on, `\(name)=\(name)`, or take it out"
        )
      case .value: ("nothing reads the value `\(name)`", "read it, or take it out")
      }
    return Diagnostic(
      .unusedValue, message, severity: .warning, at: unread.name.span, help: help)
  }
}
