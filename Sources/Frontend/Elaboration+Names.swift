import IR

extension Elaboration {
  /// The values that the network's own names stand for: `high`, `body.c5`, `stage[1].pre`.
  package var namedValues: [(name: String, value: ValueID)] {
    var collector = NameCollector()
    for name in frame.keys.sorted() {
      if let element = frame[name]?.element { collector.visit(element, name) }
    }
    return collector.names
  }
}

/// Walks through what names stand for.
private struct NameCollector {
  var names: [(name: String, value: ValueID)] = []
  /// Elements visited at most: one record bound under many names multiplies them.
  private var left = 200_000

  /// Records lie as deep in one another as blocks do.
  mutating func visit(_ element: Element, _ name: String) {
    guard left > 0 else { return }
    left -= 1
    if let value = element.value { names.append((name, value)) }
    switch element {
    case .constant, .value, .poison: return
    case .record(let record): visit(record, name)
    case .series(let records, _):
      for (index, record) in records.enumerated() { visit(record, "\(name)[\(index)]") }
    }
  }

  private mutating func visit(_ record: Record, _ name: String) {
    for result in record.names {
      if let element = record.results[result] { visit(element, "\(name).\(result)") }
    }
  }
}
