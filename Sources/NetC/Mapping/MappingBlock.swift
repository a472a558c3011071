import Formats
import Frontend
import IR
import Source
import Tensors

/// The rules for a pairing, tried on the names of the file.
struct MappingBlock {
  struct Line {
    let rule: RenameRule
    var isByOrder = false
  }

  private let match: WeightMatch
  private let pairing: MappingPairing
  /// The parameter that each tensor of the file is for.
  private var expected: [Int: Int] = [:]
  private var ignores: [Line] = []
  /// Layout and slots.
  private var general: [Line] = []
  /// Single names, where rules with globs would take them amiss.
  private var repairs: [Line] = []
  private var names: [Line] = []
  /// Whether each name gets the parameter it is paired with.
  private(set) var isRight = false

  init(_ match: WeightMatch, _ pairing: MappingPairing) {
    self.match = match
    self.pairing = pairing
    if !pairing.isWhole { takeFound() }
    for pair in pairing.pairs { expected[pair.entry] = pair.parameter }
    ignores = leftOver.map { Line(rule: .init(ignoring: $0)) }
    writeGeneral()
    writeNames()
    for repairsNames in [false, true] {
      guard isUsable else { return }
      let wrong = wrongEntries
      isRight = wrong.isEmpty
      if isRight { return }
      for entry in wrong { repair(entry, asName: repairsNames) }
    }
    isRight = isUsable && wrongEntries.isEmpty
  }

  /// Rules at most: nobody reads more, and each is tried on every name.
  private static let maximumRules = 500

  private var isUsable: Bool {
    rules.count <= Self.maximumRules && rules.allSatisfy(\.isWritable)
  }

  private var all: [Line] { ignores + general + repairs + names }
  private var rules: [RenameRule] { all.map(\.rule) }

  /// The rules as lines of a network, with what has to be known about them.
  var lines: [String] {
    var lines = all.map { $0.rule.text + ($0.isByOrder ? "  // by order alone" : "") }
    for (parameter, entry) in pairing.resized {
      let (ours, theirs) = (match.parameters[parameter], match.entries[entry])
      lines.append(
        "// left out: `\(ours.name)` is \(ours.shape), the file's `\(theirs.name)` "
          + "\(shapeText(theirs.dimensions)): another number of outputs")
    }
    return lines
  }

  private mutating func takeFound() {
    let places = Dictionary(
      match.entries.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    for (index, row) in match.rows.enumerated() {
      // A tensor that rules take apart has no single name.
      guard let entry = row.entry, row.part == nil, let place = places[entry.name] else { continue }
      expected[place] = index
    }
  }

  private mutating func writeGeneral() {
    if pairing.layout == .hwio {
      general.append(Line(rule: .init("*", "*", layout: .hwio)))
    }
    var known: Set<String> = []
    for pair in pairing.pairs {
      guard let rule = MappingName(match.entries[pair.entry].name).slotRule,
        known.insert(rule.source).inserted
      else { continue }
      general.append(Line(rule: .init(rule.target, rule.source)))
    }
  }

  private mutating func writeNames() {
    var layers: [(ours: String, theirs: String)] = []
    var places: [String: Int] = [:]
    var isByOrder: [Bool] = []
    func add(_ parameter: Int, _ entry: Int, _ byOrder: Bool) {
      let ours = MappingName(match.parameters[parameter].name)
      let theirs = MappingName(match.entries[entry].name)
      if ours.slot == .other || theirs.slot == .other {
        if ours.text != theirs.text {
          names.append(Line(rule: .init(ours.text, theirs.text), isByOrder: byOrder))
        }
        return
      }
      if places[theirs.layer] == nil {
        places[theirs.layer] = layers.count
        layers.append((ours.layer, theirs.layer))
        isByOrder.append(byOrder)
      }
    }
    for pair in pairing.pairs { add(pair.parameter, pair.entry, pair.isByOrder) }
    // Names that stay are shown to the tree, so that no glob takes them.
    let paired = Set(pairing.pairs.map(\.entry))
    for (entry, parameter) in expected.sorted(by: { $0.key < $1.key }) {
      if paired.contains(entry) { continue }
      let name = match.parameters[parameter].name
      if RenameRules.dotted(match.entries[entry].name) == name { add(parameter, entry, false) }
    }
    let rules = MappingRules(layers)
    for rule in rules.open + rules.deciding {
      names.append(
        Line(
          rule: .init(rule.target, rule.source),
          isByOrder: rule.layers.allSatisfy { isByOrder[$0] }))
    }
  }

  /// The tensors of the file that the rules do not give their parameter, and others that they give
  /// one.
  private var wrongEntries: [Int] {
    let wanted = Set(match.parameters.map(\.name))
    let rules = RenameRules(rules + match.rules.rules, wanted: wanted)
    let paired = Set(pairing.pairs.map(\.entry))
    let resized = Dictionary(
      pairing.resized.map { ($0.entry, $0.parameter) }, uniquingKeysWith: { first, _ in first })
    let apart = Set(match.rows.compactMap { $0.part == nil ? nil : $0.entry?.name })
    return match.entries.indices.filter { index in
      let entry = match.entries[index]
      if apart.contains(entry.name) { return false }
      let outcome = rules.outcome(of: entry.name).0
      guard let parameter = expected[index] else {
        guard case .tensors(let targets) = outcome else { return false }
        // One of other outputs may get its name: its shape is then what is reported.
        let own = resized[index].map { match.parameters[$0].name }
        return targets.contains { $0.name != own && wanted.contains($0.name) }
      }
      guard case .tensors(let targets) = outcome, targets.count == 1 else { return true }
      let (ours, target) = (match.parameters[parameter], targets[0])
      guard target.name == ours.name else { return true }
      // What is known not to fit is not made worse.
      return paired.contains(index)
        && target.layout.order(stored: entry.dimensions, wanted: ours.shape.dimensions) == nil
    }
  }

  private mutating func repair(_ entry: Int, asName: Bool) {
    guard let parameter = expected[entry] else { return }
    let ours = MappingName(match.parameters[parameter].name)
    let theirs = MappingName(match.entries[entry].name)
    if asName || ours.slot == .other || theirs.slot == .other {
      let layout = pairing.layout == .hwio ? pairing.layout : nil
      ignores.append(Line(rule: .init(ours.text, theirs.text, layout: layout)))
    } else if !repairs.contains(where: { $0.rule.source == theirs.layer + ".*" }) {
      repairs.append(Line(rule: .init(ours.layer + ".*", theirs.layer + ".*")))
    }
  }

  /// Patterns for the tensors that nothing is expected of.
  private var leftOver: [String] {
    let resized = Set(pairing.resized.map(\.entry))
    let ignored = Set(match.ignored.map(\.name))
    let names = match.entries.map { RenameRules.dotted($0.name) }
    let left = match.entries.indices.filter { index in
      expected[index] == nil && !resized.contains(index)
        && !ignored.contains(match.entries[index].name)
    }
    if left.isEmpty { return [] }
    return IgnorePatterns(
      left.map { names[$0] },
      used: match.entries.indices.filter { expected[$0] != nil || resized.contains($0) }
        .map { names[$0] }
    ).patterns
  }
}
