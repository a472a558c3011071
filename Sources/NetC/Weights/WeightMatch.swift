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
    case wrongType
  }

  /// A parameter with the tensor that a rule or its name gives it.
  struct Row: Sendable {
    let status: Status
    let entry: WeightEntry?
    let layout: RenameRule.Layout
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
  /// Renames that take part in no tensor's name.
  let idleRules: [Int]
  /// Every name in the file.
  let names: [String]

  init(_ parameters: [Parameter], _ rules: [RenameRule], _ source: any WeightSource) {
    self.parameters = parameters
    let known = Set(parameters.map(\.name))
    self.rules = RenameRules(rules, wanted: known)
    path = source.path
    key = source.key
    names = source.entries.map(\.name)
    var owners: [String: (entry: WeightEntry, layout: RenameRule.Layout, rule: Int?)] = [:]
    var unused: [(entry: WeightEntry, name: String)] = []
    var ignored: [WeightEntry] = []
    var collisions: [Collision] = []
    var idle = Set(rules.indices.filter { rules[$0].target != nil })
    for entry in source.entries {
      let (outcome, applied) = self.rules.outcome(of: entry.name)
      idle.subtract(applied)
      switch outcome {
      case .ignored: ignored.append(entry)
      case .tensor(let name, let layout):
        let rule = applied.last
        if let first = owners[name] {
          collisions.append(
            Collision(
              name: name, first: first.entry.name, second: entry.name, rule: rule ?? first.rule))
          continue
        }
        owners[name] = (entry, layout, rule)
        if !known.contains(name) { unused.append((entry, name)) }
      }
    }
    rows = parameters.map { parameter in
      guard let owner = owners[parameter.name] else {
        let status = parameter.isUnused ? Status.optional : .missing
        return Row(status: status, entry: nil, layout: .oihw)
      }
      let order = owner.layout.order(
        stored: owner.entry.dimensions, wanted: parameter.shape.dimensions)
      let status: Status =
        switch order {
        case nil: .wrongShape
        case _ where !owner.entry.type.isWeight && !parameter.isUnused: .wrongType
        case let order?: .found(order: order)
        }
      return Row(status: status, entry: owner.entry, layout: owner.layout)
    }
    self.unused = unused
    self.ignored = ignored
    self.collisions = collisions
    idleRules = idle.sorted()
  }
}
