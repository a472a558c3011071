import Formats
import Frontend
import IR
import Tensors

/// A network's parameters held against the tensors of a file, by its header alone.
package struct WeightMatch: Sendable {
  /// What the file has for a parameter.
  enum Status: Hashable, Sendable {
    /// Read in this order of dimensions.
    case found(order: [Int])
    case missing
    /// Declared `unused`, and the file does not have it.
    case optional
    case wrongShape
    /// The tensor does not have the part that a rule takes.
    case wrongPart
    case wrongType
  }

  /// A parameter with the tensor that a rule or its name gives it.
  struct Row: Sendable {
    let status: Status
    let entry: WeightEntry?
    let layout: RenameRule.Layout
    let part: RenameRule.Part?

    /// As the rules leave what is stored; nil where there is no tensor, or no such part.
    var dimensions: [Int]? {
      guard let entry, let part else { return entry?.dimensions }
      return part.dimensions(of: entry.dimensions, in: layout)
    }
  }

  /// Two tensors of the file that become one name.
  struct Collision: Sendable {
    let name: String
    let first: String
    let second: String
    /// The last rule of the second, or of the first where the second's name stays.
    let rule: Int?
  }

  let parameters: [Parameter]
  /// The value of each parameter in the network's header.
  let settings: [(name: String, value: Constant)]
  let rules: RenameRules
  let path: String
  /// The key of the file that its tensors lie under, where there is one.
  let key: String?
  /// One a parameter.
  let rows: [Row]
  /// Tensors that nothing reads, in the order of the file, with the name that the rules give.
  let unused: [(entry: WeightEntry, name: String)]
  /// Tensors that a rule or custom leaves out.
  let ignored: [WeightEntry]
  let collisions: [Collision]
  /// Parts of tensors that no rule takes, and parts that tensors do not have.
  let partFaults: [PartFault]
  /// Renames that take part in no tensor's name.
  let idleRules: [Int]
  /// Every tensor of the file, in its order.
  let entries: [WeightEntry]
  var names: [String] { entries.map(\.name) }

  init(
    _ parameters: [Parameter], _ rules: [RenameRule], _ source: any WeightSource,
    settings: [(name: String, value: Constant)] = []
  ) {
    self.parameters = parameters
    self.settings = settings
    let known = Set(parameters.map(\.name))
    self.rules = RenameRules(rules, wanted: known)
    path = source.path
    key = source.key
    entries = source.entries
    var owners: [String: (entry: WeightEntry, target: RenameRules.Target)] = [:]
    var faults: [PartFault] = []
    var unused: [(entry: WeightEntry, name: String)] = []
    var ignored: [WeightEntry] = []
    var collisions: [Collision] = []
    var idle = Set(rules.indices.filter { rules[$0].target != nil })
    for entry in source.entries {
      let (outcome, applied) = self.rules.outcome(of: entry.name)
      idle.subtract(applied)
      switch outcome {
      case .ignored: ignored.append(entry)
      case .tensors(let targets):
        faults += PartFault.faults(entry, targets)
        for target in targets {
          if let first = owners[target.name] {
            collisions.append(
              Collision(
                name: target.name, first: first.entry.name, second: entry.name,
                rule: target.rule ?? first.target.rule))
            continue
          }
          owners[target.name] = (entry, target)
          if !known.contains(target.name) { unused.append((entry, target.name)) }
        }
      }
    }
    let broken = Set(faults.filter(\.isOutside).map(\.rule))
    rows = parameters.map { parameter in
      guard let (entry, target) = owners[parameter.name] else {
        let status = parameter.isUnused ? Status.optional : .missing
        return Row(status: status, entry: nil, layout: .oihw, part: nil)
      }
      func row(_ status: Status) -> Row {
        Row(status: status, entry: entry, layout: target.layout, part: target.part)
      }
      if target.part != nil, let rule = target.rule, broken.contains(rule) {
        return row(.wrongPart)
      }
      let wanted = parameter.shape.dimensions
      guard let stored = row(.missing).dimensions,
        let order = target.layout.order(stored: stored, wanted: wanted)
      else { return row(.wrongShape) }
      return row(entry.type.isWeight || parameter.isUnused ? .found(order: order) : .wrongType)
    }
    self.unused = unused
    self.ignored = ignored
    self.collisions = collisions
    partFaults = faults
    idleRules = idle.sorted()
  }
}
