/// What a rule with fixed windows makes of n bins, for every size of the map (architectures.md,
/// section 3).
package struct BinTable: Hashable, Sendable {
  package let rule: BinRule
  package let bins: Int
  /// Sizes at which the window is allowed and gives another number of bins: those of every size.
  package let miscounted: [Int]
  /// Sizes at which the window's padding is refused, as by PyTorch.
  package let refused: [Int]
  /// Sizes up to `last` with the right number of bins and cells that are in none of them.
  package let unread: [Int]
  /// The size that the list of unread cells goes to; it repeats with `bins`.
  package let last: Int

  /// Bins past which no table is made: it would be longer than anyone reads.
  package static let largest = 64

  /// Nil of the adaptive rule, which is right at every size.
  package init?(_ rule: BinRule, bins: Int) {
    guard rule != .adaptive, (1...Self.largest).contains(bins) else { return nil }
    self.rule = rule
    self.bins = bins
    last = max(64, 2 * bins)
    // paper: a mod n <= floor(a/n) from n(n - 1) on; sppnet_pytorch: p <= n/2 <= floor(w/2) there.
    let sizes = (rule == .paper ? bins : 1)...max(last, bins * bins)
    refused = sizes.filter { rule.window(bins: bins, size: $0) == nil }
    miscounted = sizes.filter { size in
      rule.binCount(bins, size: size).map { $0 != bins } ?? false
    }
    unread = (1...last).filter { rule.unreadCells(bins, size: $0) > 0 }
  }

  /// As in `not 6 bins at a = 8-11, 15-17, 22, 23, 29; cells unread at a = 14, 20, 21, … (a mod 6 >=
  /// 2)`.
  package var text: String {
    var parts: [String] = []
    if !refused.isEmpty {
      parts.append("padding refused by PyTorch at a = \(Self.list(refused))")
      let formula = refused.filter { rule.formulaCount(bins, size: $0) != bins }
      if !formula.isEmpty {
        parts.append("not \(bins) bins even so at a = \(Self.list(formula))")
      }
    }
    if !miscounted.isEmpty { parts.append("not \(bins) bins at a = \(Self.list(miscounted))") }
    if !unread.isEmpty {
      let residues = bins == 3 ? "a mod 3 = 2" : "a mod \(bins) >= 2"
      parts.append("cells unread at a = \(Self.list(unread)), … (\(residues))")
    }
    if rule == .paper, bins > 1 { parts.append("no window for a < \(bins)") }
    return parts.isEmpty ? "right at every size" : parts.joined(separator: "; ")
  }

  /// Runs of three and more as `8-11`.
  package static func list(_ sizes: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for size in sizes {
      if let run = runs.last, run.upperBound == size - 1 {
        runs[runs.count - 1] = run.lowerBound...size
      } else {
        runs.append(size...size)
      }
    }
    return runs.map { run in
      run.count > 2
        ? "\(run.lowerBound)-\(run.upperBound)"
        : run.map(String.init).joined(separator: ", ")
    }.joined(separator: ", ")
  }
}

extension BinRule {
  /// Cells of a map that are in no bin, where the rule gives the bins asked for; 0 elsewhere.
  ///
  /// paper: max(0, a mod n − 1).
  package func unreadCells(_ bins: Int, size: Int) -> Int {
    guard self == .paper, binCount(bins, size: size) == bins else { return 0 }
    return max(0, size % bins - 1)
  }

  /// The bins that the window gives, whether or not its padding is allowed.
  fileprivate func formulaCount(_ bins: Int, size: Int) -> Int {
    let length = ceilDivide(size, bins)
    let padding = (length * bins - size + 1) / 2
    return (size + 2 * padding - length) / length + 1
  }
}
