import Formats
import Frontend
import Source

/// What is wrong with the parts that rules take of one tensor.
enum PartFault: Hashable, Sendable {
  /// A rule takes channels that the tensor does not have; nil where it has no such axis at all.
  case outside(entry: WeightEntry, rule: Int, extent: Int?)
  /// Channels that no rule takes; the rule is one that takes others.
  case gap(entry: WeightEntry, rule: Int, range: Range<Int>)

  var rule: Int {
    switch self {
    case .outside(_, let rule, _), .gap(_, let rule, _): rule
    }
  }

  var isOutside: Bool {
    if case .outside = self { true } else { false }
  }

  /// The parts of one tensor lie inside it and leave nothing over.
  static func faults(_ entry: WeightEntry, _ targets: [RenameRules.Target]) -> [PartFault] {
    var faults: [PartFault] = []
    for axis in RenameRule.Part.Axis.allCases {
      let parts = targets.filter { $0.part?.axis == axis }.sorted {
        ($0.part?.range.lowerBound ?? 0) < ($1.part?.range.lowerBound ?? 0)
      }
      var covered = 0
      var end: (rule: Int, extent: Int)?
      for target in parts {
        guard let part = target.part, let rule = target.rule else { continue }
        let stored = entry.dimensions
        guard let index = part.axis(in: target.layout, rank: stored.count) else {
          faults.append(.outside(entry: entry, rule: rule, extent: nil))
          continue
        }
        end = (rule, stored[index])
        if part.range.upperBound > stored[index] {
          faults.append(.outside(entry: entry, rule: rule, extent: stored[index]))
        } else if part.range.lowerBound > covered {
          faults.append(.gap(entry: entry, rule: rule, range: covered..<part.range.lowerBound))
        }
        covered = max(covered, part.range.upperBound)
      }
      if let end, covered < end.extent {
        faults.append(.gap(entry: entry, rule: end.rule, range: covered..<end.extent))
      }
    }
    return faults
  }

  func diagnostic(_ match: WeightMatch) -> Diagnostic {
    let rule = match.rules.rules[rule]
    let axis = rule.part?.axis.rawValue ?? ""
    switch self {
    case .outside(let entry, _, let extent):
      let has = extent.map { "\($0) \(axis)" } ?? "no \(axis)"
      return Diagnostic(
        .badRename,
        "`\(entry.name)` of `\(match.path)` has \(has), it is "
          + shapeText(entry.dimensions), at: rule.span,
        help: extent.map { "`\(axis)=` ends at \($0) or before" })
    case .gap(let entry, _, let range):
      return Diagnostic(
        .badRename,
        "no rule takes the \(axis) \(range.lowerBound) to \(range.upperBound - 1) of "
          + "`\(entry.name)` of `\(match.path)`, which is \(shapeText(entry.dimensions))",
        at: rule.span,
        help: "add a rule with `\(axis)=[\(range.lowerBound), \(range.upperBound)]`")
    }
  }
}
