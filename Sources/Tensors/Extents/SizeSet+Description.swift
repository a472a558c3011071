extension SizeSet: CustomStringConvertible {
  package var description: String { text("H") }

  /// In words of a symbol: `all H >= 1`, `H >= 13`, `H mod 32 in {0, 31}`,
  /// `H mod 2 = 0, H >= 10`, `H >= 4 except {5, 7}`, `H in {3, 9}`, `no H`.
  package func text(_ symbol: String) -> String {
    if isAll { return "all \(symbol) >= 1" }
    if isEmpty { return "no \(symbol)" }
    let residues = (0..<period).filter(isPattern)
    if residues.isEmpty { return finiteText(symbol, (1..<threshold).filter(contains)) }
    // sizes of the pattern, from the first of them that is a member on
    let first = (1..<threshold + period).first { contains($0) && isPattern($0) } ?? threshold
    var parts: [String] = []
    if period > 1 { parts.append(patternText(symbol, residues)) }
    if period == 1 || (1..<first).contains(where: isPattern) {
      parts.append("\(symbol) >= \(first)")
    }
    var text = parts.joined(separator: ", ")
    let missing = (first..<max(first, threshold)).filter { isPattern($0) && !contains($0) }
    let extra = (1..<threshold).filter { contains($0) && !isPattern($0) }
    if !missing.isEmpty { text += " except \(SizeSet.list(missing))" }
    if !extra.isEmpty { text += " or \(finiteText(symbol, extra))" }
    return text
  }

  /// The set as a condition of the language, `H % 32 == 0` or `H % 4 in [0, 3] and H >= 65`; nil
  /// where it has exceptions or too many residues to write.
  package func requirement(_ symbol: String) -> String? {
    let residues = (0..<period).filter(isPattern)
    guard !isEmpty, !residues.isEmpty, residues.count <= 16 else { return nil }
    let first = (1..<threshold + period).first { contains($0) } ?? threshold
    guard (first..<max(first, threshold)).allSatisfy({ contains($0) == isPattern($0) }) else {
      return nil
    }
    var parts: [String] = []
    if residues.count == 1, period > 1 {
      parts.append("\(symbol) % \(period) == \(residues[0])")
    } else if period > 1 {
      parts.append("\(symbol) % \(period) in \(residues)")
    }
    if (1..<first).contains(where: isPattern) { parts.append("\(symbol) >= \(first)") }
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }

  /// Whether the repeating part, continued below the threshold, has n.
  private func isPattern(_ n: Int) -> Bool {
    contains(threshold + (n - threshold).residue(by: period))
  }

  private func finiteText(_ symbol: String, _ sizes: [Int]) -> String {
    if sizes.count == 1 { return "\(symbol) = \(sizes[0])" }
    if sizes.count > 1, sizes.last == sizes.count { return "\(symbol) <= \(sizes.count)" }
    return "\(symbol) in \(SizeSet.list(sizes))"
  }

  private func patternText(_ symbol: String, _ residues: [Int]) -> String {
    let modulus = "\(symbol) mod \(period)"
    if residues.count == 1 { return "\(modulus) = \(residues[0])" }
    if residues.count * 2 <= period { return "\(modulus) in \(SizeSet.list(residues))" }
    let others = (0..<period).filter { !isPattern($0) }
    if others.count == 1 { return "\(modulus) != \(others[0])" }
    return "\(modulus) not in \(SizeSet.list(others))"
  }

  /// As in `{1, 3, 8..12}`; past twelve runs the number of sizes.
  private static func list(_ sizes: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for n in sizes {
      if let last = runs.last, last.upperBound + 1 == n {
        runs[runs.count - 1] = last.lowerBound...n
      } else {
        runs.append(n...n)
      }
    }
    var parts = runs.prefix(12).flatMap { run in
      run.count > 2
        ? ["\(run.lowerBound)..\(run.upperBound)"] : run.map { "\($0)" }
    }
    if runs.count > 12 { parts.append("... \(sizes.count) in all") }
    return "{" + parts.joined(separator: ", ") + "}"
  }
}
