/// Rows of a difference that are told in one line.
package struct DifferenceGroup: Sendable {
  package enum Kind: Hashable, Sendable {
    case equal, removed, added
    /// The beginnings of paths that differ: `backbone` and `encoder`.
    case renamed(old: String, new: String)
    case changed([LayerChange])
  }

  package let kind: Kind
  /// Indices into the difference's rows, ascending; equal rows between changed ones left out.
  package fileprivate(set) var rows: [Int]
}

extension GraphDifference {
  /// The rows in their order, those of a kind that follow one another together.
  ///
  /// Changed and renamed rows are together where they change alike, over equal rows between them.
  package var groups: [DifferenceGroup] {
    var groups: [DifferenceGroup] = []
    var index = 0
    while index < rows.count {
      let kind = kind(index)
      var group = DifferenceGroup(kind: kind, rows: [])
      var next = index
      while next < rows.count {
        let other = self.kind(next)
        if other == kind {
          group.rows.append(next)
          index = next + 1
        } else if kind.isAlone || other != .equal {
          break
        }
        next += 1
      }
      groups.append(group)
    }
    return groups
  }

  private func kind(_ row: Int) -> DifferenceGroup.Kind {
    switch rows[row] {
    case .equal: .equal
    case .renamed(let old, let new): .renamed(self.old[old].key.path, self.new[new].key.path)
    case .removed: .removed
    case .added: .added
    case .changed(_, _, let changes): .changed(changes)
    }
  }
}

extension DifferenceGroup.Kind {
  /// Whether rows of this kind are together only where nothing is between them.
  fileprivate var isAlone: Bool {
    switch self {
    case .equal, .removed, .added: true
    case .renamed, .changed: false
    }
  }

  /// Two paths without the labels that both end with.
  fileprivate static func renamed(_ old: String, _ new: String) -> Self {
    var (a, b) = (old.split(separator: "."), new.split(separator: "."))
    while a.count > 1, b.count > 1, a.last == b.last {
      a.removeLast()
      b.removeLast()
    }
    return .renamed(old: a.joined(separator: "."), new: b.joined(separator: "."))
  }
}

/// Layers that follow one another, as whole block instances where they are.
package struct LayerRun: Hashable, Sendable {
  package let first: String
  package let last: String
  /// The block, where the run is one or several instances of it.
  package let block: String?
  package fileprivate(set) var instances: Int
  package fileprivate(set) var layers: Int
  package fileprivate(set) var parameters: Int
}

extension [ComparedLayer] {
  /// A range of the layers, outermost instances that lie in it whole as one run; instances of one
  /// block beside each other are one.
  package func runs(in range: Range<Int>) -> [LayerRun] {
    var runs: [LayerRun] = []
    var parents: [[CallSite]] = []
    var next = range.lowerBound
    while next < range.upperBound {
      let (depth, end) = instance(at: next, in: range)
      let calls = depth.map { Array<CallSite>(self[next].calls[..<$0]) }
      let path = calls?.last?.path ?? self[next].name
      let run = LayerRun(
        first: path, last: path, block: calls?.last?.block, instances: 1, layers: end - next,
        parameters: self[next..<end].reduce(0) { $0 + $1.parameterCount })
      let parent = calls.map { Array<CallSite>($0.dropLast()) } ?? []
      if let last = runs.last, last.block != nil, last.block == run.block, parents.last == parent {
        runs[runs.count - 1] = LayerRun(
          first: last.first, last: run.last, block: run.block, instances: last.instances + 1,
          layers: last.layers + run.layers, parameters: last.parameters + run.parameters)
      } else {
        runs.append(run)
        parents.append(parent)
      }
      next = end
    }
    return runs
  }

  /// The outermost block instance that begins at a layer and ends inside a range, by its depth, and
  /// the layer after it; no depth and the next layer where there is none.
  private func instance(at first: Int, in range: Range<Int>) -> (depth: Int?, end: Int) {
    let calls = self[first].calls
    for depth in 1..<calls.count + 1 {
      let own = calls[..<depth]
      if first > 0, self[first - 1].calls.prefix(depth) == own { continue }
      let end = self[first...].firstIndex { $0.calls.prefix(depth) != own } ?? count
      if end <= range.upperBound { return (depth, end) }
    }
    return (nil, first + 1)
  }
}
