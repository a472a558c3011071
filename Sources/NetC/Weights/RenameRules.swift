import Frontend

/// The `rename` and `ignore` rules of a network, from a checkpoint's names to the network's.
struct RenameRules: Sendable {
  /// What becomes of one tensor of a checkpoint.
  enum Outcome: Hashable, Sendable {
    /// It is the network's tensor of this name, stored in a layout; `rule` is nil where the name
    /// stays as it is.
    case tensor(name: String, layout: RenameRule.Layout, rule: Int?)
    /// A rule, or custom, leaves it out; nil is custom.
    case ignored(rule: Int?)
  }

  let rules: [RenameRule]
  private let globs: [(source: Glob, target: Glob?)]

  init(_ rules: [RenameRule]) {
    self.rules = rules
    globs = rules.map { (Glob($0.source), $0.target.map { Glob($0) }) }
  }

  /// The first rule that matches decides; without one the name stays. Batch counters of PyTorch's
  /// normalizations, `num_batches_tracked`, are training state that no network reads.
  func outcome(of name: String) -> Outcome {
    for (index, glob) in globs.enumerated() {
      guard let captures = glob.source.captures(in: name) else { continue }
      guard let target = glob.target else { return .ignored(rule: index) }
      return .tensor(
        name: target.filled(with: captures), layout: rules[index].layout ?? .oihw, rule: index)
    }
    if name == Self.counter || name.hasSuffix("." + Self.counter) { return .ignored(rule: nil) }
    return .tensor(name: name, layout: .oihw, rule: nil)
  }

  /// Whether a rule's pattern matches a name, whatever earlier rules do.
  func matches(_ rule: Int, _ name: String) -> Bool {
    globs[rule].source.captures(in: name) != nil
  }

  private static let counter = "num_batches_tracked"
}
