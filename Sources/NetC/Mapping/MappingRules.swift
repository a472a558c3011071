/// Layers of a file's names with those of the network, as few rules with globs.
///
/// The names are a tree. A node of it becomes one rule, `PB.* <- FB.*`, with what the network's
/// names below it have in common; where their rests differ, `*PL.* <- *FL.*` rules that serve
/// several nodes turn them first. Of all ways to cover the tree the one with fewest rules is taken.
struct MappingRules {
  struct Rule: Hashable {
    let target: String
    let source: String
    /// The layers it is for.
    var layers: [Int]
  }

  private struct Node {
    var prefix: String
    var children: [Int] = []
    var layers: [Int] = []
    /// The beginning that the network's names have in common; nil where the node is no rule.
    var target: String?
  }

  private struct Rest: Hashable {
    let theirs: String
    let ours: String
  }

  private let pairs: [(ours: String, theirs: String)]
  private var nodes: [Node] = []
  /// Rules that leave the beginning of names open, and those that decide.
  private(set) var open: [Rule] = []
  private(set) var deciding: [Rule] = []

  /// Names of layers; none twice.
  init(_ pairs: [(ours: String, theirs: String)]) {
    self.pairs = pairs
    buildTree()
    chooseRules()
  }

  // MARK: The tree

  /// The ends of a name's parts; a dot or underscore follows each but the last.
  private static func boundaries(_ name: [UInt8]) -> [Int] {
    name.indices.filter {
      $0 > 0 && (name[$0] == UInt8(ascii: ".") || name[$0] == UInt8(ascii: "_"))
    }
  }

  private mutating func buildTree() {
    nodes = [Node(prefix: "")]
    var known: [String: Int] = [:]
    for (index, pair) in pairs.enumerated() {
      let bytes = Array(pair.theirs.utf8)
      var parent = 0
      nodes[0].layers.append(index)
      for end in Self.boundaries(bytes) + [bytes.count] {
        let prefix = String(decoding: bytes[..<end], as: UTF8.self)
        if let node = known[prefix] {
          parent = node
        } else {
          known[prefix] = nodes.count
          nodes[parent].children.append(nodes.count)
          parent = nodes.count
          nodes.append(Node(prefix: prefix))
        }
        nodes[parent].layers.append(index)
      }
    }
    for index in nodes.indices { nodes[index].target = target(of: nodes[index]) }
  }

  /// The longest beginning in whole components that the network's names share and none is all of;
  /// of one layer alone, its name.
  private func target(of node: Node) -> String? {
    if node.layers.count == 1, pairs[node.layers[0]].theirs == node.prefix {
      return pairs[node.layers[0]].ours
    }
    // A layer whose name other layers continue is left to itself.
    if node.layers.contains(where: { pairs[$0].theirs == node.prefix }) { return nil }
    var shared: [Substring]?
    for layer in node.layers {
      let parts = pairs[layer].ours.split(separator: ".").dropLast()
      shared = shared.map { old in zip(old, parts).prefix { $0 == $1 }.map(\.0) } ?? Array(parts)
    }
    return shared?.joined(separator: ".")
  }

  /// What a node leaves of the two names of a layer, each with the separator before it.
  private func rest(of layer: Int, at node: Int, _ target: String) -> Rest {
    let pair = pairs[layer]
    func tail(_ name: String, _ count: Int) -> String {
      let rest = String(decoding: name.utf8.dropFirst(count), as: UTF8.self)
      return count == 0 && !rest.isEmpty ? "." + rest : rest
    }
    return Rest(
      theirs: tail(pair.theirs, nodes[node].prefix.utf8.count),
      ours: tail(pair.ours, target.utf8.count))
  }

  // MARK: The cover

  private mutating func chooseRules() {
    // How many nodes could share the rule of a rest, by what becomes of it.
    var uses: [Rest: Double] = [:]
    var meanings: [String: [String: Double]] = [:]
    var rests: [[(layer: Int, rest: Rest)]] = []
    for index in nodes.indices {
      guard let target = nodes[index].target else {
        rests.append([])
        continue
      }
      let own = nodes[index].layers.map { (layer: $0, rest: rest(of: $0, at: index, target)) }
      rests.append(own)
      for (_, rest) in own where rest.theirs != rest.ours {
        uses[rest, default: 0] += 1
        meanings[rest.theirs, default: [:]][rest.ours, default: 0] += 1
      }
    }
    func cost(_ rest: Rest) -> Double {
      if rest.theirs == rest.ours { return 0 }
      guard let count = uses[rest], count > 1 else { return 1 }
      // A rest that means two things mostly needs rules of its own.
      let others = (meanings[rest.theirs] ?? [:]).values.reduce(0, +) - count
      return others > count ? 1 : 1 / count
    }
    var best = [Double](repeating: 0, count: nodes.count)
    var isCut = [Bool](repeating: false, count: nodes.count)
    for index in nodes.indices.reversed() {
      let children = nodes[index].children
      let below = children.reduce(0) { $0 + best[$1] } + Double(directLayers(index))
      let split = children.isEmpty ? .infinity : below
      var own = Double.infinity
      if nodes[index].target != nil {
        own = 1 + rests[index].reduce(0) { $0 + cost($1.rest) }
      }
      isCut[index] = own <= split
      best[index] = min(own, split)
    }
    emit(isCut, rests)
  }

