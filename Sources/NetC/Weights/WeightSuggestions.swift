import Formats
import Frontend
import IR
import Tensors

/// Guesses what was meant where names of a network and of a file differ.
struct WeightSuggestions {
  private let match: WeightMatch
  /// Unused tensors by shape.
  private let left: [[Int]: [WeightEntry]]

  init(_ match: WeightMatch) {
    self.match = match
    left = Dictionary(grouping: match.unused.map(\.entry), by: \.dimensions)
  }

  /// The unused tensor of the same shape whose name ends most like the parameter's, or is nearest
  /// to it in spelling, or is the only one.
  func candidate(for parameter: Parameter) -> WeightEntry? {
    if let alike = alike(parameter) { return alike }
    guard let entries = left[parameter.shape.dimensions] else { return nil }
    let near = nearest(parameter.name, among: entries.map(\.name))
    return entries.first { $0.name == near } ?? (entries.count == 1 ? entries[0] : nil)
  }

  /// The unused tensor of the same shape that shares most components of its name's end, two or
  /// more.
  private func alike(_ parameter: Parameter) -> WeightEntry? {
    guard let entries = left[parameter.shape.dimensions] else { return nil }
    let wanted = parameter.name.split(separator: ".")
    var best: (entry: WeightEntry, shared: Int)?
    for entry in entries {
      let shared = sharedEnd(wanted, entry.name.split(separator: "."))
      if shared > best?.shared ?? 1 { best = (entry, shared) }
    }
    return best?.entry
  }

  /// A rule that gives names to half of the missing tensors or more: another prefix.
  var rename: String? {
    var votes: [String: Int] = [:]
    var missing = 0
    for (index, row) in match.rows.enumerated() where row.status == .missing {
      missing += 1
      let parameter = match.parameters[index]
      guard let entry = alike(parameter) else { continue }
      let (ours, theirs) = (parameter.name.split(separator: "."), entry.name.split(separator: "."))
      let shared = sharedEnd(ours, theirs)
      votes["rename \(prefix(ours, shared))* <- \(prefix(theirs, shared))*", default: 0] += 1
    }
    let best = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }
    guard let best, best.value * 2 >= missing, best.value >= 2 else { return nil }
    return best.key
  }

  /// A pattern that matches something, with the literal start of this one replaced by the nearest.
  func pattern(like pattern: String) -> String? {
    guard let star = pattern.firstIndex(of: "*") else {
      return nearest(pattern, among: match.names)
    }
    let start = pattern[..<star]
    let depth = start.count { $0 == "." }
    let starts = match.names.compactMap { name -> String? in
      let parts = name.split(separator: ".")
      return parts.count > depth ? parts.prefix(depth).joined(separator: ".") + "." : nil
    }
    guard depth > 0, let near = nearest(String(start), among: starts) else { return nil }
    let guess = near + pattern[star...]
    let glob = Glob(guess)
    return match.names.contains { glob.captures(in: $0) != nil } ? guess : nil
  }

  /// How many components two names have in common from their ends.
  private func sharedEnd(_ a: [Substring], _ b: [Substring]) -> Int {
    zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
  }

  private func prefix(_ parts: [Substring], _ shared: Int) -> String {
    parts.dropLast(shared).map { $0 + "." }.joined()
  }
}
