import Frontend
import IR
import Tensors

/// The names by which values of a network are asked for.
///
/// A name is the label path of a layer (`backbone.layer1.0.conv1`, its own result before what is
/// piped after) or of a block instance (`backbone.layer1`), a name of the network's own (`high`,
/// `body.c5`, an input, an output), or of a container of labelled layers as PyTorch's Sequential
/// is one (`convs.0` where there are `convs.0.0` and `convs.0.1`; `convs.0.2` follows). A name that the network does not
/// have is tried once more as its `rename` rules turn checkpoints' names.
package struct TapNames: Sendable {
  private let graph: Graph
  private let rules: RenameRules
  private var values: [String: [ValueID]] = [:]
  /// Every name, layers in the order of the graph.
  package private(set) var all: [String] = []

  package init(_ network: LoadedNetwork) {
    graph = network.graph
    rules = RenameRules(network.rules)
    for label in graph.labels { add(label.path, label.value) }
    for (name, value) in network.elaboration.namedValues { add(name, value) }
    for input in graph.inputs { add(input.name, input.value) }
    for output in graph.outputs { add(output.name, output.value) }
  }

  private mutating func add(_ name: String, _ value: ValueID) {
    let known = values[name]
    if known == nil { all.append(name) }
    if known?.contains(value) != true { values[name, default: []].append(value) }
  }

  /// The value of a name; of one that may mean several the last made; nil where nothing has it.
  package func value(_ name: String) -> ValueID? { candidates(name).first }

  /// Every value that a name may mean, the last made first: a label and an output may share a name,
  /// an instance may have several results, and a container ends with its last layer, with what
  /// follows in the pipe, or with the sum that this ends in.
  package func candidates(_ name: String) -> [ValueID] {
    let own = ownCandidates(name)
    if !own.isEmpty { return own }
    guard let renamed = rules.renamed(name + Self.slot), renamed.hasSuffix(Self.slot) else {
      return []
    }
    return ownCandidates(String(renamed.dropLast(Self.slot.count)))
  }

  private static let slot = ".weight"

  private func ownCandidates(_ name: String) -> [ValueID] {
    if let known = values[name] { return known.sorted { $0.index > $1.index } }
    let inside = graph.labels.filter { $0.path.hasPrefix(name + ".") }
    // The outermost of those that end together.
    let last = inside.max { a, b in
      (a.value.index, -a.path.utf8.count) < (b.value.index, -b.path.utf8.count)
    }
    if let last {
      let (pipe, sum) = graph.pipe(after: last)
      return pipe.reversed() + [last.value] + sum
    }
    return numbered(name).map { [$0] } ?? []
  }

  /// `stem.2` of a container whose last labelled layer before it is `stem.1`: one further in the
  /// pipe.
  private func numbered(_ name: String) -> ValueID? {
    guard let dot = name.lastIndex(of: "."), let place = Int(name[name.index(after: dot)...]),
      (1...Self.maximumPlace).contains(place)
    else { return nil }
    for before in (0..<place).reversed() {
      let path = "\(name[..<dot]).\(before)"
      guard values[path] != nil, let label = graph.labels.first(where: { $0.path == path }) else {
        continue
      }
      let (pipe, _) = graph.pipe(after: label)
      return place - before <= pipe.count ? pipe[place - before - 1] : nil
    }
    return nil
  }

  /// Layers of a container that are looked for.
  private static let maximumPlace = 100
}

extension Graph {
  /// Values that follow a labelled one in its pipe, in order, and those from the sum on that the
  /// pipe ends in, a residual unit's: each is the only reader of the one before, in the same block,
  /// without a label and parameters of its own.
  fileprivate func pipe(after start: LabelledValue) -> (pipe: [ValueID], sum: [ValueID]) {
    let labelled = Set(labels.filter(\.isLayer).map(\.value))
    // What an instance results in is read where the instance stands.
    let calls = Array(node(start.value)?.origin.calls.prefix { $0.path != start.path } ?? [])
    var readers: [ValueID: [ValueID]] = [:]
    for (id, node) in nodes {
      for input in Set(node.inputs) { readers[input, default: []].append(id) }
    }
    var (pipe, sum): ([ValueID], [ValueID]) = ([], [])
    var current = start.value
    while let next = readers[current], next.count == 1, let node = node(next[0]),
      node.parameters.isEmpty, node.origin.calls == calls, !labelled.contains(next[0])
    {
      let isPiped = node.inputs.first == current && (node.inputs.count == 1 || node.isResize)
      guard isPiped || node.isPointwise else { break }
      current = next[0]
      if isPiped, sum.isEmpty { pipe.append(current) } else { sum.append(current) }
    }
    return (pipe, sum)
  }
}

extension Node {
  fileprivate var isPointwise: Bool {
    if case .pointwise = spec { true } else { false }
  }

  fileprivate var isResize: Bool {
    if case .resize = spec { true } else { false }
  }
}
