import Tensors

/// What one position of a value reads along one axis of the map at which its series starts.
///
/// A series is what runs on one grid. It starts where the grid was last resampled, or would have
/// been had `os=` not taken the stride away: at an input, behind a stride, a transposed window or a
/// resize, behind a layer that lost its stride, and where an `os=` instance ends. A join has the
/// union of its paths, residual ones included.
package struct AtrousSeries: Hashable, Sendable {
  package let offsets: OffsetSet
  /// The windows of the longest path: 0 where the series starts, else 1 + the last one's index.
  package let path: Int
  /// The offsets where the path ends: before parallel branches that have joined since.
  package let trunk: OffsetSet

  init(offsets: OffsetSet, path: Int, trunk: OffsetSet? = nil) {
    self.offsets = offsets
    self.path = path
    self.trunk = trunk ?? offsets
  }
}

/// One window of a series, with the path before it.
package struct SeriesLink: Hashable, Sendable {
  package let node: ValueID
  package let layer: SeriesLayer
  /// What `os=` multiplied the rate by.
  package let owed: Int
  /// The series that the window reads.
  package let input: AtrousSeries
  /// Windows with a rate above 1 from the start of the series to this one.
  package let atrous: Int
  /// The path to the last of them; 0 without any.
  package let lastAtrous: Int
}

/// The series of every value of a graph along one axis.
package struct SeriesAnalysis: Sendable {
  package let axis: Axis
  /// Nil where a value has no grid, or reads more than is kept.
  package private(set) var series: [AtrousSeries?] = []
  private(set) var links: [SeriesLink] = []
  /// Values that something reads which does not go on with their series.
  package private(set) var ends: [Bool]
  private var paths = PathTree()
  /// How many times as dense as its network's strides ask for each value was made.
  private var densities: [Int] = []

  package init(_ graph: Graph, _ axis: Axis) {
    self.axis = axis
    series.reserveCapacity(graph.entries.count)
    densities.reserveCapacity(graph.entries.count)
    ends = [Bool](repeating: false, count: graph.entries.count)
    for (index, entry) in graph.entries.enumerated() {
      let hasGrid = graph.values[index].type.extents != nil
      if case .node(let node) = entry {
        if !hasGrid { end(node.inputs) }
        series.append(hasGrid ? series(of: node, ValueID(index), graph) : nil)
        let isDense = hasGrid && graph.values[index].stride[axis] != nil
        densities.append(isDense ? node.owed[axis] * node.dropped[axis] : 1)
      } else {
        series.append(hasGrid ? Self.start : nil)
        densities.append(1)
      }
    }
    for output in graph.outputs { ends[output.value.index] = true }
  }

  private static let start = AtrousSeries(offsets: .origin, path: 0)

  private mutating func end(_ inputs: [ValueID]) {
    for input in inputs { ends[input.index] = true }
  }

  private mutating func series(
    of node: Node, _ id: ValueID, _ graph: Graph
  ) -> AtrousSeries? {
    if node.dropped[axis] != 1 || node.spec.resamples(axis) {
      end(node.inputs)
      return Self.start
    }
    if node.spec.isPositionwise(node.inputs.count),
      densities[node.inputs[0].index] == node.owed[axis]
    {
      return series[node.inputs[0].index]
    }
    let sources = node.spec.gridInputs(node.inputs)
    var inputs: [AtrousSeries] = []
    for source in sources where hasGrid(source, graph, like: id) {
      // An `os=` instance ended between the two.
      if densities[source.index] != node.owed[axis] {
        ends[source.index] = true
        inputs.append(Self.start)
        continue
      }
      guard let path = series[source.index] else { return nil }
      inputs.append(path)
    }
    guard let path = joined(inputs) else { return nil }
    guard let taps = node.spec.taps(axis) else { return path }
    guard taps.kernel > 1 else {
      return AtrousSeries(
        offsets: path.offsets.shifted(by: -taps.before), path: path.path, trunk: path.trunk)
    }
    guard let offsets = path.offsets.read(by: taps.kernel, rate: taps.rate, before: taps.before)
    else { return nil }
    let isAtrous = taps.rate > 1
    let before = path.path == 0 ? nil : links[path.path - 1]
    let own = paths.append(after: path.path)
    links.append(
      SeriesLink(
        node: id, layer: SeriesLayer(kernel: taps.kernel, rate: taps.rate), owed: node.owed[axis],
        input: path, atrous: (before?.atrous ?? 0) + (isAtrous ? 1 : 0),
        lastAtrous: isAtrous ? own : before?.lastAtrous ?? 0))
    return AtrousSeries(offsets: offsets, path: own)
  }

  /// A map that broadcasts, such as the gate of squeeze and excitation, is no path.
  private func hasGrid(_ source: ValueID, _ graph: Graph, like result: ValueID) -> Bool {
    guard let extent = graph[source].type.extent(axis) else { return false }
    return extent.constantValue != 1 || graph[result].type.extent(axis)?.constantValue == 1
  }

  /// The union. Where no path has all windows of the others, the branches are parallel, as those
  /// of ASPP: they are no series, so the join goes on with what comes before their fork.
  private func joined(_ inputs: [AtrousSeries]) -> AtrousSeries? {
    guard var longest = inputs.first else { return Self.start }
    var offsets = longest.offsets
    for input in inputs.dropFirst() {
      guard let both = offsets.union(input.offsets) else { return nil }
      offsets = both
      if paths.length(input.path) > paths.length(longest.path) { longest = input }
    }
    let path = inputs.reduce(longest.path) { path, input in
      paths.isPrefix(input.path, of: longest.path) ? path : paths.shared(path, input.path)
    }
    if path == longest.path {
      let hasOwn = longest.trunk != longest.offsets
      return AtrousSeries(offsets: offsets, path: path, trunk: hasOwn ? longest.trunk : offsets)
    }
    return AtrousSeries(offsets: offsets, path: path, trunk: input(after: path, of: longest.path))
  }

  /// What the window behind a prefix of a path reads.
  func input(after prefix: Int, of path: Int) -> OffsetSet {
    links[paths.prefix(path, paths.length(prefix) + 1) - 1].input.trunk
  }

  /// The windows of a path, in the order in which they run.
  package func windows(of path: Int) -> [SeriesLink] {
    var windows: [SeriesLink] = []
    var rest = path
    while rest > 0 {
      windows.append(links[rest - 1])
      rest = paths.parent(rest)
    }
    return windows.reversed()
  }
}