  /// Layers that end at a node which others continue.
  private func directLayers(_ node: Int) -> Int {
    nodes[node].children.isEmpty
      ? 0 : nodes[node].layers.count { pairs[$0].theirs == nodes[node].prefix }
  }

  private mutating func emit(_ isCut: [Bool], _ rests: [[(layer: Int, rest: Rest)]]) {
    var shared: [Rest: [Int]] = [:]
    var chosen: [(node: Int, target: String)] = []
    var singles: [Int] = []
    var stack = [0]
    while let index = stack.popLast() {
      if isCut[index], let target = nodes[index].target {
        chosen.append((index, target))
        for (layer, rest) in rests[index] where rest.theirs != rest.ours {
          shared[rest, default: []].append(layer)
        }
        continue
      }
      singles += nodes[index].layers.filter { pairs[$0].theirs == nodes[index].prefix }
      stack += nodes[index].children.reversed()
    }
    var best: [String: Rest] = [:]
    for (rest, layers) in shared.sorted(by: { $0.key.ours < $1.key.ours }) where layers.count > 1 {
      guard rest.theirs.utf8.count > 1, rest.ours.utf8.count > 1 else { continue }
      if let known = best[rest.theirs], (shared[known]?.count ?? 0) >= layers.count { continue }
      best[rest.theirs] = rest
    }
    for (rest, layers) in shared where best[rest.theirs] != rest { singles += layers }
    open = best.values.map { rest in
      Rule(target: "*\(rest.ours).*", source: "*\(rest.theirs).*", layers: shared[rest] ?? [])
    }
    open = Self.ordered(open)
    let alone = Set(singles)
    for layer in singles.sorted() {
      deciding.append(
        Rule(
          target: pairs[layer].ours + ".*", source: pairs[layer].theirs + ".*", layers: [layer]))
    }
    for (node, target) in chosen {
      let layers = nodes[node].layers.filter { !alone.contains($0) }
      if layers.isEmpty { continue }
      deciding.append(
        Rule(
          target: target.isEmpty ? "*" : target + ".*",
          source: nodes[node].prefix.isEmpty ? "*" : nodes[node].prefix + ".*", layers: layers))
    }
    orderDeciding()
  }

  /// Rules that would take the names of others go last; those that change nothing are there only
  /// to keep their names from such rules.
  private mutating func orderDeciding() {
    let rules = deciding
    let keys = rules.map { rule in
      rule.source == "*" ? 2 : rules.contains { Self.isBelow($0, rule) } ? 1 : 0
    }
    deciding = (0...2).flatMap { key in rules.indices.filter { keys[$0] == key }.map { rules[$0] } }
    deciding.removeAll { rule in
      rule.target == rule.source && !rules.contains { $0 != rule && Self.isBelow(rule, $0) }
    }
  }

  /// Whether the names of one rule are among those that another's pattern matches.
  private static func isBelow(_ rule: Rule, _ other: Rule) -> Bool {
    rule.source != other.source
      && (other.source == "*" || rule.source.hasPrefix(other.source.dropLast()))
  }

  /// Open rules so that none turns what another one made, where that is possible.
  private static func ordered(_ rules: [Rule]) -> [Rule] {
    var rest = rules.sorted { ($0.target, $0.source) < ($1.target, $1.source) }
    var result: [Rule] = []
    let globs = Dictionary(
      rest.map { ($0.source, Glob($0.source)) }, uniquingKeysWith: { first, _ in first })
    while !rest.isEmpty {
      // A rule may go first once no other turns into names that a later one would turn again.
      let index =
        rest.firstIndex { rule in
          rest.allSatisfy { $0 == rule || globs[$0.source]?.captures(in: rule.target) == nil }
        } ?? 0
      result.append(rest.remove(at: index))
    }
    return result
  }
}
