import Frontend

/// The `rename` and `ignore` rules of a network, from a checkpoint's names to the network's.
///
/// Rules are tried in order. One whose left side begins with `*` leaves the beginning of the name
/// open: the rules after it go on with the new name. Any other rename decides, and so does an
/// `ignore`, which never takes a name that the network has. Where the one that decides takes a part
/// of the tensor, the later ones that take parts of it apply too. A slash in a name of the file
/// counts as a dot.
struct RenameRules: Sendable {
  /// What becomes of one tensor of a checkpoint.
  enum Outcome: Hashable, Sendable {
    /// It is a tensor of the network; several where rules take it apart.
    case tensors([Target])
    /// A rule, or custom, leaves it out.
    case ignored
  }

  /// A tensor of the network, as a tensor of the file holds it.
  struct Target: Hashable, Sendable {
    let name: String
    var layout = RenameRule.Layout.oihw
    var part: RenameRule.Part?
    /// The last rule that took part; nil where the name is the file's.
    var rule: Int?
  }

  let rules: [RenameRule]
  private let globs: [(source: Glob, target: Glob?)]
  /// The names that the network has.
  private let wanted: Set<String>

  init(_ rules: [RenameRule], wanted: Set<String> = []) {
    self.rules = rules
    self.wanted = wanted
    globs = rules.map { (Glob(Self.dotted($0.source)), $0.target.map { Glob($0) }) }
  }

  /// What becomes of a name, and the rules that took part, in order; without one the name stays.
  ///
  /// Batch counters of PyTorch's normalizations, `num_batches_tracked`, are training state that no
  /// network reads.
  func outcome(of original: String) -> (Outcome, applied: [Int]) {
    var name = Self.dotted(original)
    var bytes = Array(name.utf8)
    var layout = RenameRule.Layout.oihw
    var applied: [Int] = []
    for (index, glob) in globs.enumerated() {
      guard let captures = glob.source.captures(in: bytes) else { continue }
      guard let target = glob.target else {
        if wanted.contains(name) { continue }
        return (.ignored, applied + [index])
      }
      if rules[index].part != nil {
        let parts = parts(of: name, from: index, layout)
        return (.tensors(parts), applied + parts.compactMap(\.rule))
      }
      name = target.filled(with: captures)
      bytes = Array(name.utf8)
      layout = rules[index].layout ?? layout
      applied.append(index)
      if !target.pattern.hasPrefix("*") { break }
    }
    let isCounter = name == Self.counter || name.hasSuffix("." + Self.counter)
    if isCounter, !wanted.contains(name) { return (.ignored, applied) }
    return (.tensors([Target(name: name, layout: layout, rule: applied.last)]), applied)
  }

  /// What all rules that take a part of a tensor make of it.
  private func parts(
    of name: String, from first: Int, _ layout: RenameRule.Layout
  ) -> [Target] {
    globs.indices[first...].compactMap { index in
      guard let part = rules[index].part, let target = globs[index].target,
        let captures = globs[index].source.captures(in: name)
      else { return nil }
      return Target(
        name: target.filled(with: captures), layout: rules[index].layout ?? layout, part: part,
        rule: index)
    }
  }

  /// The new name that rules give; nil where none does, or where they take the tensor apart.
  func renamed(_ name: String) -> String? {
    guard case .tensors(let targets) = outcome(of: name).0, targets.count == 1,
      targets[0].rule != nil
    else { return nil }
    return targets[0].name
  }

  /// Whether a rule's pattern matches a name, whatever earlier rules do.
  func matches(_ rule: Int, _ name: String) -> Bool {
    globs[rule].source.captures(in: Self.dotted(name)) != nil
  }

  /// A name with the separators of the network's names.
  static func dotted(_ name: String) -> String {
    name.contains("/")
      ? name.split(separator: "/", omittingEmptySubsequences: false)
        .joined(separator: ".") : name
  }

  /// Whether a rule reads the network's tensor of this name from another layout.
  func isTurned(_ name: String) -> Bool {
    rules.indices.contains { index in
      rules[index].layout == .hwio && globs[index].target?.captures(in: name) != nil
    }
  }

  private static let counter = "num_batches_tracked"
}
