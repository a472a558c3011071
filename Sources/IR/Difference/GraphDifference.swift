import Tensors

/// The layers of two networks, matched by label path and op in their order.
package struct GraphDifference: Sendable {
  package enum Row: Hashable, Sendable {
    case equal(old: Int, new: Int)
    case changed(old: Int, new: Int, [LayerChange])
    /// The same layer with the same tensors under another name.
    case renamed(old: Int, new: Int)
    case removed(Int)
    case added(Int)
  }

  package let old: [ComparedLayer]
  package let new: [ComparedLayer]
  /// In the order of both.
  package private(set) var rows: [Row] = []
  /// Equal layers whose results have another size or stride, by their rows.
  package private(set) var resized: [Int] = []

  package init(from old: Graph, to new: Graph) {
    (self.old, self.new) = (old.comparedLayers, new.comparedLayers)
    var partners = [Int?](repeating: nil, count: self.old.count)
    match(by: \.key, &partners)
    // Between those: the same under another first label, then what computes the same.
    match(by: \.innerKey, &partners)
    match(by: \.content, &partners)
    makeRows(partners)
  }

  /// Matches layers between those that have partners.
  private func match<Key: Hashable>(by key: (ComparedLayer) -> Key, _ partners: inout [Int?]) {
    let pairs = partners.enumerated().compactMap { left, right in right.map { (left, $0) } }
    var (left, right) = (0, 0)
    for (endLeft, endRight) in pairs + [(old.count, new.count)] {
      let (a, b) = (old[left..<endLeft].map(key), new[right..<endRight].map(key))
      for pair in commonSubsequence(a, b) { partners[left + pair.left] = right + pair.right }
      (left, right) = (endLeft + 1, endRight + 1)
    }
  }

  private mutating func makeRows(_ partners: [Int?]) {
    let sources = Wiring(old, new, partners)
    var next = 0
    for index in old.indices {
      guard let partner = partners[index] else {
        rows.append(.removed(index))
        continue
      }
      rows += (next..<partner).map { .added($0) }
      next = partner + 1
      let changes = old[index].changes(to: new[partner]) + sources.changes(index, partner)
      if !changes.isEmpty {
        rows.append(.changed(old: index, new: partner, changes))
        continue
      }
      if old[index].result != new[partner].result { resized.append(rows.count) }
      let isRenamed = old[index].key != new[partner].key && !old[index].parameters.isEmpty
      rows.append(
        isRenamed ? .renamed(old: index, new: partner) : .equal(old: index, new: partner))
    }
    rows += (next..<new.count).map { .added($0) }
  }

  /// Whether the networks have the same layers, which read the same.
  package var isEmpty: Bool {
    rows.allSatisfy { if case .equal = $0 { true } else { false } }
  }
}

extension ComparedLayer {
  /// A layer without its name.
  fileprivate struct Content: Hashable {
    let op: String
    let specs: [String]
    let parameters: [ParameterShape]
  }

  /// The key without the first label of the path, where that has several.
  fileprivate var innerKey: Key {
    let inner = key.path.split(separator: ".", maxSplits: 1).dropFirst().first
    return Key(path: inner.map(String.init) ?? key.path, op: key.op)
  }

  fileprivate var content: Content {
    Content(op: key.op, specs: specs, parameters: parameters)
  }

  /// What differs in what two layers compute and load.
  fileprivate func changes(to other: ComparedLayer) -> [LayerChange] {
    var changes: [LayerChange] = []
    if specs.count == other.specs.count {
      changes = zip(specs, other.specs).flatMap { LayerChange.between($0, $1) }
    } else {
      changes.append(
        LayerChange(
          name: "", old: specs.joined(separator: ", "), new: other.specs.joined(separator: ", ")))
    }
    for place in 0..<max(parameters.count, other.parameters.count) {
      let a = place < parameters.count ? parameters[place] : nil
      let b = place < other.parameters.count ? other.parameters[place] : nil
      guard a != b, let slot = a?.slot ?? b?.slot else { continue }
      changes.append(
        LayerChange(
          name: slot, old: a.map { "\($0.shape)" } ?? "none",
          new: b.map { "\($0.shape)" } ?? "none"))
    }
    return changes
  }
}

/// What layers read, through layers that only one of the networks has.
private struct Wiring {
  let old: [ComparedLayer]
  let new: [ComparedLayer]
  private let partners: [Int?]
  private let isMatched: [Bool]

  init(_ old: [ComparedLayer], _ new: [ComparedLayer], _ partners: [Int?]) {
    (self.old, self.new, self.partners) = (old, new, partners)
    var isMatched = [Bool](repeating: false, count: new.count)
    for partner in partners.compactMap(\.self) { isMatched[partner] = true }
    self.isMatched = isMatched
  }

  /// What the partners read that are not partners themselves. What only one network has is told in
  /// its own row, so nothing is said of what is read through it, unless it has neither tensors nor
  /// several inputs.
  func changes(_ index: Int, _ partner: Int) -> [LayerChange] {
    let (a, b) = (old[index].inputs, new[partner].inputs)
    guard a.count == b.count else {
      return [LayerChange(name: "reads", old: "\(a.count) values", new: "\(b.count)")]
    }
    return zip(a, b).compactMap { left, right in
      let source = Self.source(left, old) { partners[$0] != nil }
      let target = Self.source(right, new) { isMatched[$0] }
      guard let own = partners[source], isMatched[target], own != target else { return nil }
      return LayerChange(name: "reads", old: old[source].name, new: new[target].name)
    }
  }

  /// The nearest layer with a partner, through layers of one input and no tensors.
  private static func source(
    _ index: Int, _ layers: [ComparedLayer], _ isMatched: (Int) -> Bool
  ) -> Int {
    var index = index
    // Layers read earlier ones, so this ends.
    while !isMatched(index), layers[index].inputs.count == 1, layers[index].parameters.isEmpty {
      index = layers[index].inputs[0]
    }
    return index
  }
}
