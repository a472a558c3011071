/// One thing that differs between two layers: `rate 6 → 12`.
package struct LayerChange: Hashable, Sendable {
  /// Empty where it has no name: the words that stand first in a spec.
  package let name: String
  package let old: String
  package let new: String

  package var text: String { (name.isEmpty ? "" : "\(name) ") + "\(old) → \(new)" }
}

extension LayerChange {
  /// What fields are where a spec does not tell them.
  private static let defaults = [
    "stride": "1", "rate": "1", "groups": "1", "pad": "0", "output_pad": "0", "bias": "yes",
    "ceil_mode": "no", "align_corners": "no", "count_include_pad": "yes",
  ]

  /// What differs in the words of two specs, `name=value` by name and the others by place.
  static func between(_ old: String, _ new: String) -> [LayerChange] {
    guard old != new else { return [] }
    let (a, b) = (Words(old), Words(new))
    var changes: [LayerChange] = []
    if a.plain.count == b.plain.count {
      changes = zip(a.plain, b.plain).filter { $0 != $1 }
        .map { LayerChange(name: "", old: $0, new: $1) }
    } else {
      let texts = [a, b].map { $0.plain.joined(separator: " ") }
      changes = [LayerChange(name: "", old: texts[0], new: texts[1])]
    }
    for name in Set(a.names + b.names).sorted() {
      let usual = defaults[name] ?? "none"
      let (from, to) = (a.fields[name] ?? usual, b.fields[name] ?? usual)
      if from != to { changes.append(LayerChange(name: name, old: from, new: to)) }
    }
    return changes
  }

  /// The words of a spec's text.
  private struct Words {
    var plain: [String] = []
    var names: [String] = []
    var fields: [String: String] = [:]

    init(_ text: String) {
      for word in text.split(separator: " ") {
        let parts = word.split(separator: "=", maxSplits: 1)
        if parts.count == 2 {
          names.append(String(parts[0]))
          fields[String(parts[0])] = String(parts[1])
        } else {
          plain.append(String(word))
        }
      }
    }
  }
}
