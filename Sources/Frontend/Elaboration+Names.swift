import IR

extension Elaboration {
  /// Names listed at most: one record bound under many names multiplies them.
  private static let maximumNames = 100_000

  /// The values that the network's own names stand for: `high`, `body.c5`, `stage[1].pre`.
  package var namedValues: [(name: String, value: ValueID)] {
    var names: [(name: String, value: ValueID)] = []
    for name in frame.keys.sorted() {
      frame[name]?.element.collect(name, into: &names, limit: Self.maximumNames)
    }
    return names
  }
}

extension Element {
  fileprivate func collect(
    _ name: String, into names: inout [(name: String, value: ValueID)], limit: Int
  ) {
    guard names.count < limit else { return }
    if let value { names.append((name, value)) }
    switch self {
    case .constant, .value, .poison: return
    case .record(let record): record.collect(name, into: &names, limit: limit)
    case .series(let records, _):
      for (index, record) in records.enumerated() {
        record.collect("\(name)[\(index)]", into: &names, limit: limit)
      }
    }
  }
}

extension Record {
  fileprivate func collect(
    _ name: String, into names: inout [(name: String, value: ValueID)], limit: Int
  ) {
    for result in self.names {
      results[result]?.collect("\(name).\(result)", into: &names, limit: limit)
    }
  }
}
